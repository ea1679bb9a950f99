package org.batchdrop.result;

import java.util.Arrays;
import org.batchdrop.result.JsonPaths.Node;
import org.jspecify.annotations.Nullable;

/**
 * Walks one JSON value in bytes, checks that it is valid JSON in valid UTF-8, and notes where the
 * wanted places stand. Allocates nothing per value. When an object names a key twice, the last one
 * counts. Confined to one thread.
 *
 * <p>Nesting beyond {@value #DEPTH} levels counts as invalid.
 */
final class JsonScan {

  /** No less than a request line may have: its id must be found again. */
  static final int DEPTH = 1000;

  private static final int BROKEN = -1;

  private final Node root;
  private final int[] start;
  private final int[] end;
  private byte[] bytes = {};
  private int to;
  private boolean recording;
  private int[] scalars = {};
  private int scalarCount;

  /**
   * @param start where the value of each slot begins, -1 when it is absent; shared with the caller
   * @param end where it ends, exclusive
   */
  JsonScan(JsonPaths paths, int[] start, int[] end) {
    this.root = paths.root();
    this.start = start;
    this.end = end;
  }

  /**
   * Walks a value; white space around it is allowed.
   *
   * @return whether all of {@code [from, to)} is one valid value; when not, the slots hold what was
   *     found up to the broken place
   */
  boolean scan(byte[] bytes, int from, int to) {
    recording = false;
    return walk(bytes, from, to);
  }

  /** As {@link #scan}, and notes every scalar value for {@link #scalars()}. */
  boolean record(byte[] bytes, int from, int to) {
    recording = true;
    scalarCount = 0;
    return walk(bytes, from, to);
  }

  /** Pairs of start and end of each scalar value (no keys) of the last {@link #record}. */
  int[] scalars() {
    return Arrays.copyOf(scalars, scalarCount);
  }

  private boolean walk(byte[] source, int from, int limit) {
    bytes = source;
    to = limit;
    forget(root);
    int first = JsonBytes.afterSpace(source, from, limit);
    int last = value(root, first, 0);
    return last >= 0 && JsonBytes.afterSpace(source, last, limit) == limit;
  }

  private void forget(Node node) {
    for (int slot : node.slotsBelow()) {
      start[slot] = -1;
      end[slot] = -1;
    }
  }

  private int value(@Nullable Node node, int p, int depth) {
    if (p >= to) {
      return BROKEN;
    }
    byte first = bytes[p];
    int after =
        switch (first) {
          case '{' -> object(node == null || node.isLeaf() ? null : node, p + 1, depth + 1);
          case '[' -> array(node == null || node.isLeaf() ? null : node, p + 1, depth + 1);
          case '"' -> JsonBytes.stringEnd(bytes, p + 1, to);
          case 't', 'f', 'n' -> JsonBytes.wordEnd(bytes, p, to);
          default -> JsonBytes.numberEnd(bytes, p, to);
        };
    if (after < 0) {
      return BROKEN;
    }
    if (recording && first != '{' && first != '[') {
      note(p, after);
    }
    if (node != null) {
      for (int slot : node.slots()) {
        start[slot] = p;
        end[slot] = after;
      }
    }
    return after;
  }

  private int object(@Nullable Node node, int from, int depth) {
    int p = JsonBytes.afterSpace(bytes, from, to);
    if (depth > DEPTH || p >= to) {
      return BROKEN;
    }
    if (bytes[p] == '}') {
      return p + 1;
    }
    while (p < to && bytes[p] == '"') {
      int keyEnd = JsonBytes.stringEnd(bytes, p + 1, to);
      int colon = keyEnd < 0 ? to : JsonBytes.afterSpace(bytes, keyEnd, to);
      if (colon >= to || bytes[colon] != ':') {
        return BROKEN;
      }
      Node child = node == null ? null : node.child(bytes, p + 1, keyEnd - 1);
      if (child != null) {
        forget(child);
      }
      p = value(child, JsonBytes.afterSpace(bytes, colon + 1, to), depth);
      p = p < 0 ? to : JsonBytes.afterSpace(bytes, p, to);
      if (p < to && bytes[p] == '}') {
        return p + 1;
      }
      if (p >= to || bytes[p] != ',') {
        return BROKEN;
      }
      p = JsonBytes.afterSpace(bytes, p + 1, to);
    }
    return BROKEN;
  }

  private int array(@Nullable Node node, int from, int depth) {
    int p = JsonBytes.afterSpace(bytes, from, to);
    if (depth > DEPTH || p >= to) {
      return BROKEN;
    }
    if (bytes[p] == ']') {
      return p + 1;
    }
    for (int index = 0; p < to; index++) {
      p = value(node == null ? null : node.child(index), p, depth);
      p = p < 0 ? to : JsonBytes.afterSpace(bytes, p, to);
      if (p < to && bytes[p] == ']') {
        return p + 1;
      }
      if (p >= to || bytes[p] != ',') {
        return BROKEN;
      }
      p = JsonBytes.afterSpace(bytes, p + 1, to);
    }
    return BROKEN;
  }

  private void note(int from, int after) {
    if (scalarCount + 2 > scalars.length) {
      scalars = Arrays.copyOf(scalars, Math.max(64, scalars.length * 2));
    }
    scalars[scalarCount++] = from;
    scalars[scalarCount++] = after;
  }
}
