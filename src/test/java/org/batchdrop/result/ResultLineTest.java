package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.batchdrop.result.ResultLine.Place;
import org.batchdrop.result.ResultLine.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultLineTest {

  private static final String ANSWER = "/choices/0/message/content";

  private final ResultLine line = new ResultLine(List.of(ANSWER));

  private Verdict read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return line.read(bytes, 0, bytes.length);
  }

  private String value() {
    return new String(
        line.values(),
        line.valueStart(0),
        line.valueEnd(0) - line.valueStart(0),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          success with error null|ANSWER|{"id":"b","custom_id":"a","response":{"status_code":200,"request_id":"r","body":{"id":"c","choices":[{"message":{"content":"hi"}}]}},"error":null}
          success without error|ANSWER|{"id":"b","custom_id":"a","response":{"status_code":200,"body":{"choices":[]}}}
          success without id|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[]}},"error":null}
          error is an empty text|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[]}},"error":""}
          error is an empty object|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[]}},"error":{ }}
          status is a text|ANSWER|{"custom_id":"a","response":{"status_code":"200","body":{"choices":[]}}}
          status 201|ANSWER|{"custom_id":"a","response":{"status_code":201,"body":{"choices":[]}}}
          status 299|ANSWER|{"custom_id":"a","response":{"status_code":299,"body":{"choices":[]}}}
          body is JSON in a text|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":"{\\"choices\\":[]}"}}
          embeddings|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"object":"list","data":[{"embedding":[0.1,-2e-3]}]}}}
          responses endpoint with error null|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"object":"response","error":null,"output":[]}}}
          unknown members everywhere|ANSWER|{"x":[{}],"custom_id":"a","model":"m","response":{"remark":1,"status_code":200,"body":{"choices":[],"y":{"z":null}}},"usage":{},"version":2}
          members in another order|ANSWER|{"error":null,"response":{"body":{"choices":[]},"status_code":200},"custom_id":"a"}
          spaces between everything|ANSWER| { "custom_id" : "a" , "response" : { "status_code" : 200 , "body" : { "choices" : [ ] } } , "error" : null }
          escaped member name|ANSWER|{"custom\\u005fid":"a","response":{"status_code":200,"body":{"choices":[]}}}
          choices beside an error|ANSWER|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[],"error":{"code":"x"}}}}
          expired|FAILURE|{"id":"b","custom_id":"a","response":null,"error":{"code":"batch_expired","message":"window"}}
          http failure with error null|FAILURE|{"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"m","code":"context_length_exceeded"}}},"error":null}
          failure without response|FAILURE|{"custom_id":"a","error":{"message":"m","code":"c"}}
          error is a text, body null|FAILURE|{"custom_id":"a","response":{"status_code":400,"body":null},"error":"boom"}
          error is a text, body omitted|FAILURE|{"custom_id":"a","response":{"status_code":200},"error":"boom"}
          error beside an answer|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[]}},"error":{"code":"c"}}
          error is a list|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":{"choices":[]}},"error":["c"]}
          status 0|FAILURE|{"custom_id":"a","response":{"status_code":0,"body":{"choices":[]}},"error":null}
          status absent|FAILURE|{"custom_id":"a","response":{"body":{"choices":[]}},"error":null}
          status 300|FAILURE|{"custom_id":"a","response":{"status_code":300,"body":{"choices":[]}}}
          status 199|FAILURE|{"custom_id":"a","response":{"status_code":199,"body":{"choices":[]}}}
          status is a fraction|FAILURE|{"custom_id":"a","response":{"status_code":200.5,"body":{"choices":[]}}}
          status 200, body null|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":null},"error":null}
          status 200, body omitted|FAILURE|{"custom_id":"a","response":{"status_code":200},"error":null}
          status 200, body an empty text|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":""},"error":null}
          status 200, body is an error|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":{"error":{"message":"m"}}},"error":null}
          status 200, body text is an error|FAILURE|{"custom_id":"a","response":{"status_code":200,"body":"{\\"error\\":{\\"message\\":\\"m\\"}}"},"error":null}
          nothing at all|FAILURE|{}
          cut short|MALFORMED|{"custom_id":"a","response":{"status_code":200,"body":{"choi
          two values|MALFORMED|{"custom_id":"a"}{"custom_id":"b"}
          not an object|MALFORMED|["custom_id"]
          not JSON|MALFORMED|<html>502 Bad Gateway</html>
          single quotes|MALFORMED|{'custom_id':'a'}
          trailing comma|MALFORMED|{"custom_id":"a",}
          leading zero|MALFORMED|{"custom_id":"a","n":01}
          unknown escape|MALFORMED|{"custom_id":"a","n":"\\x"}
          short unicode escape|MALFORMED|{"custom_id":"a","n":"\\u12"}
          """)
  void judgesEveryShape(String shape, Verdict verdict, String text) {
    assertThat(read(text)).as(shape).isEqualTo(verdict);
  }

  @Test
  void refusesControlCharactersInsideTexts() {
    assertThat(read("{\"custom_id\":\"a\",\"n\":\"\0\"}")).isEqualTo(Verdict.MALFORMED);
    assertThat(read("{\"custom_id\":\"a\",\"n\":\"0123456789\n\"}")).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void refusesTextThatIsNoUtf8AndStillNamesTheRow() {
    byte[] bytes = "{\"custom_id\":\"a\",\"n\":\"?\"}".getBytes(StandardCharsets.ISO_8859_1);
    bytes[bytes.length - 3] = (byte) 0xFF;

    assertThat(line.read(bytes, 0, bytes.length)).isEqualTo(Verdict.MALFORMED);
    assertThat(line.hasId()).isTrue();
  }

  @Test
  void refusesEndlessNestingWithoutFallingOver() {
    assertThat(read("{\"a\":" + "[".repeat(1_000_000))).isEqualTo(Verdict.MALFORMED);
    assertThat(read("{\"a\":" + "{\"a\":".repeat(1_000_000))).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void takesTheLastOfTwoMembersWithOneName() {
    Verdict verdict =
        read(
            "{\"custom_id\":\"x\",\"response\":{\"status_code\":500,\"body\":{\"choices\":[{\"message\":"
                + "{\"content\":\"old\"}}]}},\"custom_id\":\"a\",\"response\":{\"status_code\":200,"
                + "\"body\":{\"choices\":[]}}}");

    assertThat(verdict).isEqualTo(Verdict.ANSWER);
    assertThat(line.valueStart(0)).isEqualTo(-1);
    assertThat(line.end(Place.CUSTOM_ID) - line.start(Place.CUSTOM_ID)).isEqualTo(3);
  }

  @Test
  void findsValuesInsideABodyThatIsText() {
    read(
        "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":"
            + "\"{\\\"choices\\\":[{\\\"message\\\":{\\\"content\\\":\\\"h\\\\u0069\\\"}}],"
            + "\\\"usage\\\":{\\\"prompt_tokens\\\":5,\\\"completion_tokens\\\":2}}\"}}");

    assertThat(value()).isEqualTo("\"h\\u0069\"");
    assertThat(line.tokens()).isEqualTo(new Tokens(5, 2, 7, 0));
  }

  @Test
  void countsTokensUnderBothSetsOfNames() {
    read(
        "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"usage\":{\"input_tokens\":7,"
            + "\"input_tokens_details\":{\"cached_tokens\":4},\"output_tokens\":3,\"total_tokens\":11}}}}");
    assertThat(line.tokens()).isEqualTo(new Tokens(7, 3, 11, 4));

    read(
        "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{\"usage\":{\"prompt_tokens\":8,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":5},\"completion_tokens\":null}}}}");
    assertThat(line.tokens()).isEqualTo(new Tokens(8, 0, 8, 5));
  }

  @Test
  void countsOnlyANonEmptyTextAsId() {
    read("{\"custom_id\":\"\"}");
    assertThat(line.hasId()).isFalse();
    read("{\"custom_id\":17}");
    assertThat(line.hasId()).isFalse();
    read("{\"custom_id\":null}");
    assertThat(line.hasId()).isFalse();
  }
}
