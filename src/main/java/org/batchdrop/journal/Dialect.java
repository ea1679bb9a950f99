package org.batchdrop.journal;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** What differs from one database to another. */
interface Dialect {

  /** As {@link #writers}; the database is made when it is absent. */
  DataSource creators();

  /** Connections whose commits are durable when they return; the database must be there. */
  DataSource writers();

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
    public DataSource creators() {
      return source(durable());
    }

    @Override
    public DataSource writers() {
      SQLiteConfig config = durable();
      config.resetOpenMode(SQLiteOpenMode.CREATE);
      return source(config);
    }

    private static SQLiteConfig durable() {
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
      config.enforceForeignKeys(true);
      return config;
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
