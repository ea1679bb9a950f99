package org.batchdrop.input;

/**
 * What part of a source one answer is for.
 *
 * @param path of the file, {@code /} as separator
 * @param unit the name of what was cut out of it; empty when it is the whole file
 * @param kind {@code file}, {@code rest}, or what was cut out: {@code function}, {@code struct}
 * @param line where it begins, from 1
 */
public record SourcePiece(String path, String unit, String kind, int line) {

  /** The kind of a whole file. */
  static final String FILE = "file";

  /** The kind of what stands between the units of a file. */
  static final String REST = "rest";

  static SourcePiece wholeFile(String path) {
    return new SourcePiece(path, "", FILE, 1);
  }

  /** Where it stands, for people: {@code src/a.c} or {@code src/a.c:12 ring_push}. */
  public String place() {
    return kind.equals(FILE) ? path : path + ":" + line + " " + unit;
  }
}
