package org.batchdrop.flow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a sandbox as a provider that is particular: what its rule refuses does not pass,
 * and what the rule makes of a body is what the sandbox gets.
 */
final class StrictGateway implements AutoCloseable {

  /** What a provider is particular about. */
  interface Rule {
    /** Why a call is refused; empty when it passes. */
    Optional<String> refusal(Seen call);

    /** What the sandbox shall get in place of a body. */
    default String body(Seen call) {
      return call.body();
    }
  }

  /**
   * A call that arrived.
   *
   * @param path below the prefix
   * @param query without its mark
   * @param key what the header of the key holds
   * @param body each byte a character
   */
  record Seen(String method, String path, String query, String key, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI sandbox;
  private final String prefix;
  private final String keyHeader;
  private final Rule rule;
  private final List<String> refused = new CopyOnWriteArrayList<>();

  StrictGateway(URI sandbox, String prefix, String keyHeader, Rule rule) throws IOException {
    this.sandbox = sandbox;
    this.prefix = prefix;
    this.keyHeader = keyHeader;
    this.rule = rule;
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The address with its prefix, as a profile has it. */
  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + prefix;
  }

  /** Why calls were refused. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      Seen call =
          new Seen(
              exchange.getRequestMethod(),
              uri.getRawPath().replaceFirst("^" + prefix, ""),
              Optional.ofNullable(uri.getRawQuery()).orElse(""),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst(keyHeader)).orElse(""),
              new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
      Optional<String> refusal =
          uri.getRawPath().startsWith(prefix) ? rule.refusal(call) : Optional.of("no such path");
      if (refusal.isPresent()) {
        refused.add(call.method() + " " + uri + ": " + refusal.get());
        String text = "{\"error\":{\"code\":\"wrong\",\"message\":\"" + refusal.get() + "\"}}";
        send(exchange, 400, text.getBytes(UTF_8));
      } else {
        pass(exchange, call);
      }
    }
  }

  private void pass(HttpExchange exchange, Seen call) throws IOException {
    String query = call.query().isEmpty() ? "" : "?" + call.query();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(sandbox + call.path() + query))
            .method(
                call.method(),
                HttpRequest.BodyPublishers.ofByteArray(rule.body(call).getBytes(ISO_8859_1)));
    for (String name : List.of("Content-Type", "X-Client-Request-Id")) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
          .ifPresent(value -> request.header(name, value));
    }
    try {
      HttpResponse<byte[]> reply =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      send(exchange, reply.statusCode(), reply.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
