package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.batchdrop.config.Catalog;
import org.batchdrop.config.Problems;
import org.batchdrop.config.Settings;
import org.batchdrop.input.Tree;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home is looked over without being changed. */
class FsckTest {

  @TempDir private static Path root;
  private static SandboxServer sandbox;
  private static DaemonFixture daemon;
  private static Path published;

  /** One delivered job is enough for all: each test puts right what it damaged. */
  @BeforeEach
  void deliverAJob() throws IOException, DaemonRefused {
    if (published != null) {
      return;
    }
    sandbox = DaemonFixture.sandbox(root);
    daemon = new DaemonFixture(root.resolve("home"));
    daemon.write(
        "providers/quick.yaml",
        "extends: sandbox\nrealtime: {offered: false}\nbase-url: "
            + sandbox.baseUrl()
            + "\npoll-interval: 200ms\nbatch: {settle-time: 1s}\n");
    daemon.start(sandbox.baseUrl());
    daemon.drop("tickets", "job.csv", "id,text\n1,a\n2,b\n".getBytes(UTF_8));
    published = daemon.published("tickets", "job.csv");
    daemon.over("job.csv");
    daemon.stop();
  }

  @AfterAll
  static void stop() throws IOException {
    daemon.close();
    sandbox.close();
  }

  private static Fsck.Findings check() throws IOException {
    try (Journal journal = Journal.openReadOnly(daemon.home().journal()).orElseThrow()) {
      return new Fsck(daemon.home(), journal).check();
    }
  }

  @Test
  void aSoundHomeHasNoProblems() throws IOException {
    Fsck.Findings findings = check();

    assertThat(findings.jobs()).isEqualTo(1);
    assertThat(findings.problems()).isEmpty();
  }

  @Test
  void aChangedResultIsFound() throws IOException {
    Path file = published.resolve("output.jsonl");
    String before = Files.readString(file);
    Files.writeString(file, before.replaceFirst("a", "b"));
    try {
      assertThat(check().problems())
          .singleElement()
          .asString()
          .contains("output.jsonl is not what it was");
    } finally {
      Files.writeString(file, before);
    }
  }

  @Test
  void aLostLineIsFound() throws IOException {
    Path file = published.resolve("output.jsonl");
    String before = Files.readString(file);
    Files.writeString(file, before.substring(before.indexOf('\n') + 1));
    try {
      assertThat(check().problems())
          .anySatisfy(problem -> assertThat(problem).contains("1 lines; expected 2"));
    } finally {
      Files.writeString(file, before);
    }
  }

  @Test
  void aMissingInputIsFound() throws IOException {
    Path input = published.resolve("input/job.csv");
    byte[] before = Files.readAllBytes(input);
    Files.delete(input);
    try {
      assertThat(check().problems())
          .anySatisfy(problem -> assertThat(problem).contains("input is missing"));
    } finally {
      Files.write(input, before);
    }
  }

  @Test
  void aStepBackwardsIsFound(@TempDir Path copy) throws IOException {
    Path file = copy.resolve("journal.db");
    JobId job = daemon.jobId("job.csv");
    Files.copy(daemon.home().journal(), file);
    try (Journal journal = Journal.open(file, InstantSource.system())) {
      Part part = journal.part(new PartId(job, 1, 1)).orElseThrow();
      journal.change(part, part.to(new PartState.Built(), Instant.now()), Optional.empty(), "test");

      assertThat(new Fsck(daemon.home(), journal).check().problems())
          .anySatisfy(problem -> assertThat(problem).contains("from collected to built"))
          .anySatisfy(problem -> assertThat(problem).contains("although the job is over"));
    }
  }

  @Test
  void aBatchThatNoPartHasIsFoundAtTheProvider() throws IOException {
    ProviderCalls provider = new ProviderCalls(sandbox.baseUrl());
    PartId other = new PartId(new JobId("20260101-000000-lost-abcdef"), 1, 1);
    Path lines = Files.writeString(root.resolve("lines.jsonl"), line());
    String batch = provider.create(other, provider.upload(other, lines));

    List<ProviderLook.Shown> shown = look();

    assertThat(shown)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.failure()).isEmpty();
              assertThat(one.ours()).isEqualTo(2);
              assertThat(one.unknown()).singleElement().asString().contains(batch);
            });
  }

  @Test
  void nothingIsChangedByLooking() throws IOException {
    Tree.sync(published);
    long before = Files.getLastModifiedTime(daemon.home().journal()).toMillis();
    check();
    look();

    assertThat(Files.getLastModifiedTime(daemon.home().journal()).toMillis()).isEqualTo(before);
  }

  private static List<ProviderLook.Shown> look() throws IOException {
    Settings settings =
        Settings.read(
                "application.properties",
                "camel.main.name=" + UUID.randomUUID() + "\n",
                name -> Optional.empty(),
                new Problems())
            .orElseThrow();
    Catalog catalog = new Catalog(daemon.home(), "quick");
    try (Journal journal = Journal.openReadOnly(daemon.home().journal()).orElseThrow()) {
      return ProviderLook.at(daemon.home(), settings, catalog, name -> Optional.empty(), journal);
    }
  }

  private static String line() {
    return "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
        + "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}}\n";
  }
}
