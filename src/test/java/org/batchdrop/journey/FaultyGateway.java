package org.batchdrop.journey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stands between a client and its provider on 127.0.0.1, and loses the replies of {@code POST
 * /batches} in every way that a network can. What the provider did is for its ledger to say; what
 * the client sent is counted here.
 */
final class FaultyGateway implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROW = "X-Client-Request-Id";
  private static final String HTML = "<html><body><h1>Bad gateway</h1></body></html>";

  /** How a reply is lost. All but the last three reach the provider first. */
  enum Loss {
    /** Nothing is lost. */
    NONE,
    /** The connection is dropped instead of a reply. */
    DROPPED,
    /** An error of a proxy instead of the reply: 500, 502, 503, 504. */
    SERVER_ERROR,
    /** 408 or 409 instead of the reply. */
    CONFLICT,
    /** No reply until the client gives up. */
    SILENCE,
    /** The reply ends in the middle. */
    TRUNCATED,
    /** 200 with an HTML page. */
    HTML,
    /** 200 with nothing. */
    EMPTY,
    /** The connection is dropped, and the request reaches the provider only later. */
    LATE,
    /** The connection is dropped, and the request never reaches the provider. */
    NEVER,
    /** 429; the request never reaches the provider. */
    REFUSED
  }

  /**
   * One create as it arrived.
   *
   * @param number from 1, in order of arrival
   * @param body the JSON text
   */
  record Create(int number, String body) {

    /** The values of its metadata and its input file: what tells it from other creates. */
    String key() {
      try {
        JsonNode json = JSON.readTree(body);
        return json.path("metadata").path("batchdrop").asText(json.path("input_file_id").asText());
      } catch (IOException e) {
        throw new IllegalArgumentException(body, e);
      }
    }
  }

  private final URI provider;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyGateway::thread);
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(FaultyGateway::thread);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Long> createdAt = new ConcurrentHashMap<>();
  private final Map<String, Integer> sent = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Integer> lateReplies = new ConcurrentLinkedQueue<>();
  private final AtomicInteger late = new AtomicInteger();
  private final Map<String, Integer> lostAsks = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile Consumer<String> onAsk = row -> {};
  private volatile Function<Create, Loss> script = create -> Loss.NONE;
  private volatile Function<String, Boolean> cut = call -> false;
  private volatile Consumer<Create> onAccepted = create -> {};
  private volatile Duration listLag = Duration.ZERO;
  private volatile Duration lateness = Duration.ofSeconds(1);

  private FaultyGateway(URI provider, HttpServer server) {
    this.provider = provider;
    this.server = server;
  }

  /** Starts one before a provider's base URL, on any free port. */
  static FaultyGateway start(URI provider) throws IOException {
    InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    FaultyGateway gateway = new FaultyGateway(provider, server);
    server.setExecutor(gateway.threads);
    server.createContext("/", gateway::handle);
    server.start();
    return gateway;
  }

  /** The base URL for the client. */
  URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + provider.getPath());
  }

  /** What becomes of each create. */
  void lose(Function<Create, Loss> losses) {
    script = losses;
  }

  /** Which calls other than creates lose their connection after the provider has answered. */
  void cut(Function<String, Boolean> calls) {
    cut = calls;
  }

  /** Called when the provider has answered a create, before anything of that reaches the client. */
  void onAccepted(Consumer<Create> action) {
    onAccepted = action;
  }

  /** Called with the row of each call for one, before the provider gets it. */
  void onAsk(Consumer<String> action) {
    onAsk = action;
  }

  /** How often the provider's answer to a row did not reach the client. */
  Map<String, Integer> lostAsks() {
    return Map.copyOf(lostAsks);
  }

  /** Calls for rows that the provider has not answered yet. */
  int underWay() {
    return underWay.get();
  }

  /** For how long the list does not show a new batch. */
  void listLag(Duration lag) {
    listLag = lag;
  }

  /** How late {@link Loss#LATE} is. */
  void lateness(Duration delay) {
    lateness = delay;
  }

  /** Passes everything on from now on. */
  void heal() {
    script = create -> Loss.NONE;
    cut = call -> false;
    onAccepted = create -> {};
    listLag = Duration.ZERO;
  }

  /** How often the client sent each create over the wire. */
  Map<String, Integer> sent() {
    return Map.copyOf(sent);
  }

  /** How many creates come late, or came. */
  int late() {
    return late.get();
  }

  /** What the provider answered to the creates that came late. */
  List<Integer> lateReplies() {
    return List.copyOf(lateReplies);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      boolean isPost = exchange.getRequestMethod().equals("POST");
      if (isPost && path.endsWith("/batches")) {
        create(exchange, new String(body, StandardCharsets.UTF_8));
        return;
      }
      String row = exchange.getRequestHeaders().getFirst(ROW);
      HttpResponse<byte[]> reply =
          row == null ? forward(request(exchange, body)) : ask(exchange, body, row);
      if (cut.apply(exchange.getRequestMethod() + " " + path)) {
        if (row != null && reply.statusCode() == 200) {
          lostAsks.merge(row, 1, Integer::sum);
        }
        return;
      }
      byte[] answer = reply.body();
      if (!isPost && path.endsWith("/batches") && reply.statusCode() == 200) {
        answer = withoutNew(answer);
      }
      answer(exchange, reply.statusCode(), type(reply), answer);
    }
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body, String row)
      throws IOException {
    underWay.incrementAndGet();
    try {
      onAsk.accept(row);
      return forward(request(exchange, body));
    } finally {
      underWay.decrementAndGet();
    }
  }

  private void create(HttpExchange exchange, String body) throws IOException {
    Create create;
    synchronized (sent) {
      create = new Create(1 + sent.values().stream().mapToInt(n -> n).sum(), body);
      sent.merge(create.key(), 1, Integer::sum);
    }
    Loss loss = script.apply(create);
    HttpRequest request = request(exchange, body.getBytes(StandardCharsets.UTF_8));
    switch (loss) {
      case NEVER -> {}
      case REFUSED ->
          answer(
              exchange, 429, "application/json", bytes("{\"error\":{\"message\":\"slow down\"}}"));
      case LATE -> {
        late.incrementAndGet();
        // Whatever it comes to is noted by itself.
        ScheduledFuture<?> unused =
            later.schedule(
                () -> lateReplies.add(forwardCreate(request).statusCode()),
                lateness.toMillis(),
                TimeUnit.MILLISECONDS);
      }
      default -> {
        HttpResponse<byte[]> reply = forwardCreate(request);
        onAccepted.accept(create);
        lose(exchange, loss, create.number(), reply);
      }
    }
  }

  private void lose(HttpExchange exchange, Loss loss, int number, HttpResponse<byte[]> reply)
      throws IOException {
    switch (loss) {
      case NONE -> answer(exchange, reply.statusCode(), type(reply), reply.body());
      case SERVER_ERROR ->
          answer(exchange, new int[] {500, 502, 503, 504}[number % 4], "text/html", bytes(HTML));
      case CONFLICT ->
          answer(
              exchange,
              number % 2 == 0 ? 408 : 409,
              "application/json",
              bytes("{\"error\":{\"message\":\"try again\"}}"));
      case TRUNCATED -> {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, reply.body().length);
        exchange.getResponseBody().write(Arrays.copyOf(reply.body(), reply.body().length / 2));
        exchange.getResponseBody().flush();
      }
      case HTML -> answer(exchange, 200, "text/html", bytes(HTML));
      case EMPTY -> exchange.sendResponseHeaders(200, -1);
      case SILENCE -> awaitClose();
      default -> {}
    }
  }

  /** Longer than any client's patience here; the connection is dropped then. */
  private void awaitClose() {
    try {
      boolean unused = threads.awaitTermination(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forwardCreate(HttpRequest request) throws IOException {
    HttpResponse<byte[]> reply = forward(request);
    if (reply.statusCode() == 200) {
      createdAt.put(JSON.readTree(reply.body()).path("id").asText(), System.nanoTime());
    }
    return reply;
  }

  private HttpResponse<byte[]> forward(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", e);
    }
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    String root = provider.getScheme() + "://" + provider.getAuthority();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(root + exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : List.of("Content-Type", "Authorization", "Accept", ROW)) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
          .ifPresent(value -> builder.header(name, value));
    }
    return builder.build();
  }

  private byte[] withoutNew(byte[] list) throws IOException {
    if (listLag.isZero()) {
      return list;
    }
    ObjectNode page = (ObjectNode) JSON.readTree(list);
    ArrayNode shown = JSON.createArrayNode();
    long now = System.nanoTime();
    for (JsonNode batch : page.path("data")) {
      Long at = createdAt.get(batch.path("id").asText());
      if (at == null || now - at >= listLag.toNanos()) {
        shown.add(batch);
      }
    }
    page.set("data", shown);
    return JSON.writeValueAsBytes(page);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String type(HttpResponse<byte[]> reply) {
    return reply.headers().firstValue("Content-Type").orElse("application/octet-stream");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "gateway");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    later.shutdownNow();
    // The JDK's client ends with its last reference.
  }
}
