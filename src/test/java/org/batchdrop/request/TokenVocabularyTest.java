package org.batchdrop.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates against the vocabularies of two generations, on texts of this repository. */
class TokenVocabularyTest {

  private static final EncodingRegistry REGISTRY = Encodings.newLazyEncodingRegistry();
  private static final int ROW = 1000;

  /**
   * What a chat request adds to its text, as OpenAI counts it: 3 a message, its role, 3 at the end.
   */
  private static final int PER_REQUEST = 7;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "docs, .md, O200K_BASE",
    "docs, .md, CL100K_BASE",
    "src/main/java/org/batchdrop, .java, O200K_BASE",
    "src/main/java/org/batchdrop, .java, CL100K_BASE",
    "README.zh-CN.md, .md, O200K_BASE",
    "README.zh-CN.md, .md, CL100K_BASE"
  })
  void englishCodeAndChineseAreEstimatedHighButNotByFar(
      Path source, String extension, EncodingType type) throws IOException {
    Encoding encoding = REGISTRY.getEncoding(type);
    StringBuilder lines = new StringBuilder();
    long exact = 0;
    List<String> rows = rows(source, extension);
    for (String row : rows) {
      exact += encoding.countTokensOrdinary(row) + PER_REQUEST;
      lines
          .append("{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",")
          .append("\"body\":{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",")
          .append("\"content\":\"")
          .append(JsonStringEncoder.getInstance().quoteAsString(row))
          .append("\"}]}}\n");
    }
    Path file = Files.writeString(folder.resolve("part.jsonl"), lines);
    long estimated = TokenEstimate.of(file, rows.size(), 0).input();

    assertThat((double) estimated / exact).isBetween(1.0, 1.75);
  }

  private static List<String> rows(Path source, String extension) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file :
          files.filter(f -> f.toString().endsWith(extension)).sorted().limit(60).toList()) {
        String text = Files.readString(file);
        for (int at = 0; at < text.length(); at += ROW) {
          rows.add(text.substring(at, Math.min(text.length(), at + ROW)));
        }
      }
    }
    return rows;
  }
}
