package org.batchdrop.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Answers in a database file of SQLite; beyond its size the oldest go. */
public final class SqlAnswerStore implements AnswerStore {

  private static final int BUSY_MILLIS = 60_000;

  /** A larger answer is bought again rather than kept. */
  private static final int MOST_ANSWER_BYTES = 8 << 20;

  private static final int COMMIT_EVERY = 4096;

  /** What SQLite may put beside its file. */
  private static final List<String> BESIDE = List.of("-wal", "-shm");

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

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
  public static SqlAnswerStore open(Path file, long mostBytes, InstantSource clock) {
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
    String message = "answers " + file + ": " + e.getMessage();
    return isDamage(e) ? new AnswersDamaged(message, e) : new JournalException(message, e);
  }

  private static boolean isDamage(SQLException e) {
    // The lowest byte is the kind, the rest says more of it.
    int kind = e instanceof SQLiteException known ? known.getResultCode().code & 0xff : 0;
    return kind == SQLiteErrorCode.SQLITE_CORRUPT.code
        || kind == SQLiteErrorCode.SQLITE_NOTADB.code
        // Whole, but with tables that are not ours.
        || kind == SQLiteErrorCode.SQLITE_ERROR.code;
  }

  /**
   * Gives a damaged file another name beside it, so that a new one can be begun; what it held is
   * kept for whoever wants to look at it.
   *
   * @param damaged as {@link #identity} told it before it was opened
   * @return the name it has now; empty when somebody else was faster
   */
  public static synchronized Optional<Path> setAside(
      Path file, Optional<Object> damaged, InstantSource clock) throws IOException {
    if (!identity(file).equals(damaged)) {
      return Optional.empty();
    }
    String stamp = ".damaged-" + STAMP.format(clock.instant());
    Path aside = file.resolveSibling(file.getFileName() + stamp);
    for (int again = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); again++) {
      aside = file.resolveSibling(file.getFileName() + stamp + "-" + again);
    }
    for (String ending : BESIDE) {
      Path beside = file.resolveSibling(file.getFileName() + ending);
      if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(beside, aside.resolveSibling(aside.getFileName() + ending));
      }
    }
    Files.move(file, aside);
    return Optional.of(aside);
  }

  /** Which file stands there, whatever its contents; empty when there is none. */
  public static Optional<Object> identity(Path file) throws IOException {
    try {
      return Optional.ofNullable(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
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
