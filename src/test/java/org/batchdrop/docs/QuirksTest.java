package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each quirk that the page says is handled has a test that exists. */
class QuirksTest {

  private static final Document PAGE = Document.of("docs/quirks.md");
  private static final Pattern TEST =
      Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))#([A-Za-z0-9]+)`");
  private static final int QUIRKS = 35;

  private static List<List<String>> rows(String heading) {
    return PAGE.table(heading).stream().filter(row -> row.get(0).matches("[0-9]+")).toList();
  }

  private static Path source(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      List<Path> found = files.filter(file -> file.endsWith(name + ".java")).toList();
      assertThat(found).as(name).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void everyQuirkIsListedOnce() {
    assertThat(
            Stream.of("What is handled", "What does not apply yet")
                .flatMap(heading -> rows(heading).stream())
                .map(row -> Integer.valueOf(row.get(0))))
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, QUIRKS).boxed().toList());
  }

  @Test
  void everyHandledQuirkNamesATestThatExists() throws IOException {
    for (List<String> row : rows("What is handled")) {
      List<MatchResult> named = TEST.matcher(row.get(3)).results().toList();
      assertThat(named).as("quirk " + row.get(0)).isNotEmpty();
      for (MatchResult test : named) {
        assertThat(Files.readString(source(test.group(1))))
            .as(test.group())
            .contains("  void " + test.group(2) + "(");
      }
    }
  }
}
