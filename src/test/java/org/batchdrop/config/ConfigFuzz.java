package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;

/** Any text gives either a value or problems with a place; never both, never an exception. */
final class ConfigFuzz implements FuzzTarget {

  private static final String[] SEEDS = {
    """
    description: Label support tickets
    provider: sandbox
    mode: auto
    input: {type: csv, delimiter: ";", charset: gb18030}
    request:
      url: /v1/chat/completions
      body:
        model: gpt-4o-mini
        temperature: 0.3
        messages:
          - {role: system, content: You label support tickets.}
          - {role: user, content: "{{subject}}: {{text:json}}"}
    result:
      columns: {answer: /choices/0/message/content}
    batch: {window: 24h, metadata: {team: blue}}
    retry: {attempts: 3, codes: [429, 5xx]}
    budget: {max-cost: 10 USD}
    on-duplicate: skip
    """,
    """
    extends: sandbox
    description: x
    base-url: https://api.example.com/v1
    key: {env: SOME_KEY}
    headers: {X-Org: blue}
    poll-interval: 60s
    batch:
      endpoints: [/v1/chat/completions]
      max-requests: 100
      max-file-size: 200MB
      windows: {min: 1h, max: 336h}
      limits: {enqueued-tokens: 90000, running-batches: 2}
      rates: {uploads-per-minute: 3}
    """,
    """
    date: 2026-11-01
    prices:
      - {provider: sandbox, model: gpt-4o-mini, input: 0.15 USD, output: 0.60 USD}
      - {model: "gpt-*", batch: 50%, tiers: [{above: 128K, input: 1 USD, output: 2 USD}]}
    """
  };
  private static final List<String> WORDS =
      List.of(
          "!!int 0x",
          "!!bool x",
          "!!float .inf",
          "&a ",
          "*a",
          "<<: *a",
          "---\n",
          "...\n",
          "? ",
          ": ",
          "- ",
          "[",
          "]",
          "{",
          "}",
          "|\n",
          ">\n",
          "'",
          "\"",
          "#",
          "%YAML 1.2\n",
          "!x ",
          "0x",
          "0o9",
          "1e999",
          "-9223372036854775809",
          "99999999999999999999h",
          "9999999999999999999GB",
          "provider: ",
          "input: {type: source}",
          "extends: sandbox\n",
          "extends: self\n",
          "null",
          "~",
          "\u0000",
          "\u0085",
          "\uFEFF",
          "\t",
          "[[[[[[[[",
          "{{a}}",
          "{{",
          "}}",
          "1e-400 USD",
          "0.0000001 USD",
          "9999999999999 USD",
          "-1 USD",
          "101%",
          "2026-13-01",
          "&b [*b]",
          "*b",
          "!!binary x",
          "!!null x",
          "\\uD800",
          "\"\\uD800\"",
          "max-cost: 1 CNY",
          "budget: ");

  @Override
  public byte[] generate(Random random) {
    if (random.nextInt(20) == 0) {
      return Mutation.of(
          JsonText.value(random, "provider", "input", "request", "body", "batch", "key")
              .getBytes(StandardCharsets.UTF_8),
          WORDS,
          random);
    }
    byte[] seed = JsonText.pick(SEEDS, random).getBytes(StandardCharsets.UTF_8);
    return Mutation.of(seed, WORDS, random);
  }

  @Override
  public void check(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    ProviderFile.Source source = new ProviderFile.Source("providers/p.yaml", text);
    ProviderFile.Source base =
        new ProviderFile.Source("sandbox", "base-url: embedded\nkey: {none: true}\n");
    require(text, (t, p) -> PipelineFile.read("p", "pipelines/p.yaml", t, p));
    require(
        text,
        (t, p) ->
            ProviderFile.read(
                "p",
                source,
                name -> Optional.ofNullable(name.equals("sandbox") ? base : source),
                p));
    require(text, (t, p) -> PriceFile.read("prices.yaml", t, List.of("sandbox"), p));
    require(text, (t, p) -> Settings.read("application.properties", t, n -> Optional.empty(), p));
  }

  private static void require(String text, BiFunction<String, Problems, Optional<?>> reader) {
    Problems problems = new Problems();
    Optional<?> value = reader.apply(text, problems);
    assertThat(value.isPresent()).as(() -> problems.all().toString()).isEqualTo(problems.isEmpty());
    for (Problem problem : problems.all()) {
      assertThat(problem.location().line()).isPositive();
      assertThat(problem.message()).isNotBlank();
    }
  }
}
