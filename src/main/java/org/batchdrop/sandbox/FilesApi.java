package org.batchdrop.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The paths under {@code /files}.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/files">Files</a>
 */
final class FilesApi {
  private static final Set<String> PURPOSES =
      Set.of("assistants", "batch", "fine-tune", "vision", "user_data", "evals");

  private final FileStore files;
  private final Ledger ledger;
  private final long maxFileBytes;

  FilesApi(FileStore files, Ledger ledger, long maxFileBytes) {
    this.files = files;
    this.ledger = ledger;
    this.maxFileBytes = maxFileBytes;
  }

  void upload(Call call) throws IOException {
    try (Upload upload = Upload.receive(call, files, maxFileBytes)) {
      String purpose = upload.field("purpose");
      if (!PURPOSES.contains(purpose)) {
        throw ApiException.badRequest(
            "'%s' is not one of %s - 'purpose'"
                .formatted(purpose, PURPOSES.stream().sorted().toList()),
            "purpose",
            "invalid_value");
      }
      if (purpose.equals("batch") && !upload.filename().endsWith(".jsonl")) {
        throw ApiException.badRequest(
            "Invalid file format for Batch API. Must be .jsonl", "file", "invalid_file_format");
      }
      if (upload.length() == 0) {
        throw ApiException.badRequest("The file is empty.", "file", "empty_file");
      }
      StoredFile file = upload.publish(purpose);
      ledger.uploaded(file);
      call.reply(200, file::write);
    }
  }

  void list(Call call) throws IOException {
    int limit = call.query("limit", 1, 10_000, 10_000);
    List<StoredFile> found = new ArrayList<>(files.all());
    call.query("purpose").ifPresent(wanted -> found.removeIf(f -> !f.purpose().equals(wanted)));
    String order = call.query("order").orElse("desc");
    switch (order) {
      case "asc" -> {}
      case "desc" -> Collections.reverse(found);
      default ->
          throw ApiException.badRequest(
              "Invalid value: '" + order + "'. Supported values are: 'asc' and 'desc'.",
              "order",
              "invalid_value");
    }
    List<StoredFile> listed = call.disturbance().files(found);
    Page<StoredFile> page = Page.of(listed, call.query("after").orElse(""), limit, StoredFile::id);
    call.reply(200, json -> page.write(json, StoredFile::id, (g, file) -> file.write(g)));
  }

  void retrieve(Call call, String id) throws IOException {
    call.reply(200, require(id)::write);
  }

  void content(Call call, String id) throws IOException {
    call.reply(files.data(require(id)));
  }

  void delete(Call call, String id) throws IOException {
    if (!files.delete(id)) {
      throw noFile(id);
    }
    deleted(id).send(call, call::start);
  }

  /** Returns what is said when a file is gone. */
  static FaultAnswer deleted(String id) {
    String body =
        Json.MAPPER
            .createObjectNode()
            .put("id", id)
            .put("object", "file")
            .put("deleted", true)
            .toString();
    return new FaultAnswer(200, Map.of(), "application/json", body);
  }

  private StoredFile require(String id) {
    return files.find(id).orElseThrow(() -> noFile(id));
  }

  private static ApiException noFile(String id) {
    return ApiException.notFound("No such File object: " + id, "id");
  }
}
