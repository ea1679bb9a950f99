package org.batchdrop.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of the repository, cut into what can be checked.
 *
 * @param file relative to the repository
 * @param headings in their order
 * @param blocks fenced, in their order
 * @param prose the lines outside of fences
 */
record Document(Path file, List<Heading> headings, List<Block> blocks, List<String> prose) {

  private static final Pattern FENCE = Pattern.compile("( *)```(.*)");
  private static final Pattern HEADING = Pattern.compile("(#+) (.*)");

  /** A heading; {@code slug} is the name under which GitHub links to it. */
  record Heading(int level, String text) {
    String slug() {
      return text.toLowerCase(Locale.ROOT)
          .replaceAll("[^\\p{L}\\p{N} _-]", "")
          .strip()
          .replace(' ', '-');
    }
  }

  /**
   * A fenced block.
   *
   * @param language the first word behind the fence
   * @param mark what follows it
   * @param line where it begins
   * @param text without the indentation of the fence
   */
  record Block(String language, String mark, int line, String text) {}

  /** The documents that are written for users; not those of the benchmarks and examples. */
  static List<Document> all() {
    Path root = Path.of("");
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Document::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Document of(String file) {
    return read(Path.of(file));
  }

  private static Document read(Path file) {
    List<Heading> headings = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    List<String> prose = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      Matcher heading = HEADING.matcher(lines.get(i));
      if (fence.matches()) {
        int begin = i + 1;
        String indent = fence.group(1);
        StringBuilder text = new StringBuilder();
        for (i++; !lines.get(i).equals(indent + "```"); i++) {
          String line = lines.get(i);
          text.append(line.startsWith(indent) ? line.substring(indent.length()) : line);
          text.append('\n');
        }
        String[] words = fence.group(2).split(" ", 2);
        blocks.add(new Block(words[0], words.length > 1 ? words[1] : "", begin, text.toString()));
      } else if (heading.matches()) {
        headings.add(new Heading(heading.group(1).length(), heading.group(2)));
        prose.add(lines.get(i));
      } else {
        prose.add(lines.get(i));
      }
    }
    return new Document(file, headings, blocks, prose);
  }

  /** The inline code of the prose. */
  List<String> code() {
    return find("`([^`]+)`");
  }

  /** The first groups of all places in the prose that fit. */
  List<String> find(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return prose.stream()
        .flatMap(line -> pattern.matcher(line).results())
        .map(result -> result.group(1))
        .toList();
  }

  /** The cells of the table rows below a heading, up to the next heading. */
  List<List<String>> table(String heading) {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : prose) {
      if (line.startsWith("#")) {
        inside = line.replaceFirst("^#+ ", "").equals(heading);
      } else if (inside && line.startsWith("| ") && !line.startsWith("|--")) {
        String[] cells = line.substring(1).split("(?<!\\\\)\\|");
        rows.add(Stream.of(cells).map(String::strip).toList());
      }
    }
    return rows;
  }

  String at(Block block) {
    return file + " line " + block.line();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
