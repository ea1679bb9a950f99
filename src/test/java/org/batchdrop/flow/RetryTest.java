package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.batchdrop.cli.Commands;
import org.batchdrop.cli.ExitCode;
import org.batchdrop.sandbox.SandboxServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {

  @TempDir private Path root;

  @Test
  void rowsThatFailedAreAnsweredOnceThePipelineFitsThem() throws Exception {
    String warm =
        DaemonFixture.TICKETS.replace("model:", "temperature: \"{{t:json}}\"\n    model:");
    try (SandboxServer sandbox = DaemonFixture.sandbox(root);
        DaemonFixture daemon = new DaemonFixture(root.resolve("home"))) {
      daemon.write("pipelines/tickets.yaml", warm).start(sandbox.baseUrl());
      daemon.drop("tickets", "t.csv", "text,t\na,0.5\nb,warm\nc,0.1\n".getBytes(UTF_8));
      daemon.over("t.csv");
      DaemonFixture.assertBalance(daemon.published("tickets", "t.csv"), 3, 2, 1);

      daemon.write("pipelines/tickets.yaml", DaemonFixture.TICKETS);
      String id = daemon.jobId("t.csv").value();
      assertThat(run("retry", id, "--home", daemon.home().root().toString()))
          .isEqualTo(ExitCode.OK);

      Path retried = daemon.published("tickets", "t-retry1.csv");
      assertThat(retried.resolve("input/t-retry1.csv")).hasContent("text,t\nb,warm\n");
      DaemonFixture.assertBalance(retried, 1, 1, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "t.csv, false, t-retry1.csv",
    "t-retry1.csv, false, t-retry2.csv",
    "t-retry99999999.csv, false, t-retry100000000.csv",
    "a.b.jsonl, false, a.b-retry1.jsonl",
    "src.TAR.GZ, false, src-retry1.TAR.GZ",
    ".tar.gz, false, .tar-retry1.gz",
    "noext, false, noext-retry1",
    "v1.2, true, v1.2-retry1",
    "v1.2-retry1, true, v1.2-retry2"
  })
  void newNameKeepsTheExtension(String name, boolean isFolder, String expected) {
    assertThat(Retry.newName(name, isFolder)).isEqualTo(expected);
  }

  private static int run(String... arguments) {
    return Commands.execute(
        arguments, new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false);
  }
}
