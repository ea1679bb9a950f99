package org.batchdrop.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.batchdrop.sim.SimDisk.Ordering;

/**
 * What is drawn for a world before it begins.
 *
 * @param steps of the storm
 * @param crashes chance of a fault to be armed, at each step
 * @param powerLoss chance that a crash is one of the machine
 * @param inputs dropped one after the other
 * @param budget of each table's job; empty: none
 * @param lanes of all pipelines
 */
record WorldPlan(
    Mode mode,
    Weather weather,
    Ordering ordering,
    int steps,
    double crashes,
    double powerLoss,
    List<Input> inputs,
    Optional<String> budget,
    Lanes lanes) {

  static final Duration SETTLE = Duration.ofMinutes(10);

  /** What a world is about, beside the weather. */
  enum Mode {
    /** Nothing but the provider's weather. */
    STEADY,
    /** The process dies, sometimes with the machine. */
    CRASHES,
    /** The wall clock jumps; only the fence keeps from paying twice. */
    JUMPS,
    /** The journal is brought back from a backup. */
    BACKUP,
    /** Jobs are cancelled. */
    CANCELS,
    /** The disk and the journal fail for a while. */
    SICK,
    /** All but jumps and backups. */
    ALL
  }

  /**
   * The ways that rows go.
   *
   * @param mode of the first try
   * @param retry the lane of later tries; empty: the same
   * @param finishBy how long batches are waited for; empty: as long as it takes
   * @param reuses whether rows keep the answers of an earlier job
   */
  record Lanes(String mode, Optional<String> retry, Optional<String> finishBy, boolean reuses) {

    /** Nothing but batches. */
    static final Lanes BATCHES = new Lanes("batch", Optional.empty(), Optional.empty(), false);

    /** As a pipeline says it. */
    String text() {
      return "mode: "
          + mode
          + "\nrealtime-below: 6\n"
          + retry.map(lane -> "retry: {via: " + lane + "}\n").orElse("")
          + finishBy.map(time -> "finish-by: " + time + "\n").orElse("")
          + (reuses ? "reuse: true\n" : "");
    }

    /** Half of the worlds know nothing but batches. */
    static Lanes of(long seed) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L + 2);
      if (random.nextBoolean()) {
        return BATCHES;
      }
      String[] modes = {"realtime", "realtime", "batch", "batch", "auto"};
      String[] times = {"5m", "30m", "1h", "3h"};
      String mode = modes[random.nextInt(modes.length)];
      boolean isLate = !mode.equals("realtime") && random.nextBoolean();
      String retry = mode.equals("realtime") && random.nextBoolean() ? "batch" : "realtime";
      return new Lanes(
          mode,
          random.nextBoolean() ? Optional.of(retry) : Optional.empty(),
          isLate ? Optional.of(times[random.nextInt(times.length)]) : Optional.empty(),
          random.nextInt(3) == 0);
    }
  }

  /**
   * What is dropped.
   *
   * @param pipeline whose inbox
   * @param name of the file
   * @param rows the text of each row, found in its request and in its answer
   * @param bytes the file
   */
  @SuppressWarnings("ArrayRecordComponent") // A value of a test, never compared.
  record Input(String pipeline, String name, List<String> rows, byte[] bytes) {

    static Input table(String letter, int count) {
      return table(letter, rows(letter, count));
    }

    private static Input table(String letter, List<String> rows) {
      StringBuilder text = new StringBuilder("no,text\n");
      for (int i = 0; i < rows.size(); i++) {
        // The same for a row wherever it stands.
        boolean quoted = rows.get(i).charAt(rows.get(i).length() - 1) % 3 == '2' % 3;
        text.append(i + 1).append(',');
        text.append(quoted ? "\"" + rows.get(i) + ", \"\"so\"\"\"" : rows.get(i)).append('\n');
      }
      return new Input("table", "table-" + letter + ".csv", rows, bytes(text));
    }

    /** A later table, with two rows of three and some that are new. */
    Input again() {
      List<String> some = new ArrayList<>(rows.subList(rows.size() / 3, rows.size()));
      some.addAll(some.size() / 2, rows("n", 3));
      return table("again", some);
    }

    static Input requests(String letter, int count) {
      List<String> rows = rows(letter, count);
      StringBuilder text = new StringBuilder();
      for (String row : rows) {
        text.append("{\"custom_id\":\"id-").append(row).append("\",\"method\":\"POST\",\"url\":");
        text.append("\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":");
        text.append("\"user\",\"content\":\"").append(row).append("\"}]}}\n");
      }
      return new Input("requests", "lines-" + letter + ".jsonl", rows, bytes(text));
    }

    private static List<String> rows(String letter, int count) {
      List<String> rows = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        rows.add("row-" + letter + "-" + (100 + i));
      }
      return rows;
    }

    private static byte[] bytes(StringBuilder text) {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A calm world with one table of three parts. */
  static WorldPlan threeParts(double powerLoss) {
    return new WorldPlan(
        Mode.STEADY,
        Weather.calm(),
        Ordering.PREFIX,
        0,
        0,
        powerLoss,
        List.of(Input.table("a", 12)),
        Optional.empty(),
        Lanes.BATCHES);
  }

  static WorldPlan of(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    Mode[] modes = Mode.values();
    Mode mode = modes[random.nextInt(modes.length)];
    List<Input> inputs = new ArrayList<>();
    int rows = random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 9 + random.nextInt(4);
    inputs.add(random.nextInt(4) == 0 ? Input.requests("a", rows) : Input.table("a", rows));
    if (random.nextInt(4) == 0) {
      inputs.add(random.nextInt(3) == 0 ? Input.requests("b", 5) : Input.table("b", 5));
    }
    String[] budgets = {"0.004 USD", "0.0015 USD", "0.02 USD"};
    Lanes lanes = Lanes.of(seed);
    if (lanes.reuses()) {
      inputs.set(0, Input.table("a", rows));
      inputs.add(inputs.get(0).again());
    }
    Optional<String> budget =
        random.nextInt(4) == 0 ? Optional.of(budgets[random.nextInt(3)]) : Optional.empty();
    return new WorldPlan(
        mode,
        weather(mode, random),
        List.of(Ordering.JOURNAL, Ordering.PREFIX, Ordering.SUBSET).get(random.nextInt(3)),
        20 + random.nextInt(60),
        mode == Mode.STEADY || mode == Mode.CANCELS ? 0 : 0.02 + random.nextDouble() * 0.15,
        0.3,
        List.copyOf(inputs),
        budget,
        lanes);
  }

  /** The same in another weather. */
  WorldPlan with(Weather other) {
    return new WorldPlan(mode, other, ordering, steps, crashes, powerLoss, inputs, budget, lanes);
  }

  /** The same with rows that go other ways. */
  WorldPlan with(Lanes other) {
    return new WorldPlan(mode, weather, ordering, steps, crashes, powerLoss, inputs, budget, other);
  }

  private static Weather weather(Mode mode, Random random) {
    if (mode == Mode.JUMPS) {
      return Weather.fenced(SETTLE);
    }
    if (mode == Mode.BACKUP) {
      return Weather.strict(SETTLE).with(Fault.METADATA_STRIPPED, 0);
    }
    return switch (random.nextInt(4)) {
      case 0 -> Weather.fenced(SETTLE);
      case 1 -> {
        Fault[] faults = Fault.values();
        Fault fault = faults[random.nextInt(faults.length)];
        double most = fault == Fault.LINE_REFUSED ? 0.1 : 0.4;
        yield Weather.strict(SETTLE)
            .calmed()
            .with(Fault.LINE_REFUSED, 0)
            .with(Fault.REPLY_LOST, 0.1)
            .with(fault, random.nextDouble() * most);
      }
      default -> Weather.strict(SETTLE);
    };
  }
}
