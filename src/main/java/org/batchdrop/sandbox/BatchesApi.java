package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths under {@code /batches}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch">Batch</a>
 */
final class BatchesApi {
  private static final int MAX_BODY = 1024 * 1024;
  private static final int MAX_PAIRS = 16;
  private static final int MAX_KEY = 64;
  private static final int MAX_VALUE = 512;

  private final FileStore files;
  private final BatchStore batches;
  private final BatchEngine engine;
  private final Ledger ledger;

  BatchesApi(FileStore files, BatchStore batches, BatchEngine engine, Ledger ledger) {
    this.files = files;
    this.batches = batches;
    this.engine = engine;
    this.ledger = ledger;
  }

  void create(Call call) throws IOException {
    JsonNode request = call.jsonBody(MAX_BODY);
    String inputFileId = requireText(request, "input_file_id");
    Endpoint endpoint = endpoint(requireText(request, "endpoint"));
    CompletionWindow window = window(requireText(request, "completion_window"));
    Map<String, String> metadata = metadata(request.get("metadata"));
    StoredFile input =
        (call.disturbance().takesDeletedInput()
                ? files.findKept(inputFileId)
                : files.find(inputFileId))
            .orElseThrow(() -> noInput(inputFileId));
    if (!input.purpose().equals("batch")) {
      throw ApiException.badRequest(
          "Invalid file purpose: '" + input.purpose() + "'. Expected 'batch'.",
          "input_file_id",
          "invalid_value");
    }
    BatchScript script = call.disturbance().script(input, metadata);
    Batch batch = batches.create(input, files.data(input), endpoint, window, metadata, script);
    ledger.created(batch);
    engine.submit(batch);
    show(call, batch);
  }

  void retrieve(Call call, String id) throws IOException {
    show(call, batches.find(id).orElseThrow(() -> noBatch(id)));
  }

  void list(Call call) throws IOException {
    int limit = call.query("limit", 1, 100, 20);
    List<Batch> all = call.disturbance().batches(batches.newestFirst());
    Page<Batch> page = Page.of(all, call.query("after").orElse(""), limit, Batch::id);
    call.reply(200, json -> page.write(json, Batch::id, BatchObject::write));
  }

  void cancel(Call call, String id) throws IOException {
    Batch batch = engine.cancel(id).orElseThrow(() -> noBatch(id));
    boolean ended = batch.status().isFinal() && batch.status() != BatchStatus.CANCELLED;
    if (ended) {
      throw new ApiException(
          new Refusal(
              409,
              "Cannot cancel a batch with status '" + batch.status().label() + "'.",
              "invalid_request_error",
              null,
              null));
    }
    show(call, batch);
  }

  private static void show(Call call, Batch batch) throws IOException {
    call.reply(200, json -> BatchObject.write(json, batch));
  }

  private static ApiException noBatch(String id) {
    return ApiException.notFound("No batch found with id '" + id + "'.", null);
  }

  private static ApiException noInput(String id) {
    return ApiException.badRequest(
        "Cannot find file " + id + ", or project does not have access to it.", "file_id", null);
  }

  private static String requireText(JsonNode request, String name) {
    JsonNode value = request.path(name);
    if (value.isMissingNode() || value.isNull()) {
      throw ApiException.missing(name);
    }
    if (!value.isTextual()) {
      throw wrongType(name, "a string", value);
    }
    return value.asText();
  }

  private static ApiException wrongType(String param, String expected, JsonNode value) {
    String found = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return ApiException.badRequest(
        "Invalid type for '%s': expected %s, but got %s instead.".formatted(param, expected, found),
        param,
        "invalid_type");
  }

  private static Endpoint endpoint(String path) {
    return Endpoint.ofPath(path).orElseThrow(() -> invalid("endpoint", path, Endpoint.supported()));
  }

  private static CompletionWindow window(String text) {
    return CompletionWindow.parse(text)
        .orElseThrow(() -> invalid("completion_window", text, "'24h' to '336h', '1d' to '14d'"));
  }

  private static ApiException invalid(String param, String value, String supported) {
    return ApiException.badRequest(
        "Invalid value: '%s'. Supported values are: %s.".formatted(value, supported),
        param,
        "invalid_value");
  }

  private static @Nullable Map<String, String> metadata(@Nullable JsonNode given) {
    if (given == null || given.isNull()) {
      return null;
    }
    if (!given.isObject()) {
      throw wrongType("metadata", "an object", given);
    }
    if (given.size() > MAX_PAIRS) {
      throw tooLong("metadata", "at most " + MAX_PAIRS + " pairs");
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> pair : given.properties()) {
      String param = "metadata." + pair.getKey();
      if (pair.getKey().length() > MAX_KEY) {
        throw tooLong("metadata", "keys of at most " + MAX_KEY + " characters");
      }
      if (!pair.getValue().isTextual()) {
        throw wrongType(param, "a string", pair.getValue());
      }
      if (pair.getValue().asText().length() > MAX_VALUE) {
        throw tooLong(param, "at most " + MAX_VALUE + " characters");
      }
      pairs.put(pair.getKey(), pair.getValue().asText());
    }
    return pairs;
  }

  private static ApiException tooLong(String param, String expected) {
    return ApiException.badRequest(
        "Invalid '" + param + "': expected " + expected + ".", param, "invalid_value");
  }
}
