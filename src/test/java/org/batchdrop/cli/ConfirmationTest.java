package org.batchdrop.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** What people answer, and how they write times. */
class ConfirmationTest {

  private final StringWriter err = new StringWriter();

  private boolean answered(String answer) throws IOException {
    Console console = new Console(new PrintWriter(err), new PrintWriter(err), true);
    return new Confirmation(console, new ByteArrayInputStream(answer.getBytes(UTF_8)))
        .isGiven(false, "delete it");
  }

  @Test
  void onlyAYesIsAYes() throws IOException {
    assertThat(answered("y\n")).isTrue();
    assertThat(answered("Yes\n")).isTrue();
    assertThat(answered("\n")).isFalse();
    assertThat(answered("yesterday\n")).isFalse();
    assertThat(answered("")).isFalse();
    assertThat(err.toString()).contains("delete it [y/N]").contains("nothing was done");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24, 2026-11-24T00:00:00Z",
    "2026-11-24T08:30, 2026-11-24T08:30:00Z",
    "2026-11-24T08:30:00+02:00, 2026-11-24T06:30:00Z",
    "2026-11-24T08:30:00Z, 2026-11-24T08:30:00Z",
    "2d, 2026-11-22T12:00:00Z"
  })
  void timesAreReadAsPeopleWriteThem(String text, String expected) {
    assertThat(when().convert(text)).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({"yesterday", "2026-13-01", "24.11.2026"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> when().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is no time");
  }

  private static WhenOption when() {
    return new WhenOption(
        InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z")), ZoneOffset.UTC);
  }
}
