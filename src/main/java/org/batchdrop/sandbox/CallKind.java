package org.batchdrop.sandbox;

import java.util.Locale;

/** What a request of the API is for; a fault rule names it by its label. */
public enum CallKind {
  /** {@code POST /files}. */
  UPLOAD,
  /** {@code GET /files}. */
  FILE_LIST,
  /** {@code GET /files/ID}. */
  FILE_RETRIEVE,
  /** {@code DELETE /files/ID}. */
  FILE_DELETE,
  /** {@code GET /files/ID/content}. */
  CONTENT,
  /** {@code POST /batches}. */
  CREATE,
  /** {@code GET /batches}. */
  LIST,
  /** {@code GET /batches/ID}. */
  RETRIEVE,
  /** {@code POST /batches/ID/cancel}. */
  CANCEL,
  /** A request that is answered at once, such as {@code POST /chat/completions}. */
  REALTIME;

  /** Returns the word in rules and in the ledger, such as {@code file-list}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
