package org.batchdrop.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.batchdrop.profiles.Shapes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines of result files, as each provider's documents show them. */
class ProviderLinesTest {

  static List<String> profiles() {
    return Shapes.profiles();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void answersAndFailuresAreToldApart(String name) throws IOException {
    ResultLine line = new ResultLine(List.of("/choices/0/message/content"));
    List<JsonNode> lines = Shapes.each(Shapes.of(name), "lines");
    assertThat(lines.isEmpty()).isEqualTo(name.equals("new-api"));
    for (JsonNode shape : lines) {
      byte[] bytes = shape.path("line").toString().getBytes(UTF_8);

      assertThat(line.read(bytes, 0, bytes.length))
          .as("%s", shape)
          .hasToString(shape.path("verdict").asText());
    }
  }
}
