package org.batchdrop.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.batchdrop.config.InputFormat;
import org.batchdrop.config.Pipeline;
import org.batchdrop.config.PipelineFile;
import org.batchdrop.config.Problems;
import org.junit.jupiter.api.Test;

class CodeBlockCheckTest {

  private final AnswerCheck check = CodeBlockCheck.at("/text");

  @Test
  void anAnswerWithoutAWholeBlockIsNone() {
    assertThat(check.pointers()).containsExactly("/text");
    assertThat(check.problem(List.of("Here:\n```rust\nfn a() {}\n```\n"))).isEmpty();
    assertThat(check.problem(List.of("fn a() {}"))).isPresent();
    assertThat(check.problem(List.of("```rust\nfn a() {"))).isPresent();
    assertThat(check.problem(Collections.singletonList(null)))
        .contains("the answer has no text at /text");
  }

  @Test
  void joinedSourcesAreJudgedOneByOne() {
    assertThat(AnswerCheck.of(pipeline("function"))).isInstanceOf(CodeBlockCheck.class);
    assertThat(AnswerCheck.of(pipeline("file"))).isInstanceOf(CodeBlockCheck.class);
    assertThat(AnswerCheck.of(pipeline("aggregate"))).isSameAs(AnswerCheck.NONE);
  }

  private static Pipeline pipeline(String split) {
    String text =
        """
        provider: sandbox
        input: {type: source, split: %s}
        request: {body: {model: m}}
        result: {files: {extract: code-block}}
        """
            .formatted(split);
    Pipeline pipeline = PipelineFile.read("p", "p.yaml", text, new Problems()).orElseThrow();
    assertThat(pipeline.input()).isInstanceOf(InputFormat.Source.class);
    return pipeline;
  }
}
