package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchdrop.cli.Commands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands in the documents exist, with their options. */
class CommandLinesTest {

  private static final Pattern SUBCOMMAND = Pattern.compile("(?m)^  ([a-z]+) {2,}\\S");

  static Stream<List<String>> commandLines() {
    return texts().flatMap(CommandLinesTest::words);
  }

  private static Stream<String> texts() {
    List<String> texts = new ArrayList<>();
    for (Document document : Document.all()) {
      texts.addAll(document.code());
      document.blocks().stream()
          .filter(block -> block.language().equals("sh"))
          .forEach(block -> block.text().lines().forEach(texts::add));
    }
    return texts.stream();
  }

  private static Stream<List<String>> words(String text) {
    int at = text.indexOf("./batchdrop ");
    return at < 0 ? Stream.empty() : Stream.of(List.of(text.substring(at + 12).split(" +")));
  }

  @ParameterizedTest
  @MethodSource("commandLines")
  void commandsAndOptionsExist(List<String> words) {
    boolean isCommand = !words.get(0).startsWith("-");
    String help = isCommand ? help(words.get(0), "--help") : help("--help");
    boolean isNested = words.size() > 1 && commandsIn(help).contains(words.get(1));
    if (isNested) {
      help = help(words.get(0), words.get(1), "--help");
    }
    String shown = help;
    assertThat(words)
        .filteredOn(word -> word.startsWith("--"))
        .allSatisfy(option -> assertThat(shown).containsPattern("[ ,\\[]" + option + "\\b"));
  }

  @ParameterizedTest
  @MethodSource("commandLines")
  void submittedExamplesAndTheirPipelinesExist(List<String> words) {
    if (words.get(0).equals("submit") && words.get(1).startsWith("examples/")) {
      assertThat(Path.of(words.get(1))).exists();
      String pipeline = words.get(words.indexOf("--pipeline") + 1);
      assertThat(
              pipeline.equals("requests") || Files.exists(Path.of("pipelines", pipeline + ".yaml")))
          .as("pipeline %s", pipeline)
          .isTrue();
    }
  }

  @Test
  void everyCommandIsDocumented() {
    List<String> commands = commandsIn(help("--help"));
    assertThat(commands).contains("demo", "run");
    assertThat(commandLines().map(words -> words.get(0)).toList()).containsAll(commands);
  }

  private static List<String> commandsIn(String help) {
    return SUBCOMMAND.matcher(help).results().map(result -> result.group(1)).toList();
  }

  private static String help(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Commands.execute(arguments, new PrintWriter(out), new PrintWriter(err), false);
    assertThat(code).as("%s %s", List.of(arguments), err).isZero();
    return out.toString();
  }
}
