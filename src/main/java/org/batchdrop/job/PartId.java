package org.batchdrop.job;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one try at buying one slice of a job.
 *
 * @param job the job
 * @param number the slice, from 1
 * @param generation the try, from 1; generation n+1 holds only the rows that generation n left
 *     unanswered
 */
public record PartId(JobId job, int number, int generation) implements Comparable<PartId> {

  private static final Pattern KEY = Pattern.compile("([^/]+)/part-([0-9]{4,9})/([0-9]{1,9})");
  private static final Pattern NAME =
      Pattern.compile("batchdrop[.](.+)[.]part-([0-9]{4,9})[.]g([0-9]{1,9})[.]jsonl");

  /**
   * @throws IllegalArgumentException when {@code number} or {@code generation} is below 1
   */
  public PartId {
    if (number < 1 || generation < 1) {
      throw new IllegalArgumentException(
          "part " + number + " generation " + generation + ": expected both from 1");
    }
  }

  /** The next try at the same slice. */
  public PartId next() {
    return new PartId(job, number, generation + 1);
  }

  /** {@code part-0001} in the first generation, {@code part-0001.g2} in the second. */
  public String label() {
    return generation == 1 ? part() : part() + ".g" + generation;
  }

  /** Every step asks for names, and a formatter takes many times as long. */
  private String part() {
    String digits = Integer.toString(number);
    return "part-" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  /**
   * The key that finds this try again at the provider: {@code JOB/part-0001/1}. It is sent as batch
   * metadata where the profile has a field for it.
   */
  public String submissionKey() {
    return slice() + "/" + generation;
  }

  /** What the submission keys of all generations begin with, before a slash. */
  public String slice() {
    return job + "/" + part();
  }

  /**
   * Reads a submission key.
   *
   * @return empty when the text is none
   */
  public static Optional<PartId> ofSubmissionKey(String text) {
    return of(KEY.matcher(text));
  }

  /**
   * Reads the name of an uploaded file.
   *
   * @return empty when it is none of ours
   */
  public static Optional<PartId> ofUploadName(String name) {
    return of(NAME.matcher(name));
  }

  private static Optional<PartId> of(Matcher matcher) {
    if (!matcher.matches() || !JobId.isValid(matcher.group(1))) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(2));
    int generation = Integer.parseInt(matcher.group(3));
    return number < 1 || generation < 1
        ? Optional.empty()
        : Optional.of(new PartId(new JobId(matcher.group(1)), number, generation));
  }

  /** The name under which the part is uploaded; it carries job, part and generation. */
  public String uploadName() {
    return String.format(Locale.ROOT, "batchdrop.%s.part-%04d.g%d.jsonl", job, number, generation);
  }

  @Override
  public int compareTo(PartId other) {
    int byJob = job.compareTo(other.job);
    if (byJob != 0) {
      return byJob;
    }
    int byNumber = Integer.compare(number, other.number);
    return byNumber != 0 ? byNumber : Integer.compare(generation, other.generation);
  }

  @Override
  public String toString() {
    return job + "/" + label();
  }
}
