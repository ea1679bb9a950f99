package org.batchdrop.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.batchdrop.provider.Call.Purpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RepliesTest {

  private static final String KEY = "key-0123456789-abcdefghij-secret";
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final String ERROR =
      "{\"error\":{\"message\":\"no such thing\",\"type\":\"invalid_request_error\",\"code\":null}}";
  private static final String HTML = "<!doctype html><title>Bad gateway</title>";

  private static Call call(Purpose purpose) {
    return new Call(
        purpose,
        "POST",
        URI.create("https://api.example.com/v1/batches"),
        Map.of("Authorization", "Bearer " + KEY),
        new Call.Body.None(),
        Duration.ofSeconds(1),
        Secret.of(KEY));
  }

  private static Reply reply(Purpose purpose, int status, String body) {
    return Replies.of(call(purpose), status, Map.of(), body, NOW);
  }

  private static String kind(Reply reply) {
    return reply.getClass().getSimpleName();
  }

  private static String message(Reply reply) {
    if (reply instanceof Reply.Later later) {
      return later.message();
    }
    if (reply instanceof Reply.Unclear unclear) {
      return unclear.message();
    }
    return reply instanceof Reply.Never never ? never.message() : "";
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        // purpose, status, body, kind
        Arguments.of(Purpose.UPLOAD, 200, "{\"id\":\"f\"}", "Done"),
        Arguments.of(Purpose.UPLOAD, 201, "{\"id\":\"f\"}", "Done"),
        Arguments.of(Purpose.UPLOAD, 200, HTML, "Never"),
        Arguments.of(Purpose.UPLOAD, 200, "", "Never"),
        Arguments.of(Purpose.UPLOAD, 200, "\"text\"", "Never"),
        Arguments.of(Purpose.UPLOAD, 302, HTML, "Never"),
        Arguments.of(Purpose.UPLOAD, 400, ERROR, "Never"),
        Arguments.of(Purpose.UPLOAD, 404, HTML, "Never"),
        Arguments.of(Purpose.UPLOAD, 408, "", "Later"),
        Arguments.of(Purpose.UPLOAD, 409, ERROR, "Later"),
        Arguments.of(Purpose.UPLOAD, 413, ERROR, "Never"),
        Arguments.of(Purpose.UPLOAD, 500, HTML, "Later"),
        Arguments.of(Purpose.BATCH, 200, "{\"id\":\"b\"}", "Done"),
        Arguments.of(Purpose.BATCH, 200, HTML, "Unclear"),
        Arguments.of(Purpose.BATCH, 200, "", "Unclear"),
        Arguments.of(Purpose.BATCH, 200, "{\"id\":", "Unclear"),
        Arguments.of(Purpose.BATCH, 204, "", "Unclear"),
        Arguments.of(Purpose.BATCH, 400, ERROR, "Never"),
        Arguments.of(Purpose.BATCH, 400, HTML, "Never"),
        Arguments.of(Purpose.BATCH, 401, ERROR, "Later"),
        Arguments.of(Purpose.BATCH, 403, HTML, "Later"),
        Arguments.of(Purpose.BATCH, 404, ERROR, "Never"),
        Arguments.of(Purpose.BATCH, 408, ERROR, "Unclear"),
        Arguments.of(Purpose.BATCH, 409, ERROR, "Unclear"),
        Arguments.of(Purpose.BATCH, 413, ERROR, "Never"),
        Arguments.of(Purpose.BATCH, 422, "{\"detail\":\"bad\"}", "Never"),
        Arguments.of(Purpose.BATCH, 429, ERROR, "Later"),
        Arguments.of(Purpose.BATCH, 500, ERROR, "Unclear"),
        Arguments.of(Purpose.BATCH, 502, HTML, "Unclear"),
        Arguments.of(Purpose.BATCH, 503, "", "Unclear"),
        Arguments.of(Purpose.BATCH, 504, HTML, "Unclear"),
        Arguments.of(Purpose.BATCH, 524, HTML, "Unclear"),
        Arguments.of(Purpose.BATCH_RETRIEVE, 404, ERROR, "Never"),
        Arguments.of(Purpose.BATCH_RETRIEVE, 503, HTML, "Later"),
        Arguments.of(Purpose.BATCH_LIST, 200, "[]", "Done"),
        Arguments.of(Purpose.BATCH_LIST, 405, ERROR, "Never"),
        Arguments.of(Purpose.BATCH_LIST, 429, HTML, "Later"),
        Arguments.of(Purpose.BATCH_CANCEL, 409, ERROR, "Later"),
        Arguments.of(Purpose.BATCH_RESULTS, 404, ERROR, "Later"),
        Arguments.of(Purpose.BATCH_RESULTS, 401, ERROR, "Later"),
        Arguments.of(Purpose.FILE_DELETE, 404, ERROR, "Never"),
        Arguments.of(Purpose.FILE_DELETE, 500, ERROR, "Later"));
  }

  @ParameterizedTest(name = "{0} {1} {2} is {3}")
  @MethodSource("statuses")
  void classifiesByPurposeStatusAndBody(Purpose purpose, int status, String body, String kind) {
    assertThat(kind(reply(purpose, status, body))).isEqualTo(kind);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void nothingButACreateIsEverUnclear(Purpose purpose) {
    for (int status = 200; status < 600; status++) {
      for (String body : List.of("", ERROR, HTML)) {
        boolean unclear = reply(purpose, status, body) instanceof Reply.Unclear;
        assertThat(unclear && purpose != Purpose.BATCH).as(purpose + " " + status).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error':{'message':'m','code':'c','type':'t'}} | c | HTTP 400: m",
        "{'error':{'message':'m','code':null,'type':'t'}} | t | HTTP 400: m",
        "{'error':{'message':'m','code':'None','type':'None'}} | http_400 | HTTP 400: m",
        "{'error':{'message':'m','code':''}} | http_400 | HTTP 400: m",
        "{'error':'plain words'} | http_400 | HTTP 400: plain words",
        "{'code':'InvalidParameter','message':'m'} | InvalidParameter | HTTP 400: m",
        "{'detail':'m'} | http_400 | HTTP 400: m",
        "{} | http_400 | HTTP 400: {}",
      })
  void findsCodeAndMessageWhereverTheyStand(String body, String code, String message) {
    Reply reply = reply(Purpose.BATCH, 400, body.replace('\'', '"'));

    assertThat(reply).isEqualTo(new Reply.Never(code, message, 400));
  }

  @Test
  void aGatewaysErrorInAStringIsShownInOneLine() {
    String body =
        "{\"error\":{\"message\":\"litellm.BadRequestError: OpenAIException -\\n {'error':"
            + " {'message': 'bad model'}}\",\"type\":\"None\",\"param\":\"None\",\"code\":\"400\"}}";

    assertThat(message(reply(Purpose.BATCH, 400, body))).contains("bad model").doesNotContain("\n");
  }

  @Test
  void aPageIsNoBatchApiAndNamesTheAddressToCheck() {
    Reply reply = reply(Purpose.UPLOAD, 404, HTML);

    assertThat(reply).isInstanceOf(Reply.Never.class);
    assertThat(((Reply.Never) reply).code()).isEqualTo("not_a_batch_api");
    assertThat(message(reply))
        .contains("an HTML page")
        .contains("https://api.example.com/v1/batches")
        .contains("base-url");
  }

  @Test
  void aFileThatIsNotReadyYetIsWaitedForButNotForever() {
    for (String words :
        List.of("Cannot find file file-1", "No such File object", "file is in 'pending' state")) {
      Reply reply = reply(Purpose.BATCH, 400, "{\"error\":{\"message\":\"" + words + "\"}}");
      assertThat(reply).isInstanceOf(Reply.Later.class);
      assertThat(((Reply.Later) reply).patience()).contains(Duration.ofMinutes(10));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry-after | 7 | PT7S",
        "retry-after | 1.5 | PT1.5S",
        "retry-after | 0 | PT0S",
        "retry-after | 86400 | PT1H",
        "retry-after | Sun, 01 Nov 2026 12:00:30 GMT | PT30S",
        "retry-after | Sun, 01 Nov 2026 11:00:00 GMT | PT0S",
        "retry-after-ms | 250 | PT0.25S",
      })
  void readsEveryFormOfRetryAfter(String header, String value, Duration expected) {
    Reply reply = Replies.of(call(Purpose.BATCH), 429, Map.of(header, value), ERROR, NOW);

    assertThat(((Reply.Later) reply).retryAfter()).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"soon", "-5", "1e9", "99999999999"})
  void aRetryAfterThatMakesNoSenseIsNone(String value) {
    Reply reply = Replies.of(call(Purpose.BATCH), 429, Map.of("retry-after", value), ERROR, NOW);

    assertThat(((Reply.Later) reply).retryAfter()).isEmpty();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new ConnectException("Connection refused"), "Later"),
        Arguments.of(new UnknownHostException("api.example.com"), "Later"),
        Arguments.of(new NoRouteToHostException("no route"), "Later"),
        Arguments.of(new ConnectTimeoutException("connect timed out"), "Later"),
        Arguments.of(new SSLHandshakeException("bad certificate"), "Later"),
        Arguments.of(new SocketTimeoutException("Read timed out"), "Unclear"),
        Arguments.of(new SocketException("Connection reset"), "Unclear"),
        Arguments.of(new SSLException("closed"), "Unclear"),
        Arguments.of(new IOException("broken pipe"), "Unclear"),
        Arguments.of(new IllegalStateException(), "Unclear"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aCreateThatMayHaveLeftIsUnclear(Exception cause, String kind) {
    assertThat(kind(Replies.failed(call(Purpose.BATCH), cause))).isEqualTo(kind);
    assertThat(kind(Replies.failed(call(Purpose.BATCH), new RuntimeException(cause))))
        .isEqualTo(kind);
    assertThat(kind(Replies.failed(call(Purpose.UPLOAD), cause))).isEqualTo("Later");
  }

  static Stream<Arguments> everyKindOfEcho() {
    String echo = "you sent Bearer " + KEY;
    return Stream.of(Purpose.values())
        .flatMap(
            purpose ->
                Stream.of(400, 401, 404, 409, 429, 500)
                    .flatMap(
                        status ->
                            Stream.of(
                                    echo,
                                    "{\"error\":{\"message\":\"" + echo + "\"}}",
                                    "<p>" + echo)
                                .map(body -> Arguments.of(purpose, status, body))));
  }

  @ParameterizedTest
  @MethodSource("everyKindOfEcho")
  void theKeyNeverAppearsInAMessage(Purpose purpose, int status, String body) {
    assertThat(reply(purpose, status, body).toString())
        .doesNotContain(KEY)
        .doesNotContain(KEY.substring(0, 12));
  }

  @Test
  void theKeyNeverAppearsInTheMessageOfAnUnreadableSuccess() {
    for (Purpose purpose : Purpose.values()) {
      assertThat(reply(purpose, 200, "you sent Bearer " + KEY).toString()).doesNotContain(KEY);
    }
  }

  @Test
  void theKeyNeverAppearsInTheMessageOfAFailure() {
    Exception cause = new IOException("Invalid header value: Bearer " + KEY);

    assertThat(message(Replies.failed(call(Purpose.BATCH), cause))).doesNotContain(KEY);
    assertThat(call(Purpose.BATCH).toString()).doesNotContain(KEY);
  }

  @Test
  void messagesAreOneShortLineWithoutControlCharacters() {
    String message = message(reply(Purpose.UPLOAD, 500, "a\u001b[31m\n\tb" + "x".repeat(5000)));

    assertThat(message).hasSizeLessThan(260).startsWith("HTTP 500: a [31m bxxx").endsWith("...");
  }
}
