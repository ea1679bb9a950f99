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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalTest {

  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final BatchEnd END =
      new BatchEnd("expired", Optional.of("file-out"), Optional.empty(), "batch_expired", "late");

  @TempDir private Path folder;
  private Path file;
  private Journal journal;

  @BeforeEach
  void open() {
    file = folder.resolve("journal.db");
    journal = Journal.open(file, InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void reopen() {
    journal.close();
    open();
  }

  private static Job job(JobId id, Instant received) {
    return new Job(
        id,
        "tickets",
        "tickets.csv",
        1234,
        "(dev=1,ino=2)",
        new JobState.Received(),
        "",
        Job.Totals.NONE,
        Job.Times.received(received),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private static Part part(JobId job, int number) {
    return new Part(
        new PartId(job, number, 1),
        new PartState.Built(),
        new Part.Size(3, 1, 3, 456),
        "/v1/chat/completions",
        "m",
        "sandbox",
        "",
        Part.Seen.NOTHING,
        Part.Pause.none(NOW),
        0);
  }

  /** A prepared job of that many parts. */
  private Job prepared(int parts) {
    journal.received(job(JOB, NOW));
    Job seen = journal.job(JOB).orElseThrow();
    List<Part> built = IntStream.rangeClosed(1, parts).mapToObj(n -> part(JOB, n)).toList();
    return journal.change(seen, seen.to(new JobState.Prepared()), built, "parts").orElseThrow();
  }

  private Part first() {
    return journal.part(new PartId(JOB, 1, 1)).orElseThrow();
  }

  private Part changed(Part seen, Part next) {
    return journal.change(seen, next, Optional.empty(), "detail").orElseThrow();
  }

  static List<PartState> everyPartState() {
    return List.of(
        new PartState.Built(),
        new PartState.Uploading(),
        new PartState.Uploaded("file-1"),
        new PartState.Creating("file-1"),
        new PartState.Unclear("file-1"),
        new PartState.Live("file-1", "batch-1"),
        new PartState.Ended("file-1", "batch-1", END),
        new PartState.Collected("file-1", "batch-1", END),
        new PartState.Unbought(Optional.of("file-1"), "refused", "no"),
        new PartState.Unbought(Optional.empty(), "refused", "no"),
        new PartState.Superseded("file-1"));
  }

  @ParameterizedTest
  @MethodSource("everyPartState")
  void keepsEveryPartStateWithItsData(PartState state) {
    prepared(1);
    Part written =
        first()
            .to(state, NOW)
            .boughtBy("0123456789abcdef")
            .seen(new Part.Seen("in_progress", 2, 1))
            .later(NOW.plusSeconds(5), "no connection");
    changed(first(), written);
    reopen();

    Part read = first();
    assertThat(read.state()).isEqualTo(state);
    assertThat(read).usingRecursiveComparison().ignoringFields("version").isEqualTo(written);
    assertThat(read.version()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("everyJobState")
  void keepsEveryJobStateWithItsData(JobState state) {
    Job seen = prepared(1);
    Job written =
        seen.to(state)
            .boughtFrom("openai")
            .with(new Job.Totals(10, 1, 8, 2, 1))
            .with(new Job.Times(NOW, Optional.of(NOW), Optional.empty(), Optional.of(NOW)))
            .withProblem("why")
            .publishedIn("outbox/tickets/x");
    journal.change(seen, written, List.of(), "");
    reopen();

    assertThat(journal.job(JOB).orElseThrow())
        .usingRecursiveComparison()
        .ignoringFields("version")
        .isEqualTo(written);
  }

  static List<JobState> everyJobState() {
    return List.of("received", "prepared", "collected", "delivered", "refused", "rejected").stream()
        .map(JobState::of)
        .toList();
  }

  @Test
  void receivesAJobOnce() {
    assertThat(journal.received(job(JOB, NOW))).isTrue();
    assertThat(journal.received(job(JOB, NOW))).isFalse();
    assertThat(journal.events(JOB)).hasSize(1);
  }

  @Test
  void aLostRaceOfAPartIsEmptyAndChangesNothing() {
    prepared(1);
    Part seen = first();
    changed(seen, seen.to(new PartState.Uploading(), NOW));
    int events = journal.events(JOB).size();

    Part late = seen.to(new PartState.Unbought(Optional.empty(), "x", "y"), NOW);
    assertThat(journal.change(seen, late, Optional.of(seen.nextGeneration(NOW)), "")).isEmpty();
    assertThat(first().state()).isEqualTo(new PartState.Uploading());
    assertThat(journal.parts(JOB)).hasSize(1);
    assertThat(journal.events(JOB)).hasSize(events);
  }

  @Test
  void aLostRaceOfAJobIsEmptyAndAddsNoParts() {
    Job seen = prepared(1);
    journal.change(seen, seen.to(new JobState.Collected()), List.of(), "");

    assertThat(journal.change(seen, seen.to(new JobState.Collected()), List.of(part(JOB, 9)), ""))
        .isEmpty();
    assertThat(journal.parts(JOB)).hasSize(1);
  }

  @Test
  void everyTransitionIsAnEventAndNothingElseIs() {
    prepared(1);
    Part uploading = changed(first(), first().to(new PartState.Uploading(), NOW));
    Part waiting = changed(uploading, uploading.later(NOW.plusSeconds(1), "busy"));
    changed(waiting, waiting.to(new PartState.Uploaded("file-1"), NOW));
    reopen();

    assertThat(journal.events(JOB))
        .extracting(Event::to)
        .containsExactly("received", "built", "prepared", "uploading", "uploaded");
    Event last = journal.events(JOB).get(4);
    assertThat(last)
        .isEqualTo(
            new Event(
                NOW,
                Optional.of(new PartId(JOB, 1, 1)),
                Optional.of("uploading"),
                "uploaded",
                "detail"));
  }

  @Test
  void theNextGenerationIsAddedWithTheChangeThatAllowsIt() {
    prepared(1);
    Part seen = first();
    Part next = seen.nextGeneration(NOW);
    journal.change(
        seen, seen.to(new PartState.Superseded("file-1"), NOW), Optional.of(next), "no batch");

    assertThat(journal.parts(JOB))
        .extracting(part -> part.id().label())
        .containsExactly("part-0001", "part-0001.g2");
    assertThat(journal.part(next.id()).orElseThrow().state()).isEqualTo(new PartState.Built());
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    prepared(1);
    Part seen = first();
    Part orphan = part(new JobId("20261101-120000-nobody-000000"), 1);

    assertThatThrownBy(
            () ->
                journal.change(
                    seen, seen.to(new PartState.Uploading(), NOW), Optional.of(orphan), ""))
        .isInstanceOf(JournalException.class)
        .hasMessageStartingWith("journal can't be written: ");
    assertThat(first().state()).isEqualTo(new PartState.Built());
  }

  @Test
  void partsAreDueByStateAndTime() {
    prepared(4);
    Part later = journal.part(new PartId(JOB, 2, 1)).orElseThrow();
    changed(later, later.later(NOW.plusSeconds(60), "busy"));
    Part live = journal.part(new PartId(JOB, 3, 1)).orElseThrow();
    changed(live, live.to(new PartState.Live("f", "b"), NOW));
    Part ended = journal.part(new PartId(JOB, 4, 1)).orElseThrow();
    changed(ended, ended.to(new PartState.Ended("f", "b", END), NOW));

    assertThat(journal.partsToSubmit(NOW, 10)).extracting(PartId::number).containsExactly(1);
    assertThat(journal.partsToSubmit(NOW.minusMillis(1), 10)).isEmpty();
    assertThat(journal.partsToSubmit(NOW.plusSeconds(60), 10))
        .extracting(PartId::number)
        .containsExactly(1, 2);
    assertThat(journal.partsToSubmit(NOW.plusSeconds(60), 1)).hasSize(1);
    assertThat(journal.partsToCollect(NOW, 10)).extracting(PartId::number).containsExactly(4);
    assertThat(journal.liveParts()).extracting(part -> part.id().number()).containsExactly(3);
  }

  @Test
  void aJobIsCompleteWhenNoPartCanChange() {
    prepared(3);
    List<PartState> endings =
        List.of(
            new PartState.Collected("f", "b", END),
            new PartState.Unbought(Optional.empty(), "c", "m"),
            new PartState.Superseded("f"));
    for (int i = 0; i < 3; i++) {
      assertThat(journal.jobsWhosePartsEnded(10)).isEmpty();
      Part part = journal.part(new PartId(JOB, i + 1, 1)).orElseThrow();
      changed(part, part.to(endings.get(i), NOW));
    }

    assertThat(journal.jobsWhosePartsEnded(10)).containsExactly(JOB);
  }

  @Test
  void listsTheNewestJobsFirstAndThoseInAStateOldestFirst() {
    JobId old = new JobId("20261031-120000-old-000001");
    journal.received(job(JOB, NOW));
    journal.received(job(old, NOW.minus(Duration.ofDays(1))));

    assertThat(journal.jobs(10)).extracting(Job::id).containsExactly(JOB, old);
    assertThat(journal.jobs(1)).extracting(Job::id).containsExactly(JOB);
    assertThat(journal.jobsIn(new JobState.Received(), 10))
        .extracting(Job::id)
        .containsExactly(old, JOB);
    assertThat(journal.jobsIn(new JobState.Prepared(), 10)).isEmpty();
  }

  @Test
  void finishedJobsAreFoundByTheirTime() {
    Job seen = prepared(1);
    Job.Times times = new Job.Times(NOW, Optional.of(NOW), Optional.of(NOW), Optional.of(NOW));
    journal.change(seen, seen.to(new JobState.Delivered()).with(times), List.of(), "");

    assertThat(journal.finishedBefore(NOW, 10)).isEmpty();
    assertThat(journal.finishedBefore(NOW.plusMillis(1), 10)).containsExactly(JOB);
  }

  @Test
  void longTextsAreCutNotRefused() {
    prepared(1);
    changed(first(), first().later(NOW, "x".repeat(5000)));

    assertThat(first().pause().reason().orElseThrow()).hasSize(2000);
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
          "INSERT INTO flyway_schema_history SELECT 2, '999', 'later', 'SQL', 'V999__later.sql', 1,"
              + " installed_by, installed_on, 1, 1 FROM flyway_schema_history LIMIT 1");
    }

    assertThatThrownBy(() -> Journal.open(file, InstantSource.fixed(NOW)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("999");
  }

  @Test
  void theDatabaseIsDurableOnEveryCommit() throws SQLException {
    try (Connection connection = Dialect.sqlite(file).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1)).isEqualTo("wal");
      assertThat(statement.executeQuery("PRAGMA synchronous").getInt(1)).isEqualTo(2);
      assertThat(statement.executeQuery("PRAGMA foreign_keys").getInt(1)).isEqualTo(1);
    }
  }
}
