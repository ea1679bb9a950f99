package org.batchdrop.journey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of {@code docs/journeys/}: blocks with a path behind their language are files of the home,
 * {@code console} blocks are commands with what they print.
 */
record Transcript(Path page, List<Step> steps) {

  private static final Pattern FENCE = Pattern.compile("```([a-z]*)(?: (\\S+))?");

  /** Which of a job's stages someone who waits is told of depends on how fast it goes. */
  private static final Pattern PROGRESS =
      Pattern.compile(
          "\\S+: (preparing|joining answers to rows|waits: .*"
              + "|\\d+ of \\d+ rows? answered, \\d+ of \\d+ parts? ended)");

  /** What differs from run to run, and what stands in the page for it. */
  private static final Map<Pattern, String> CHANGING =
      Map.ofEntries(
          Map.entry(
              Pattern.compile("\\b20\\d{6}-\\d{6}-([a-z0-9-]+?)-[0-9a-f]{6}\\b"),
              "20261124-101500-$1-3fa9c1"),
          Map.entry(Pattern.compile("\"[0-9a-f]{6}-(\\d{9})\""), "\"3fa9c1-$1\""),
          Map.entry(Pattern.compile("\\bbatch_[A-Za-z0-9]{16,}"), "batch_8d2f"),
          Map.entry(Pattern.compile("\\bfile-[A-Za-z0-9]{16,}"), "file-5b1c"),
          Map.entry(Pattern.compile("\\bchatcmpl-[A-Za-z0-9]+"), "chatcmpl-7e"),
          Map.entry(Pattern.compile("\\b\\d\\d-\\d\\d \\d\\d:\\d\\d(?=  )"), "11-24 10:15"),
          Map.entry(Pattern.compile("127\\.0\\.0\\.1:\\d+"), "127.0.0.1:8642"),
          Map.entry(
              Pattern.compile("\\b20\\d\\d-\\d\\d-\\d\\d([T ])\\d\\d:\\d\\d(:\\d\\d)?(\\.\\d+)?"),
              "2026-11-24$110:15:00"),
          Map.entry(Pattern.compile("(?<![\\d-])\\d\\d:\\d\\d:\\d\\d(?!\\d)"), "10:15:00"),
          Map.entry(Pattern.compile("\\b\\d+(\\.\\d+)? ?(ms|s|min)\\b"), "1 s"),
          Map.entry(Pattern.compile("\"crc32c\" ?: ?\"[0-9a-f]+\""), "\"crc32c\" : \"0a1b2c3d\""));

  /** One block of the page. */
  sealed interface Step {}

  /** A file of the home. */
  record FileStep(String path, String text) implements Step {}

  /**
   * A command.
   *
   * @param line as it is typed
   * @param expected what it prints
   * @param first the page's line, from 0, of the first line of {@code expected}
   */
  record CommandStep(String line, List<String> expected, int first) implements Step {

    boolean isInBackground() {
      return line.endsWith(" &");
    }
  }

  static Transcript read(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (!fence.matches()) {
        continue;
      }
      int begin = i + 1;
      i = begin;
      while (!lines.get(i).equals("```")) {
        i++;
      }
      List<String> block = lines.subList(begin, i);
      if (fence.group(1).equals("console")) {
        addCommands(block, begin, steps);
      } else if (fence.group(2) != null) {
        steps.add(new FileStep(fence.group(2), String.join("\n", block) + "\n"));
      }
    }
    return new Transcript(page, steps);
  }

  private static void addCommands(List<String> block, int begin, List<Step> steps) {
    for (int i = 0; i < block.size(); i++) {
      if (!block.get(i).startsWith("$ ")) {
        throw new IllegalArgumentException("line " + (begin + i + 1) + ": expected '$ COMMAND'");
      }
      int first = i + 1;
      int end = first;
      while (end < block.size() && !block.get(end).startsWith("$ ")) {
        end++;
      }
      steps.add(
          new CommandStep(
              block.get(i).substring(2), List.copyOf(block.subList(first, end)), begin + first));
      i = end - 1;
    }
  }

  /** What a command printed, as it stands in the page. */
  static List<String> stable(String output) {
    String text = output;
    for (Map.Entry<Pattern, String> change : CHANGING.entrySet()) {
      text = change.getKey().matcher(text).replaceAll(change.getValue());
    }
    return text.lines()
        .map(String::stripTrailing)
        .filter(line -> !PROGRESS.matcher(line).matches())
        .toList();
  }

  /** Writes the page anew, with what the commands printed; commands in their order. */
  void rewrite(List<List<String>> printed) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(page));
    List<CommandStep> commands =
        steps.stream().filter(CommandStep.class::isInstance).map(CommandStep.class::cast).toList();
    for (int i = commands.size() - 1; i >= 0; i--) {
      CommandStep command = commands.get(i);
      lines.subList(command.first(), command.first() + command.expected().size()).clear();
      lines.addAll(command.first(), printed.get(i));
    }
    Files.write(page, lines, StandardCharsets.UTF_8);
  }
}
