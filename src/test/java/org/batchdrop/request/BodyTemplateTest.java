package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTemplateTest {

  @Test
  void constantsAreCompactJsonInFileOrder() {
    BodyTemplate template =
        compile("{model: m, z: [1, 2.50, true, null, []], a: {}, t: \"é\\n\\\"\", n: -1.0e5}");
    assertThat(template.constants())
        .containsExactly(
            "{\"model\":\"m\",\"z\":[1,2.5,true,null,[]],\"a\":{},\"t\":\"é\\n\\\"\",\"n\":-100000.0}");
    assertThat(template.fieldNames()).isEmpty();
    assertThat(template.model()).isEqualTo("m");
  }

  @Test
  void holesCutTheConstants() {
    BodyTemplate template =
        compile("{model: m, t: 'a {{ first name }}{{标题}} b', j: '{{x.y:json}}'}");
    assertThat(template.constants())
        .containsExactly("{\"model\":\"m\",\"t\":\"a ", "", " b\",\"j\":", "}");
    assertThat(template.fieldNames()).containsExactly("first name", "标题", "x.y");
  }

  @Test
  void aBackslashBeforeTwoBracesMakesThemText() {
    BodyTemplate template = compile("{model: m, t: 'use \\{{name}} like {{name}}'}");
    assertThat(template.constants())
        .containsExactly("{\"model\":\"m\",\"t\":\"use {{name}} like ", "\"}");
  }

  @Test
  void aNameMayHaveAColon() {
    assertThat(compile("{model: m, t: '{{a:b}}'}").fieldNames()).containsExactly("a:b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{model: m, t: 'a {{b'} | without '}}'",
        "{model: m, t: '{{ }}'} | names no field",
        "{model: m, t: 'x {{a:json}}'} | not alone",
        "{model: m, t: '{{a:data-url}} {{b}}'} | '{{a:data-url}}' is not alone",
        "{model: m, '{{a}}': 1} | holes in values only",
        "{model: '{{m}}', t: 1} | a batch has one model",
        "{t: 1} | has no 'model'",
        "{model: 5} | expected a name",
        "{model: m, enable_thinking: '{{a}}'} | not constant"
      })
  void aBadBodyIsRefusedWithItsPlace(String yaml, String message) {
    BodyTemplate.Compilation compilation = BodyTemplate.compile(Yaml.body(yaml));
    assertThat(compilation).isInstanceOf(BodyTemplate.Refused.class);
    TemplateProblem problem = ((BodyTemplate.Refused) compilation).problems().get(0);
    assertThat(problem.message()).contains(message);
    assertThat(problem.location()).hasToString("pipelines/p.yaml:7");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    BodyTemplate.Compilation compilation = BodyTemplate.compile(Yaml.body("{a: '{{', '{{b}}': 1}"));
    assertThat(((BodyTemplate.Refused) compilation).problems()).hasSize(3);
  }

  @Test
  void anUnknownFieldNamesTheNearestAndAllThereAre() {
    BodyTemplate template = compile("{model: m, t: '{{Titel}} {{text}}'}");
    assertThat(template.unknownFields(List.of("title", " text ")))
        .singleElement()
        .extracting(TemplateProblem::message)
        .asString()
        .contains("'Titel'", "did you mean 'title'", "title,  text ");
    assertThat(template.unknownFields(List.of("Titel", "text"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{model: m, stream: true}",
        "{stream: false, model: m}",
        "{stream: '{{a}}', stream_options: {include_usage: '{{b}}'}, model: m}"
      })
  void aWishForAStreamIsLeftOut(String yaml) {
    assertThat(compile(yaml).constants()).containsExactly("{\"model\":\"m\"}");
    assertThat(compile("{model: m, x: {stream: true}}").constants())
        .containsExactly("{\"model\":\"m\",\"x\":{\"stream\":true}}");
  }

  @Test
  void imagesAreHolesOfTheirOwnKind() {
    BodyTemplate template = compile("{model: m, u: '{{ photo :data-url}}', t: '{{a}}'}");
    assertThat(template.holes())
        .extracting(Hole::name, Hole::kind)
        .containsExactly(tuple("photo", Hole.Kind.IMAGE), tuple("a", Hole.Kind.TEXT));
    assertThat(template.constants())
        .containsExactly("{\"model\":\"m\",\"u\":\"", "\",\"t\":\"", "\"}");
    assertThat(template.images())
        .singleElement()
        .extracting(TemplateProblem::message)
        .asString()
        .contains("'{{photo:data-url}}' names images");
  }

  @Test
  void thinkingIsKnown() {
    assertThat(compile("{model: m, enable_thinking: false}").enableThinking()).hasValue("false");
    assertThat(compile("{model: m}").enableThinking()).isEmpty();
  }

  static BodyTemplate compile(String yaml) {
    BodyTemplate.Compilation compilation = BodyTemplate.compile(Yaml.body(yaml));
    assertThat(compilation).isInstanceOf(BodyTemplate.Compiled.class);
    return ((BodyTemplate.Compiled) compilation).template();
  }
}
