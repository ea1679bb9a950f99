package org.batchdrop.job;

import java.nio.file.Path;

/**
 * The layout of {@code work/<job>/}; paths only, nothing here touches the disk.
 *
 * @param root the folder of the job
 */
public record JobFolder(Path root) {

  /**
   * Holds what was dropped, under its own name; where that is the address of a file, also that file
   * once it was fetched. Nothing else.
   */
  public Path input() {
    return root.resolve("input");
  }

  /** The pipeline file as it was when the input was claimed; the job is run by this copy alone. */
  public Path pipeline() {
    return root.resolve("pipeline.yaml");
  }

  /** What a person said about the rows of this job; absent when nothing. */
  public Path rowOrder() {
    return root.resolve("rows.txt");
  }

  /** Who claimed what, written before the claim, so that a crash in between can be put right. */
  public Path claim() {
    return root.resolve("claim.json");
  }

  /** What the address of the input gives so far; left behind only by a crash. */
  public Path fetching() {
    return root.resolve("fetch.part");
  }

  /** Where the fetched file came from, one JSON object; written before the file is in its place. */
  public Path fetched() {
    return root.resolve("fetched.json");
  }

  /**
   * Rows that will not be sent, one JSON object a line in input order; absent when there are none.
   */
  public Path unsentRows() {
    return root.resolve("unsent.jsonl");
  }

  /**
   * The rows that keep answers of earlier jobs, as ranges; there once that is decided. Absent
   * unless the pipeline reuses answers.
   */
  public Path reusedRows() {
    return root.resolve("reused.rows");
  }

  /** A UTF-8 copy of an input in another charset; absent when the input itself is UTF-8. */
  public Path transcodedInput() {
    return root.resolve("input.utf8");
  }

  /** The unpacked form of an archive. */
  public Path unpackedInput() {
    return root.resolve("unpacked");
  }

  /**
   * Where in which file each row of a split source stands, one JSON object a row in input order;
   * absent when a row is a file.
   */
  public Path units() {
    return root.resolve("units.jsonl");
  }

  /** The files of a source whose parsing has begun; left behind only by a crash. */
  public Path parsing() {
    return root.resolve("units.parsing");
  }

  /** The request lines of a part. */
  public Path requests(PartId part) {
    return root.resolve(part.label() + ".jsonl");
  }

  /** The row numbers of a part's lines, as ranges {@code first-last}, one a line, ascending. */
  public Path rows(PartId part) {
    return root.resolve(part.label() + ".rows");
  }

  /** The answers of a part in the realtime lane so far; renamed to {@link #output} at its end. */
  public Path answers(PartId part) {
    return root.resolve(part.label() + ".answers.jsonl");
  }

  /** The provider's output file of a part, complete or absent. */
  public Path output(PartId part) {
    return root.resolve(part.label() + ".output.jsonl");
  }

  /** The provider's error file of a part, complete or absent. */
  public Path errors(PartId part) {
    return root.resolve(part.label() + ".errors.jsonl");
  }

  /**
   * Lines of ours for rows of a part that no line of the provider decides and that are not tried
   * again; in the shape of the provider's error lines. Absent when there are none.
   */
  public Path verdicts(PartId part) {
    return root.resolve(part.label() + ".verdicts.jsonl");
  }

  /** What the provider found wrong with single lines of a part; absent when nothing. */
  public Path lineProblems(PartId part) {
    return root.resolve(part.label() + ".problems.jsonl");
  }

  /** Why the input was rejected, one JSON object a line. */
  public Path problems() {
    return root.resolve("problems.jsonl");
  }
}
