package org.batchdrop.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one call is about: its names and its age; looked up only when a rule asks. Not thread-safe.
 */
final class FaultSubject {
  private static final int PEEKED = 16 * 1024;
  private static final int MOST_OF_CREATE = 2 * 1024 * 1024;
  private static final Pattern FILENAME = Pattern.compile("filename=\"([^\"\r\n]*)\"");

  private final Call call;
  private final CallKind kind;
  private final String id;
  private final Stores stores;
  private @Nullable List<String> names;
  private @Nullable JsonNode request;

  FaultSubject(Call call, CallKind kind, String id, Stores stores) {
    this.call = call;
    this.kind = kind;
    this.id = id;
    this.stores = stores;
  }

  CallKind kind() {
    return kind;
  }

  String id() {
    return id;
  }

  /** Tells whether one of the names contains a text. */
  boolean matches(String text) throws IOException {
    if (text.isEmpty()) {
      return true;
    }
    List<String> known = names;
    if (known == null) {
      known = lookUp();
      names = known;
    }
    return known.stream().anyMatch(name -> name.contains(text));
  }

  private List<String> lookUp() throws IOException {
    return switch (kind) {
      case UPLOAD -> List.of(uploadName());
      case FILE_RETRIEVE, FILE_DELETE, CONTENT -> stores.namesOfFile(id);
      case CREATE -> namesOfCreate();
      case RETRIEVE, CANCEL -> stores.batches().find(id).map(stores::names).orElse(List.of());
      case REALTIME -> List.of(call.header("X-Client-Request-Id").orElse(""));
      case LIST, FILE_LIST -> List.of();
    };
  }

  /** The name stands near the beginning of the form, so the file itself is not read. */
  private String uploadName() throws IOException {
    BufferedInputStream body = new BufferedInputStream(call.body(), PEEKED);
    body.mark(PEEKED);
    String head = new String(body.readNBytes(PEEKED), StandardCharsets.UTF_8);
    body.reset();
    call.body(body);
    Matcher name = FILENAME.matcher(head);
    return name.find() ? name.group(1) : "";
  }

  private List<String> namesOfCreate() throws IOException {
    List<String> found = new ArrayList<>();
    found.add(stores.nameOfFile(inputFileId()));
    for (Map.Entry<String, JsonNode> pair : request().path("metadata").properties()) {
      found.add(pair.getValue().asText());
    }
    return found;
  }

  /** Returns the input file that a create asks for; "" when it names none. */
  String inputFileId() throws IOException {
    return request().path("input_file_id").asText("");
  }

  private JsonNode request() throws IOException {
    JsonNode known = request;
    if (known == null) {
      byte[] bytes = call.body().readNBytes(MOST_OF_CREATE);
      call.body(new ByteArrayInputStream(bytes));
      try {
        known = Json.MAPPER.readTree(bytes);
      } catch (com.fasterxml.jackson.core.JacksonException e) {
        known = Json.MAPPER.createObjectNode(); // The API itself refuses it.
      }
      request = known;
    }
    return known;
  }

  /** Returns when the file or batch came into being, in milliseconds of Unix time. */
  Optional<Long> createdAt() throws IOException {
    return switch (kind) {
      case FILE_RETRIEVE, FILE_DELETE, CONTENT ->
          stores.files().find(id).map(StoredFile::createdAt);
      case CREATE -> stores.files().find(inputFileId()).map(StoredFile::createdAt);
      case RETRIEVE, CANCEL -> stores.batches().find(id).map(Batch::createdAt);
      case UPLOAD, LIST, FILE_LIST, REALTIME -> Optional.empty();
    };
  }

  /**
   * Where names come from.
   *
   * @param files the files there are
   * @param batches the batches there are
   * @param ledger what was uploaded ever
   */
  record Stores(FileStore files, BatchStore batches, Ledger ledger) {

    /** Returns the name that a file was uploaded with, also when it is deleted; "" if none. */
    String nameOfFile(String fileId) {
      return ledger.nameOf(fileId).orElse("");
    }

    /** Returns the names of a batch: its input file's, and the values of its metadata. */
    List<String> names(Batch batch) {
      List<String> found = new ArrayList<>();
      found.add(nameOfFile(batch.inputFileId()));
      if (batch.metadata() != null) {
        found.addAll(batch.metadata().values());
      }
      return found;
    }

    /** A result file has the names of its batch too. */
    List<String> namesOfFile(String fileId) {
      List<String> found = new ArrayList<>();
      found.add(nameOfFile(fileId));
      files.find(fileId).map(StoredFile::filename).ifPresent(found::add);
      for (Batch batch : batches.newestFirst()) {
        if (fileId.equals(batch.outputFileId()) || fileId.equals(batch.errorFileId())) {
          found.addAll(names(batch));
        }
      }
      return found;
    }
  }
}
