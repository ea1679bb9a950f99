package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of faults names all of them, and tests that exist. */
class ReliabilityPageTest {

  private static final int FAULTS = 56;
  private static final Document PAGE = Document.of("docs/reliability.md");

  @Test
  void everyFaultHasItsRow() {
    assertThat(PAGE.table("Faults and their tests").stream().map(row -> row.get(0)))
        .containsSequence(IntStream.rangeClosed(1, FAULTS).mapToObj(String::valueOf).toList());
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<Path> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests = files.filter(Files::isRegularFile).toList();
    }
    Pattern named = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))#([A-Za-z0-9]+)`");
    int count = 0;
    for (String line : PAGE.prose()) {
      Matcher test = named.matcher(line);
      while (test.find()) {
        String file = test.group(1) + ".java";
        List<Path> found = tests.stream().filter(path -> path.endsWith(file)).toList();
        assertThat(found).as(test.group(1)).hasSize(1);
        assertThat(Files.readString(found.get(0)))
            .as(test.group())
            .contains("  void " + test.group(2) + "(");
        count++;
      }
    }
    assertThat(count).isGreaterThan(70);
  }
}
