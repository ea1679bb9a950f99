package org.batchdrop.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, with a heap that is small for its input. */
final class ChildJvm {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private ChildJvm() {}

  /**
   * What a run left.
   *
   * @param output standard output and error
   */
  record Finished(int exitCode, String output) {}

  static Finished run(String heap, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("child", ".out");
    try {
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      line.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heap, "-XX:TieredStopAtLevel=1"));
      line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      line.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException("no end: " + Files.readString(output));
      }
      return new Finished(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
