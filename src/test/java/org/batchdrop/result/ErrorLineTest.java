package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorLineTest {

  private final ResultLine line = new ResultLine(List.of());

  private String rewritten(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    line.read(bytes, 0, bytes.length);
    Scratch out = new Scratch(16);
    ErrorLine.rewritten(line, bytes, 0, bytes.length, ErrorLine.reason(line), out);
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"custom_id":"a","response":null,"error":{"code":"c","message":"m"}}|{"custom_id":"a","response":null,"error":{"code":"c","message":"m"}}
          {"error":{"message":"m","x":[1], "code":"c"} ,"custom_id":"a"}|{"error":{"message":"m","x":[1], "code":"c"} ,"custom_id":"a"}
          {"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"m","type":"t","code":"c"}}},"error":null}|{"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"m","type":"t","code":"c"}}},"error":{"code":"c","message":"m"}}
          {"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"m","type":"t","code":null}}}}|{"custom_id":"a","response":{"status_code":400,"body":{"error":{"message":"m","type":"t","code":null}}},"error":{"code":"t","message":"m"}}
          {"custom_id":"a","response":{"status_code":400,"body":null},"error":"boom \\"x\\""}|{"custom_id":"a","response":{"status_code":400,"body":null},"error":{"code":"http_400","message":"boom \\"x\\""}}
          {"custom_id":"a","error":{"code":400,"message":"m"}}|{"custom_id":"a","error":{"code":"400","message":"m"}}
          {"custom_id":"a","error":{"message":"m","code":null,"type":"t"}}|{"custom_id":"a","error":{"message":"m","code":"t","type":"t"}}
          {"custom_id":"a","error":{"message":"m","code":"None","type":"None"}}|{"custom_id":"a","error":{"message":"m","code":"provider_error","type":"None"}}
          {"custom_id":"a","error":{"message":"m"}}|{"custom_id":"a","error":{"code":"provider_error","message":"m"}}
          {"custom_id":"a","error":{"code":"c"},"response":{"status_code":503}}|{"custom_id":"a","error":{"message":"the provider answered with status 503 and gave no reason","code":"c"},"response":{"status_code":503}}
          {"custom_id":"a","error":{"x":1},"response":{"status_code":503}}|{"custom_id":"a","error":{"code":"http_503","message":"the provider answered with status 503 and gave no reason","x":1},"response":{"status_code":503}}
          {"custom_id":"a","error":{},"response":{"status_code":500,"body":{"detail":"gone"}}}|{"custom_id":"a","error":{"code":"http_500","message":"gone"},"response":{"status_code":500,"body":{"detail":"gone"}}}
          {"custom_id":"a","error":"","response":{"status_code":200}}|{"custom_id":"a","error":{"code":"missing_body","message":"the provider answered with status 200 and gave no reason"},"response":{"status_code":200}}
          {"custom_id":"a","error":["c"]}|{"custom_id":"a","error":{"code":"provider_error","message":"the provider's line has neither an answer nor a reason"}}
          {"custom_id":"a","response":{"status_code":0,"body":{}}}|{"custom_id":"a","response":{"status_code":0,"body":{}},"error":{"code":"missing_status","message":"the provider answered with status 0 and gave no reason"}}
          {"custom_id":"a","response":{"status_code":200,"body":{"error":"overloaded"}}}|{"custom_id":"a","response":{"status_code":200,"body":{"error":"overloaded"}},"error":{"code":"provider_error","message":"overloaded"}}
          {"custom_id":"a","response":{"status_code":429,"body":"{\\"error\\":{\\"code\\":\\"slow_down\\",\\"message\\":\\"m\\"}}"}}|{"custom_id":"a","response":{"status_code":429,"body":"{\\"error\\":{\\"code\\":\\"slow_down\\",\\"message\\":\\"m\\"}}"},"error":{"code":"slow_down","message":"m"}}
          """)
  void setsCodeAndMessageAndKeepsTheRest(String given, String expected) throws IOException {
    assertThat(rewritten(given)).isEqualTo(expected);
    assertThat(new ObjectMapper().readTree(expected).at("/error/code").asText()).isNotEmpty();
  }

  @Test
  void writesRowsThatNoLineSpeaksOfInTheSameEnvelope() {
    Scratch id = new Scratch(8);
    id.putJsonString("a\"b");
    Scratch out = new Scratch(8);

    ErrorLine.made(id, new Reason("missing_answer", "tab\tand \u0001"), out);

    assertThat(new String(out.array(), 0, out.size(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"id\":null,\"custom_id\":\"a\\\"b\",\"response\":null,\"error\":{\"code\":"
                + "\"missing_answer\",\"message\":\"tab\\tand \\u0001\"}}");
  }

  @Test
  void cutsMessagesThatAreDocuments() {
    String html = "<p>😀".repeat(10_000);
    byte[] bytes =
        ("{\"custom_id\":\"a\",\"error\":\"" + html + "\"}").getBytes(StandardCharsets.UTF_8);
    line.read(bytes, 0, bytes.length);

    assertThat(ErrorLine.reason(line).message())
        .hasSizeBetween(1999, 2000)
        .doesNotContain("\uFFFD");
  }
}
