package org.batchdrop.journey;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.batchdrop.sandbox.SandboxServer;
import org.batchdrop.sandbox.SandboxSettings;

/**
 * {@link PlainScript} under the same treatment as the daemon: one job a case, killed once at a step
 * of its own or robbed of one reply, then started again until it ends well.
 */
final class ScriptLoop {

  private static final int ROWS = 4;
  private static final int MOST_STARTS = 4;

  private static final Map<String, Set<String>> EFFECTS =
      Map.of(
          "java.nio.file.Files", Set.of("writeString", "copy"),
          "de.siegmar.fastcsv.writer.CsvWriter", Set.of("writeRecord"));

  private final Path directory;

  ScriptLoop(Path directory) {
    this.directory = directory;
  }

  /**
   * What came out.
   *
   * @param cases kills or lost replies
   * @param paidTwice executions beyond one a row
   * @param lost rows without their answer in the end
   * @param partial result files that were seen incomplete under their final name
   * @param posts creates that were sent over the wire
   */
  record Outcome(int cases, long paidTwice, long lost, int partial, int posts) {}

  /** Kills once in each case. */
  Outcome kills(int cases) throws IOException, InterruptedException {
    List<CrashPoint> points = points();
    return run(cases, "script-kills", (gateway, folder, i) -> killed(gateway, folder, points, i));
  }

  /** Loses the reply of the first create in each case. */
  Outcome lostReplies(int cases) throws IOException, InterruptedException {
    return run(
        cases,
        "script-losses",
        (gateway, folder, i) -> {
          boolean[] lost = new boolean[1];
          FaultyGateway.Loss kind = LostReplies.KINDS.get(i % LostReplies.KINDS.size());
          gateway.lose(
              create -> {
                boolean isFirst = !lost[0];
                lost[0] = true;
                return isFirst ? kind : FaultyGateway.Loss.NONE;
              });
          return 0;
        });
  }

  /** What happens to one case before it may run to its end. */
  private interface Trouble {
    /** Returns how many result files were seen incomplete. */
    int make(FaultyGateway gateway, Path folder, int number)
        throws IOException, InterruptedException;
  }

  private Outcome run(int cases, String name, Trouble trouble)
      throws IOException, InterruptedException {
    Path place = directory.resolve(name);
    try (SandboxServer provider =
            SandboxServer.start(
                SandboxSettings.builder()
                    .directory(place.resolve("provider"))
                    .validation(Duration.ofMillis(50))
                    .build());
        FaultyGateway gateway = FaultyGateway.start(provider.baseUrl())) {
      gateway.lateness(Duration.ofSeconds(3));
      long lost = 0;
      int partial = 0;
      for (int i = 0; i < cases; i++) {
        Path folder = Files.createDirectories(place.resolve("case" + i));
        writeInput(folder, i);
        partial += trouble.make(gateway, folder, i);
        boolean ended = false;
        for (int start = 0; start < MOST_STARTS && !ended; start++) {
          ended = ends(command(gateway, folder, List.of()).start());
        }
        gateway.heal();
        lost += lost(folder, i);
      }
      // What is late arrives, and is executed, before the ledger is read.
      TimeUnit.SECONDS.sleep(4);
      long paid = provider.ledger().totalExecutions();
      Map<String, Integer> executions = provider.ledger().executions();
      int posts = gateway.sent().values().stream().mapToInt(n -> n).sum();
      return new Outcome(cases, paid - executions.size(), lost, partial, posts);
    }
  }

  private int killed(FaultyGateway gateway, Path folder, List<CrashPoint> points, int number)
      throws IOException, InterruptedException {
    CrashPoint point = points.get(number % points.size());
    Path results = folder.resolve("results.csv");
    try (DebuggedProcess script =
        DebuggedProcess.start(
            option -> command(gateway, folder, List.of(option)), List.of(point))) {
      Optional<DebuggedProcess.Hit> hit = script.next(Duration.ofSeconds(20));
      if (hit.isEmpty()) {
        return 0;
      }
    }
    return Files.exists(results) && lost(folder, number) > 0 ? 1 : 0;
  }

  /** The steps of the script, before and after, and each line that touches a file. */
  private static List<CrashPoint> points() {
    List<CrashPoint> points = new ArrayList<>();
    Arrays.stream(PlainScript.class.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .map(Method::getName)
        .filter(name -> !name.equals("main") && !name.equals("rows"))
        .distinct()
        .sorted()
        .forEach(
            name ->
                Stream.of(new CrashPoint.Spot.Entry(name, ""), new CrashPoint.Spot.Exit(name, ""))
                    .forEach(
                        spot ->
                            points.add(
                                new CrashPoint(
                                    "script " + name + " " + spot.getClass().getSimpleName(),
                                    PlainScript.class.getName(),
                                    spot,
                                    Optional.empty()))));
    points.addAll(CrashPoints.effects(PlainScript.class, EFFECTS));
    return points;
  }

  private void writeInput(Path folder, int number) throws IOException {
    StringBuilder table = new StringBuilder("id,text\n");
    for (int row = 1; row <= ROWS; row++) {
      table.append(id(number, row)).append(",").append(text(number, row)).append('\n');
    }
    Files.writeString(folder.resolve("input.csv"), table);
  }

  private static String id(int number, int row) {
    return "case" + number + "-" + row;
  }

  private static String text(int number, int row) {
    return "text " + number + " of row " + row;
  }

  private static long lost(Path folder, int number) throws IOException {
    Path results = folder.resolve("results.csv");
    List<String> lines = Files.exists(results) ? Files.readAllLines(results) : List.of();
    long lost = 0;
    for (int row = 1; row <= ROWS; row++) {
      String text = text(number, row);
      String line = id(number, row) + "," + text + ",[sandbox] " + text;
      lost += lines.contains(line) ? 0 : 1;
    }
    return lost;
  }

  private static boolean ends(Process script) throws InterruptedException {
    if (script.waitFor(30, TimeUnit.SECONDS)) {
      return script.exitValue() == 0;
    }
    script.destroyForcibly().waitFor();
    return false;
  }

  private static ProcessBuilder command(FaultyGateway gateway, Path folder, List<String> options) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    line.addAll(options);
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(
        List.of(PlainScript.class.getName(), gateway.baseUrl().toString(), folder.toString()));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()));
  }
}
