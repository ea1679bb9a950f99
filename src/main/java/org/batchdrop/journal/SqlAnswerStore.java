package org.batchdrop.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Answers in a database file of SQLite. */
final class SqlAnswerStore implements AnswerStore {

  private static final int BUSY_MILLIS = 60_000;

  /** A larger answer is bought again rather than kept. */
  private static final int MOST_ANSWER_BYTES = 8 << 20;

  private static final int COMMIT_EVERY = 4096;

  /** How many parts of the file go when it is full: one in so many. */
  private static final int EVICTED = 8;

  private final Path file;
  private final Connection connection;
  private final long mostBytes;
  private final InstantSource clock;
  private final PreparedStatement find;
  private final PreparedStatement keep;
  private boolean isChanged;
  private int uncommitted;

  private SqlAnswerStore(Path file, Connection connection, long mostBytes, InstantSource clock)
      throws SQLException {
    this.file = file;
    this.connection = connection;
    this.mostBytes = mostBytes;
    this.clock = clock;
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS answer"
              + " (request BLOB PRIMARY KEY, response BLOB NOT NULL, kept_at BIGINT NOT NULL)");
      statement.execute("CREATE INDEX IF NOT EXISTS answer_age ON answer (kept_at)");
    }
    this.find = connection.prepareStatement("SELECT response FROM answer WHERE request = ?");
    this.keep =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO answer (request, response, kept_at) VALUES (?, ?, ?)");
    connection.setAutoCommit(false);
  }

  /**
   * Opens the answers of a pipeline.
   *
   * @param file made when it is absent; its folder must be there
   * @param mostBytes of the file, about
   */
  static SqlAnswerStore open(Path file, long mostBytes, InstantSource clock) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout(BUSY_MILLIS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    try {
      Connection connection = source.getConnection();
      try {
        return new SqlAnswerStore(file, connection, mostBytes, clock);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  private static JournalException failure(Path file, SQLException e) {
    return new JournalException("answers " + file + ": " + e.getMessage(), e);
  }

  @Override
  public byte @Nullable [] find(byte[] request) {
    try {
      find.setBytes(1, request);
      try (ResultSet found = find.executeQuery()) {
        return found.next() ? found.getBytes(1) : null;
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  @Override
  public void keep(byte[] request, byte[] response) {
    if (response.length > MOST_ANSWER_BYTES) {
      return;
    }
    try {
      keep.setBytes(1, request);
      keep.setBytes(2, response);
      keep.setLong(3, clock.instant().toEpochMilli());
      keep.executeUpdate();
      isChanged = true;
      if (++uncommitted == COMMIT_EVERY) {
        // Others of the pipeline must not wait for a whole part.
        connection.commit();
        uncommitted = 0;
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  private void forgetOldest() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      while (size(statement) > mostBytes) {
        int gone =
            statement.executeUpdate(
                "DELETE FROM answer WHERE request IN (SELECT request FROM answer ORDER BY kept_at"
                    + " LIMIT (SELECT COUNT(*) / "
                    + EVICTED
                    + " + 1 FROM answer))");
        connection.commit();
        if (gone == 0) {
          return;
        }
      }
    }
  }

  /** Pages of what went before are filled again; the file itself never shrinks. */
  private static long size(Statement statement) throws SQLException {
    try (ResultSet found =
        statement.executeQuery(
            "SELECT (pages.page_count - free.freelist_count) * page.page_size"
                + " FROM pragma_page_count() AS pages, pragma_freelist_count() AS free,"
                + " pragma_page_size() AS page")) {
      return found.next() ? found.getLong(1) : 0;
    }
  }

  @Override
  public void close() {
    try (connection;
        find;
        keep) {
      connection.commit();
      if (isChanged) {
        forgetOldest();
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }
}
