package org.batchdrop.job;

import java.text.Normalizer;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names a job: {@code yyyyMMdd-HHmmss-<slug>-<6 hex>}, safe as a file name everywhere.
 *
 * @param value the whole identifier; the slug is the dropped file's stem in lower case, at most 40
 *     characters of {@code [a-z0-9-]}, absent when nothing of the stem survives
 */
public record JobId(String value) implements Comparable<JobId> {

  private static final Pattern SHAPE =
      Pattern.compile("[0-9]{8}-[0-9]{6}-([a-z0-9][a-z0-9-]{0,39}-)?[0-9a-f]{6}");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final int SLUG_LENGTH = 40;

  /**
   * @throws IllegalArgumentException when {@code value} does not have the shape above
   */
  public JobId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "job id '" + value + "': expected yyyyMMdd-HHmmss-name-6hex");
    }
  }

  /** Tells whether a text has the shape of a job id. */
  public static boolean isValid(String text) {
    return SHAPE.matcher(text).matches();
  }

  /**
   * Makes the id of a job.
   *
   * @param at when the input was claimed
   * @param zone the zone in which the time is written
   * @param inputName the dropped file's name, with or without extension
   * @param random any number; its low 24 bits become the last six digits
   */
  public static JobId of(Instant at, ZoneId zone, String inputName, int random) {
    String slug = slug(inputName);
    String middle = slug.isEmpty() ? "" : slug + "-";
    return new JobId(
        TIME.withZone(zone).format(at)
            + "-"
            + middle
            + String.format(Locale.ROOT, "%06x", random & 0xFFFFFF));
  }

  /**
   * The last six hexadecimal digits; they begin the {@code custom_id} of each of the job's rows.
   */
  public String suffix() {
    return value.substring(value.length() - 6);
  }

  private static String slug(String name) {
    int dot = name.indexOf('.', 1);
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String plain =
        Normalizer.normalize(stem, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    String cut = plain.length() > SLUG_LENGTH ? plain.substring(0, SLUG_LENGTH) : plain;
    return cut.replaceAll("^-+|-+$", "");
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
