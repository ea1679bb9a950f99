package org.batchdrop.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.batchdrop.job.Printable;

/**
 * Where commands print. On a terminal a block of lines can be drawn over the one before; elsewhere
 * only lines that are meant to stay are printed.
 *
 * @param out standard output
 * @param err standard error
 * @param isTerminal whether {@code out} is a terminal
 */
public record Console(PrintWriter out, PrintWriter err, boolean isTerminal) {

  private static final int BAR = 28;

  /** Prints a line that stays. */
  public void line(String text) {
    out.println(shown(text));
    out.flush();
  }

  /** The same with standard output left to a document: lines go to standard error. */
  Console onError() {
    return new Console(err, err, false);
  }

  /** Prints a document for programs. */
  public void json(JsonNode document) {
    out.println(Json.text(document));
    out.flush();
  }

  /** Prints an error. */
  public void error(String text) {
    err.println(shown(text));
    err.flush();
  }

  /**
   * Draws lines over those of the last call.
   *
   * @param lines to draw
   * @param before how many lines the last call drew
   * @return how many lines were drawn
   */
  public int redraw(List<String> lines, int before) {
    StringBuilder text = new StringBuilder();
    if (before > 0) {
      text.append("\u001b[").append(before).append('A');
    }
    lines.forEach(line -> text.append("\u001b[2K").append(Printable.line(line)).append('\n'));
    out.print(text);
    out.flush();
    return lines.size();
  }

  /** Names and texts of strangers are in it: they can't steer the terminal. */
  private static String shown(String text) {
    return text.lines().map(Printable::line).collect(Collectors.joining("\n"));
  }

  /** A bar that is full at 1. */
  public static String bar(double share) {
    double clipped = Math.max(0, Math.min(1, share));
    int full = (int) Math.round(clipped * BAR);
    return "["
        + "#".repeat(full)
        + "-".repeat(BAR - full)
        + "] "
        + String.format(Locale.ROOT, "%3d%%", (int) Math.floor(clipped * 100));
  }
}
