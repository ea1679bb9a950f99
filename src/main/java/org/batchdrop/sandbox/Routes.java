package org.batchdrop.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what a request is for, and answers it in OpenAI's shapes. Thread-safe. */
final class Routes implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Routes.class);
  private static final int SHOWN_KEY_CHARACTERS = 4;

  private final SandboxSettings settings;
  private final OpaqueIds ids;
  private final FilesApi files;
  private final BatchesApi batches;
  private final RealtimeApi realtime;
  private final LedgerApi ledger;
  private final FaultGate gate;
  private final FaultsApi faults;
  private final CountDownLatch closed;

  Routes(
      SandboxSettings settings,
      OpaqueIds ids,
      FilesApi files,
      BatchesApi batches,
      RealtimeApi realtime,
      LedgerApi ledger,
      FaultGate gate,
      CountDownLatch closed) {
    this.settings = settings;
    this.ids = ids;
    this.files = files;
    this.batches = batches;
    this.realtime = realtime;
    this.ledger = ledger;
    this.gate = gate;
    this.faults = new FaultsApi(gate.faults());
    this.closed = closed;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Call call = new Call(exchange, ids.next("req_", 24));
      if (closed.await(settings.latency().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      try {
        dispatch(call);
      } catch (ApiException e) {
        refuse(call, e.refusal());
      } catch (UncheckedIOException | IOException e) {
        // Mostly a client that hung up, so the stack trace would be noise.
        log.warn("a request was not answered: path={} cause={}", call.rawPath(), e.toString());
        failed(call);
      } catch (RuntimeException e) {
        log.error("a request failed: path={}", call.rawPath(), e);
        failed(call);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets go of the requests that still wait, unanswered. */
  void close() {
    closed.countDown();
    gate.close();
  }

  private void failed(Call call) throws IOException {
    if (!call.replied()) {
      String message = "The server had an error while processing your request.";
      refuse(call, new Refusal(500, message, "server_error", null, null));
    }
  }

  /** A client that is still sending would see a broken connection instead of the error. */
  private void refuse(Call call, Refusal refusal) throws IOException {
    drain(call.body(), 2 * settings.maxFileBytes());
    call.reply(refusal.status(), refusal::writeBody);
  }

  private static void drain(InputStream body, long most) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    long left = most;
    for (int read = 0; read >= 0 && left > 0; left -= read) {
      read = body.read(buffer);
    }
  }

  private void dispatch(Call call) throws IOException {
    List<String> path = call.path();
    String first = path.get(0);
    if (first.equals("v1")) {
      authorise(call);
      dispatchApi(call, path.subList(1, path.size()));
    } else if (path.size() > 2 && first.equals("compatible-mode") && path.get(1).equals("v1")) {
      authorise(call);
      dispatchApi(call, path.subList(2, path.size()));
    } else if (first.equals("sandbox")) {
      dispatchSandbox(call, path);
    } else {
      throw unknownPath(call);
    }
  }

  private void authorise(Call call) {
    if (settings.apiKey().isEmpty()) {
      return;
    }
    String header = call.header("Authorization").orElse("");
    if (!header.startsWith("Bearer ")) {
      throw unauthorised(
          "You didn't provide an API key. You need to provide your API key in an Authorization"
              + " header using Bearer auth.",
          Optional.empty());
    }
    String key = header.substring("Bearer ".length()).trim();
    if (!key.equals(settings.apiKey().get())) {
      int shown = Math.min(SHOWN_KEY_CHARACTERS, key.length() / 4);
      String message = "Incorrect API key provided: " + key.substring(0, shown) + "****.";
      throw unauthorised(message, Optional.of("invalid_api_key"));
    }
  }

  private static ApiException unauthorised(String message, Optional<String> code) {
    return new ApiException(
        new Refusal(401, message, "invalid_request_error", null, code.orElse(null)));
  }

  private void dispatchApi(Call call, List<String> path) throws IOException {
    Optional<Endpoint> endpoint = Endpoint.ofPath("/v1/" + String.join("/", path));
    if (endpoint.isPresent()) {
      require(call, "POST");
      gate.perform(call, CallKind.REALTIME, "", () -> realtime.answer(call, endpoint.get()));
      return;
    }
    String shape = path.get(0) + "/" + path.size();
    String id = path.size() > 1 ? path.get(1) : "";
    String verb = path.size() > 2 ? path.get(2) : "";
    switch (shape) {
      case "files/1" -> dispatchFiles(call);
      case "files/2" -> dispatchFile(call, id);
      case "batches/1" -> dispatchBatches(call);
      case "batches/2" -> {
        require(call, "GET");
        gate.perform(call, CallKind.RETRIEVE, id, () -> batches.retrieve(call, id));
      }
      case "files/3" -> {
        requireVerb(call, verb, "content", "GET");
        gate.perform(call, CallKind.CONTENT, id, () -> files.content(call, id));
      }
      case "batches/3" -> {
        requireVerb(call, verb, "cancel", "POST");
        gate.perform(call, CallKind.CANCEL, id, () -> batches.cancel(call, id));
      }
      default -> throw unknownPath(call);
    }
  }

  private void dispatchFiles(Call call) throws IOException {
    switch (call.method()) {
      case "GET" -> gate.perform(call, CallKind.FILE_LIST, "", () -> files.list(call));
      case "POST" -> gate.perform(call, CallKind.UPLOAD, "", () -> files.upload(call));
      default -> throw wrongMethod(call);
    }
  }

  private void dispatchFile(Call call, String id) throws IOException {
    switch (call.method()) {
      case "GET" -> gate.perform(call, CallKind.FILE_RETRIEVE, id, () -> files.retrieve(call, id));
      case "DELETE" -> gate.perform(call, CallKind.FILE_DELETE, id, () -> files.delete(call, id));
      default -> throw wrongMethod(call);
    }
  }

  private void dispatchBatches(Call call) throws IOException {
    switch (call.method()) {
      case "GET" -> gate.perform(call, CallKind.LIST, "", () -> batches.list(call));
      case "POST" -> gate.perform(call, CallKind.CREATE, "", () -> batches.create(call));
      default -> throw wrongMethod(call);
    }
  }

  private void dispatchSandbox(Call call, List<String> path) throws IOException {
    switch (String.join("/", path)) {
      case "sandbox/ledger" -> {
        require(call, "GET");
        ledger.summary(call);
      }
      case "sandbox/ledger/executions" -> {
        require(call, "GET");
        ledger.executions(call);
      }
      case "sandbox/faults" -> {
        switch (call.method()) {
          case "GET" -> faults.report(call);
          case "POST" -> faults.add(call);
          case "DELETE" -> faults.clear(call);
          default -> throw wrongMethod(call);
        }
      }
      default -> throw unknownPath(call);
    }
  }

  private static void requireVerb(Call call, String verb, String expected, String method) {
    if (!verb.equals(expected)) {
      throw unknownPath(call);
    }
    require(call, method);
  }

  private static void require(Call call, String method) {
    if (!call.method().equals(method)) {
      throw wrongMethod(call);
    }
  }

  private static ApiException unknownPath(Call call) {
    String message = "Invalid URL (" + call.method() + " " + call.rawPath() + ")";
    return ApiException.notFound(message, null);
  }

  private static ApiException wrongMethod(Call call) {
    String message = "Not allowed to " + call.method() + " on " + call.rawPath() + ".";
    return new ApiException(
        new Refusal(405, message, "invalid_request_error", null, "method_not_supported"));
  }
}
