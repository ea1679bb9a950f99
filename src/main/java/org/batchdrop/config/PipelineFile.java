package org.batchdrop.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.batchdrop.config.Pipeline.Mode;
import org.batchdrop.job.Lane;
import org.batchdrop.job.RetryPolicy;

/** Reads {@code pipelines/NAME.yaml}. */
public final class PipelineFile {

  /** The pipeline that exists without being written; it takes ready-made request lines. */
  public static final String REQUESTS = "requests";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final long DEFAULT_MAX_SOURCE_BYTES = 1 << 20;
  private static final String ANSWER_TEXT = Pipeline.Answer.CHAT_TEXT;
  private static final String VECTOR = "/data/0/embedding";
  private static final int MAX_METADATA_PAIRS = 15;

  private PipelineFile() {}

  /** Tells whether a text can name a pipeline and its inbox folder. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * What {@code requests} is when no file of that name is there: {@code provider} takes the lines.
   */
  public static String requestsText(String provider) {
    return "description: Ready-made Batch API lines, sent unchanged\n"
        + "provider: "
        + provider
        + "\ninput: {type: requests}\n";
  }

  /**
   * Reads one pipeline.
   *
   * @param name the file's name without extension
   * @param file the file's name as people are shown it
   * @param text the file's content
   * @param problems receives everything that is wrong, with file and line
   * @return the pipeline; empty exactly when a problem was reported
   */
  public static Optional<Pipeline> read(String name, String file, String text, Problems problems) {
    Problems own = new Problems();
    Optional<Pipeline> pipeline = draft(name, file, text, own);
    problems.addAll(own.all());
    return own.isEmpty() ? pipeline : Optional.empty();
  }

  /**
   * Reads what can be read of a pipeline in spite of problems, so that more of them can be found.
   */
  static Optional<Pipeline> draft(String name, String file, String text, Problems problems) {
    return YamlFile.read(file, text, problems)
        .map(root -> new Reader(name, root, problems).pipeline());
  }

  /** Reads the sections of one file. */
  private record Reader(String name, YamlValue.Mapping root, Problems problems) {

    Pipeline pipeline() {
      Keys keys = new Keys("", root, problems);
      if (!isName(name)) {
        problems.add(
            root.location(),
            "'"
                + name
                + "' can't name a pipeline; expected letters, digits, '-' and '_', at most 64");
      }
      final String description = keys.text("description").orElse("");
      final String provider = keys.requiredText("provider");
      final Keys reading = keys.nested("input");
      final InputFormat input = input(reading);
      final Intake intake = new IntakeKeys(reading, input).intake();
      reading.finish();
      final Optional<Pipeline.Request> request = request(keys, input);
      final Pipeline.Answer answer = AnswerKeys.read(keys.nested("answer"));
      final Pipeline.Batch batch = batch(keys.nested("batch"));
      final Pipeline.Result result = result(keys, input, request);
      final Keys tries = keys.nested("retry");
      final Pipeline.Lanes lanes = lanes(keys, tries);
      final RetryPolicy retry = retry(tries);
      final Pipeline.OnDuplicate onDuplicate =
          keys.word("on-duplicate", List.of("skip", "run"))
              .map(word -> Pipeline.OnDuplicate.valueOf(word.toUpperCase(Locale.ROOT)))
              .orElse(Pipeline.OnDuplicate.SKIP);
      final boolean reuse = reuse(keys, input);
      final Budget budget = BudgetKeys.ofPipeline(keys.nested("budget"));
      keys.finish();
      return new Pipeline(
          name,
          description,
          provider,
          lanes,
          input,
          request.map(asked -> AnswerKeys.withFormat(asked, answer, name)),
          batch,
          answer,
          result,
          retry,
          onDuplicate,
          reuse,
          budget,
          intake);
    }

    private static boolean reuse(Keys keys, InputFormat input) {
      boolean reuse = keys.flag("reuse").orElse(false);
      boolean isJoined =
          input instanceof InputFormat.Source source
              && source.split() == InputFormat.Split.AGGREGATE;
      if (reuse && isJoined) {
        keys.problem(
            "reuse",
            "'reuse' needs 'input.split: file' or function: an answer to several sources may lack"
                + " one, and would be kept as it is");
      }
      return reuse;
    }

    private static Pipeline.Lanes lanes(Keys keys, Keys retry) {
      Mode mode =
          keys.word("mode", List.of("auto", "batch", "realtime"))
              .map(text -> Mode.valueOf(text.toUpperCase(Locale.ROOT)))
              .orElse(Mode.AUTO);
      int below = keys.count("realtime-below").orElse(Pipeline.Lanes.AUTO.realtimeBelow());
      Optional<Lane> again = retry.word("via", List.of("batch", "realtime")).map(Lane::of);
      return new Pipeline.Lanes(mode, below, again, keys.duration("finish-by"));
    }

    private static RetryPolicy retry(Keys keys) {
      Optional<Integer> attempts = keys.count("attempts");
      if (attempts.isPresent() && attempts.get() > RetryPolicy.MOST_ATTEMPTS) {
        keys.problem(
            "attempts",
            "'retry.attempts: "
                + attempts.get()
                + "'; expected 1 to "
                + RetryPolicy.MOST_ATTEMPTS
                + " (1: no row is tried again)");
        attempts = Optional.empty();
      }
      List<String> codes = keys.texts("codes");
      for (String code : codes) {
        boolean isNumber = !code.isEmpty() && Character.isDigit(code.charAt(0));
        if (code.isBlank() || (isNumber && !RetryPolicy.isStatus(code))) {
          keys.problem(
              "codes",
              "'retry.codes: "
                  + code
                  + "'; expected an error code such as batch_expired, a status such as 429, or 5xx");
        }
      }
      keys.finish();
      return new RetryPolicy(
          attempts.orElse(RetryPolicy.DEFAULT.attempts()),
          codes.isEmpty() ? RetryPolicy.DEFAULT.codes() : codes);
    }

    private InputFormat input(Keys keys) {
      Optional<String> type = keys.word("type", List.of("csv", "jsonl", "requests", "source"));
      if (keys.value("type").isEmpty()) {
        keys.problem("type", "missing key 'input.type'; expected csv, jsonl, requests or source");
      }
      InputFormat format =
          switch (type.orElse("csv")) {
            case "jsonl" -> new InputFormat.JsonLines();
            case "requests" -> new InputFormat.Requests();
            case "source" -> source(keys);
            default -> new InputFormat.Csv(delimiter(keys), keys.charset("charset"));
          };
      return format;
    }

    private static InputFormat.Source source(Keys keys) {
      InputFormat.Split split =
          keys.word("split", List.of("file", "function", "aggregate"))
              .map(word -> InputFormat.Split.valueOf(word.toUpperCase(Locale.ROOT)))
              .orElse(InputFormat.Split.FILE);
      Optional<Integer> tokens = keys.count("aggregate-tokens");
      if (keys.value("aggregate-tokens").isPresent() && split != InputFormat.Split.AGGREGATE) {
        keys.problem("aggregate-tokens", "'input.aggregate-tokens' needs 'input.split: aggregate'");
      }
      return new InputFormat.Source(
          keys.texts("include"),
          keys.texts("exclude"),
          keys.size("max-file-size").orElse(DEFAULT_MAX_SOURCE_BYTES),
          split,
          tokens.orElse(InputFormat.Source.DEFAULT_AGGREGATE_TOKENS));
    }

    private static Optional<Character> delimiter(Keys keys) {
      return keys.word("delimiter", List.of(",", ";", "tab", "\t", "|"))
          .map(word -> word.equals("tab") ? '\t' : word.charAt(0));
    }

    private Optional<Pipeline.Request> request(Keys keys, InputFormat input) {
      Optional<YamlValue.Mapping> section = keys.mapping("request");
      if (input instanceof InputFormat.Requests) {
        if (section.isPresent()) {
          keys.problem("request", "'request' has no use here: request lines are sent unchanged");
        }
        return Optional.empty();
      }
      if (keys.value("request").isEmpty()) {
        keys.problem("request", "missing key 'request'; expected url and body");
      }
      if (section.isEmpty()) {
        return Optional.empty();
      }
      Keys request = keys.nested("request");
      String url = request.text("url").orElse("/v1/chat/completions");
      Optional<YamlValue.Mapping> body = request.mapping("body");
      if (request.value("body").isEmpty()) {
        request.problem("body", "missing key 'request.body'; expected the API's own body");
      }
      request.finish();
      body.ifPresent(this::checkBody);
      return body.map(mapping -> new Pipeline.Request(url, mapping));
    }

    private void checkBody(YamlValue.Mapping body) {
      YamlValue.Entry model = body.entries().get("model");
      if (model == null
          || !(model.value() instanceof YamlValue.Text text)
          || text.text().isEmpty()) {
        problems.add(body.location(), "missing key 'request.body.model'; expected a model's name");
      }
    }

    private Pipeline.Batch batch(Keys keys) {
      Map<String, String> metadata = keys.textMap("metadata");
      if (metadata.size() > MAX_METADATA_PAIRS) {
        keys.problem("metadata", "more than " + MAX_METADATA_PAIRS + " pairs in 'batch.metadata'");
      }
      metadata.forEach(
          (key, value) -> {
            if (key.length() > 64 || value.length() > 512) {
              keys.problem(
                  "metadata",
                  "'batch.metadata."
                      + key
                      + "' is too long; expected a key up to 64 and a value up to"
                      + " 512 characters");
            }
          });
      Pipeline.Batch batch = new Pipeline.Batch(keys.text("completion-window"), metadata);
      keys.finish();
      return batch;
    }

    private static Pipeline.Result result(
        Keys keys, InputFormat input, Optional<Pipeline.Request> request) {
      Keys result = keys.nested("result");
      Map<String, String> columns = result.textMap("columns");
      columns.forEach((column, pointer) -> checkPointer(result, "columns", column, pointer));
      if (!columns.isEmpty() && !(input instanceof InputFormat.Csv)) {
        result.problem("columns", "'result.columns' needs 'input.type: csv'");
      }
      if (columns.isEmpty() && input instanceof InputFormat.Csv) {
        columns = defaultColumns(request, result.value("embeddings").isPresent());
      }
      Keys files = result.nested("files");
      if (result.value("files").isPresent() && !(input instanceof InputFormat.Source)) {
        result.problem("files", "'result.files' needs 'input.type: source'");
      }
      Optional<String> extension = files.text("extension");
      if (extension.isPresent() && !extension.get().matches("\\.[A-Za-z0-9][A-Za-z0-9._-]{0,30}")) {
        files.problem(
            "extension",
            "'result.files.extension: " + extension.get() + "'; expected one such as .rs");
      }
      String text = files.text("text").orElse(ANSWER_TEXT);
      checkPointer(files, "text", "text", text);
      Pipeline.Extract extract =
          files
              .word("extract", List.of("text", "code-block"))
              .map(
                  word -> Pipeline.Extract.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
              .orElse(Pipeline.Extract.TEXT);
      files.finish();
      if (result.value("csv-safe").isPresent() && !(input instanceof InputFormat.Csv)) {
        result.problem("csv-safe", "'result.csv-safe' needs 'input.type: csv'");
      }
      boolean csvSafe = result.flag("csv-safe").orElse(true);
      Optional<Pipeline.Embeddings> embeddings = embeddings(result, input, request);
      result.finish();
      return new Pipeline.Result(
          columns, new Pipeline.Files(extension, text, extract), csvSafe, embeddings);
    }

    private static Map<String, String> defaultColumns(
        Optional<Pipeline.Request> request, boolean published) {
      if (!asksForVectors(request)) {
        return Map.of("answer", ANSWER_TEXT);
      }
      return published ? Map.of() : Map.of("embedding", VECTOR);
    }

    private static boolean asksForVectors(Optional<Pipeline.Request> request) {
      return request.filter(one -> one.url().endsWith("/embeddings")).isPresent();
    }

    private static Optional<Pipeline.Embeddings> embeddings(
        Keys result, InputFormat input, Optional<Pipeline.Request> request) {
      Optional<String> word = result.word("embeddings", List.of("jsonl", "csv", "npy"));
      if (word.isEmpty()) {
        return Optional.empty();
      }
      if (input instanceof InputFormat.Source) {
        result.problem(
            "embeddings", "'result.embeddings' needs 'input.type: csv', jsonl or requests");
      } else if (request.isPresent() && !asksForVectors(request)) {
        result.problem(
            "embeddings", "'result.embeddings' needs a 'request.url' such as /v1/embeddings");
      }
      Optional<YamlValue> texts =
          request.map(one -> one.body().entries().get("input")).map(YamlValue.Entry::value);
      if (texts.isPresent()
          && texts.get() instanceof YamlValue.Sequence sequence
          && sequence.items().size() != 1) {
        result.problem(
            "embeddings",
            "'result.embeddings' needs one text in 'request.body.input', for one vector a row; it"
                + " has "
                + sequence.items().size());
      }
      return word.map(text -> Pipeline.Embeddings.valueOf(text.toUpperCase(Locale.ROOT)));
    }

    private static void checkPointer(Keys keys, String key, String name, String pointer) {
      if (!pointer.startsWith("/")) {
        keys.problem(
            key, "'" + name + ": " + pointer + "'; expected a JSON pointer such as " + ANSWER_TEXT);
      }
    }
  }
}
