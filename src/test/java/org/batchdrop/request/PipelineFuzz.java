package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
import org.batchdrop.fuzz.FuzzTarget;
import org.batchdrop.fuzz.JsonText;
import org.batchdrop.fuzz.Mutation;
import org.batchdrop.fuzz.StrictJson;
import org.batchdrop.input.CsvRecord;
import org.batchdrop.job.JobId;

/** A body that is taken makes request lines that are JSON, whatever the fields hold. */
final class PipelineFuzz implements FuzzTarget {

  private static final JobId JOB = new JobId("20240501-120000-3fa9c1");
  private static final String HEAD = "provider: p\ninput: {type: csv}\nrequest:\n  body: ";
  private static final List<String> WORDS =
      List.of(
          "{{a}}",
          "{{ b }}",
          "{{a:json}}",
          "{{",
          "}}",
          "!!bool x",
          "!!int 0x",
          "!!float 1.",
          "!!null x",
          "0x1F",
          "0o17",
          "+1",
          "007",
          "1.0",
          ".5",
          "-.5",
          "1e5",
          "TRUE",
          "Null",
          "~",
          "&x ",
          "*x",
          "\"\\u0000\"",
          "\"\\uD800\"",
          "'",
          "\"",
          ": ",
          ", ",
          "[",
          "]",
          "{",
          "}",
          "model: m",
          "enable_thinking: false",
          "?",
          "\n",
          "  ",
          "|",
          "-",
          "é",
          "😀",
          ".nan",
          "-0");
  private static final byte[] ROW = "\"x\"\"\n\\,\u0001😀\",{}\n".getBytes(StandardCharsets.UTF_8);

  @Override
  public byte[] generate(Random random) {
    String body = "{model: m, t: 'x {{a}}', j: '{{b:json}}', v: " + JsonText.value(random) + "}";
    return Mutation.of(body.replace('\t', ' ').getBytes(StandardCharsets.UTF_8), WORDS, random);
  }

  @Override
  public void check(byte[] input) {
    String text = HEAD + new String(input, StandardCharsets.UTF_8);
    Optional<Pipeline.Request> request =
        PipelineFile.read("p", "p.yaml", text, new Problems()).flatMap(Pipeline::request);
    if (request.isEmpty()
        || !(BodyTemplate.compile(request.get().body()) instanceof BodyTemplate.Compiled ready)
        || !ready.template().unknownFields(List.of("a", "b")).isEmpty()) {
      return;
    }
    CsvRecord row = new CsvRecord(',', 2);
    row.split(ROW, 0, ROW.length, true);
    LineTemplate template =
        new LineTemplate(JOB, "/v1/x", ready.template(), List.of("a", "b"), 1 << 20);
    LineBuffer out = new LineBuffer(256);
    if (template.append(row.fields(), out) == null) {
      assertThat(StrictJson.judge(out.bytes, 0, out.length))
          .as(() -> new String(out.bytes, 0, out.length, StandardCharsets.UTF_8))
          .hasValueSatisfying(
              facts -> {
                assertThat(facts.isObject()).isTrue();
                assertThat(facts.hasHalfPair()).isFalse();
              });
    }
  }
}
