package org.batchdrop.chaos;

import java.time.Duration;

/** What is wrong with one direction of a {@link FaultProxy}. */
public sealed interface Toxic {

  /** Bytes pass as they come. */
  Toxic NONE = new None();

  /** Nothing is wrong. */
  record None() implements Toxic {}

  /** Each piece is passed on only after a pause. */
  record Latency(Duration pause) implements Toxic {}

  /** No more than so many bytes pass in a second. */
  record Bandwidth(int bytesPerSecond) implements Toxic {}

  /** Bytes pass in pieces of at most {@code size}, each sent alone, with a pause between them. */
  record Slices(int size, Duration pause) implements Toxic {}

  /** After {@code bytes} of a connection both sides are closed in good order. */
  record Cut(long bytes) implements Toxic {}

  /** After {@code bytes} of a connection both sides are reset. */
  record Reset(long bytes) implements Toxic {}

  /** After {@code bytes} of a connection nothing passes any more, and nobody is told. */
  record HalfOpen(long bytes) implements Toxic {}
}
