package org.batchdrop.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Optional;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal in a database. */
class JournalTest extends JournalContract {

  @TempDir private Path folder;
  private Path file;

  @Override
  Journal open() {
    file = folder.resolve("journal.db");
    return Journal.open(file, InstantSource.fixed(NOW));
  }

  @Test
  void canBeReadBesideTheWriterButNotWritten() {
    prepared(1);
    try (Journal reader = Journal.openReadOnly(file).orElseThrow()) {
      changed(first(), first().to(new PartState.Uploading(), NOW));

      Part seen = reader.parts(JOB).get(0);
      assertThat(seen.state()).isEqualTo(new PartState.Uploading());
      assertThatThrownBy(() -> reader.change(seen, seen.later(NOW, "no"), Optional.empty(), ""))
          .isInstanceOf(JournalException.class);
      assertThatThrownBy(() -> reader.received(job(new JobId("20261101-120000-0000ff"), NOW)))
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  void canBeReadWithoutAWriter() {
    prepared(1);
    journal.close();
    try (Journal reader = Journal.openReadOnly(file).orElseThrow()) {
      assertThat(reader.jobs(10)).hasSize(1);
    }
  }

  @Test
  void thereIsNothingToReadBeforeTheFirstStart() {
    assertThat(Journal.openReadOnly(folder.resolve("none.db"))).isEmpty();
    assertThat(folder.resolve("none.db")).doesNotExist();
  }

  @Test
  void refusesADamagedFileAndLeavesItAlone() throws IOException {
    Path damaged = folder.resolve("damaged.db");
    byte[] bytes =
        "this is no database, and it is long enough to have a header"
            .repeat(40)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Files.write(damaged, bytes);

    assertThatThrownBy(() -> Journal.open(damaged, InstantSource.fixed(NOW)))
        .isInstanceOf(JournalException.class)
        .hasMessageStartingWith("journal " + damaged + " can't be opened: ");
    assertThat(damaged).hasBinaryContent(bytes);
  }

  @Test
  void refusesAJournalOfANewerVersion() throws SQLException {
    journal.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO flyway_schema_history SELECT 998, '999', 'later', 'SQL', 'V999__later.sql', 1,"
              + " installed_by, installed_on, 1, 1 FROM flyway_schema_history LIMIT 1");
    }

    assertThatThrownBy(() -> Journal.open(file, InstantSource.fixed(NOW)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("999");
  }

  @Test
  void theDatabaseIsDurableOnEveryCommit() throws SQLException {
    try (Connection connection = Dialect.sqlite(file).creators().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1)).isEqualTo("wal");
      assertThat(statement.executeQuery("PRAGMA synchronous").getInt(1)).isEqualTo(2);
      assertThat(statement.executeQuery("PRAGMA foreign_keys").getInt(1)).isEqualTo(1);
    }
  }
}
