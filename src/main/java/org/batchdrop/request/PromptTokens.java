package org.batchdrop.request;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.batchdrop.input.StopCheck;

/**
 * How many tokens the requests of a part have, and how many of them each request begins with. Reads
 * the whole file when the model's vocabulary is known, else the first rows only. A vocabulary is
 * loaded when it is first needed; confined to one thread.
 */
public final class PromptTokens {

  /** Rows that tell how all of them begin, where nothing else needs the whole file. */
  private static final int LOOKED_AT = 500;

  /** OpenAI's cache holds beginnings of so many tokens at least, in steps. */
  private static final long LEAST_CACHED = 1024;

  private static final long CACHED_STEP = 128;

  private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
  private final StopCheck stop;

  /**
   * What was found.
   *
   * @param vocabulary that counted; empty: not known for this model, {@code input} is the estimate
   * @param input tokens of all requests
   * @param cacheable those of {@code input} that a cache may hold at best: the beginning that all
   *     requests share, in each but the first
   * @param shared tokens of that beginning
   * @param hasMedia whether there are images, sounds or files, which {@code input} lacks
   * @param hasOther whether there are tools or schemas, which providers count in their own way
   */
  public record Found(
      Optional<String> vocabulary,
      long input,
      long cacheable,
      long shared,
      boolean hasMedia,
      boolean hasOther) {}

  /**
   * Counts nothing yet.
   *
   * @param stop asked before each row
   */
  public PromptTokens(BooleanSupplier stop) {
    this.stop = StopCheck.when(stop);
  }

  /**
   * Counts a part.
   *
   * @param file request lines
   * @param estimate of the same file; taken where no vocabulary is known
   * @throws IOException when the file can't be read, or the work shall stop
   */
  public Found count(Path file, String model, TokenEstimate estimate) throws IOException {
    Optional<Vocabulary> vocabulary = Vocabulary.of(model, registry);
    Tally tally = new Tally();
    try (RequestRows rows = RequestRows.open(file)) {
      Optional<RequestRows.Row> row = rows.next();
      while (row.isPresent() && (vocabulary.isPresent() || tally.rows < LOOKED_AT)) {
        stop.check();
        tally.add(PromptText.read(row.get().body()), vocabulary);
        row = rows.next();
      }
    }
    long input = vocabulary.isPresent() ? tally.tokens : estimate.input();
    long shared =
        vocabulary
            .map(words -> words.count(tally.beginning()))
            .orElseGet(() -> tally.share(estimate));
    long each = vocabulary.isEmpty() ? shared : inSteps(shared);
    return new Found(
        vocabulary.map(Vocabulary::name),
        input,
        Math.min(input, each * Math.max(0, estimate.rows() - 1)),
        shared,
        tally.media,
        tally.other);
  }

  private static long inSteps(long shared) {
    return shared < LEAST_CACHED ? 0 : shared - shared % CACHED_STEP;
  }

  /** What the rows so far have in common. */
  private static final class Tally {
    private String first = "";
    private int common;
    private long rows;
    private long tokens;
    private long characters;
    private boolean media;
    private boolean other;

    void add(PromptText prompt, Optional<Vocabulary> vocabulary) {
      String text = String.join("\n", prompt.texts());
      if (rows == 0) {
        first = text;
        common = text.length();
      } else {
        common = common(text);
      }
      rows++;
      characters += text.length();
      media |= prompt.hasMedia();
      other |= prompt.hasOther();
      if (vocabulary.isPresent()) {
        tokens += prompt.between();
        for (String one : prompt.texts()) {
          tokens += vocabulary.get().count(one);
        }
      }
    }

    private int common(String text) {
      int most = Math.min(common, text.length());
      int i = 0;
      while (i < most && text.charAt(i) == first.charAt(i)) {
        i++;
      }
      return i;
    }

    String beginning() {
      return rows < 2 ? "" : first.substring(0, common);
    }

    /** The beginning's part of what an average request is estimated at. */
    long share(TokenEstimate estimate) {
      if (rows < 2 || characters == 0 || estimate.rows() == 0) {
        return 0;
      }
      double average = (double) estimate.input() / estimate.rows();
      return (long) (average * common * rows / characters);
    }
  }
}
