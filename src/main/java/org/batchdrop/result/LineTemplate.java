package org.batchdrop.result;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a line, learned from lines that {@link JsonScan} has accepted: constant bytes, and
 * scalars that vary. A line that fits is valid and has each wanted place at a known distance from
 * the end of a varying scalar, so that its constant bytes need only be compared. A line that does
 * not fit says nothing about the line.
 */
final class LineTemplate {

  /** Lines with more scalars, as embeddings have them, gain nothing. */
  static final int MOST_SCALARS = 256;

  /** Longer lines are read once and rarely come twice in the same shape. */
  static final int LONGEST = 64 * 1024;

  private final byte[] line;
  private final int[] scalars;
  private final boolean[] varies;
  private final int[] slotStart;
  private final int[] slotEnd;

  private final int[] constantFrom;
  private final int[] constantTo;
  private final byte[] kinds;
  private final int[] startAnchor;
  private final int[] endAnchor;
  private final int[] anchors;

  /**
   * @param line a valid line, owned by the template from now on
   * @param scalars start and end of each scalar value in it, ascending
   * @param varies per scalar, whether it may differ
   * @param slotStart where each slot begins in the line, -1 for absent
   * @param slotEnd where it ends
   */
  private LineTemplate(
      byte[] line, int[] scalars, boolean[] varies, int[] slotStart, int[] slotEnd) {
    this.line = line;
    this.scalars = scalars;
    this.varies = varies;
    this.slotStart = slotStart;
    this.slotEnd = slotEnd;
    int count = 0;
    for (boolean varying : varies) {
      count += varying ? 1 : 0;
    }
    constantFrom = new int[count + 1];
    constantTo = new int[count + 1];
    kinds = new byte[count];
    anchors = new int[count + 1];
    int at = 0;
    for (int i = 0; i < varies.length; i++) {
      if (varies[i]) {
        constantTo[at] = scalars[2 * i];
        kinds[at++] = kind(line[scalars[2 * i]]);
        constantFrom[at] = scalars[2 * i + 1];
      }
    }
    constantTo[at] = line.length;
    startAnchor = anchorsOf(slotStart);
    endAnchor = anchorsOf(slotEnd);
  }

  /**
   * Makes the template that only the line itself fits; null when the line is not worth it.
   *
   * @param scalars start and end of each scalar value, as positions in {@code bytes}
   */
  static @Nullable LineTemplate of(
      byte[] bytes, int from, int to, int[] scalars, int[] start, int[] end) {
    if (scalars.length > 2 * MOST_SCALARS || to - from > LONGEST) {
      return null;
    }
    return new LineTemplate(
        Arrays.copyOfRange(bytes, from, to),
        shifted(scalars, from),
        new boolean[scalars.length / 2],
        shifted(start, from),
        shifted(end, from));
  }

  private static int[] shifted(int[] positions, int by) {
    int[] shifted = positions.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = shifted[i] < 0 ? -1 : shifted[i] - by;
    }
    return shifted;
  }

  private int[] anchorsOf(int[] positions) {
    int[] anchors = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      int anchor = 0;
      while (anchor + 1 < constantFrom.length && constantFrom[anchor + 1] <= positions[i]) {
        anchor++;
      }
      anchors[i] = anchor;
    }
    return anchors;
  }

  private static byte kind(byte first) {
    return switch (first) {
      case '"', 't', 'f', 'n' -> first == '"' ? first : (byte) 'n';
      default -> (byte) '0';
    };
  }

  /**
   * Compares a line; on success fills the slots exactly as {@link JsonScan} would.
   *
   * @param from the line's first byte; no white space before it
   */
  boolean fits(byte[] bytes, int from, int to, int[] start, int[] end) {
    return fit(bytes, from, to, start, end) == to;
  }

  /**
   * Compares what begins at {@code from} and may end before {@code to}; fills the slots on success.
   *
   * @return where it ends; -1 when it does not fit
   */
  int fit(byte[] bytes, int from, int to, int[] start, int[] end) {
    int p = from;
    anchors[0] = from;
    for (int i = 0; i < kinds.length; i++) {
      int after = p + constantTo[i] - constantFrom[i];
      if (after >= to || !Arrays.equals(bytes, p, after, line, constantFrom[i], constantTo[i])) {
        return -1;
      }
      p = scalarEnd(kinds[i], bytes, after, to);
      if (p < 0) {
        return -1;
      }
      anchors[i + 1] = p;
    }
    int last = kinds.length;
    int tail = p + constantTo[last] - constantFrom[last];
    if (tail > to || !Arrays.equals(bytes, p, tail, line, constantFrom[last], constantTo[last])) {
      return -1;
    }
    for (int slot = 0; slot < slotStart.length; slot++) {
      start[slot] = place(slotStart[slot], startAnchor[slot]);
      end[slot] = place(slotEnd[slot], endAnchor[slot]);
    }
    return tail;
  }

  private int place(int position, int anchor) {
    return position < 0 ? -1 : anchors[anchor] + position - constantFrom[anchor];
  }

  /** The end of a scalar of a kind; negative when a valid one of that kind is not there. */
  private static int scalarEnd(byte kind, byte[] bytes, int from, int to) {
    if (kind == '"') {
      return bytes[from] == '"' ? JsonBytes.stringEnd(bytes, from + 1, to) : -1;
    }
    return kind == '0' ? JsonBytes.numberEnd(bytes, from, to) : JsonBytes.wordEnd(bytes, from, to);
  }

  /**
   * Widens the template so that it also fits a valid line of the same shape; null when the shape
   * differs.
   *
   * @param other start and end of each scalar value of that line
   */
  @Nullable LineTemplate widened(byte[] bytes, int from, int to, int[] other) {
    if (other.length != scalars.length) {
      return null;
    }
    boolean[] wider = varies.clone();
    int mine = 0;
    int its = from;
    for (int i = 0; i < wider.length; i++) {
      int myScalar = scalars[2 * i];
      int itsScalar = other[2 * i];
      if (!Arrays.equals(bytes, its, itsScalar, line, mine, myScalar)
          || kind(bytes[itsScalar]) != kind(line[myScalar])) {
        return null;
      }
      mine = scalars[2 * i + 1];
      its = other[2 * i + 1];
      wider[i] |= !Arrays.equals(bytes, itsScalar, its, line, myScalar, mine);
    }
    return Arrays.equals(bytes, its, to, line, mine, line.length)
        ? new LineTemplate(line, scalars, wider, slotStart, slotEnd)
        : null;
  }
}
