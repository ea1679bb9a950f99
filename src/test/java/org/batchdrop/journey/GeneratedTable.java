package org.batchdrop.journey;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A seeded table with everything that makes tables hard: quotes, newlines, commas, Chinese, emoji.
 */
final class GeneratedTable {

  private static final String[] PIECES = {
    "plain words",
    "a \"quoted\" word",
    "line one\nline two",
    "comma, comma",
    "中文文本",
    "混合 text",
    "emoji 🚀",
    "tab\there",
    "win\r\nline",
    "ümlaut",
    "{{text}}",
    "${env:HOME}",
    "back\\slash",
    "  spaces  "
  };

  private GeneratedTable() {}

  /** Writes a table; each text holds its row number. */
  static void write(Path file, int rows, long seed) throws IOException {
    Random random = new Random(seed);
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("id,\"the text\",备注,price $\r\n");
      for (int row = 1; row <= rows; row++) {
        out.write(row + "," + quoted(text(random, row)) + ",");
        out.write(
            (row % 3 == 0 ? quoted("备注\"" + row + "\"\n二") : "备注") + "," + row / 100.0 + "\r\n");
      }
    }
  }

  private static String text(Random random, int row) {
    StringBuilder text = new StringBuilder("row ").append(row).append(':');
    int pieces = 1 + random.nextInt(4);
    for (int i = 0; i < pieces; i++) {
      text.append(' ').append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.append(" end ").append(row).toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
