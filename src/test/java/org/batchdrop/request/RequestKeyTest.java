package org.batchdrop.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RequestKeyTest {

  private final RequestKey keys = new RequestKey();

  private byte[] key(String line) {
    byte[] bytes = ("xx" + line).getBytes(UTF_8);
    return keys.of(bytes, 2, bytes.length);
  }

  @Test
  void idsAndTheOrderOfMembersDoNotCount() {
    byte[] one =
        key("{\"custom_id\":\"a-1\",\"method\":\"POST\",\"url\":\"/v1/x\",\"body\":{\"m\":1}}\n");

    assertThat(key("{\"body\":{\"m\":1},\"url\":\"/v1/x\",\"custom_id\":\"b-2\"}")).isEqualTo(one);
  }

  @Test
  void urlAndEachByteOfTheBodyCount() {
    String line = "{\"custom_id\":\"a\",\"url\":\"/v1/x\",\"body\":{\"m\":1}}";

    assertThat(key(line)).hasSize(32);
    assertThat(key(line.replace("/v1/x", "/v1/y"))).isNotEqualTo(key(line));
    assertThat(key(line.replace("{\"m\":1}", "{\"m\": 1}"))).isNotEqualTo(key(line));
  }

  @Test
  void aLineThatIsNoRequestIsRefused() {
    assertThatThrownBy(() -> key("{\"url\":\"/v1/x\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("body");
    assertThatThrownBy(() -> key("no")).isInstanceOf(IllegalArgumentException.class);
  }
}
