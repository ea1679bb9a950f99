package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchdrop.job.Backoff;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private static final String EVERYTHING =
      """
      batchdrop.quiet-period=3s
      batchdrop.inbox-interval=250ms
      batchdrop.requests-provider=openai
      batchdrop.keep-work=1d
      batchdrop.reuse-size=200MB
      batchdrop.sweep-interval=9s
      batchdrop.clean-interval=2m
      batchdrop.prepare-threads=3
      batchdrop.submit-threads=4
      batchdrop.realtime-threads=7
      batchdrop.collect-threads=5
      batchdrop.deliver-threads=6
      batchdrop.poll-tick=7s
      batchdrop.poll-threads=8
      batchdrop.call-timeout=30s
      batchdrop.transfer-timeout=2h
      batchdrop.realtime-timeout=20m
      batchdrop.retry-first=1s
      batchdrop.retry-longest=8s
      batchdrop.no-room-first=2s
      batchdrop.no-room-longest=9s
      batchdrop.parked-look=3m
      batchdrop.adopt-tick=4s
      batchdrop.orders-interval=6s
      batchdrop.give-up-after=48h
      batchdrop.fetch-max-size=3GB
      batchdrop.fetch-private=true
      batchdrop.fetch-threads=3
      batchdrop.sandbox.port=8089
      batchdrop.sandbox.request-time=5ms
      batchdrop.sandbox.validation-time=1s
      batchdrop.sandbox.max-requests=100
      """;

  private static Optional<Settings> read(
      String text, Map<String, String> environment, Problems problems) {
    return Settings.read(
        "application.properties",
        text,
        name -> Optional.ofNullable(environment.get(name)),
        problems);
  }

  private static Settings valid(String text, Map<String, String> environment) {
    Problems problems = new Problems();
    Optional<Settings> settings = read(text, environment, problems);
    assertThat(problems.all()).isEmpty();
    return settings.orElseThrow();
  }

  private static List<String> problems(String text, Map<String, String> environment) {
    Problems problems = new Problems();
    assertThat(read(text, environment, problems)).isEmpty();
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void anEmptyFileTakesEveryDefault() {
    Settings settings = valid("", Map.of());

    assertThat(settings.quietPeriod()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.requestsProvider()).isEqualTo("sandbox");
    assertThat(settings.fetch()).isEqualTo(new Settings.Fetch(2L << 30, false));
    assertThat(settings.keepWork()).isEqualTo(Duration.ofDays(7));
    assertThat(settings.retries())
        .isEqualTo(new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10)));
    assertThat(settings.giveUpAfter()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.timeouts())
        .isEqualTo(
            new Settings.Timeouts(
                Duration.ofMinutes(1), Duration.ofMinutes(30), Duration.ofMinutes(10)));
    assertThat(settings.sandbox())
        .isEqualTo(new Settings.SandboxSpeed(0, Duration.ZERO, Duration.ofMillis(200), 50_000));
  }

  @Test
  void everyKeyIsMapped() {
    Settings settings = valid(EVERYTHING, Map.of());

    assertThat(settings.quietPeriod()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.requestsProvider()).isEqualTo("openai");
    assertThat(settings.fetch()).isEqualTo(new Settings.Fetch(3L << 30, true));
    assertThat(settings.keepWork()).isEqualTo(Duration.ofDays(1));
    assertThat(settings.retries())
        .isEqualTo(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8)));
    assertThat(settings.giveUpAfter()).isEqualTo(Duration.ofDays(2));
    assertThat(settings.timeouts())
        .isEqualTo(
            new Settings.Timeouts(
                Duration.ofSeconds(30), Duration.ofHours(2), Duration.ofMinutes(20)));
    assertThat(settings.sandbox())
        .isEqualTo(
            new Settings.SandboxSpeed(8089, Duration.ofMillis(5), Duration.ofSeconds(1), 100));
    assertThat(settings.all())
        .containsEntry("batchdrop.inbox-interval", "250")
        .containsEntry("batchdrop.sweep-interval", "9000")
        .containsEntry("batchdrop.clean-interval", "120000")
        .containsEntry("batchdrop.poll-tick", "7000")
        .containsEntry("batchdrop.submit-threads", "4")
        .containsEntry("camel.component.http.automaticRetriesDisabled", "true");
  }

  @Test
  void theTestOfEveryKeyKnowsEveryKey() {
    List<String> ours =
        valid("", Map.of()).all().keySet().stream()
            .filter(key -> key.startsWith("batchdrop."))
            .toList();

    assertThat(ours).allSatisfy(key -> assertThat(EVERYTHING).contains(key + "="));
  }

  @Test
  void theEnvironmentOverridesTheFile() {
    Settings settings =
        valid(
            "batchdrop.quiet-period=3s\n",
            Map.of("BATCHDROP_QUIET_PERIOD", "4s", "BATCHDROP_SANDBOX_PORT", "9"));

    assertThat(settings.quietPeriod()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.sandbox().port()).isEqualTo(9);
  }

  @Test
  void whatIsYesOrNoIsSaidPlainly() {
    assertThat(problems("batchdrop.fetch-private=yes\n", Map.of()))
        .containsExactly(
            "application.properties:1: batchdrop.fetch-private: 'yes'; expected true or false");
  }

  @Test
  void theEnvironmentOverridesNothingButOurOwnKeys() {
    assertThat(valid("", Map.of("CAMEL_MAIN_NAME", "x", "PATH", "y")).all())
        .containsEntry("camel.main.name", "batchdrop");
  }

  @Test
  void anUnknownKeyIsNamedWithItsLineAndASuggestion() {
    assertThat(problems("# mine\nbatchdrop.quiet-perod=3s\n", Map.of()))
        .containsExactly(
            "application.properties:2: unknown setting 'batchdrop.quiet-perod';"
                + " did you mean 'batchdrop.quiet-period'?");
  }

  @ParameterizedTest
  @CsvSource({
    "batchdrop.quiet-period, soon",
    "batchdrop.keep-work, 7",
    "batchdrop.poll-tick, 1.5s",
    "batchdrop.sandbox.port, http",
    "batchdrop.sandbox.max-requests, -1"
  })
  void aValueThatCannotBeReadIsNamedWithItsLine(String key, String value) {
    assertThat(problems("\n" + key + "=" + value + "\n", Map.of()))
        .singleElement()
        .asString()
        .startsWith("application.properties:2: " + key + ": '" + value + "'; expected ");
  }

  @ParameterizedTest
  @CsvSource({
    "batchdrop.submit-threads, two",
    "batchdrop.prepare-threads, 0",
    "batchdrop.clean-interval, soon"
  })
  void aValueThatOnlyTheRoutesUseIsCheckedToo(String key, String value) {
    assertThat(problems(key + "=" + value + "\n", Map.of())).isNotEmpty();
  }

  @Test
  void theLongestPauseIsNotShorterThanTheFirst() {
    assertThat(problems("batchdrop.retry-first=1m\nbatchdrop.retry-longest=1s\n", Map.of()))
        .singleElement()
        .asString()
        .startsWith("application.properties:2: batchdrop.retry-longest");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            problems(
                "batchdrop.quiet-period=x\nbatchdrop.poll-tick=y\nbatchdrop.what=1\n", Map.of()))
        .hasSize(3);
  }

  @Test
  void aBrokenEscapeIsAProblemWithItsLine() {
    assertThat(problems("batchdrop.poll-tick=1s\nbatchdrop.requests-provider=\\u12\n", Map.of()))
        .singleElement()
        .asString()
        .startsWith("application.properties:2: a \\u without four hexadecimal digits");
  }
}
