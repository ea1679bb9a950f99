package org.batchdrop.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of fault rules, and the actions they stand for. */
final class FaultActions {
  static final List<String> WORDS =
      List.of(
              "refuse drop html empty garbage accept-drop accept-status accept-delay accept-truncate"
                  .split(" "),
              "accept-html accept-empty accept-garbage late late-unchecked pretend-delete not-yet"
                  .split(" "),
              "file-quota rate-limit hide shuffle page-size strip bare-array no-has-more lines batch"
                  .split(" "))
          .stream()
          .flatMap(java.util.Arrays::stream)
          .toList();

  private static final String HTML =
      "<html><head><title>502 Bad Gateway</title></head><body>upstream error</body></html>\n";
  private static final String GARBAGE = "{\"id\": \"batch_\u0000\u0001, ]";
  private static final String JSON = "application/json";

  private FaultActions() {}

  /** Reads the action that a word stands for; returns null for an unknown word. */
  static @Nullable FaultAction read(String word, FaultKeys keys) {
    return switch (word) {
      case "refuse" -> new FaultAction.Instead(error(keys, null, null));
      case "drop" -> new FaultAction.Drop(false);
      case "html" -> new FaultAction.Instead(plain(keys, "text/html", HTML));
      case "empty" -> new FaultAction.Instead(plain(keys, JSON, ""));
      case "garbage" -> new FaultAction.Instead(plain(keys, JSON, GARBAGE));
      case "accept-drop" -> new FaultAction.Drop(true);
      case "accept-status" -> new FaultAction.Afterwards(error(keys, null, null));
      case "accept-delay" -> new FaultAction.Delay(keys.requiredMillis("delay"));
      case "accept-truncate" -> new FaultAction.Truncate(keep(keys));
      case "accept-html" -> new FaultAction.Afterwards(plain(keys, "text/html", HTML));
      case "accept-empty" -> new FaultAction.Afterwards(plain(keys, JSON, ""));
      case "accept-garbage" -> new FaultAction.Afterwards(plain(keys, JSON, GARBAGE));
      case "late" -> new FaultAction.Late(keys.requiredMillis("delay"), false);
      case "late-unchecked" -> new FaultAction.Late(keys.requiredMillis("delay"), true);
      case "pretend-delete" -> new FaultAction.PretendDelete();
      default -> readState(word, keys);
    };
  }

  private static @Nullable FaultAction readState(String word, FaultKeys keys) {
    return switch (word) {
      case "not-yet" ->
          new FaultAction.NotYet(
              keys.requiredMillis("age"), error(keys, 404, "No such File object."));
      case "file-quota" ->
          new FaultAction.FileQuota(
              keys.number("most", 0, Integer.MAX_VALUE, null),
              error(keys, 400, "You have reached the maximum number of files."));
      case "rate-limit" ->
          new FaultAction.RateLimit(
              keys.number("calls", 0, 1_000_000, null),
              keys.has("per") ? keys.requiredMillis("per") : 60_000,
              error(keys, 429, "Rate limit reached."));
      case "hide" -> new FaultAction.Hide(keys.requiredMillis("age"));
      case "shuffle" -> new FaultAction.Shuffle(seed(keys));
      case "page-size" -> new FaultAction.PageSize(keys.number("most", 1, 10_000, null));
      case "strip" -> new FaultAction.Strip(keys.texts("fields"));
      case "no-has-more" -> new FaultAction.Strip(List.of("has_more"));
      case "bare-array" -> new FaultAction.BareArray();
      case "lines" -> new FaultAction.Lines(damage(keys));
      case "batch" -> new FaultAction.Behave(script(keys));
      default -> null;
    };
  }

  /** Returns the kinds of calls that an action fits. */
  static Set<CallKind> possible(FaultAction action) {
    if (action instanceof FaultAction.Behave || action instanceof FaultAction.Lines) {
      return action instanceof FaultAction.Behave
          ? EnumSet.of(CallKind.CREATE)
          : EnumSet.of(CallKind.CREATE, CallKind.CONTENT);
    }
    if (action instanceof FaultAction.FileQuota) {
      return EnumSet.of(CallKind.UPLOAD);
    }
    if (action instanceof FaultAction.PretendDelete) {
      return EnumSet.of(CallKind.FILE_DELETE);
    }
    if (action instanceof FaultAction.Late late) {
      return late.unchecked()
          ? EnumSet.of(CallKind.CREATE)
          : EnumSet.of(
              CallKind.UPLOAD,
              CallKind.FILE_DELETE,
              CallKind.CREATE,
              CallKind.CANCEL,
              CallKind.REALTIME);
    }
    if (action instanceof FaultAction.NotYet) {
      return EnumSet.of(
          CallKind.FILE_RETRIEVE,
          CallKind.CONTENT,
          CallKind.CREATE,
          CallKind.RETRIEVE,
          CallKind.CANCEL);
    }
    boolean listing =
        action instanceof FaultAction.Hide
            || action instanceof FaultAction.Shuffle
            || action instanceof FaultAction.PageSize
            || action instanceof FaultAction.BareArray;
    return listing ? EnumSet.of(CallKind.LIST, CallKind.FILE_LIST) : EnumSet.allOf(CallKind.class);
  }

  /** Tells whether an action is a lasting state, which by default hits all calls. */
  static boolean lasts(FaultAction action) {
    return action instanceof FaultAction.NotYet
        || action instanceof FaultAction.FileQuota
        || action instanceof FaultAction.RateLimit
        || !(action instanceof FaultAction.OfReply
            || action instanceof FaultAction.Lines
            || action instanceof FaultAction.Behave);
  }

  private static FaultAnswer plain(FaultKeys keys, String type, String body) {
    return new FaultAnswer(keys.number("status", 200, 599, 200), Map.of(), type, body);
  }

  private static FaultAnswer error(
      FaultKeys keys, @Nullable Integer status, @Nullable String message) {
    int code = keys.number("status", 200, 599, status);
    String type = code == 429 ? "requests" : code >= 500 ? "server_error" : "invalid_request_error";
    String otherwise = message == null ? "The sandbox answers with " + code + "." : message;
    Refusal refusal =
        new Refusal(
            code,
            keys.text("message", otherwise),
            keys.text("type", type),
            keys.text("param"),
            keys.text("code"));
    String body = keys.text("body");
    return new FaultAnswer(
        code,
        keys.map("headers"),
        keys.text("content-type", JSON),
        body == null ? json(refusal) : body);
  }

  private static String json(Refusal refusal) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      refusal.writeBody(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static double keep(FaultKeys keys) {
    Double keep = keys.share("keep");
    return keep == null ? 0.5 : keep;
  }

  private static long seed(FaultKeys keys) {
    return keys.number("seed", Integer.MIN_VALUE, Integer.MAX_VALUE, 1);
  }

  private static LineDamage damage(FaultKeys keys) {
    LineDamage.Kind kind = keys.word("damage", LineDamage.Kind.class);
    String file = keys.text("file", "output");
    if (kind == null) {
      throw keys.problem("damage", "what is done to the lines, such as leave-out");
    }
    if (!List.of("output", "errors", "both").contains(file)) {
      throw keys.problem("file", "one of [output, errors, both]");
    }
    List<Integer> at = new ArrayList<>();
    for (Object item : keys.list("at")) {
      if (!(item instanceof Integer line) || line == 0) {
        throw keys.problem("at", "line numbers from 1, or from -1 when counted from the end");
      }
      at.add(line);
    }
    return new LineDamage(
        file, kind, at.isEmpty() ? List.of(1) : at, keys.share("share"), seed(keys));
  }

  private static BatchScript script(FaultKeys keys) {
    String end = keys.status("end");
    if (end != null && !List.of("completed", "failed", "expired", "cancelled").contains(end)) {
      throw keys.problem("end", "one of [completed, failed, expired, cancelled]");
    }
    Double share = keys.share("share");
    String letters = keys.text("letters");
    if (letters != null && !letters.equals("upper") && !letters.equals("title")) {
      throw keys.problem("letters", "one of [upper, title]");
    }
    for (String status : keys.texts("skipped")) {
      if (!List.of("in_progress", "finalizing", "cancelling").contains(status)) {
        throw keys.problem("skipped", "some of [in_progress, finalizing, cancelling]");
      }
    }
    return new BatchScript(
        letters,
        keys.map("words"),
        keys.texts("skipped"),
        keys.status("stuck"),
        keys.millis("stuck-for"),
        end,
        share == null && Objects.equals(end, "completed") ? Double.valueOf(1) : share,
        keys.flag("rest-absent"),
        problems(keys),
        keys.share("failing"),
        keys.word("counts", BatchScript.Counts.class),
        keys.word("no-file", BatchScript.NoFile.class),
        keys.flag("early-ids"),
        keys.flag("empty-error-file"),
        keys.word("errors", BatchScript.Errors.class),
        List.of());
  }

  private static List<BatchProblem> problems(FaultKeys keys) {
    List<BatchProblem> problems = new ArrayList<>();
    for (Object item : keys.list("problems")) {
      FaultKeys problem = new FaultKeys("'problems' " + (problems.size() + 1), item);
      String code = problem.text("code", "invalid_request");
      Integer line =
          problem.has("line") ? problem.number("line", 1, Integer.MAX_VALUE, null) : null;
      problems.add(
          new BatchProblem(
              code,
              problem.text("message", "The sandbox finds: " + code + "."),
              problem.text("param"),
              line));
      problem.done();
    }
    return problems;
  }
}
