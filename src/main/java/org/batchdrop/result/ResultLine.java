package org.batchdrop.result;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of a provider's output or error file, looked at in place: whose it is, whether it is an
 * answer, and where the wanted values stand. One object reads many lines, one after the other;
 * confined to one thread.
 *
 * <p>A line is an answer exactly when its {@code error} is empty (absent, null, {@code ""}, {@code
 * {}}), its {@code response.status_code} is 200 to 299, and its {@code response.body} is present
 * and is not itself an error: an object with {@code error}, without {@code choices} and {@code
 * data}, and the pipeline's {@link AnswerCheck} finds nothing wrong with it. Which of the two files
 * the line came from means nothing. Unknown members mean nothing.
 *
 * @see <a href="https://platform.openai.com/docs/guides/batch">Batch API guide</a>
 */
final class ResultLine implements RowValues {

  /** What a line turned out to be. */
  enum Verdict {
    /** The row's answer. */
    ANSWER,
    /** Valid, and not an answer. */
    FAILURE,
    /** Not a JSON object in valid UTF-8; its id is known when it stands before the fault. */
    MALFORMED
  }

  /** The places of an envelope, then those of a body; a body may be nested as text. */
  enum Place {
    CUSTOM_ID(0, "/custom_id"),
    ERROR(1, "/error"),
    ERROR_CODE(2, "/error/code"),
    ERROR_TYPE(3, "/error/type"),
    ERROR_MESSAGE(4, "/error/message"),
    STATUS(5, "/response/status_code"),
    BODY(6, ""),
    BODY_ERROR(7, "/error"),
    BODY_ERROR_CODE(8, "/error/code"),
    BODY_ERROR_TYPE(9, "/error/type"),
    BODY_ERROR_MESSAGE(10, "/error/message"),
    BODY_MESSAGE(11, "/message"),
    BODY_DETAIL(12, "/detail"),
    CHOICES(13, "/choices"),
    DATA(14, "/data"),
    PROMPT_TOKENS(15, "/usage/prompt_tokens"),
    INPUT_TOKENS(16, "/usage/input_tokens"),
    COMPLETION_TOKENS(17, "/usage/completion_tokens"),
    OUTPUT_TOKENS(18, "/usage/output_tokens"),
    TOTAL_TOKENS(19, "/usage/total_tokens"),
    PROMPT_CACHED(20, "/usage/prompt_tokens_details/cached_tokens"),
    INPUT_CACHED(21, "/usage/input_tokens_details/cached_tokens");

    private final int slot;
    private final String pointer;

    Place(int slot, String pointer) {
      this.slot = slot;
      this.pointer = pointer;
    }

    boolean inBody() {
      return slot >= BODY.slot;
    }
  }

  private static final String BODY = "/response/body";
  private static final int PLACES = Place.values().length;

  private final int[] start;
  private final int[] end;
  private final LineShapes shapes;
  private final LineShapes bodyShapes;
  private final int pointers;
  private final AnswerCheck check;
  private final Scratch bodyText = new Scratch(256);
  private byte[] line = {};
  private byte[] body = {};
  private byte[] fitted = {};
  private int fittedFrom;
  private int fittedTo = -1;
  private Optional<String> fault = Optional.empty();

  /**
   * @param pointers wanted values, as JSON pointers into {@code response.body}
   * @throws IllegalArgumentException when one of them is not a JSON pointer
   */
  ResultLine(List<String> pointers) {
    this(pointers, AnswerCheck.NONE);
  }

  /**
   * @param check what an answer must be
   * @throws IllegalArgumentException when a pointer is none
   */
  ResultLine(List<String> pointers, AnswerCheck check) {
    this.pointers = pointers.size();
    this.check = check;
    JsonPaths whole = new JsonPaths();
    JsonPaths nested = new JsonPaths();
    for (Place place : Place.values()) {
      whole.add(place.inBody() ? BODY + place.pointer : place.pointer, place.slot);
      if (place.inBody()) {
        nested.add(place.pointer, place.slot);
      }
    }
    List<String> all = new ArrayList<>(pointers);
    all.addAll(check.pointers());
    for (int i = 0; i < all.size(); i++) {
      whole.add(BODY + all.get(i), PLACES + i);
      nested.add(all.get(i), PLACES + i);
    }
    start = new int[whole.slots()];
    end = new int[whole.slots()];
    shapes = new LineShapes(whole, start, end);
    bodyShapes = new LineShapes(nested, start, end);
  }

  /**
   * Tries to find a line's end by its shape, which spares looking for it; {@link #read} of just
   * this line then costs next to nothing.
   *
   * @param limit the end of what is in memory
   * @return where the line's LF stands; -1 when it must be looked for
   */
  int tryEnd(byte[] bytes, int from, int limit) {
    int newline = shapes.findOpen(bytes, from, limit);
    fitted = bytes;
    fittedFrom = from;
    fittedTo = newline;
    return newline;
  }

  /**
   * Reads a line. Its places are valid until the next call, as long as {@code bytes} is not
   * changed.
   *
   * @param to exclusive, without the line's terminator
   */
  Verdict read(byte[] bytes, int from, int to) {
    line = bytes;
    body = bytes;
    boolean known = fitted == bytes && fittedFrom == from && fittedTo == to;
    boolean valid = known || shapes.find(bytes, from, to);
    fittedTo = -1;
    int first = JsonBytes.afterSpace(bytes, from, to);
    fault = Optional.empty();
    if (!valid || bytes[first] != '{') {
      return Verdict.MALFORMED;
    }
    if (has(Place.BODY) && bytes[start(Place.BODY)] == '"') {
      openBodyText();
    }
    if (isAnswer()) {
      fault = lookForFault();
      return fault.isEmpty() ? Verdict.ANSWER : Verdict.FAILURE;
    }
    return Verdict.FAILURE;
  }

  private Optional<String> lookForFault() {
    int count = check.pointers().size();
    if (count == 0) {
      return Optional.empty();
    }
    List<@Nullable String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(value(pointers + i));
    }
    return check.problem(values);
  }

  private @Nullable String value(int pointer) {
    int from = start[PLACES + pointer];
    int to = end[PLACES + pointer];
    if (from < 0 || body[from] == 'n') {
      return null;
    }
    return body[from] == '"'
        ? JsonBytes.text(body, from, to)
        : new String(body, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * What is wrong with the answer that a failure line holds; empty when it holds none. Such an
   * answer was paid.
   */
  Optional<String> fault() {
    return fault;
  }

  /** Some providers send the body as a string that holds JSON. */
  private void openBodyText() {
    int from = start(Place.BODY) + 1;
    int to = end(Place.BODY) - 1;
    bodyText.clear();
    JsonBytes.unescape(line, from, to, bodyText);
    int whole = start(Place.BODY);
    int wholeEnd = end(Place.BODY);
    int first = JsonBytes.afterSpace(bodyText.array(), 0, bodyText.size());
    boolean object = first < bodyText.size() && bodyText.array()[first] == '{';
    if (object && bodyShapes.find(bodyText.array(), 0, bodyText.size())) {
      body = bodyText.array();
    } else {
      Arrays.fill(start, Place.BODY.slot, start.length, -1);
      Arrays.fill(end, Place.BODY.slot, end.length, -1);
      start[Place.BODY.slot] = whole;
      end[Place.BODY.slot] = wholeEnd;
    }
  }

  private boolean isAnswer() {
    int status = status();
    return isEmpty(Place.ERROR)
        && status >= 200
        && status < 300
        && !isNothing(Place.BODY)
        && (isEmpty(Place.BODY_ERROR) || has(Place.CHOICES) || has(Place.DATA));
  }

  /** The HTTP status of the row's request; -1 when it is absent or not a whole number. */
  int status() {
    if (!has(Place.STATUS)) {
      return -1;
    }
    int from = start(Place.STATUS);
    int to = end(Place.STATUS);
    long status = line[from] == '"' ? whole(line, from + 1, to - 1) : whole(line, from, to);
    return status > 999 ? -1 : (int) status;
  }

  /** A whole number that is not negative and has at most 18 digits; else -1. */
  private static long whole(byte[] bytes, int from, int to) {
    if (to <= from || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  /** The first of the places that holds a whole number; 0 when none does. */
  long count(Place first, Place second) {
    long value = has(first) ? whole(body, start(first), end(first)) : -1;
    if (value < 0 && has(second)) {
      value = whole(body, start(second), end(second));
    }
    return Math.max(0, value);
  }

  boolean has(Place place) {
    return start[place.slot] >= 0;
  }

  /** Where a value begins, quotes included, in {@link #source}; -1 when it is absent. */
  int start(Place place) {
    return start[place.slot];
  }

  int end(Place place) {
    return end[place.slot];
  }

  /** The bytes in which a place stands. */
  byte[] source(Place place) {
    return place.inBody() ? body : line;
  }

  /** Tells whether a value is absent, null or the empty text. */
  boolean isNothing(Place place) {
    int from = start(place);
    int length = end(place) - from;
    byte[] bytes = source(place);
    return from < 0 || bytes[from] == 'n' || (length == 2 && bytes[from] == '"');
  }

  /** Tells whether a value is nothing, or an object without members. */
  boolean isEmpty(Place place) {
    if (isNothing(place)) {
      return true;
    }
    byte[] bytes = source(place);
    int from = start(place);
    return bytes[from] == '{'
        && JsonBytes.afterSpace(bytes, from + 1, end(place)) == end(place) - 1;
  }

  /** Tells whether the line names its row; an empty id counts as none. */
  boolean hasId() {
    return has(Place.CUSTOM_ID)
        && line[start(Place.CUSTOM_ID)] == '"'
        && end(Place.CUSTOM_ID) - start(Place.CUSTOM_ID) > 2;
  }

  /** The bytes in which the wanted values stand: those of the line, or of its unfolded body. */
  @Override
  public byte[] values() {
    return body;
  }

  @Override
  public int valueStart(int pointer) {
    return start[PLACES + pointer];
  }

  @Override
  public int valueEnd(int pointer) {
    return end[PLACES + pointer];
  }

  /** How many values are wanted. */
  int pointers() {
    return pointers;
  }

  /** The tokens that the answer says it used. */
  Tokens tokens() {
    long input = count(Place.PROMPT_TOKENS, Place.INPUT_TOKENS);
    long output = count(Place.COMPLETION_TOKENS, Place.OUTPUT_TOKENS);
    long total = count(Place.TOTAL_TOKENS, Place.TOTAL_TOKENS);
    return new Tokens(
        input,
        output,
        total == 0 ? input + output : total,
        count(Place.PROMPT_CACHED, Place.INPUT_CACHED));
  }
}
