package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.config.ProviderProfile.Credential;
import org.batchdrop.config.ProviderProfile.Windows;
import org.batchdrop.job.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderFileTest {

  private static final String LEAST =
      "base-url: https://api.example.com/v1\nkey: {none: true}\nbatch: {endpoints: [/v1/x]}\n";

  private final Map<String, String> parents = new HashMap<>();

  private Optional<ProviderProfile> read(String text, Problems problems) {
    return ProviderFile.read(
        "mine",
        new ProviderFile.Source("providers/mine.yaml", text),
        name ->
            Optional.ofNullable(parents.get(name))
                .map(parent -> new ProviderFile.Source("providers/" + name + ".yaml", parent)),
        problems);
  }

  private ProviderProfile valid(String text) {
    Problems problems = new Problems();
    Optional<ProviderProfile> profile = read(text, problems);
    assertThat(problems.all()).isEmpty();
    return profile.orElseThrow();
  }

  private List<String> problems(String text) {
    Problems problems = new Problems();
    assertThat(read(text, problems)).isEmpty();
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void theLeastFileTakesEveryDefault() {
    ProviderProfile profile = valid(LEAST);

    assertThat(profile.authHeader()).isEqualTo("Authorization");
    assertThat(profile.authScheme()).isEqualTo("Bearer");
    assertThat(profile.pollInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(profile.batch())
        .isEqualTo(
            new ProviderProfile.BatchApi(
                true,
                List.of("/v1/x"),
                Optional.empty(),
                new Windows.Between(24, 24),
                "24h",
                50_000,
                200L << 20,
                6L << 20,
                "batch",
                Optional.empty(),
                ProviderProfile.Metadata.NONE,
                100,
                Duration.ofMinutes(10),
                ProviderProfile.Habits.USUAL,
                Limits.NONE,
                ProviderProfile.Rates.CAREFUL,
                Optional.empty()));
  }

  @Test
  void everyKeyIsMapped() {
    ProviderProfile profile =
        valid(
            """
            description: Mine
            base-url: https://api.example.com/v1/
            key: {file: secrets/key}
            auth-header: X-Api-Key
            auth-scheme: ""
            headers: {X-Team: support}
            query: {channel_id: "7", "api-version": preview}
            thinking: {switches: [enable_thinking], required-for: [q*]}
            poll-interval: 30s
            batch:
              endpoints: [/v1/a, /v1/b]
              create-endpoint: /v1/c
              windows: {one-of: [1h, 2h]}
              default-window: 2h
              max-requests: 10
              max-file-size: 1MB
              max-line-size: 2KB
              purpose: user_data
              submission-key: tag
              metadata: true
              list-page: 20
              settle-time: 5s
            """);

    assertThat(profile.description()).isEqualTo("Mine");
    assertThat(profile.baseUrl()).contains(URI.create("https://api.example.com/v1"));
    assertThat(profile.credential()).isEqualTo(new Credential.File("secrets/key"));
    assertThat(profile.authHeader()).isEqualTo("X-Api-Key");
    assertThat(profile.authScheme()).isEmpty();
    assertThat(profile.headers()).isEqualTo(Map.of("X-Team", "support"));
    assertThat(profile.query()).isEqualTo(Map.of("channel_id", "7", "api-version", "preview"));
    assertThat(profile.thinking())
        .isEqualTo(new ProviderProfile.Thinking(List.of("enable_thinking"), List.of("q*")));
    assertThat(profile.pollInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(profile.batch())
        .isEqualTo(
            new ProviderProfile.BatchApi(
                true,
                List.of("/v1/a", "/v1/b"),
                Optional.of("/v1/c"),
                new Windows.OneOf(List.of("1h", "2h")),
                "2h",
                10,
                1 << 20,
                2048,
                "user_data",
                Optional.of("tag"),
                ProviderProfile.Metadata.ANY,
                20,
                Duration.ofSeconds(5),
                ProviderProfile.Habits.USUAL,
                Limits.NONE,
                ProviderProfile.Rates.CAREFUL,
                Optional.empty()));
  }

  @Test
  void metadataIsAWordOrTheNamesThatAreTaken() {
    ProviderProfile.Metadata names =
        valid(LEAST.replace("[/v1/x]", "[/v1/x], metadata: {ds_name: 100}")).batch().metadata();
    assertThat(names.takes("ds_name")).isTrue();
    assertThat(names.takes("team")).isFalse();
    assertThat(names.longest("ds_name")).isEqualTo(100);
    assertThat(ProviderProfile.Metadata.ANY.takes("team")).isTrue();
    assertThat(ProviderProfile.Metadata.NONE.takes("team")).isFalse();

    assertThat(problems(LEAST.replace("[/v1/x]", "[/v1/x], metadata: {ds_name: many}")))
        .containsExactly(
            "providers/mine.yaml:3: 'batch.metadata: ds_name: many'; expected a whole number from 1"
                + " behind each name");
  }

  @Test
  void windowsMayBeInOneUnitOnlyOrNotExist() {
    Windows hours =
        valid(LEAST.replace("[/v1/x]", "[/v1/x], windows: {min: 1h, max: 48h, unit: h}"))
            .batch()
            .windows();
    assertThat(hours.accepts("48h")).isTrue();
    assertThat(hours.accepts("2d")).isFalse();
    assertThat(hours.expected()).isEqualTo("1h to 48h, in whole h");

    ProviderProfile.BatchApi none =
        valid(LEAST.replace("[/v1/x]", "[/v1/x], windows: {none: true}")).batch();
    assertThat(none.windows().accepts("24h")).isFalse();
    assertThat(none.defaultWindow()).isEmpty();
    assertThat(
            problems(
                LEAST.replace("[/v1/x]", "[/v1/x], windows: {none: true}, default-window: 24h")))
        .singleElement()
        .asString()
        .endsWith("expected no completion window");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit", "after", "cursor", "a b", "a&b"})
  void aQueryParameterMustNotBreakTheCallsOwn(String name) {
    assertThat(problems(LEAST + "query: {\"" + name + "\": x}\n"))
        .singleElement()
        .asString()
        .startsWith("providers/mine.yaml:4: 'query." + name + "'");
  }

  @Test
  void whereThereAreNoBatchesNoneAreListed() {
    String gateway = "base-url: https://api.example.com/v1\nkey: {none: true}\n";
    ProviderProfile.Habits habits =
        valid(gateway + "batch: {offered: false, can-list: true}\n").batch().habits();

    assertThat(habits.canList()).isFalse();
    assertThat(valid(LEAST).batch().habits().canList()).isTrue();
  }

  @Test
  void modelsThatMustChooseNeedASwitchToDoSo() {
    assertThat(problems(LEAST + "thinking: {required-for: [m]}\n"))
        .containsExactly(
            "providers/mine.yaml:4: 'thinking.required-for' needs 'thinking.switches'");
  }

  @Test
  void singleCallsAreOfferedUnlessTheFileSaysOtherwise() {
    assertThat(valid(LEAST).realtime()).isEqualTo(ProviderProfile.RealtimeApi.USUAL);
    assertThat(
            valid(
                    LEAST
                        + "realtime: {endpoints: [/v1/chat/completions], concurrency: 3,"
                        + " requests-per-minute: 60, tokens-per-minute: 90000}\n")
                .realtime())
        .isEqualTo(
            new ProviderProfile.RealtimeApi(
                true, List.of("/v1/chat/completions"), 3, Optional.of(60), Optional.of(90_000L)));
    assertThat(valid(LEAST + "realtime: {offered: false}\n").realtime().answers(List.of()))
        .isFalse();
  }

  @Test
  void aTestModelAnswersAtAnEndpointOfTheProfile() {
    String line = LEAST.replace("/v1/x]", "/v1/x], test-model: free");

    assertThat(valid(LEAST).batch().rehearsal()).isEmpty();
    assertThat(valid(line).batch().rehearsal())
        .contains(new ProviderProfile.Rehearsal("free", "/v1/x"));
    assertThat(problems(line.replace("free", "free, test-url: /v1/y")))
        .singleElement()
        .asString()
        .contains("'batch.test-url: /v1/y' is no endpoint of this profile");
  }

  @Test
  void withoutABatchApiTheUrlsAreThoseOfSingleCalls() {
    String direct = LEAST.replace("{endpoints: [/v1/x]}", "{offered: false}");

    assertThat(valid(direct).batch().offered()).isFalse();
    assertThat(valid(direct).batch().endpoints())
        .isEqualTo(ProviderProfile.RealtimeApi.USUAL.endpoints());
    assertThat(problems(direct + "realtime: {offered: false}\n"))
        .singleElement()
        .asString()
        .contains("neither 'batch' nor 'realtime' is offered");
  }

  @Test
  void extendsTakesOverWhatTheFileDoesNotWrite() {
    parents.put("base", LEAST + "description: Base\npoll-interval: 5s\n");
    ProviderProfile profile = valid("extends: base\ndescription: Own\nbatch: {max-requests: 7}\n");

    assertThat(profile.description()).isEqualTo("Own");
    assertThat(profile.pollInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(profile.batch().endpoints()).containsExactly("/v1/x");
    assertThat(profile.batch().maxRequests()).isEqualTo(7);
  }

  @Test
  void aKeyIsReplacedWholeNotMixed() {
    parents.put("base", LEAST.replace("{none: true}", "{env: BASE_KEY}"));

    assertThat(valid("extends: base\nkey: {file: my.key}\n").credential())
        .isEqualTo(new Credential.File("my.key"));
  }

  @Test
  void aCircleOfParentsEndsWithAProblem() {
    parents.put("a", "extends: b\n");
    parents.put("b", "extends: a\n");

    assertThat(problems("extends: a\n")).singleElement().asString().contains("names no profile");
  }

  @Test
  void aMistakeInAParentIsNamedInTheParent() {
    parents.put("base", LEAST + "pol-interval: 5s\n");

    assertThat(problems("extends: base\n"))
        .containsExactly(
            "providers/base.yaml:4: unknown key 'pol-interval'; did you mean 'poll-interval'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8089/v1",
        "http://localhost/v1",
        "http://[::1]:80/v1",
        "https://a.example/v1"
      })
  void takesHttpsAnywhereAndHttpOnThisMachine(String url) {
    assertThat(valid(LEAST.replace("https://api.example.com/v1", url)).baseUrl())
        .contains(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://api.example.com/v1",
        "http://127.0.0.1.example.com/v1",
        "ftp://a.example/v1",
        "https://user:word@a.example/v1",
        "file:///etc/passwd",
        "api.example.com/v1"
      })
  void refusesAnAddressThatWouldLeakTheKey(String url) {
    assertThat(problems(LEAST.replace("https://api.example.com/v1", url)))
        .singleElement()
        .asString()
        .startsWith("providers/mine.yaml:1: 'base-url: " + url + "'; expected https://HOST/PATH");
  }

  @Test
  void takesHttpElsewhereOnlyWhenAllowed() {
    String text = LEAST.replace("https", "http") + "allow-http: true\n";

    assertThat(valid(text).baseUrl()).contains(URI.create("http://api.example.com/v1"));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            LEAST.replace("{none: true}", "{env: A, file: b}"),
            ":2: 'key' must be one of: {env: VARIABLE}, {file: PATH}, {none: true}"),
        Arguments.of(
            LEAST.replace("{none: true}", "{env: my-secret-value}"),
            ":2: 'key.env' must be the NAME of an environment variable; never write a key here"),
        Arguments.of(
            LEAST.replace("endpoints: [/v1/x]", "max-requests: 1"),
            ":3: 'batch.endpoints' must name at least one request url"),
        Arguments.of(
            LEAST.replace("[/v1/x]", "[/v1/x], default-window: 48h"),
            ":3: 'batch.default-window: 48h'; expected 24h to 24h, in whole h or d"),
        Arguments.of(
            LEAST.replace("[/v1/x]", "[/v1/x], max-requests: 0"),
            ":3: 'batch.max-requests: 0'; expected a whole number from 1"),
        Arguments.of(
            LEAST.replace("[/v1/x]", "[/v1/x], metadata: maybe"),
            ":3: 'batch.metadata: maybe' is unknown; expected one of: true, false"),
        Arguments.of(LEAST + "extends: nobody\n", ":4: 'extends: nobody' names no profile"),
        Arguments.of(
            LEAST.replace("base-url: https://api.example.com/v1\n", ""),
            ":1: missing key 'base-url'"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void namesTheMistakeAndItsLine(String text, String expected) {
    assertThat(problems(text)).contains("providers/mine.yaml" + expected);
  }

  @ParameterizedTest
  @CsvSource({"24h,true", "1d,true", "14d,true", "336h,true", "23h,false", "15d,false", "24,false"})
  void windowsBetweenAreWholeHoursOrDays(String window, boolean accepted) {
    assertThat(new Windows.Between(24, 336).accepts(window)).isEqualTo(accepted);
  }

  @Test
  void everyKeyOfLimitsRatesAndHabitsIsMapped() {
    ProviderProfile profile =
        valid(
            """
            base-url: https://api.example.com/v1
            key: {none: true}
            account: team-a
            batch:
              endpoints: [/v1/x]
              can-list: false
              can-delete: false
              delete-inputs: false
              retention: 15d
              limits: {enqueued-tokens: 90000000000, running-batches: 3, creates-per-hour: 2000}
              rates: {uploads-per-minute: 10, polls-per-minute: 20}
            """);

    assertThat(profile.account()).contains("team-a");
    assertThat(profile.batch().habits())
        .isEqualTo(new ProviderProfile.Habits(false, false, false, Duration.ofDays(15)));
    assertThat(profile.batch().limits())
        .isEqualTo(new Limits(Optional.of(90_000_000_000L), Optional.of(3), Optional.of(2000)));
    assertThat(profile.batch().rates()).isEqualTo(new ProviderProfile.Rates(10, 20));
    assertThat(valid(LEAST).account()).isEmpty();
  }

  @Test
  void limitsAndRatesAreTakenOverKeyByKey() {
    parents.put(
        "base",
        LEAST.replace(
            "batch: {endpoints: [/v1/x]}",
            "batch: {endpoints: [/v1/x], limits: {running-batches: 3, creates-per-hour: 4}}"));
    ProviderProfile profile =
        valid(
            "extends: base\nbatch: {limits: {running-batches: 9}, rates: {polls-per-minute: 7}}\n");

    assertThat(profile.batch().limits())
        .isEqualTo(new Limits(Optional.empty(), Optional.of(9), Optional.of(4)));
    assertThat(profile.batch().rates()).isEqualTo(new ProviderProfile.Rates(100, 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits: {enqueued-tokens: 0} | expected a whole number from 1",
        "limits: {enqueued-tokens: 9999999999999999999} | expected a whole number from 1",
        "limits: {running: 3} | unknown key 'batch.limits.running'",
        "limits: {running-batchs: 3} | did you mean 'running-batches'?",
        "limits: {creates-per-hour: many} | expected a whole number from 1",
        "limits: 3 | 'batch.limits' must hold keys of its own",
        "rates: {uploads-per-minut: 3} | did you mean 'uploads-per-minute'?",
        "rates: {polls-per-minute: -1} | expected a whole number from 1",
        "can-list: perhaps | 'batch.can-list: perhaps' is unknown",
        "retention: a while | expected a duration such as 60s or 24h",
      })
  void namesMistakesInLimitsRatesAndHabits(String line, String expected) {
    assertThat(problems(LEAST.replace("/v1/x]", "/v1/x], " + line)))
        .singleElement()
        .asString()
        .contains(expected);
  }
}
