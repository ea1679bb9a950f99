package org.batchdrop.input;

/**
 * Why a row can't become a request.
 *
 * @param code one word in lower snake case
 * @param what the rest of a sentence that begins with the row's location
 */
public record RowProblem(String code, String what) {

  /** The whole sentence. */
  public String message(String location) {
    return location + " " + what;
  }

  /** A table's row whose number of fields is not the header's. */
  public static RowProblem ragged(int found, int expected) {
    return new RowProblem(
        "ragged_record",
        "has "
            + found
            + (found == 1 ? " field" : " fields")
            + "; expected "
            + expected
            + " from the header");
  }

  /** A table's row that has text behind a closing quote. */
  public static RowProblem malformedQuote() {
    return new RowProblem(
        "malformed_quote",
        "has text after a closing quote; expected a delimiter, or quotes inside quotes doubled");
  }

  /** A row that is longer than what is kept in memory; both in bytes. */
  public static RowProblem recordTooLong(long length, long most) {
    return new RowProblem(
        "record_too_long", "has " + length + " bytes; expected fewer than " + most);
  }

  /** A row that is not valid UTF-8; the bytes are only looked at for a hint. */
  public static RowProblem invalidUtf8(byte[] bytes, int from, int to) {
    return new RowProblem(
        "invalid_utf8", "is not valid UTF-8" + InputSniff.charsetHint(bytes, from, to));
  }
}
