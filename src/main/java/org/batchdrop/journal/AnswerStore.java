package org.batchdrop.journal;

import java.io.Closeable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a pipeline's jobs got, found by the key of their request; a file of its own, so
 * that the journal does not grow with rows. It is a cache: what it has lost is bought again.
 * Several may have it open; each is confined to one thread.
 *
 * <p>Each method throws {@link AnswersDamaged} when the file is damaged, and another {@link
 * JournalException} when it can't be read or written.
 */
public interface AnswerStore extends Closeable {

  /** Opens stores. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the answers of a pipeline.
     *
     * @param file made when it is absent; its folder must be there
     */
    AnswerStore open(Path file);
  }

  /** The response to a request; null when it is not known. */
  byte @Nullable [] find(byte[] request);

  /** Keeps the response to a request, in place of an earlier one; lasting once this is closed. */
  void keep(byte[] request, byte[] response);

  /** Makes what was kept last. */
  @Override
  void close();
}
