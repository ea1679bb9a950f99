package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user runs first. */
class DemoIT {

  @TempDir Path temp;

  @Test
  void theDemoDeliversEveryExampleAndBalances() throws Exception {
    Path out = temp.resolve("demo.out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                DaemonProcess.JAR.toString(),
                "demo")
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    String output = Files.readString(out);
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("120 rows in = 120 answered + 0 failed")
        .contains("6 rows in = 6 answered + 0 failed")
        .contains("4 rows in = 4 answered + 0 failed")
        .contains("files/src/ring.rs")
        .contains("files/src/main.rs");
  }
}
