package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "512,512",
    "512B,512",
    "64KB,65536",
    "64 kb,65536",
    "1KiB,1024",
    "200MB,209715200",
    "1GB,1073741824",
    "3g,3221225472"
  })
  void readsASize(String text, long bytes) {
    assertThat(Units.parseSize(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "1.5MB", "-1", "1TB", "1 2", "99999999999999999999"})
  void refusesWhatIsNoSize(String text) {
    assertThat(Units.parseSize(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"500ms,PT0.5S", "60s,PT1M", "10m,PT10M", "24h,PT24H", "7d,PT168H", "0s,PT0S"})
  void readsADuration(String text, Duration duration) {
    assertThat(Units.parseDuration(text)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "1.5s", "-1s", "1w", "1M", "1000001s", "s"})
  void refusesWhatIsNoDuration(String text) {
    assertThat(Units.parseDuration(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2147483647,2147483647"})
  void readsACount(String text, int count) {
    assertThat(Units.parseCount(text)).contains(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "2147483648", "1e3", "1.0"})
  void refusesWhatIsNoCount(String text) {
    assertThat(Units.parseCount(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KB",
    "10240,10 KB",
    "1572864,1.5 MB",
    "1073741824,1.0 GB"
  })
  void showsASize(long bytes, String shown) {
    assertThat(Units.showSize(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.85S,850 ms",
    "PT12S,12 s",
    "PT3M20S,3 min 20 s",
    "PT4M,4 min",
    "PT2H5M,2 h 5 min",
    "PT3H,3 h"
  })
  void showsADuration(Duration duration, String shown) {
    assertThat(Units.showDuration(duration)).isEqualTo(shown);
  }

  @Test
  void suggestsTheNearestWordOnlyWhenItIsNear() {
    List<String> words = List.of("subject", "text");

    assertThat(Suggestion.hint("subjekt", words)).isEqualTo("; did you mean 'subject'?");
    assertThat(Suggestion.hint("TEXT", words)).isEqualTo("; did you mean 'text'?");
    assertThat(Suggestion.hint("colour", words)).isEqualTo("; expected one of: subject, text");
    assertThat(Suggestion.hint("colour", List.of())).isEmpty();
    assertThat(Suggestion.hint("x".repeat(100_000), words)).startsWith("; expected one of");
  }
}
