package org.batchdrop.sandbox;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the faults of one call change inside the API; by default nothing. */
interface Disturbance {
  /** Nothing is changed. */
  Disturbance NONE = new Disturbance() {};

  /** Returns which batches a list has, and in which order. */
  default List<Batch> batches(List<Batch> all) {
    return all;
  }

  /** Returns which files a list has, and in which order. */
  default List<StoredFile> files(List<StoredFile> all) {
    return all;
  }

  /** Chooses how a new batch behaves. */
  default @Nullable BatchScript script(StoredFile input, @Nullable Map<String, String> metadata) {
    return null;
  }

  /** Tells whether an input file may have been deleted since the request was sent. */
  default boolean takesDeletedInput() {
    return false;
  }
}
