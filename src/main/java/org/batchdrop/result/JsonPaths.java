package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Wanted places in a JSON value, as a tree of keys. Each wanted place has one or more slot numbers
 * under which {@link JsonScan} reports it.
 */
final class JsonPaths {

  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");

  private final Node root = new Node("");
  private int slots;

  /** A key, or an index when the value turns out to be an array. */
  static final class Node {
    private final byte[] key;
    private final int index;
    private final List<Node> children = new ArrayList<>();
    private int[] slots = {};
    private int[] slotsBelow = {};

    private Node(String token) {
      key = token.getBytes(StandardCharsets.UTF_8);
      index = INDEX.matcher(token).matches() ? Integer.parseInt(token) : -1;
    }

    /** The slots of exactly this place. */
    int[] slots() {
      return slots;
    }

    /** The slots of this place and of all places inside. */
    int[] slotsBelow() {
      return slotsBelow;
    }

    boolean isLeaf() {
      return children.isEmpty();
    }

    /** The child for a key given as raw string content; null when nothing in there is wanted. */
    @Nullable Node child(byte[] bytes, int from, int to) {
      boolean escaped = JsonBytes.contains(bytes, from, to, (byte) '\\');
      for (int i = 0; i < children.size(); i++) {
        Node child = children.get(i);
        boolean same =
            escaped
                ? JsonBytes.says(bytes, from, to, child.key)
                : Arrays.equals(bytes, from, to, child.key, 0, child.key.length);
        if (same) {
          return child;
        }
      }
      return null;
    }

    /** The child for an index; null when nothing in there is wanted. */
    @Nullable Node child(int wanted) {
      for (int i = 0; i < children.size(); i++) {
        if (children.get(i).index == wanted) {
          return children.get(i);
        }
      }
      return null;
    }
  }

  /**
   * Adds a wanted place.
   *
   * @param pointer a JSON pointer; empty: the whole value
   * @param slot from 0; a slot has one place only
   * @throws IllegalArgumentException when the pointer is not one
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</a>
   */
  void add(String pointer, int slot) {
    if (!pointer.isEmpty() && !pointer.startsWith("/")) {
      throw new IllegalArgumentException(
          "JSON pointer '" + pointer + "': expected it to be empty or to begin with '/'");
    }
    Node node = root;
    node.slotsBelow = with(node.slotsBelow, slot);
    int from = 1;
    while (from <= pointer.length()) {
      int slash = pointer.indexOf('/', from);
      int to = slash < 0 ? pointer.length() : slash;
      node = childOf(node, pointer.substring(from, to).replace("~1", "/").replace("~0", "~"));
      node.slotsBelow = with(node.slotsBelow, slot);
      from = to + 1;
    }
    node.slots = with(node.slots, slot);
    slots = Math.max(slots, slot + 1);
  }

  private static Node childOf(Node parent, String token) {
    byte[] key = token.getBytes(StandardCharsets.UTF_8);
    for (Node child : parent.children) {
      if (Arrays.equals(child.key, key)) {
        return child;
      }
    }
    Node child = new Node(token);
    parent.children.add(child);
    return child;
  }

  private static int[] with(int[] slots, int slot) {
    int[] more = Arrays.copyOf(slots, slots.length + 1);
    more[slots.length] = slot;
    return more;
  }

  Node root() {
    return root;
  }

  /** One more than the highest slot. */
  int slots() {
    return slots;
  }
}
