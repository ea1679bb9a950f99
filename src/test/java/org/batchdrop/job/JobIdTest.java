package org.batchdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {

  private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");
  private static final JobId JOB = new JobId("20261101-120000-tickets-3fa9c1");

  private static String id(String inputName) {
    return JobId.of(AT, ZoneOffset.UTC, inputName, 0x3fa9c1).value();
  }

  @ParameterizedTest
  @CsvSource({
    "tickets.csv, 20261101-120000-tickets-3fa9c1",
    "TICKETS, 20261101-120000-tickets-3fa9c1",
    "my report (final).csv, 20261101-120000-my-report-final-3fa9c1",
    "src.tar.gz, 20261101-120000-src-3fa9c1",
    ".env, 20261101-120000-env-3fa9c1",
    "-rf.csv, 20261101-120000-rf-3fa9c1",
    "a__b--c.csv, 20261101-120000-a-b-c-3fa9c1",
    "工单.csv, 20261101-120000-3fa9c1",
    "工单 7月.csv, 20261101-120000-7-3fa9c1",
    "..., 20261101-120000-3fa9c1",
    "ＡＢＣ１.csv, 20261101-120000-abc1-3fa9c1",
  })
  void isMadeOfTimeSlugAndSixDigits(String inputName, String expected) {
    assertThat(id(inputName)).isEqualTo(expected);
  }

  @Test
  void dropsAccentsAndKeepsTheWordWhole() {
    assertThat(id("Müller.csv")).isEqualTo("20261101-120000-muller-3fa9c1");
  }

  @Test
  void cutsALongNameToFortyCharactersWithoutATrailingDash() {
    assertThat(id("x".repeat(200) + ".csv"))
        .isEqualTo("20261101-120000-" + "x".repeat(40) + "-3fa9c1");
    assertThat(id("x".repeat(39) + "-yyy"))
        .isEqualTo("20261101-120000-" + "x".repeat(39) + "-3fa9c1");
  }

  @Test
  void writesTheTimeInTheGivenZone() {
    JobId shanghai = JobId.of(AT, ZoneId.of("Asia/Shanghai"), "a", 0);

    assertThat(shanghai.value()).isEqualTo("20261101-200000-a-000000");
  }

  @Test
  void usesTheLowTwentyFourBitsOfTheRandomNumber() {
    assertThat(JobId.of(AT, ZoneOffset.UTC, "a", -1).suffix()).isEqualTo("ffffff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tickets",
        "../20261101-120000-3fa9c1",
        "20261101-120000-A-3fa9c1",
        "20261101-120000-3fa9c",
        "20261101-120000-a/b-3fa9c1",
        "20261101-120000--3fa9c1",
        "20261101-120000-3fa9c1\n"
      })
  void refusesAnyOtherShape(String text) {
    assertThat(JobId.isValid(text)).isFalse();
    assertThatThrownBy(() -> new JobId(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void idsSortByTime() {
    JobId later = JobId.of(AT.plusSeconds(1), ZoneOffset.UTC, "a", 0);

    assertThat(List.of(later, JOB)).isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void aPartIsNamedByNumberAndGeneration() {
    PartId first = new PartId(JOB, 7, 1);
    PartId second = new PartId(JOB, 7, 2);

    assertThat(first.label()).isEqualTo("part-0007");
    assertThat(second.label()).isEqualTo("part-0007.g2");
    assertThat(new PartId(JOB, 12_345, 1).label()).isEqualTo("part-12345");
    assertThat(second.submissionKey()).isEqualTo(JOB + "/part-0007/2");
    assertThat(second.uploadName()).isEqualTo("batchdrop." + JOB + ".part-0007.g2.jsonl");
    assertThat(List.of(first, second, new PartId(JOB, 10, 1))).isSorted();
  }

  @Test
  void partsCountFromOne() {
    assertThatThrownBy(() -> new PartId(JOB, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PartId(JOB, 1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3fa9c1-000000001",
    "42, 3fa9c1-000000042",
    "999999999, 3fa9c1-999999999",
    "1234567890, 3fa9c1-1234567890"
  })
  void aRowIsNamedByTheJobsSuffixAndAtLeastNineDigits(long row, String expected) {
    assertThat(RowId.of(JOB, row)).isEqualTo(expected);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

    assertThat(List.of(0, 1, 2, 3, 4, 5, 1000, Integer.MAX_VALUE).stream().map(backoff::after))
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 5L, 10L, 20L, 40L, 60L, 60L, 60L);
  }

  @ParameterizedTest
  @CsvSource({"PT0S,PT1S", "PT-1S,PT1S", "PT2S,PT1S"})
  void refusesPausesThatShrink(Duration first, Duration longest) {
    assertThatThrownBy(() -> new Backoff(first, longest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 0 < first <= longest");
  }
}
