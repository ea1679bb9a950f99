package org.batchdrop.result;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchdrop.job.Usage;
import org.batchdrop.result.ResultLine.Place;
import org.batchdrop.result.ResultLine.Verdict;

/**
 * What stands in result files, seen in one pass with bounded memory. Lines are counted, not rows: a
 * row that has two lines counts twice.
 */
public final class Analysis {

  private static final List<String> WANTED =
      List.of(
          "/model",
          "/choices/0/finish_reason",
          "/incomplete_details/reason",
          "/choices/0/message/refusal",
          "/output/0/content/0/refusal",
          "/usage/total_time",
          "/choices/0/message/content",
          "/choices/0/text",
          "/output/0/content/0/text");
  private static final int MODEL = 0;
  private static final int FINISH = 1;
  private static final int INCOMPLETE = 2;
  private static final int REFUSAL = 3;
  private static final int SECONDS = 5;
  private static final int TEXT = 6;
  private static final List<String> CUT = List.of("length", "max_tokens", "max_output_tokens");
  private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);

  private final ResultLine line = new ResultLine(WANTED);
  private final Scratch scratch = new Scratch(1024);
  private final Counts codes = new Counts();
  private final Counts statuses = new Counts();
  private final Counts finishReasons = new Counts();
  private final Counts models = new Counts();
  private final Map<String, Usage> usage = new TreeMap<>();
  private final Distribution prompt = new Distribution();
  private final Distribution completion = new Distribution();
  private final Distribution cached = new Distribution();
  private final Distribution millis = new Distribution();
  private final Distribution lengths = new Distribution();
  private long lines;
  private long answers;
  private long malformed;
  private long nameless;
  private long truncated;
  private long refused;

  private Analysis() {}

  /**
   * Reads result files.
   *
   * @param results output and error files, or folders of the outbox
   * @throws MergeRefused when one of them is not there
   * @throws IOException when one can't be read
   */
  public static Analysis of(List<Path> results) throws IOException, MergeRefused {
    Analysis analysis = new Analysis();
    for (Path path : results) {
      for (Path file : ResultFiles.of(path)) {
        analysis.read(file);
      }
    }
    return analysis;
  }

  private void read(Path path) throws IOException {
    try (AnswerFile file = AnswerFile.open(path, new HeapShare(0), SliceAnswers.longestLine())) {
      file.walk(
          new AnswerFile.Visitor() {
            @Override
            public int tryEnd(byte[] bytes, int from, int limit) {
              return line.tryEnd(bytes, from, limit);
            }

            @Override
            public void line(byte[] bytes, int from, int to, long offset, long number) {
              lines++;
              take(line.read(bytes, from, to));
            }
          });
    }
  }

  private void take(Verdict verdict) {
    if (verdict == Verdict.MALFORMED) {
      malformed++;
      return;
    }
    nameless += line.hasId() ? 0 : 1;
    statuses.add(line.status() < 0 ? "none" : Integer.toString(line.status()));
    if (verdict == Verdict.FAILURE) {
      codes.add(ErrorLine.reason(line).code());
      return;
    }
    answers++;
    Tokens tokens = line.tokens();
    if (line.has(Place.PROMPT_TOKENS) || line.has(Place.INPUT_TOKENS)) {
      prompt.add(tokens.input());
      completion.add(tokens.output());
      cached.add(tokens.cached());
    }
    String model = text(MODEL);
    String counted = models.add(model.isEmpty() ? "(none)" : model);
    usage.merge(
        counted, new Usage(1, tokens.input(), tokens.cached(), tokens.output()), Usage::plus);
    String finish = text(FINISH);
    String incomplete = text(INCOMPLETE);
    if (!finish.isEmpty() || !incomplete.isEmpty()) {
      finishReasons.add(finish.isEmpty() ? incomplete : finish);
    }
    truncated += CUT.contains(finish) || CUT.contains(incomplete) ? 1 : 0;
    boolean filtered = finish.equals("content_filter") || incomplete.equals("content_filter");
    refused += filtered || isText(REFUSAL) || isText(REFUSAL + 1) ? 1 : 0;
    takeTime();
    takeLength();
  }

  private void takeTime() {
    int from = line.valueStart(SECONDS);
    if (from < 0 || line.values()[from] == '"') {
      return;
    }
    String number =
        new String(line.values(), from, line.valueEnd(SECONDS) - from, StandardCharsets.US_ASCII);
    double seconds = number.matches("[0-9.eE+-]{1,40}") ? Double.parseDouble(number) : -1;
    if (seconds >= 0 && seconds < Integer.MAX_VALUE) {
      millis.add(BigDecimal.valueOf(seconds).multiply(MILLIS).longValue());
    }
  }

  private void takeLength() {
    for (int i = TEXT; i < WANTED.size(); i++) {
      int from = line.valueStart(i);
      if (from >= 0 && line.values()[from] == '"') {
        scratch.clear();
        JsonBytes.unescape(line.values(), from + 1, line.valueEnd(i) - 1, scratch);
        long characters = 0;
        for (int p = 0; p < scratch.size(); p++) {
          characters += (scratch.array()[p] & 0xC0) == 0x80 ? 0 : 1;
        }
        lengths.add(characters);
        return;
      }
    }
  }

  private boolean isText(int wanted) {
    return !text(wanted).isEmpty();
  }

  private String text(int wanted) {
    int from = line.valueStart(wanted);
    return from < 0 || line.values()[from] != '"'
        ? ""
        : JsonBytes.text(line.values(), from, line.valueEnd(wanted));
  }

  /** Lines that are not blank. */
  public long lines() {
    return lines;
  }

  /** Lines that are answers. */
  public long answers() {
    return answers;
  }

  /** Lines that say why there is no answer. */
  public long failures() {
    return lines - answers - malformed;
  }

  /** Lines that are no JSON object in UTF-8. */
  public long malformed() {
    return malformed;
  }

  /** Answers and failures without a {@code custom_id}. */
  public long nameless() {
    return nameless;
  }

  /** Answers that ended at the limit of tokens. */
  public long truncated() {
    return truncated;
  }

  /** Answers with a refusal, or stopped by a filter of contents. */
  public long refused() {
    return refused;
  }

  /** Failures by code. */
  public Map<String, Long> codes() {
    return codes.all();
  }

  /** Answers and failures by HTTP status. */
  public Map<String, Long> statuses() {
    return statuses.all();
  }

  /** Answers by why they ended; of several choices the first one counts. */
  public Map<String, Long> finishReasons() {
    return finishReasons.all();
  }

  /** Answers by the model that they name. */
  public Map<String, Long> models() {
    return models.all();
  }

  /** What the answers of each model used. */
  public Map<String, Usage> usage() {
    return new TreeMap<>(usage);
  }

  /** Tokens of requests, for each answer that tells them. */
  public Distribution prompt() {
    return prompt;
  }

  /** Tokens of answers. */
  public Distribution completion() {
    return completion;
  }

  /** Tokens of requests that came from the provider's cache. */
  public Distribution cached() {
    return cached;
  }

  /** Milliseconds, where answers have {@code usage.total_time} in seconds. */
  public Distribution millis() {
    return millis;
  }

  /** Characters of the answers' texts. */
  public Distribution lengths() {
    return lengths;
  }
}
