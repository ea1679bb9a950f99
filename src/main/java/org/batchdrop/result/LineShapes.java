package org.batchdrop.result;

import org.jspecify.annotations.Nullable;

/**
 * Finds the wanted places in lines, fast where lines look alike: tries the learned templates first,
 * and walks the structure when none fits. Both ways give the same places and the same verdict about
 * validity. Learns as it goes; confined to one thread.
 */
final class LineShapes {

  private static final int TEMPLATES = 4;

  /** Learning costs about one more walk: all of the first lines, then one of so many others. */
  private static final int EAGER = 64;

  private static final int EVERY = 64;

  private final JsonScan scan;
  private final int[] start;
  private final int[] end;

  /** A template that fits moves one place up, so the last place holds the least used one. */
  private final @Nullable LineTemplate[] templates = new @Nullable LineTemplate[TEMPLATES];

  private long walked;

  LineShapes(JsonPaths paths, int[] start, int[] end) {
    this.scan = new JsonScan(paths, start, end);
    this.start = start;
    this.end = end;
  }

  /**
   * Tries to find a line's end and its slots at once, by the learned templates alone.
   *
   * @param limit the end of what is in memory
   * @return where the line's LF stands; -1 when the line must be found in another way
   */
  int findOpen(byte[] bytes, int from, int limit) {
    for (int i = 0; i < TEMPLATES; i++) {
      LineTemplate template = templates[i];
      int after = template == null ? -1 : template.fit(bytes, from, limit, start, end);
      if (after >= 0 && after < limit && bytes[after] == '\n') {
        promote(i);
        return after;
      }
    }
    return -1;
  }

  private void promote(int place) {
    if (place > 0) {
      LineTemplate template = templates[place];
      templates[place] = templates[place - 1];
      templates[place - 1] = template;
    }
  }

  /**
   * Fills the slots.
   *
   * @return whether the line, white space around it aside, is one valid JSON value
   */
  boolean find(byte[] bytes, int from, int to) {
    int first = JsonBytes.afterSpace(bytes, from, to);
    int last = JsonBytes.beforeSpace(bytes, first, to);
    for (int i = 0; i < TEMPLATES; i++) {
      LineTemplate template = templates[i];
      if (template != null && template.fits(bytes, first, last, start, end)) {
        promote(i);
        return true;
      }
    }
    walked++;
    boolean learning = walked <= EAGER || walked % EVERY == 0;
    if (!learning) {
      return scan.scan(bytes, first, last);
    }
    boolean valid = scan.record(bytes, first, last);
    if (valid) {
      learn(bytes, first, last, scan.scalars());
    }
    return valid;
  }

  private void learn(byte[] bytes, int from, int to, int[] scalars) {
    for (int i = 0; i < TEMPLATES; i++) {
      LineTemplate template = templates[i];
      LineTemplate wider = template == null ? null : template.widened(bytes, from, to, scalars);
      if (wider != null) {
        templates[i] = wider;
        return;
      }
    }
    LineTemplate fresh = LineTemplate.of(bytes, from, to, scalars, start, end);
    if (fresh != null) {
      int place = 0;
      while (place < TEMPLATES - 1 && templates[place] != null) {
        place++;
      }
      templates[place] = fresh;
    }
  }
}
