package org.batchdrop.sim;

/** What can go wrong at a {@link SimProvider}. */
public enum Fault {
  /** No connection: the call did not leave. */
  NOT_CONNECTED,
  /** The request is lost on its way; reset or timeout. */
  REQUEST_LOST,
  /** It was done, and the reply is lost; reset or timeout. */
  REPLY_LOST,
  /** 5xx or 408, and nothing was done. */
  ERROR_BEFORE,
  /** It was done, and the reply is a 5xx. */
  ERROR_AFTER,
  /** 429 with any form of Retry-After; nothing was done. */
  THROTTLED,
  /** 401; nothing was done. */
  KEY_REFUSED,
  /** 429 {@code insufficient_quota}; nothing was done. */
  QUOTA,
  /** It was done, and the 2xx can't be read or holds no id; not for downloads. */
  GARBLED,
  /** A create is done long after its reply was given up, unless its file is deleted by then. */
  CREATE_LATE,
  /** A file that was just uploaded is unknown to creates for a while. */
  FILE_UNSEEN,
  /** A new batch stays out of the list for a while. */
  LIST_LAG,
  /** The batches of a page stand in any order; {@code last_id} says where the next one begins. */
  LIST_SHUFFLED,
  /** Pages hold fewer batches than asked for. */
  LIST_SHORT,
  /** A page without {@code last_id}, with {@code value}, or as a bare array when it is the last. */
  LIST_SHAPE,
  /** A batch is shown without its metadata. */
  METADATA_STRIPPED,
  /** A new batch can't be retrieved for a while. */
  BATCH_UNSEEN,
  /** A batch that has not ended shows a status that nobody knows. */
  STATUS_UNKNOWN,
  /** Statuses in upper case and as synonyms. */
  STATUS_SPELLING,
  /** Counts that are absent, null or zero. */
  COUNTS_FROZEN,
  /** The batch expires with a part of its rows executed. */
  EXPIRED,
  /** Somebody else cancels the batch. */
  CANCELLED,
  /** The batch fails with a part of its rows executed. */
  FAILED,
  /** The batch fails in validation with {@code token_limit_exceeded}. */
  TOKEN_LIMIT,
  /** A row's line is never valid: each batch that holds it fails in validation, naming the line. */
  LINE_REFUSED,
  /** A row is executed and fails, in one of the shapes that failures have. */
  ROW_FAILED,
  /** A row is executed and its line is missing. */
  LINE_MISSING,
  /** A row has two lines, the same or different ones. */
  LINE_DUPLICATED,
  /** A row's line is cut. */
  LINE_MALFORMED,
  /** A line of a row that nobody asked for. */
  LINE_FOREIGN,
  /** Lines in any order. */
  LINES_SHUFFLED,
  /** A row is executed and its line says status 0. */
  STATUS_ZERO,
  /** The id of a file that is not there is empty or absent instead of null. */
  FILE_ID_EMPTY,
  /** An error file without a line instead of none. */
  EMPTY_ERROR_FILE,
  /** A result file can't be downloaded for a while: 404. */
  CONTENT_UNSEEN,
  /** A download ends early or breaks off; the announced length tells. */
  DOWNLOAD_CUT,
  /** Ids with characters that must be escaped in an address. */
  ODD_IDS
}
