package org.batchdrop.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How the packaged daemon is started quickly: with the classes of a rehearsal archived, as the
 * launcher does, and without the slower compiler.
 *
 * @param archive of classes; absent: started without
 */
record DaemonCommand(Path archive) {

  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TieredStopAtLevel=1",
          "-Dsun.net.httpserver.nodelay=true",
          "-Dfile.encoding=UTF-8",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  /** Rehearses a demo, and keeps the classes that it loaded. */
  static DaemonCommand rehearsed(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path archive = directory.resolve("classes.jsa");
    List<String> line = line(List.of("-XX:ArchiveClassesAtExit=" + archive));
    line.addAll(List.of("demo", "--dir", directory.resolve("rehearsal").toString()));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("rehearsal.out").toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("the rehearsal did not end");
    }
    return new DaemonCommand(archive);
  }

  /** Runs the daemon of a home; its output is appended to {@code run.out} there. */
  ProcessBuilder run(Path home, List<String> options) {
    List<String> all = new ArrayList<>(options);
    if (Files.exists(archive)) {
      all.add("-XX:SharedArchiveFile=" + archive);
    }
    List<String> line = line(all);
    line.addAll(List.of("run", "--home", home.toString()));
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("run.out").toFile()));
  }

  private static List<String> line(List<String> options) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(OPTIONS);
    line.addAll(options);
    line.addAll(List.of("-jar", DaemonProcess.JAR.toString()));
    return line;
  }
}
