package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.Printable;

/**
 * Collects what was odd about the provider's files: counts all of it, keeps the first of each kind.
 * Confined to one thread.
 */
final class Problems {

  /** How many problems of one kind are kept. */
  static final int KEPT = 20;

  private static final int SHOWN_BYTES = 80;

  /** One kind of problem. */
  enum Kind {
    DUPLICATE_LINE("the row already has a line with the same bytes; this one is left out"),
    CONFLICTING_LINE("the row already has another line; the first answer counts"),
    FOREIGN_LINE("no row of this part has this custom_id; the line is left out"),
    NAMELESS_LINE("the line has no custom_id; it is left out"),
    MALFORMED_LINE("the line is not a JSON object in UTF-8, or it is cut short"),
    TEXT_MISSING("the answer has no text where the pipeline expects it; no file is written"),
    TEXT_NOT_JSON(
        "the answer's text is not JSON, though a result column looks into it; its cells are empty"),
    EMBEDDING_MISSING("the answer has no embedding that can be read; its vector is empty"),
    EMBEDDING_LENGTH("the embedding is not as long as the first one; its vector is empty"),
    SEVERAL_EMBEDDINGS("the answer has more than one embedding; its vector is empty"),
    INVALID_ANSWER("the answer"),
    SOURCE_UNANSWERED("no answer");

    private final String message;

    Kind(String message) {
      this.message = message;
    }

    /** The kind as one word. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final List<Problem> kept = new ArrayList<>();
  private final EnumMap<Kind, Long> counts = new EnumMap<>(Kind.class);

  /**
   * Adds a problem with a line.
   *
   * @param number the line's number in its file
   * @param shown some of its bytes, of which the first {@value #SHOWN_BYTES} are kept
   */
  void add(Kind kind, Path file, long number, byte[] shown, int from, int to) {
    if (counts.merge(kind, 1L, Long::sum) <= KEPT) {
      String sample = sample(shown, from, Math.min(to, from + SHOWN_BYTES));
      String location = file.getFileName() + " line " + number;
      kept.add(new Problem(kind.code(), location, kind.message + ": " + sample));
    }
  }

  /** Adds a problem that has a place of its own. */
  void add(Kind kind, String location) {
    if (counts.merge(kind, 1L, Long::sum) <= KEPT) {
      kept.add(new Problem(kind.code(), location, kind.message));
    }
  }

  /** Adds a problem that has a place of its own, and more to say than its kind does. */
  void add(Kind kind, String location, String detail) {
    if (counts.merge(kind, 1L, Long::sum) <= KEPT) {
      kept.add(new Problem(kind.code(), location, kind.message + detail));
    }
  }

  /** The bytes as text in which nothing is invisible. */
  private static String sample(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, Math.max(0, to - from), StandardCharsets.UTF_8);
    return Printable.name(text).replace('\uFFFD', '?');
  }

  long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** The first problems of each kind, in the order in which they were met. */
  List<Problem> kept() {
    return List.copyOf(kept);
  }
}
