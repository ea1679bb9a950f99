package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.batchdrop.job.PartState;
import org.batchdrop.job.PartState.BatchEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches and files at a provider: this home's, another home's and foreign ones. */
class RemoteCommandsTest {

  private static final String ELSEWHERE = "20260101-000000-other-abcdef/part-0001/1";

  @TempDir private Path root;
  private ProviderHome home;
  private String ownFile;
  private String own;
  private String other;
  private String foreign;

  @BeforeEach
  void makeBatches() throws IOException {
    home = new ProviderHome(root);
    home.sandbox.faults().add("{do: batch, stuck: in_progress, times: 0}");
    ownFile = home.upload(ProviderHome.PART.uploadName());
    own = home.create(ownFile, ProviderHome.PART.submissionKey());
    other = home.create(home.upload("other.jsonl"), ELSEWHERE);
    foreign = home.create(home.upload("mine.jsonl"), "my-experiment");
    home.journal(new PartState.Live(ownFile, own));
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
  }

  private List<String> listed(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("batches", "list", "--json"));
    words.addAll(List.of(options));
    assertThat(home.run(words.toArray(String[]::new))).as(home.err()).isEqualTo(ExitCode.OK);
    return StreamSupport.stream(home.json().path("batches").spliterator(), false)
        .map(batch -> batch.path("id").asText())
        .toList();
  }

  @Test
  void theListIsReadToItsEndAndTellsWhoseEachBatchIs() {
    home.sandbox.faults().add("{on: list, do: page-size, most: 1}");

    assertThat(home.run("batches", "list")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out())
        .containsSubsequence(
            foreign + "  ", "foreign", other, "another home's 20260101", own, "/part-0001")
        .contains("3 batches at provider near");
  }

  @Test
  void filtersChoose() throws IOException {
    assertThat(listed("--ours")).containsExactly(own);
    assertThat(listed("--foreign")).containsExactly(foreign, other);
    assertThat(listed("--name", "EXPERIMENT")).containsExactly(foreign);
    assertThat(listed("--input-file", ownFile)).containsExactly(own);
    assertThat(listed("--limit", "1")).containsExactly(foreign);
    assertThat(listed("--status", "completed,failed")).isEmpty();
    assertThat(listed("--created-after", "1h")).hasSize(3);
    assertThat(listed("--created-before", "2020-01-01")).isEmpty();
  }

  @Test
  void aListThatIsNotReadToItsEndIsNoSuccess() {
    home.sandbox.faults().add("{on: list, do: refuse, status: 500, times: 0}");

    assertThat(home.run("batches", "list")).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(home.err()).contains("was not read to its end: HTTP 500");
  }

  @Test
  void theListTellsProgramsWhatShowTells() throws IOException {
    assertThat(home.run("batches", "list", "--ours", "--json")).isEqualTo(ExitCode.OK);
    JsonNode listed = home.json().path("batches").path(0);

    assertThat(listed.path("endpoint").asText()).isEqualTo("/v1/chat/completions");
    assertThat(listed.path("completion_window").asText()).isEqualTo("24h");
    assertThat(listed.at("/times/created_at").asText()).endsWith("Z");
    assertThat(home.run("batches", "show", own, "--json")).isEqualTo(ExitCode.OK);
    assertThat(home.json()).isEqualTo(listed);
  }

  @Test
  void showTellsWhichPartABatchIs() throws IOException {
    assertThat(home.run("batches", "show", own)).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains(ProviderHome.PART.toString()).contains(ownFile);

    assertThat(home.run("batches", "show", own, "--json")).isEqualTo(ExitCode.OK);
    JsonNode batch = home.json();
    assertThat(batch.at("/belongs/kind").asText()).isEqualTo("home");
    assertThat(batch.at("/belongs/job").asText()).isEqualTo(ProviderHome.JOB.value());
    assertThat(batch.path("endpoint").asText()).isEqualTo("/v1/chat/completions");
    assertThat(batch.at("/times/created_at").asText()).endsWith("Z");
    assertThat(batch.has("output_file_id")).isTrue();
  }

  @Test
  void anUnknownBatchIsToldInOneLine() {
    assertThat(home.run("batches", "show", "batch_none")).isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(home.err()).contains("batch batch_none can't be read: HTTP 404").hasLineCount(1);
  }

  @Test
  void aBatchOfThisHomeIsNotCancelledPastItsJob() throws IOException {
    assertThat(home.run("batches", "cancel", own, "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains("'batchdrop cancel " + ProviderHome.JOB + "'");
    assertThat(home.get("/batches/" + own).path("status").asText()).doesNotStartWith("cancel");
  }

  @Test
  void nothingIsCancelledWhereNobodyCanBeAsked() throws IOException {
    assertThat(home.run("batches", "cancel", foreign)).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains("nothing was done; expected --yes");
    assertThat(home.get("/batches/" + foreign).path("status").asText()).doesNotStartWith("cancel");
  }

  @Test
  void aForeignBatchIsCancelledOnRequest() throws IOException {
    assertThat(home.run("batches", "cancel", foreign, "--yes")).as(home.err()).isEqualTo(0);
    assertThat(home.get("/batches/" + foreign).path("status").asText()).startsWith("cancel");
  }

  @Test
  void filesTellWhoUsesThem() {
    assertThat(home.run("files", "list")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out())
        .contains("input of " + ProviderHome.PART + " (" + own + ")")
        .contains("mine.jsonl  foreign")
        .contains("3 files at provider near");
  }

  @Test
  void aFileInUseKeepsAllOfThem() throws IOException {
    String mine = home.get("/batches/" + foreign).path("input_file_id").asText();

    assertThat(home.run("files", "delete", mine, ownFile, "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains(ownFile + " is in use by " + ProviderHome.PART);
    assertThat(home.get("/files").path("data")).hasSize(3);

    assertThat(home.run("files", "delete", mine, "--yes")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.get("/files").path("data")).hasSize(2);
  }

  @Test
  void rawAnswersAreShownWithoutTheKey() {
    assertThat(home.run("batches", "list", "--debug")).isEqualTo(ExitCode.OK);
    assertThat(home.err())
        .contains("GET " + home.sandbox.baseUrl() + "/batches?limit=100 -> HTTP 200")
        .contains("content-type: application/json")
        .contains(foreign)
        .doesNotContain(home.key.substring(0, 12));
  }

  @Test
  void onlyOwnFilesOfPublishedJobsAreCleaned(@TempDir Path another) throws IOException {
    assertThat(home.run("clean", "--remote", "--local")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains("0 removed");
    assertThat(home.get("/files").path("data")).hasSize(3);

    try (ProviderHome published = new ProviderHome(another)) {
      String input = published.upload(ProviderHome.PART.uploadName());
      String output = published.upload("output.jsonl");
      String mine = published.upload("mine.jsonl");
      BatchEnd end =
          new BatchEnd(
              "completed", Optional.of(output), Optional.empty(), "missing_answer", "none");
      published.journal(new PartState.Collected(input, "batch_1", end));

      assertThat(published.run("clean", "--remote", "--local", "--dry-run")).isZero();
      assertThat(published.out())
          .contains("would remove work/" + ProviderHome.JOB)
          .contains("would remove " + input)
          .doesNotContain(output);
      assertThat(published.get("/files").path("data")).hasSize(3);
      assertThat(published.home().resolve("work/" + ProviderHome.JOB)).exists();

      assertThat(published.run("clean", "--remote", "--local", "--results", "--json")).isZero();
      assertThat(published.json().path("remote")).hasSize(2);
      assertThat(published.json().path("local")).hasSize(1);
      assertThat(published.get("/files").path("data")).hasSize(1);
      assertThat(published.get("/files/" + mine).path("filename").asText()).isEqualTo("mine.jsonl");
      assertThat(published.home().resolve("work/" + ProviderHome.JOB)).doesNotExist();
    }
  }

  @Test
  void cleaningNothingIsAUsageError() {
    assertThat(home.run("clean")).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains("expected --local, --remote, or both");
  }

  @Test
  void aProviderInsideTheDaemonHasNothingToLookAt() {
    assertThat(home.run("batches", "list", "--provider", "sandbox"))
        .isEqualTo(ExitCode.FAILED_ROWS);
    assertThat(home.err()).contains("lives inside the daemon");
  }

  @Test
  void anUnknownProviderGetsASuggestion() {
    assertThat(home.run("files", "list", "--provider", "neer")).isEqualTo(ExitCode.USAGE);
    assertThat(home.err()).contains("there is no provider 'neer'").contains("near");
  }
}
