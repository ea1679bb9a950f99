package org.batchdrop.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.batchdrop.job.Job;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.CallKind;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A home whose disk, journal or configuration changes under the daemon, and a daemon that stops.
 */
class HomeTroubleTest {

  /** As the embedded sandbox's profile, for a provider that takes no metadata. */
  private static final String NAMELESS =
      """
      base-url: embedded
      key: {none: true}
      realtime: {offered: false}
      poll-interval: 200ms
      batch:
        endpoints: [/v1/chat/completions]
        windows: {min: 24h, max: 336h}
        settle-time: 1s
        rates: {uploads-per-minute: 1000, polls-per-minute: 1000}
      """;

  @TempDir private Path root;
  private SandboxServer sandbox;
  private DaemonFixture daemon;

  @BeforeEach
  void prepare() throws IOException {
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
    daemon
        .write("providers/nameless.yaml", NAMELESS)
        .write("pipelines/nameless.yaml", DaemonFixture.TICKETS.replace("quick", "nameless"));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static URI nowhere() throws IOException {
    return ClosedPort.address();
  }

  /** A job that is ready to be bought; the daemon is stopped. */
  private FaultyJob prepared(String pipeline, String stem, String... rules)
      throws IOException, DaemonRefused {
    daemon.start(nowhere());
    FaultyJob job = FaultyJob.dropInto(pipeline, daemon, sandbox, stem, 4, rules);
    daemon.partThat(job.name(), part -> part.pause().reason().isPresent());
    daemon.stop();
    return job;
  }

  private static Part ofBytes(Part part, long bytes) {
    Part.Size size = part.size();
    return new Part(
        part.id(),
        part.state(),
        new Part.Size(size.rows(), size.firstRow(), size.lastRow(), bytes),
        part.lane(),
        part.endpoint(),
        part.model(),
        part.provider(),
        part.account(),
        part.seen(),
        Part.Pause.none(part.pause().since()),
        part.purchase(),
        part.version());
  }

  @Test
  void nothingIsBoughtWhileTheWorkFolderIsGone() throws IOException, DaemonRefused {
    FaultyJob job = prepared("tickets", "vanished");
    Path work = daemon.home().job(daemon.jobId(job.name())).root();
    Path away = Files.move(work, root.resolve("away"));
    daemon.start(sandbox.baseUrl());
    daemon.partThat(
        job.name(), part -> part.pause().reason().orElse("").contains("the work folder"));
    assertThat(sandbox.ledger().uploads()).isEmpty();
    assertThat(job.creates()).isZero();

    Files.move(away, work);
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void whatEndsWhileTheWorkFolderIsGoneIsCollectedLater() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
    FaultyJob job =
        FaultyJob.drop(
            daemon, sandbox, "away", 4, "{do: batch, stuck: in_progress, stuck-for: 1s}");
    daemon.partThat(job.name(), part -> part.state() instanceof PartState.Live);
    Path work = daemon.home().job(daemon.jobId(job.name())).root();
    Path away = Files.move(work, root.resolve("away"));
    daemon.partThat(job.name(), part -> part.state() instanceof PartState.Ended);
    daemon.await(() -> sandbox.ledger().calls(CallKind.CONTENT) >= 2);

    Files.move(away, work);
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aDamagedJournalIsRefusedAndNeverReplaced() throws IOException, DaemonRefused {
    prepared("tickets", "damaged");
    Path journal = daemon.home().journal();
    byte[] whole = Files.readAllBytes(journal);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    Files.write(journal, half);

    assertThatThrownBy(() -> daemon.start(sandbox.baseUrl())).isInstanceOf(DaemonRefused.class);
    assertThat(Files.readAllBytes(journal)).isEqualTo(half);
    assertThat(sandbox.ledger().uploads()).isEmpty();
  }

  private List<Path> journalFiles() throws IOException {
    try (Stream<Path> files = Files.list(daemon.home().work())) {
      return files.filter(f -> f.getFileName().toString().startsWith("journal.db")).toList();
    }
  }

  /** Of {@code nameless}, only the name of the uploaded file tells whose a batch is. */
  @ParameterizedTest
  @ValueSource(strings = {"tickets", "nameless"})
  void aJournalFromABackupLearnsWhatWasBoughtSince(String pipeline)
      throws IOException, DaemonRefused {
    String slow = "{do: batch, stuck: in_progress, stuck-for: 2s}";
    FaultyJob old = prepared(pipeline, "old", slow);
    Path backup = backup();
    daemon.start(sandbox.baseUrl());
    FaultyJob fresh = FaultyJob.dropInto(pipeline, daemon, sandbox, "new", 4, slow);
    daemon.await(() -> sandbox.ledger().batches().size() == 2);
    daemon.stop();
    restore(backup);
    daemon.start(sandbox.baseUrl());

    old.deliveredOnce();
    fresh.deliveredOnce();
    assertThat(sandbox.ledger().createRequests()).isEqualTo(2);
  }

  private Path backup() throws IOException {
    Path backup = Files.createDirectories(root.resolve("backup"));
    for (Path file : journalFiles()) {
      Files.copy(file, backup.resolve(file.getFileName()));
    }
    return backup;
  }

  private void restore(Path backup) throws IOException {
    for (Path file : journalFiles()) {
      Files.delete(file);
    }
    try (Stream<Path> files = Files.list(backup)) {
      for (Path file : files.toList()) {
        Files.copy(file, daemon.home().work().resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tickets", "nameless"})
  void aCancelledJobOfAJournalFromABackupKeepsWhatWasBoughtSince(String pipeline)
      throws IOException, DaemonRefused {
    FaultyJob job = prepared(pipeline, "old", "{do: batch, stuck: in_progress, stuck-for: 2s}");
    Path backup = backup();
    daemon.start(sandbox.baseUrl());
    daemon.await(() -> sandbox.ledger().batches().size() == 1);
    daemon.stop();
    restore(backup);
    try (Journal journal = Journal.open(daemon.home().journal(), InstantSource.system())) {
      Job known = journal.job(daemon.jobId(job.name())).orElseThrow();
      journal.change(known, known.with(new Job.Orders(false, true)), List.of(), "");
    }
    daemon.start(sandbox.baseUrl());

    daemon.over(job.name());
    assertThat(daemon.parts(job.name()))
        .extracting(part -> part.state().batchId().orElse("none"))
        .containsExactly(sandbox.ledger().batches().get(0).batchId());
    assertThat(sandbox.ledger().createRequests()).isEqualTo(1);
  }

  @Test
  void nothingIsBoughtWhoseResultsTheDiskCouldNotTake() throws IOException, DaemonRefused {
    FaultyJob job = prepared("tickets", "huge");
    Part part = daemon.parts(job.name()).get(0);
    Space space = new Space(daemon.home());

    assertThat(space.refusal(part)).isEmpty();
    assertThat(space.refusal(ofBytes(part, 1L << 60)))
        .hasValueSatisfying(reason -> assertThat(reason).contains("the disk has"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "create", "retrieve", "content"})
  void itStopsInTimeWhileACallIsUnderWayAndGoesOnWithoutBuyingTwice(String call)
      throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
    FaultyJob job =
        FaultyJob.drop(
            daemon, sandbox, "stopped", 4, "{on: " + call + ", do: accept-delay, delay: 6s}");
    CallKind kind = CallKind.valueOf(call.toUpperCase(Locale.ROOT));
    daemon.await(() -> sandbox.ledger().calls(kind) >= 1);
    long begun = System.nanoTime();
    daemon.stop();
    daemon.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));

    daemon.start(sandbox.baseUrl());
    job.deliveredOnce();
    assertThat(job.creates()).isEqualTo(1);
  }

  @Test
  void aJobKeepsThePipelineThatItWasDroppedInto() throws IOException, DaemonRefused {
    daemon.start(sandbox.baseUrl());
    FaultyJob job =
        FaultyJob.drop(
            daemon, sandbox, "frozen", 4, "{do: batch, stuck: in_progress, stuck-for: 1s}");
    daemon.partThat(job.name(), part -> part.state() instanceof PartState.Live);
    daemon.stop();
    daemon.write(
        "pipelines/tickets.yaml", DaemonFixture.TICKETS.replace("{answer: ", "{other_name: "));
    daemon.start(sandbox.baseUrl());

    Path folder = job.deliveredOnce();
    assertThat(Files.readAllLines(folder.resolve("results.csv")).get(0))
        .isEqualTo("id,text,answer,batchdrop_error");
  }

  @Test
  void foldersOnDifferentFileSystemsAreRefused() throws IOException {
    Path outbox = daemon.home().outbox();
    Files.createDirectories(outbox.getParent());
    Files.createSymbolicLink(outbox, Path.of("/dev"));

    assertThatThrownBy(() -> daemon.start(sandbox.baseUrl()))
        .isInstanceOf(DaemonRefused.class)
        .hasMessageContaining("different file systems");
  }
}
