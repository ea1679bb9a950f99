package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines come out as they went in, with their offsets, whatever the buffer does. */
class LineScannerTest {

  @Test
  void findsEveryLineAndItsOffset() throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      lines.add("x".repeat(random.nextInt(3000)) + i);
    }
    String text = String.join("\n", lines);

    LineScanner scanner = scanner(text, 10_000);
    long offset = 0;
    for (String line : lines) {
      assertThat(scanner.next()).isTrue();
      assertThat(text(scanner)).isEqualTo(line);
      assertThat(scanner.offset()).isEqualTo(offset);
      assertThat(scanner.tooLong()).isFalse();
      offset = scanner.nextOffset();
    }
    assertThat(scanner.next()).isFalse();
    assertThat(offset).isEqualTo(text.length());
  }

  @Test
  void marksLinesThatAreTooLongAndGoesOn() throws IOException {
    LineScanner scanner = scanner("a\n" + "x".repeat(1_000_000) + "\nb\n", 100_000);

    assertThat(scanner.next()).isTrue();
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.tooLong()).isTrue();
    assertThat(scanner.offset()).isEqualTo(2);
    assertThat(scanner.nextOffset()).isEqualTo(1_000_003);
    assertThat(scanner.next()).isTrue();
    assertThat(text(scanner)).isEqualTo("b");
    assertThat(scanner.tooLong()).isFalse();
    assertThat(scanner.next()).isFalse();
  }

  private static LineScanner scanner(String text, int maxLineBytes) {
    return new LineScanner(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maxLineBytes);
  }

  private static String text(LineScanner scanner) {
    return new String(scanner.buffer(), scanner.from(), scanner.length(), StandardCharsets.UTF_8);
  }
}
