package org.batchdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox does not start with faults that it can't read. */
class SandboxCommandTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  private int run(Path faults) {
    String[] arguments = {
      "sandbox",
      "--port",
      "0",
      "--dir",
      directory.resolve("state").toString(),
      "--faults",
      faults.toString()
    };
    return Commands.execute(
        arguments, new PrintWriter(new StringWriter()), new PrintWriter(err), false);
  }

  @Test
  void malformedFaultsAreAUsageError() throws IOException {
    Path faults = Files.writeString(directory.resolve("faults.yaml"), "{on: create, do: explode}");

    assertThat(run(faults)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("fault rule 1: 'do' is 'explode'; expected one of");
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void missingFaultsAreAUsageError() {
    assertThat(run(directory.resolve("none.yaml"))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no such file").contains("none.yaml");
  }
}
