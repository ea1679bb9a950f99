package org.batchdrop.sim;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.batchdrop.sim.SimBatch.Ending;

/** Writes the two files of an ended batch, and tells each try what they say of its row. */
final class SimAnswers {

  /** Begins the second, different answer to a row. */
  static final String AGAIN = "again: ";

  private final Dice dice;
  private final Random random;
  private int lastLine;

  /** Draws whether a fault happens. */
  interface Dice {
    boolean rolls(Fault fault);
  }

  SimAnswers(Dice dice, Random random) {
    this.dice = dice;
    this.random = random;
  }

  /** Lines of the two files. */
  record Files(List<String> output, List<String> errors) {

    static byte[] bytes(List<String> lines) {
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  Files write(SimBatch batch) {
    Files files = new Files(new ArrayList<>(), new ArrayList<>());
    boolean namesUnexecuted =
        batch.ending() != Ending.INVALID
            && batch.ending() != Ending.COMPLETED
            && random.nextBoolean();
    List<SimUpload.Row> rows = batch.rows();
    for (int i = 0; i < rows.size(); i++) {
      boolean answered = false;
      if (batch.isExecuted(i)) {
        answered = executed(rows.get(i), files);
      } else if (namesUnexecuted) {
        String code = batch.ending() == Ending.EXPIRED ? "batch_expired" : "batch_cancelled";
        files.errors().add(unexecuted(rows.get(i), code));
      }
      batch.tries().get(i).tell(answered);
    }
    if (!files.output().isEmpty() && dice.rolls(Fault.LINE_FOREIGN)) {
      SimUpload.Row foreign = new SimUpload.Row("foreign-" + ++lastLine, 1, "", "{}");
      files.output().add(random.nextInt(files.output().size() + 1), answer(foreign, ""));
    }
    if (dice.rolls(Fault.LINES_SHUFFLED)) {
      Collections.shuffle(files.output(), random);
      Collections.shuffle(files.errors(), random);
    }
    return files;
  }

  /**
   * Writes what became of a row that was executed.
   *
   * @return whether the files hold an answer
   */
  private boolean executed(SimUpload.Row row, Files files) {
    if (dice.rolls(Fault.ROW_FAILED)) {
      boolean misplaced = random.nextInt(4) == 0;
      (misplaced ? files.output() : files.errors()).add(failure(row));
      return false;
    }
    if (dice.rolls(Fault.STATUS_ZERO)) {
      files
          .output()
          .add(envelope(row, "{\"status_code\":0,\"request_id\":\"\",\"body\":\"\"}", "null"));
      return false;
    }
    if (dice.rolls(Fault.LINE_MISSING)) {
      return false;
    }
    String line = answer(row, "");
    boolean whole = !dice.rolls(Fault.LINE_MALFORMED);
    files.output().add(whole ? line : line.substring(0, line.length() / 2));
    if (dice.rolls(Fault.LINE_DUPLICATED)) {
      files.output().add(random.nextBoolean() ? line : answer(row, AGAIN));
      return true;
    }
    return whole;
  }

  private String answer(SimUpload.Row row, String prefix) {
    String body = body(row, prefix);
    return envelope(
        row,
        "{\"status_code\":200,\"request_id\":\"req_" + lastLine + "\",\"body\":" + body + "}",
        "null");
  }

  /** The API's own answer, as a call gets it and a line holds it; no two have the same id. */
  String body(SimUpload.Row row, String prefix) {
    int words = row.body().length() / 4;
    return "{\"id\":\"chatcmpl-"
        + ++lastLine
        + "\",\"object\":\"chat.completion\",\"model\":\"sim\",\"choices\":[{\"index\":0,"
        + "\"message\":{\"role\":\"assistant\",\"content\":\""
        + quoted(prefix + SimProvider.echo(row.body()))
        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":"
        + (words + ",\"completion_tokens\":" + words + ",\"total_tokens\":" + 2 * words)
        + "}}";
  }

  private String failure(SimUpload.Row row) {
    String error =
        "{\"message\":\"simulated failure\",\"type\":\"server_error\",\"code\":\"sim_failure\"}";
    return switch (random.nextInt(5)) {
      case 0 -> envelope(row, response(500, "{\"error\":" + error + "}"), "null");
      case 1 -> envelope(row, response(400, "{\"error\":" + error + "}"), error);
      case 2 -> envelope(row, "null", error);
      case 3 -> envelope(row, response(400, "null"), "\"simulated failure\"");
      default -> "{\"custom_id\":\"" + quoted(row.customId()) + "\",\"error\":" + error + "}";
    };
  }

  private String unexecuted(SimUpload.Row row, String code) {
    return envelope(
        row, "null", "{\"code\":\"" + code + "\",\"message\":\"This request was not executed.\"}");
  }

  private static String response(int status, String body) {
    return "{\"status_code\":" + status + ",\"request_id\":\"req\",\"body\":" + body + "}";
  }

  private String envelope(SimUpload.Row row, String response, String error) {
    return "{\"id\":\"batch_req_"
        + ++lastLine
        + "\",\"custom_id\":\""
        + quoted(row.customId())
        + "\",\"response\":"
        + response
        + ",\"error\":"
        + error
        + "}";
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
