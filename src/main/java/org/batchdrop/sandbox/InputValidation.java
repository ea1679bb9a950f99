package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JacksonException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks an input file line by line, as a provider does before it runs a batch: one problem a line,
 * at most 100 problems a file. For one file; not thread-safe.
 */
final class InputValidation {
  private static final int MAX_PROBLEMS = 100;
  private static final int TEST_REQUESTS = 100;
  private static final long TEST_BYTES = 1024 * 1024;

  private final Endpoint endpoint;
  private final int maxRequests;
  private final int maxLineBytes;
  private final List<BatchProblem> problems = new ArrayList<>();
  private final FingerprintSet customIds = new FingerprintSet();
  private final RowIndex.Builder rows = new RowIndex.Builder();
  private @Nullable String model;
  private boolean anyRequest;
  private int lines;
  private long promptTokens;

  private InputValidation(Endpoint endpoint, SandboxSettings settings) {
    this.endpoint = endpoint;
    this.maxRequests =
        endpoint == Endpoint.CHAT_TEST
            ? Math.min(TEST_REQUESTS, settings.maxRequests())
            : settings.maxRequests();
    this.maxLineBytes = settings.maxLineBytes();
  }

  /**
   * Reads a whole file.
   *
   * @param stop asked between lines; when it says true, the result is null
   * @throws IOException when the file cannot be read
   */
  static @Nullable Result of(
      Path input, Endpoint endpoint, SandboxSettings settings, BooleanSupplier stop)
      throws IOException {
    InputValidation validation = new InputValidation(endpoint, settings);
    if (endpoint == Endpoint.CHAT_TEST && Files.size(input) > TEST_BYTES) {
      String message = "The test endpoint takes files up to 1 MB.";
      return new Result(
          validation.rows.build(),
          null,
          0,
          List.of(BatchProblem.ofFile("file_too_large", message)),
          validation.customIds);
    }
    try (InputStream in = Files.newInputStream(input)) {
      LineScanner scanner = new LineScanner(in, settings.maxLineBytes());
      while (scanner.next()) {
        if (stop.getAsBoolean()) {
          return null;
        }
        validation.readLine(scanner);
        if (validation.lines > validation.maxRequests) {
          break;
        }
      }
    }
    return validation.result();
  }

  private Result result() {
    if (lines > maxRequests) {
      problems.clear();
      problems.add(
          BatchProblem.ofFile(
              "too_many_tasks",
              "The batch input file has more than the maximum of " + maxRequests + " requests."));
    } else if (!anyRequest) {
      problems.clear();
      problems.add(
          BatchProblem.ofFile(
              "empty_file",
              "The input file is empty. Please ensure that the batch contains at least one"
                  + " request."));
    }
    return new Result(rows.build(), model, promptTokens, List.copyOf(problems), customIds);
  }

  private void readLine(LineScanner line) {
    lines++;
    rows.add(line.offset(), line.nextOffset());
    anyRequest |= line.tooLong() || !isBlank(line);
    if (problems.size() == MAX_PROBLEMS) {
      return;
    }
    BatchProblem problem = line.tooLong() ? tooLong() : check(line);
    if (problem != null) {
      problems.add(problem);
    }
  }

  private static boolean isBlank(LineScanner line) {
    for (int i = line.from(); i < line.from() + line.length(); i++) {
      if (line.buffer()[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private BatchProblem tooLong() {
    return new BatchProblem(
        "line_too_large",
        "This line is larger than the maximum of " + maxLineBytes + " bytes.",
        null,
        lines);
  }

  private @Nullable BatchProblem check(LineScanner line) {
    try {
      return check(RequestLine.parse(line.buffer(), line.from(), line.length()));
    } catch (JacksonException | CharConversionException | CharacterCodingException e) {
      return new BatchProblem(
          "invalid_json_line", "This line is not parseable as valid JSON.", null, lines);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private @Nullable BatchProblem check(RequestLine request) {
    for (String name : List.of("custom_id", "method", "url", "body")) {
      if (!request.present().contains(name)) {
        return BatchProblem.missing(name, lines);
      }
    }
    String customId = request.customId();
    RequestBody body = request.body();
    if (customId == null) {
      return problem(
          "invalid_type", "Invalid type for 'custom_id': expected a string.", "custom_id");
    }
    if (!customIds.add(Fingerprint.of(customId, 0))) {
      String message = "The custom_id '" + customId + "' appears more than once in the file.";
      return problem("duplicate_custom_id", message, "custom_id");
    }
    if (!"POST".equals(request.method())) {
      return problem("invalid_method", "The method of a request must be 'POST'.", "method");
    }
    if (!endpoint.path().equals(request.url())) {
      return problem(
          "invalid_url",
          "The URL provided for this request does not match the batch endpoint.",
          "url");
    }
    if (body == null) {
      return problem("invalid_type", "Invalid type for 'body': expected an object.", "body");
    }
    return checkBody(body);
  }

  private @Nullable BatchProblem checkBody(RequestBody body) {
    if (body.stream()) {
      String message = "Streaming is not supported by the Batch API.";
      return problem("streaming_unsupported", message, "body.stream");
    }
    promptTokens += body.promptTokens();
    String asked = body.model();
    if (asked == null) {
      // The request itself is refused when it runs, as without a batch.
      return null;
    }
    boolean unknown =
        asked.equals(Answers.UNSUPPORTED_MODEL)
            || (endpoint == Endpoint.CHAT_TEST && !asked.equals(Endpoint.TEST_MODEL));
    if (unknown) {
      String message = "The provided model '" + asked + "' is not supported by the Batch API.";
      return problem("model_not_found", message, "body.model");
    }
    if (model != null && !model.equals(asked)) {
      return problem(
          "model_mismatch",
          "The model '" + asked + "' differs from '" + model + "'; a file has one model.",
          "body.model");
    }
    model = asked;
    return null;
  }

  private BatchProblem problem(String code, String message, String param) {
    return new BatchProblem(code, message, param, lines);
  }

  /**
   * What was found.
   *
   * @param rows the rows, in the order of the file
   * @param model the model of the file, or null when no line names one
   * @param promptTokens estimated prompt tokens of all rows
   * @param problems what is wrong, in the order of lines; empty when the batch may run
   * @param customIds digests of the custom_ids that were read
   */
  record Result(
      RowIndex rows,
      @Nullable String model,
      long promptTokens,
      List<BatchProblem> problems,
      FingerprintSet customIds) {}
}
