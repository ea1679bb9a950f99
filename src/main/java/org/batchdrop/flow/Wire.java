package org.batchdrop.flow;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.hc.client5.http.entity.mime.HttpMultipartMode;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.Download;
import org.batchdrop.provider.Replies;
import org.batchdrop.provider.Reply;

/**
 * Turns a {@link Call} into the one HTTP exchange that {@code call-provider} makes, and what comes
 * back into a {@link Reply}. Nothing but the call's own headers goes out; nothing that comes back
 * stays as a header.
 */
public final class Wire {

  private static final String CALL = "batchdropCall";
  private static final int MAX_REPLY = 16 << 20;

  private final InstantSource clock;
  private final CallDeadlines deadlines;
  private final WireWatch watch;

  Wire(InstantSource clock, CallDeadlines deadlines, WireWatch watch) {
    this.clock = clock;
    this.deadlines = deadlines;
    this.watch = watch;
  }

  /** Puts a call on the message. */
  public void write(Exchange exchange) throws InvalidPayloadException {
    Call call = exchange.getMessage().getMandatoryBody(Call.class);
    exchange.setProperty(CALL, call);
    deadlines.next(call.deadline());
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    call.headers().forEach(message::setHeader);
    message.setHeader("Accept", "application/json");
    message.setHeader("User-Agent", "batchdrop");
    message.setHeader(Exchange.HTTP_METHOD, call.method());
    message.setHeader(Exchange.HTTP_URI, call.uri().toString());
    message.setBody(null);
    if (call.body() instanceof Call.Body.Json json) {
      message.setBody(json.text().getBytes(StandardCharsets.UTF_8));
      message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    } else if (call.body() instanceof Call.Body.Upload upload) {
      HttpEntity entity = multipart(upload);
      message.setBody(entity);
      message.setHeader(Exchange.CONTENT_TYPE, entity.getContentType());
    }
  }

  /** Reads a small reply. */
  public void read(Exchange exchange) throws IOException {
    Call call = exchange.getProperty(CALL, Call.class);
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    Map<String, String> headers = headers(message);
    String text = text(exchange);
    watch.replied(call, status, headers, text);
    answer(message, Replies.of(call, status, headers, text, clock.instant()));
  }

  /** Stores a reply that is a file, or reads why there is none. */
  public void store(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    if (status < 200 || status >= 300) {
      read(exchange);
      return;
    }
    Path target = exchange.getVariable("target", Path.class);
    boolean encoded = message.getHeader("Content-Encoding") != null;
    long expected = encoded ? -1 : message.getHeader("Content-Length", -1L, Long.class);
    try (InputStream body = body(exchange)) {
      Download.store(body, target, expected, exchange.getProperty(CALL, Call.class).secret());
    }
    watch.replied(exchange.getProperty(CALL, Call.class), status, headers(message), "");
    answer(message, new Reply.Done(MissingNode.getInstance()));
  }

  /** Reads a call that ended in an exception. */
  public void fail(Exchange exchange) {
    Call call = exchange.getProperty(CALL, Call.class);
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    watch.failed(call, cause);
    answer(exchange.getMessage(), Replies.failed(call, cause));
  }

  private static void answer(Message message, Reply reply) {
    message.removeHeaders("*");
    message.setBody(reply);
  }

  private static HttpEntity multipart(Call.Body.Upload upload) {
    return MultipartEntityBuilder.create()
        .setMode(HttpMultipartMode.STRICT)
        .addTextBody("purpose", upload.purpose(), ContentType.TEXT_PLAIN)
        .addBinaryBody(
            "file", upload.file().toFile(), ContentType.create("application/jsonl"), upload.name())
        .build();
  }

  private static String text(Exchange exchange) throws IOException {
    try (InputStream in = body(exchange)) {
      return new String(in.readNBytes(MAX_REPLY), StandardCharsets.UTF_8);
    }
  }

  private static InputStream body(Exchange exchange) {
    InputStream in = exchange.getMessage().getBody(InputStream.class);
    return in == null ? InputStream.nullInputStream() : in;
  }

  private static Map<String, String> headers(Message message) {
    Map<String, String> headers = new HashMap<>();
    message
        .getHeaders()
        .forEach(
            (name, value) ->
                Optional.ofNullable(value)
                    .ifPresent(v -> headers.put(name.toLowerCase(Locale.ROOT), v.toString())));
    return headers;
  }
}
