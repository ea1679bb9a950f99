package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n", "\r", "\t", "\0", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029",
        "\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufff9"
      })
  void nothingThatSteersATerminalOrTurnsTheTextIsShown(String unfit) {
    assertThat(Printable.line("a" + unfit + "[31mb")).isEqualTo("a [31mb");
    assertThat(Printable.name("a" + unfit + "b")).isEqualTo("a?b");
  }

  @Test
  void wordsOfAnyLanguageAreKept() {
    String text = "Größe 备注 شكراً क्‍ष 👩‍👧 e\u0301 '\"\\";
    assertThat(Printable.line(text)).isEqualTo(text);
    assertThat(Printable.name(text)).isEqualTo(text);
  }
}
