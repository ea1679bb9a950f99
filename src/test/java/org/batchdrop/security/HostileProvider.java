package org.batchdrop.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * A Batch API that repeats the key it was sent wherever a text can stand, refuses each kind of call
 * once, and may redirect or send whatever headers it likes. On 127.0.0.1.
 */
public final class HostileProvider implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ID = Pattern.compile("\"custom_id\":\"([^\"]+)\"");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final Map<String, String> responseHeaders = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private final Set<String> requestHeaders = ConcurrentHashMap.newKeySet();
  private volatile String location = "";
  private volatile int redirect;
  private volatile boolean refusing;

  public HostileProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** From now on each call is redirected with a status. */
  public void redirect(URI target, int status) {
    location = target.toString();
    redirect = status;
  }

  /** Each kind of call is refused once with 401, and the refusal repeats the key. */
  public void refuseOnce() {
    refusing = true;
  }

  /** Sent with every reply. */
  public void header(String name, String value) {
    responseHeaders.put(name, value);
  }

  /** What came, as {@code METHOD path}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** The names of all headers that came, in lower case. */
  public Set<String> requestHeaders() {
    Set<String> names = new TreeSet<>();
    requestHeaders.forEach(name -> names.add(name.toLowerCase(java.util.Locale.ROOT)));
    return names;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(exchange.getRequestMethod() + " " + path);
      requestHeaders.addAll(exchange.getRequestHeaders().keySet());
      responseHeaders.forEach(exchange.getResponseHeaders()::set);
      String key = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      exchange.getResponseHeaders().set("X-Echo", key);
      if (redirect > 0) {
        exchange.getResponseHeaders().set("Location", location + path);
        send(exchange, redirect, "moved to " + location);
        return;
      }
      String kind = exchange.getRequestMethod() + path.replaceAll("[0-9]+", "");
      if (refusing && refused.add(kind)) {
        send(exchange, 401, error(echo(key)).toString());
        return;
      }
      send(exchange, 200, reply(exchange.getRequestMethod(), path, body, echo(key)));
    }
  }

  private String reply(String method, String path, String body, String echo) {
    if (path.endsWith("/files") && method.equals("POST")) {
      ID.matcher(body).results().forEach(id -> ids.add(id.group(1)));
      return JSON.createObjectNode().put("id", "file-1").put("filename", echo).toString();
    }
    if (path.endsWith("/content")) {
      return path.contains("file-out") ? answers(echo) : failures(echo);
    }
    ObjectNode batch = JSON.createObjectNode();
    batch.put("id", "batch-1").put("input_file_id", "file-1").put("note", echo);
    batch.put("status", method.equals("POST") ? "validating" : "completed");
    batch.put("output_file_id", "file-out").put("error_file_id", "file-err");
    batch.set("metadata", JSON.createObjectNode().put("echo", echo));
    batch.set(
        "errors",
        JSON.createObjectNode().set("data", JSON.createArrayNode().add(error(echo).path("error"))));
    if (method.equals("POST") || !path.endsWith("/batches")) {
      return batch.toString();
    }
    ObjectNode list = JSON.createObjectNode();
    list.set("data", JSON.createArrayNode().add(batch));
    return list.toString();
  }

  private static JsonNode error(String echo) {
    ObjectNode error = JSON.createObjectNode();
    error.put("message", "Incorrect API key provided: " + echo).put("type", echo).put("code", echo);
    return JSON.createObjectNode().set("error", error);
  }

  private String answers(String echo) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ids.size(); i += 3) {
      ObjectNode body = JSON.createObjectNode();
      ObjectNode message = JSON.createObjectNode().put("role", "assistant").put("content", echo);
      body.set(
          "choices", JSON.createArrayNode().add(JSON.createObjectNode().set("message", message)));
      ObjectNode line = JSON.createObjectNode().put("id", "r" + i).put("custom_id", ids.get(i));
      line.set("response", JSON.createObjectNode().put("status_code", 200).set("body", body));
      lines.append(line.putNull("error")).append('\n');
    }
    // A line of nobody's, which is shown as a problem.
    return lines
        .append("{\"custom_id\":\"")
        .append(echo.replaceAll("[\"\\\\]", ""))
        .append("\"}\n")
        .toString();
  }

  private String failures(String echo) {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i < ids.size(); i += 3) {
      ObjectNode line = JSON.createObjectNode().put("id", "r" + i).put("custom_id", ids.get(i));
      line.set(
          "response", JSON.createObjectNode().put("status_code", 401).set("body", error(echo)));
      lines.append(line.putNull("error")).append('\n');
    }
    return lines.toString();
  }

  /** The header's value in every form. */
  private static String echo(String authorization) {
    String key = authorization.replaceFirst("^Bearer ", "");
    return key.length() < 12 ? "no key" : String.join(" ", forms(key));
  }

  /** The forms in which a key must stand nowhere. */
  public static List<String> forms(String key) {
    List<String> forms = new ArrayList<>(List.of(key, key.substring(0, 12)));
    byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
    byte[] header = ("Bearer " + key).getBytes(StandardCharsets.US_ASCII);
    forms.add(Base64.getEncoder().encodeToString(bytes));
    forms.add(Base64.getEncoder().encodeToString(header).substring(10));
    forms.add(URLEncoder.encode(key, StandardCharsets.US_ASCII));
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    StringBuilder unicode = new StringBuilder();
    key.chars().forEach(c -> unicode.append("\\u%04x".formatted(c)));
    forms.add(unicode.toString());
    forms.add(key.replace("&", "&amp;").replace("<", "&lt;"));
    return forms;
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
