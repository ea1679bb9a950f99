package org.batchdrop.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class YamlFileTest {

  private static List<String> problems(String text) {
    Problems problems = new Problems();
    YamlFile.read("a.yaml", text, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  /** Lists of ten, each of the list before. */
  private static String bomb(int levels, int aliases) {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i <= levels; i++) {
      String list = ("*a" + (i - 1) + ", ").repeat(aliases);
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, list.substring(0, list.length() - 2)));
    }
    return bomb.toString();
  }

  @Test
  void anAliasBombDoesNotUnfold() {
    assertThat(problems(bomb(12, 10))).singleElement().asString().contains("aliases");
    assertThat(problems(bomb(4, 12))).singleElement().asString().contains("unfolds to more than");
  }

  @Test
  void anAliasOfItselfIsAProblem() {
    assertThat(problems("a: &a [*a]\n")).isNotEmpty();
    assertThat(problems("a: &a {b: *a}\n")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "[{a: "})
  void deepNestingIsAProblemNotAnOverflow(String level) {
    for (int depth : new int[] {100, 5_000, 200_000}) {
      assertThat(problems("a: " + level.repeat(depth / level.length()))).isNotEmpty();
    }
    assertThat(problems("a: " + "[".repeat(5_000) + "]".repeat(5_000))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: !!javax.script.ScriptEngineManager [x]",
        "a: !!java.net.URL ['http://127.0.0.1/']",
        "a: !!binary AAAA",
        "a: !own x",
        "!!java.util.Date x: y",
        "%TAG ! tag:yaml.org,2002:java\n---\na: !Date x"
      })
  void aTagMakesNoObject(String text) {
    assertThat(problems(text)).isNotEmpty();
  }

  @Test
  void aDuplicateKeyIsAProblemAlsoInsideAMapping() {
    assertThat(problems("a: {b: 1, b: 2}\n"))
        .singleElement()
        .asString()
        .contains("duplicate key 'b'");
  }

  @Test
  void fourMebibytesAreRefusedAtOnce() {
    assertThat(problems("a: " + "x".repeat(4 << 20))).isNotEmpty();
    assertThat(problems("# comment\n".repeat(500_000))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "0", "0x1", "1."})
  void aNumberOfAMillionDigitsCostsNoTime(String lead) {
    assertThat(problems("a: " + lead + "9".repeat(900_000) + "\n"))
        .singleElement()
        .asString()
        .contains("expected at most 1000")
        .hasSizeLessThan(200);
  }
}
