package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code merge} and {@code analyze}. */
class ResultCommandsTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path table;
  private Path results;

  @BeforeEach
  void write() throws IOException {
    table = Files.writeString(folder.resolve("t.csv"), "k,text\nx,a\ny,b\n");
    results =
        Files.writeString(folder.resolve("out.jsonl"), answer("row-1", "p") + answer("row-2", "q"));
  }

  private static String answer(String id, String label) {
    return "{\"custom_id\":\"%s\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"m-1\","
            .formatted(id)
        + "\"choices\":[{\"message\":{\"content\":\"{\\\"label\\\":\\\"%s\\\"}\"}}],"
            .formatted(label)
        + "\"usage\":{\"prompt_tokens\":1000000,\"completion_tokens\":0}}}}\n";
  }

  private int run(String... arguments) {
    return Commands.execute(arguments, new PrintWriter(out), new PrintWriter(err), false);
  }

  private int merge(String... more) {
    String[] arguments = new String[more.length + 4];
    arguments[0] = "merge";
    arguments[1] = results.toString();
    arguments[2] = "--original";
    arguments[3] = table.toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return run(arguments);
  }

  @Test
  void mergesBesideTheOriginalAndSaysWhatItCameTo() {
    assertThat(merge("--column", "label=/choices/0/message/content#/label")).isZero();

    assertThat(folder.resolve("t.results.csv"))
        .hasContent("k,text,label,batchdrop_error\nx,a,p,\ny,b,q,\n");
    assertThat(out.toString())
        .contains("2 rows: 2 answered, 0 failed")
        .contains("'row-<number>', the first row is number 1 (found)");
  }

  @Test
  void saysFactsAsJsonAndThatRowsFailed() throws IOException {
    Files.writeString(results, answer("row-2", "q") + answer("row-7", "x"));

    assertThat(merge("--json")).isEqualTo(1);

    JsonNode facts = new ObjectMapper().readTree(out.toString());
    assertThat(facts.path("rows").asInt()).isEqualTo(2);
    assertThat(facts.path("missing").asInt()).isEqualTo(1);
    assertThat(facts.path("unmatched_lines").asInt()).isEqualTo(1);
    assertThat(facts.at("/failed_by_code/missing_answer").asInt()).isEqualTo(1);
  }

  @Test
  void replacesOnlyWhenForced() throws IOException {
    Path target = Files.writeString(folder.resolve("t.results.csv"), "old");

    assertThat(merge()).isEqualTo(2);
    assertThat(target).hasContent("old");
    assertThat(merge("--force")).isZero();
    assertThat(target).content().startsWith("k,text,answer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--id-column=no",
        "--id-pattern=row-",
        "--id-pattern=(",
        "--first-row=2",
        "--delimiter=x",
        "--charset=no-such",
        "--column=a=b",
        "--column=k=/x",
        "--out=no-such-folder/x.csv",
        "--unknown"
      })
  void refusesWhatItCantUse(String option) {
    assertThat(merge(option)).isEqualTo(2);
    assertThat(err.toString()).isNotBlank();
    assertThat(folder.resolve("t.results.csv")).doesNotExist();
  }

  @Test
  void tellsFilesThatCantBeReadApart() throws IOException {
    assertThat(run("merge", folder.resolve("no").toString(), "--original", table.toString()))
        .isEqualTo(3);
    Files.writeString(table, "a\n\"never closed\n");
    assertThat(merge()).isEqualTo(3);
    assertThat(err.toString()).contains("line 2 is never closed");
    Files.writeString(table, "{\"text\":\"a\"}\n");
    assertThat(merge()).isEqualTo(2);
    assertThat(err.toString()).contains("looks like JSON lines");
    assertThat(run("analyze", folder.resolve("no").toString(), "--home", folder.toString()))
        .isEqualTo(3);
  }

  @Test
  void analyzesAndPrices() throws IOException {
    Path prices =
        Files.writeString(
            folder.resolve("p.yaml"),
            """
            date: 2026-11-01
            prices:
              - {provider: openai, model: m-1, currency: USD, input: 2, output: 3, batch: {discount: 50%}}
            """);

    assertThat(
            run(
                "analyze",
                results.toString(),
                "--home",
                folder.toString(),
                "--provider",
                "openai",
                "--prices",
                prices.toString()))
        .isZero();
    assertThat(out.toString())
        .contains("2 lines: 2 answers, 0 failures")
        .contains("prompt_tokens: sum 2000000, mean 1000000.0")
        .contains("cost of m-1: 2 USD");

    assertThat(run("analyze", results.toString(), "--home", folder.toString())).isZero();
    assertThat(out.toString()).contains("not known; say --provider");
  }

  @Test
  void analyzesAsJson() throws IOException {
    assertThat(run("analyze", results.toString(), "--json", "--home", folder.toString())).isZero();

    JsonNode facts = new ObjectMapper().readTree(out.toString());
    assertThat(facts.at("/prompt_tokens/p95").asLong()).isEqualTo(1_000_000);
    assertThat(facts.at("/models/m-1").asInt()).isEqualTo(2);
    assertThat(facts.at("/cost/m-1/amount").isNull()).isTrue();
  }
}
