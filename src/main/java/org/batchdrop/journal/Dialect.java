package org.batchdrop.journal;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** What differs from one database to another. */
interface Dialect {

  /** Connections whose commits are durable when they return. */
  DataSource dataSource();

  /** Connections that can't write. */
  DataSource readers();

  /** SQLite in a file: write-ahead log, an fsync per commit. */
  static Dialect sqlite(Path file) {
    return new Sqlite(file);
  }

  /**
   * The embedded journal.
   *
   * @param file the database
   */
  record Sqlite(Path file) implements Dialect {

    private static final int BUSY_MILLIS = 10_000;

    @Override
    public DataSource dataSource() {
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
      config.enforceForeignKeys(true);
      return source(config);
    }

    @Override
    public DataSource readers() {
      SQLiteConfig config = new SQLiteConfig();
      config.setReadOnly(true);
      return source(config);
    }

    private DataSource source(SQLiteConfig config) {
      config.setBusyTimeout(BUSY_MILLIS);
      SQLiteDataSource source = new SQLiteDataSource(config);
      source.setUrl("jdbc:sqlite:" + file);
      return source;
    }
  }
}
