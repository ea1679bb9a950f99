package org.batchdrop.request;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers that earlier jobs of a pipeline got, found by the request. Confined to one thread. */
@FunctionalInterface
public interface KnownAnswers {

  /** Nothing was answered before. */
  KnownAnswers NONE = key -> null;

  /**
   * Looks an answer up.
   *
   * @param key of the request, see {@link RequestKey}
   * @return the {@code response} of its line, as JSON; null when there is none
   * @throws IOException when nobody can say
   */
  byte @Nullable [] response(byte[] key) throws IOException;
}
