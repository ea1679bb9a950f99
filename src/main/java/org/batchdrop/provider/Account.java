package org.batchdrop.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.batchdrop.config.ProviderProfile;
import org.batchdrop.config.Settings.Timeouts;
import org.batchdrop.job.PartId;
import org.batchdrop.provider.Call.Body;
import org.batchdrop.provider.Call.Purpose;

/**
 * A profile together with an address and a key: whoever buys. It builds calls and sends none.
 *
 * @param profile what is known of the API
 * @param baseUrl where it lives, without a slash at the end
 * @param key who pays
 * @param timeouts deadlines
 * @see <a href="https://platform.openai.com/docs/api-reference/batch">Batch API reference</a>
 */
public record Account(ProviderProfile profile, URI baseUrl, Secret key, Timeouts timeouts) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * Tells accounts apart: the same for the same address, query parameters and key; for the same
   * address and name, where the user gave one. The embedded sandbox is the same account on whatever
   * port it listens.
   */
  public String fingerprint() {
    String address = profile.baseUrl().isEmpty() ? "embedded" : baseUrl.toString();
    if (profile.account().isEmpty() && !profile.query().isEmpty()) {
      // A gateway may reach another account behind each value.
      address += "?" + query();
    }
    return profile
        .account()
        .map(name -> Secret.of("account:" + HexFormat.of().formatHex(name.getBytes(UTF_8))))
        .orElse(key)
        .fingerprint(address);
  }

  /** Tells whether the key is still the one that it was; can't be turned back. */
  public String keyFingerprint() {
    return key.fingerprint("");
  }

  /** Uploads a part's file under a name that carries the part. */
  public Call upload(Path file, PartId part) {
    return upload(file, part.uploadName());
  }

  /** Uploads a file of request lines under a name. */
  public Call upload(Path file, String name) {
    Body body = new Body.Upload(file, name, profile.batch().purpose());
    return call(Purpose.UPLOAD, "POST", "/files", body, timeouts.transfer());
  }

  /**
   * Creates the batch of an uploaded part.
   *
   * @param window the completion window; empty: the profile's default; never sent to a provider
   *     that knows none
   * @param metadata the pipeline's own; the submission key is added where the profile has a field
   */
  public Call batch(
      PartId part,
      String fileId,
      String endpoint,
      Optional<String> window,
      Map<String, String> metadata) {
    return batch(part.submissionKey(), fileId, endpoint, window, metadata);
  }

  /** Creates a batch of an uploaded file, with a key of any shape in place of a part's. */
  public Call batch(
      String key,
      String fileId,
      String endpoint,
      Optional<String> window,
      Map<String, String> metadata) {
    ObjectNode body = JSON.createObjectNode();
    body.put("input_file_id", fileId);
    body.put("endpoint", profile.batch().createEndpoint().orElse(endpoint));
    if (!(profile.batch().windows() instanceof ProviderProfile.Windows.None)) {
      body.put("completion_window", window.orElse(profile.batch().defaultWindow()));
    }
    ObjectNode own = JSON.createObjectNode();
    metadata.forEach(
        (name, value) -> {
          if (profile.batch().metadata().takes(name)) {
            own.put(name, value);
          }
        });
    profile.batch().submissionKey().ifPresent(field -> own.put(field, key));
    if (!own.isEmpty()) {
      body.set("metadata", own);
    }
    return call(Purpose.BATCH, "POST", "/batches", new Body.Json(text(body)), timeouts.call());
  }

  /** Reads a batch. */
  public Call retrieve(String batchId) {
    return call(
        Purpose.BATCH_RETRIEVE,
        "GET",
        "/batches/" + segment(batchId),
        new Body.None(),
        timeouts.call());
  }

  /**
   * Reads a page of the batches, newest first.
   *
   * @param after the last batch of the page before; empty: the first page
   */
  public Call list(Optional<String> after) {
    String query =
        "?limit="
            + profile.batch().listPage()
            + after.map(id -> "&after=" + segment(id)).orElse("");
    return call(Purpose.BATCH_LIST, "GET", "/batches" + query, new Body.None(), timeouts.call());
  }

  /** Reads the page of the batches that a cursor of the provider names. */
  public Call listAt(String cursor) {
    String query = "?limit=" + profile.batch().listPage() + "&cursor=" + segment(cursor);
    return call(Purpose.BATCH_LIST, "GET", "/batches" + query, new Body.None(), timeouts.call());
  }

  /** Asks for the end of a batch; finished rows are kept and paid. */
  public Call cancel(String batchId) {
    return call(
        Purpose.BATCH_CANCEL,
        "POST",
        "/batches/" + segment(batchId) + "/cancel",
        new Body.None(),
        timeouts.call());
  }

  /** Reads what is known of a file; its name carries the part. */
  public Call file(String fileId) {
    return call(
        Purpose.FILE_RETRIEVE,
        "GET",
        "/files/" + segment(fileId),
        new Body.None(),
        timeouts.call());
  }

  /**
   * Reads a page of the files, whatever they are for: those of answers have another purpose.
   *
   * @param after the last file of the page before; empty: the first page
   */
  public Call files(Optional<String> after) {
    return call(
        Purpose.FILE_LIST,
        "GET",
        "/files" + after.map(id -> "?after=" + segment(id)).orElse(""),
        new Body.None(),
        timeouts.call());
  }

  /** Reads which models there are; costs nothing. */
  public Call models() {
    return call(Purpose.MODELS, "GET", "/models", new Body.None(), timeouts.call());
  }

  /** Downloads a file. */
  public Call content(String fileId) {
    return call(
        Purpose.BATCH_RESULTS,
        "GET",
        "/files/" + segment(fileId) + "/content",
        new Body.None(),
        timeouts.transfer());
  }

  /** Deletes a file. */
  public Call delete(String fileId) {
    return call(
        Purpose.FILE_DELETE,
        "DELETE",
        "/files/" + segment(fileId),
        new Body.None(),
        timeouts.call());
  }

  /**
   * Asks for the answer of one row, at once.
   *
   * @param endpoint as a request line names it, {@code /v1/chat/completions}; where the base URL
   *     ends with its first segment, that is not said twice
   * @param id the row's own id; sent where a header may hold it, so that logs on both sides match
   * @param body the API's own body
   */
  public Call request(String endpoint, String id, String body) {
    Call call =
        call(Purpose.REQUEST, "POST", path(endpoint), new Body.Json(body), timeouts.realtime());
    if (!id.matches("[\\x21-\\x7E]{1,512}")) {
      return call;
    }
    Map<String, String> headers = new LinkedHashMap<>(call.headers());
    headers.put("X-Client-Request-Id", id);
    return new Call(
        call.purpose(), call.method(), call.uri(), headers, call.body(), call.deadline(), key);
  }

  private String path(String endpoint) {
    int second = endpoint.indexOf('/', 1);
    boolean isSaid = second > 0 && baseUrl.getPath().endsWith(endpoint.substring(0, second));
    return isSaid ? endpoint.substring(second) : endpoint;
  }

  private Call call(Purpose purpose, String method, String path, Body body, Duration deadline) {
    Map<String, String> headers = new LinkedHashMap<>(profile.headers());
    if (key.isPresent()) {
      headers.put(profile.authHeader(), key.header(profile.authScheme()));
    }
    String mark = path.indexOf('?') < 0 ? "?" : "&";
    String query = profile.query().isEmpty() ? "" : mark + query();
    return new Call(
        purpose, method, URI.create(baseUrl + path + query), headers, body, deadline, key);
  }

  private String query() {
    return profile.query().entrySet().stream()
        .map(pair -> pair.getKey() + "=" + segment(pair.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** Ids are opaque and may hold anything. */
  private static String segment(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20");
  }

  private static String text(ObjectNode body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts can't be written", e);
    }
  }
}
