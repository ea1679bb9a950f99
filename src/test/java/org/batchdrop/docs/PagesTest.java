package org.batchdrop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchdrop.docs.Document.Block;
import org.batchdrop.docs.Document.Heading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages hang together. */
class PagesTest {

  static Stream<Document> documents() {
    return Document.all().stream();
  }

  @Test
  void theReadmesAreEqualInStructureAndSnippets() {
    Document english = Document.of("README.md");
    Document chinese = Document.of("README.zh-CN.md");
    assertThat(chinese.headings())
        .extracting(Heading::level)
        .isEqualTo(english.headings().stream().map(Heading::level).toList());
    assertThat(chinese.blocks())
        .extracting(Block::language, Block::mark, Block::text)
        .isEqualTo(
            english.blocks().stream()
                .map(b -> org.assertj.core.groups.Tuple.tuple(b.language(), b.mark(), b.text()))
                .toList());
    assertThat(tableSizes(chinese)).isEqualTo(tableSizes(english));
  }

  private static List<Integer> tableSizes(Document document) {
    return document.headings().stream()
        .map(heading -> document.table(heading.text()).size())
        .toList();
  }

  @Test
  void theReadmeStaysShort() {
    Document readme = Document.of("README.md");
    int code = readme.blocks().stream().mapToInt(b -> (int) b.text().lines().count() + 2).sum();
    assertThat(readme.prose().size() + code).isLessThan(200);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void relativeLinksLeadSomewhere(Document document) {
    for (String link : document.find("\\]\\(([^)]+)\\)")) {
      if (link.startsWith("http")) {
        continue;
      }
      String[] pieces = link.split("#", 2);
      Path target =
          pieces[0].isEmpty()
              ? document.file()
              : document.file().resolveSibling(pieces[0]).normalize();
      assertThat(Files.exists(target)).as("%s: %s", document, link).isTrue();
      if (pieces.length == 2) {
        assertThat(Document.of(target.toString()).headings())
            .as("%s: %s", document, link)
            .extracting(Heading::slug)
            .contains(pieces[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void nothingLooksLikeAKeyOrAMachine(Document document) {
    assertThat(document.prose())
        .noneMatch(line -> line.matches(".*(\\bsk-[A-Za-z0-9]|/tmp/|/home/|/root/).*"));
  }

  @Test
  void decisionsAreListed() {
    List<String> links = Document.of("docs/decisions/README.md").find("\\]\\(([^)]+)\\)");
    assertThat(documents().map(Document::file).filter(file -> file.startsWith("docs/decisions")))
        .map(file -> file.getFileName().toString())
        .filteredOn(name -> !name.equals("README.md"))
        .containsExactlyElementsOf(links);
  }
}
