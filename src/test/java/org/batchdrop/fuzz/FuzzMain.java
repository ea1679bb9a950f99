package org.batchdrop.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs many inputs over fuzz targets, by hand: {@code FuzzMain SEED FOLDER CLASS=COUNT ...}. Prints
 * what was run and how fast; an input that breaks a rule, or takes longer than ten seconds, is
 * written into the folder. Exits 1 when there was one.
 */
public final class FuzzMain {

  private static final long HANG_NANOS = 10_000_000_000L;
  private static final int MOST_FINDINGS = 20;

  private final Path folder;
  private final PrintStream out;
  private final Map<String, Integer> findings = new TreeMap<>();

  private FuzzMain(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  /** Runs the named targets one after the other. */
  public static void main(String[] args) throws Exception {
    FuzzMain fuzz = new FuzzMain(Files.createDirectories(Path.of(args[1])), System.out);
    fuzz.out.printf(
        "%-46s %9s %8s %9s %9s%n", "target", "inputs", "seconds", "inputs/s", "slowest");
    long total = 0;
    for (int i = 2; i < args.length; i++) {
      String[] one = args[i].split("=");
      var constructor = Class.forName(one[0]).getDeclaredConstructor();
      constructor.setAccessible(true);
      long count = Long.parseLong(one[1]);
      fuzz.run((FuzzTarget) constructor.newInstance(), Long.parseLong(args[0]), count);
      total += count;
    }
    fuzz.out.printf("%d inputs, findings: %s%n", total, fuzz.findings);
    if (!fuzz.findings.isEmpty()) {
      System.exit(1);
    }
  }

  private void run(FuzzTarget target, long seed, long count) throws IOException {
    String name = target.getClass().getSimpleName();
    long begun = System.nanoTime();
    long slowest = 0;
    AtomicLong current = new AtomicLong();
    Thread watch = watch(current, name);
    try {
      for (long i = 0; i < count && found(name) < MOST_FINDINGS; i++) {
        byte[] input = target.generate(new Random(seed + i));
        long start = System.nanoTime();
        current.set(start);
        try {
          target.check(input);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
          report(name, seed + i, input, e);
        }
        long took = System.nanoTime() - start;
        slowest = Math.max(slowest, took);
        if (took > HANG_NANOS) {
          report(name, seed + i, input, new AssertionError("took " + took / 1_000_000 + " ms"));
        }
        current.set(0);
      }
    } finally {
      watch.interrupt();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    out.printf(
        "%-46s %9d %8.1f %9.0f %6d ms%n",
        target.getClass().getName(), count, seconds, count / seconds, slowest / 1_000_000);
  }

  private int found(String name) {
    return findings.getOrDefault(name, 0);
  }

  private void report(String name, long seed, byte[] input, Throwable failure) throws IOException {
    findings.merge(name, 1, Integer::sum);
    Path file = folder.resolve(name + "-" + seed);
    Files.write(file, input);
    String text = String.valueOf(failure);
    out.println(file + ": " + text.substring(0, Math.min(600, text.length())));
    StackTraceElement[] trace = failure.getStackTrace();
    for (int i = 0; i < Math.min(8, trace.length); i++) {
      out.println("    at " + trace[i]);
    }
  }

  /** Tells of an input that does not end, and ends the program. */
  private static Thread watch(AtomicLong current, String name) {
    Thread thread =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                long since = current.get();
                if (since != 0 && System.nanoTime() - since > 6 * HANG_NANOS) {
                  System.out.println(name + ": an input takes longer than a minute");
                  System.exit(2);
                }
                LockSupport.parkNanos(HANG_NANOS / 10);
              }
            },
            "watch");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
