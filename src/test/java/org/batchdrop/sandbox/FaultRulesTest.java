package org.batchdrop.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules are read strictly, and can be given in three ways. */
class FaultRulesTest {
  @TempDir Path directory;

  @Test
  void jsonAndYamlSayTheSame() {
    List<FaultRule> json =
        FaultRule.parse(
            "[{\"on\":\"create\",\"do\":\"refuse\",\"status\":429,\"skip\":1,\"for\":\"2m\"}]");
    List<FaultRule> yaml =
        FaultRule.parse("on: create\ndo: refuse\nstatus: 429\nskip: 1\nfor: 2m\n");

    assertThat(json).isEqualTo(yaml);
    assertThat(json.get(0).forMillis()).isEqualTo(120_000);
    assertThat(json.get(0).times()).isEqualTo(1);
  }

  @Test
  void lastingStatesHitEveryCallUnlessToldOtherwise() {
    assertThat(FaultRule.parse("{on: list, do: hide, age: 1s}").get(0).times()).isZero();
    assertThat(FaultRule.parse("{on: list, do: hide, age: 1s, times: 2}").get(0).times())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{on: create, do: refuse, status: 429, stats: 1} | unknown key 'stats'",
        "{on: create, do: explode} | 'do' is 'explode'; expected one of",
        "{on: crate, do: drop} | 'on' is 'crate'; expected any, or some of",
        "{do: drop} | 'on' is 'null'",
        "{on: list, do: batch} | 'on' is 'list'; expected some of [create]",
        "{on: create, do: refuse} | 'status' is 'null'; expected a whole number from 200 to 599",
        "{on: create, do: late, delay: 5} | 'delay' is '5'; expected a duration",
        "{on: create, do: late} | 'delay' is missing",
        "{on: create, do: drop, for: soon} | 'for' is 'soon'",
        "{on: list, do: drop, match: x} | 'match' is 'x'; expected nothing",
        "{do: batch, share: 2} | 'share' is '2'; expected a share from 0 to 1",
        "{do: batch, end: validating} | 'end' is 'validating'",
        "{do: batch, skipped: [completed]} | 'skipped' is '[completed]'",
        "{do: batch, counts: some} | 'counts' is 'some'; expected one of",
        "{do: batch, problems: [{coed: x}]} | unknown key 'coed'",
        "{on: create, do: lines, damage: burn} | 'damage' is 'burn'",
        "{on: create, do: lines, damage: alien, at: [0]} | 'at' is '[0]'",
        "hello | expected keys and values",
        "{on: | not valid YAML"
      })
  void malformedRuleIsRefused(String rule, String message) {
    assertThatThrownBy(() -> FaultRule.parse(rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void exampleIsValid() throws IOException {
    assertThat(FaultRule.parse(Files.readString(Path.of("examples", "faults.yaml")))).hasSize(4);
  }

  @Test
  void everyWordIsDocumented() throws IOException {
    String page = Files.readString(Path.of("docs", "sandbox.md"));

    assertThat(FaultActions.WORDS)
        .allSatisfy(word -> assertThat(page).containsAnyOf("`" + word + "`", "`do: " + word + "`"));
    assertThat(CallKind.values())
        .allSatisfy(kind -> assertThat(page).contains("`" + kind.label() + "`"));
    assertThat(LineDamage.Kind.values())
        .allSatisfy(
            kind ->
                assertThat(page)
                    .contains("`" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`"));
  }

  @Test
  void messageNamesTheRule() {
    assertThatThrownBy(() -> FaultRule.parse("[{on: any, do: drop}, {on: any, do: dorp}]"))
        .hasMessageStartingWith("fault rule 2: ");
  }

  @Test
  void malformedRuleInTheSettingsIsRefused() {
    SandboxSettings.Builder builder = SandboxSettings.builder().faults("{on: any, do: dorp}");

    assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rulesComeWithTheSettings() {
    try (FaultScene scene =
        new FaultScene(
            directory, settings -> settings.faults("{on: list, do: refuse, status: 503}"))) {
      assertThat(scene.wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void rulesAreAddedReadAndRemovedOverHttp() {
    try (FaultScene scene = new FaultScene(directory)) {
      Wire wire = scene.wire;
      JsonNode added =
          wire.post("/sandbox/faults", "[{\"on\":\"list\",\"do\":\"refuse\",\"status\":503}]");
      assertThat(added.at("/added/0").asText()).isEqualTo("fault-1");

      assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(503);

      JsonNode report = wire.get("/sandbox/faults");
      assertThat(report.at("/rules/0/rule/status").asInt()).isEqualTo(503);
      assertThat(report.at("/rules/0/fired").asInt()).isEqualTo(1);
      assertThat(report.at("/fired/0/on").asText()).isEqualTo("list");

      assertThat(wire.send("POST", "/sandbox/faults", "{do: dorp}").statusCode()).isEqualTo(400);
      assertThat(Wire.ok(wire.send("DELETE", "/sandbox/faults", "")).get("rules")).isEmpty();
      assertThat(wire.send("GET", "/v1/batches", "").statusCode()).isEqualTo(200);
    }
  }
}
