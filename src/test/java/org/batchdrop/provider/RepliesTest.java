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
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error':{'message':'closed,\\n key KEY'},'id':null} | closed, key ***",
        "{'code':'Busy','message':'come back'} | come back",
        "{'error':'gone'} | gone",
        "{} | {}"
      })
  void aReplyThatLacksWhatWasExpectedSpeaksForItself(String body, String words) {
    Reply reply = reply(Purpose.UPLOAD, 200, body.replace('\'', '"').replace("KEY", KEY));

    assertThat(reply.why()).isEqualTo("the reply was: " + words).isEqualTo(reply.reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'error':{'message':'m'}} | true",
        "{'error':'m','id':'req'} | true",
        "{'error':{},'id':'b','status':'completed'} | false",
        "{'error':null} | false",
        "{'id':'b'} | false"
      })
  void anErrorThatIsNoBatchIsAFailureUnderWhateverStatus(String body, boolean isFailure) {
    assertThat(reply(Purpose.BATCH_CANCEL, 200, body.replace('\'', '"')))
        .isInstanceOfSatisfying(
            Reply.Done.class, done -> assertThat(done.isFailure()).isEqualTo(isFailure));
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        // purpose, status, body, kind
        Arguments.of(Purpose.UPLOAD, 200, "{\"id\":\"f\"}", "Done"),
        Arguments.of(Purpose.UPLOAD, 201, "{\"id\":\"f\"}", "Done"),
        Arguments.of(Purpose.UPLOAD, 200, HTML, "Later"),
        Arguments.of(Purpose.UPLOAD, 200, "", "Later"),
        Arguments.of(Purpose.UPLOAD, 200, "\"text\"", "Later"),
        Arguments.of(Purpose.UPLOAD, 302, HTML, "Never"),
        Arguments.of(Purpose.UPLOAD, 400, ERROR, "Never"),
        Arguments.of(Purpose.UPLOAD, 400, HTML, "Later"),
        Arguments.of(Purpose.UPLOAD, 404, HTML, "Never"),
        Arguments.of(Purpose.BATCH_LIST, 400, HTML, "Later"),
        Arguments.of(Purpose.REQUEST, 200, "{}", "Answer"),
        Arguments.of(Purpose.REQUEST, 200, HTML, "Unclear"),
        Arguments.of(Purpose.REQUEST, 400, ERROR, "Answer"),
        Arguments.of(Purpose.REQUEST, 404, HTML, "Answer"),
        Arguments.of(Purpose.REQUEST, 401, ERROR, "Later"),
        Arguments.of(Purpose.REQUEST, 429, ERROR, "Later"),
        Arguments.of(Purpose.REQUEST, 503, HTML, "Answer"),
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
        Arguments.of(Purpose.BATCH_CANCEL, 409, ERROR, "Never"),
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
  void onlyWhatIsPaidIsEverUnclear(Purpose purpose) {
    for (int status = 200; status < 600; status++) {
      for (String body : List.of("", ERROR, HTML)) {
        boolean unclear = reply(purpose, status, body) instanceof Reply.Unclear;
        boolean paid = purpose == Purpose.BATCH || purpose == Purpose.REQUEST;
        assertThat(unclear && !paid).as(purpose + " " + status).isFalse();
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
        "{'detail':[{'msg':'m'}]} | http_400 | HTTP 400: {'detail':[{'msg':'m'}]}",
        "{'error':{'message':'m','code':400,'type':'BadRequestError'}} | BadRequestError | HTTP 400: m",
        "{'error':{'message':'m','code':400}} | http_400 | HTTP 400: m",
        "{'error':{'message':'m','code':'400','type':'None','param':'None'}} | 400 | HTTP 400: m",
        "{} | http_400 | HTTP 400: {}",
      })
  void findsCodeAndMessageWhereverTheyStand(String body, String code, String message) {
    Reply reply = reply(Purpose.BATCH, 400, body.replace('\'', '"'));

    assertThat(reply).isEqualTo(new Reply.Never(code, message.replace('\'', '"'), 400));
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

  @Test
  void aByteOrderMarkIsNoPartOfAReply() {
    assertThat(reply(Purpose.BATCH, 200, "\uFEFF{\"id\":\"b\"}")).isInstanceOf(Reply.Done.class);
    assertThat(reply(Purpose.BATCH, 400, "\uFEFF" + ERROR))
        .isEqualTo(new Reply.Never("invalid_request_error", "HTTP 400: no such thing", 400));
    assertThat(kind(reply(Purpose.BATCH, 200, "\uFEFF"))).isEqualTo("Unclear");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRefusedKeyNamesTheHostThatRefusedIt(int status) {
    assertThat(reply(Purpose.UPLOAD, status, ERROR).why())
        .contains("api.example.com refuses the key")
        .contains("regions");
  }

  @ParameterizedTest
  @CsvSource({"409", "400", "404"})
  void aRefusedCancelIsNoReasonToTryAgain(int status) {
    Reply.Never never = (Reply.Never) reply(Purpose.BATCH_CANCEL, status, ERROR);

    assertThat(never.status()).isEqualTo(status);
    assertThat(kind(reply(Purpose.BATCH_CANCEL, 200, "{\"id\":\"b\"}"))).isEqualTo("Done");
    assertThat(kind(reply(Purpose.BATCH_CANCEL, 503, HTML))).isEqualTo("Later");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void aResultFileThatIsNotThereYetIsWaitedFor(int status) {
    Reply.Later later = (Reply.Later) reply(Purpose.BATCH_RESULTS, status, ERROR);

    assertThat(later.cause()).isEqualTo(Reply.Cause.FILE_NOT_READY);
  }

  @ParameterizedTest
  @CsvSource({
    "400, token_limit_exceeded, NO_ROOM",
    "429, token_limit_exceeded, NO_ROOM",
    "429, insufficient_quota, QUOTA_EXHAUSTED",
    "403, Arrearage, QUOTA_EXHAUSTED",
    "402, whatever, QUOTA_EXHAUSTED",
    "429, slow_down, BUSY",
    "401, invalid_api_key, KEY_REFUSED",
    "403, permission_denied, KEY_REFUSED",
  })
  void theCauseOfARefusalDecidesWhoWaits(int status, String code, Reply.Cause cause) {
    String body = "{\"error\":{\"message\":\"m\",\"code\":\"" + code + "\"}}";
    for (Purpose purpose : List.of(Purpose.BATCH, Purpose.UPLOAD, Purpose.BATCH_LIST)) {
      assertThat(((Reply.Later) reply(purpose, status, body)).cause()).isEqualTo(cause);
    }
  }

  @Test
  void theTokenLimitInARefusalIsRemembered() {
    String body =
        "{\"error\":{\"code\":\"token_limit_exceeded\",\"message\":\"Enqueued token limit reached for"
            + " m in organization o. Limit: 900,000 enqueued tokens.\"}}";

    assertThat(((Reply.Later) reply(Purpose.BATCH, 400, body)).limit()).contains(900_000L);
  }

  @Test
  void everyReplySaysWhy() {
    assertThat(new Reply.Unclear("lost").why()).isEqualTo("unreadable reply");
    assertThat(new Reply.Never("c", "words", 400).why()).isEqualTo("words");
    assertThat(reply(Purpose.UPLOAD, 503, "").why()).startsWith("HTTP 503");
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
  void theKeyNeverAppearsInACode() {
    String body = "{\"error\":{\"code\":\"" + KEY + "\",\"message\":\"m\"}}";
    for (Purpose purpose : Purpose.values()) {
      assertThat(reply(purpose, 400, body).toString()).doesNotContain(KEY.substring(0, 12));
    }
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

  @ParameterizedTest
  @ValueSource(ints = {1_001, 1_000_000})
  void aReplyNestedWithoutEndIsNoJson(int depth) {
    String deep = "[".repeat(depth) + "]".repeat(depth);
    assertThat(kind(reply(Purpose.BATCH, 200, deep))).isEqualTo("Unclear");
    assertThat(kind(reply(Purpose.BATCH_LIST, 200, "{\"data\":" + deep + "}"))).isEqualTo("Later");
  }

  @Test
  void aNumberOfAMillionDigitsCostsNoTimeAndHarmsNobody() {
    for (String number : new String[] {"9".repeat(1_000_000), "1e999999999", "-1e-999999999"}) {
      Reply reply =
          reply(Purpose.BATCH_RETRIEVE, 200, "{\"id\":\"b\",\"created_at\":" + number + "}");
      if (reply instanceof Reply.Done done) {
        assertThat(BatchView.of(done.body()).orElseThrow().id()).isEqualTo("b");
      } else {
        assertThat(kind(reply)).isEqualTo("Later");
      }
    }
  }

  @Test
  void theKeyIsTakenOutOfEveryMemberOfAReply() {
    StringBuilder mixed = new StringBuilder();
    KEY.chars()
        .forEach(c -> mixed.append(c % 2 == 0 ? "\\u%04x".formatted(c) : Character.toString(c)));
    for (String form : new String[] {KEY, mixed.toString()}) {
      String body =
          "{\"id\":\"%s\",\"status\":\"failed\",\"errors\":{\"data\":[{\"code\":\"%s\",\"message\":\"x %s\"}]}}"
              .formatted(form, form, form);
      assertThat(reply(Purpose.BATCH, 200, body).toString()).doesNotContain(KEY.substring(0, 12));
      assertThat(
              reply(Purpose.BATCH, 400, "{\"error\":{\"code\":\"" + form + "\",\"message\":\"m\"}}")
                  .toString())
          .doesNotContain(KEY.substring(0, 12));
    }
  }
}
