package org.batchdrop.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.batchdrop.job.Printable;

/** What a provider sent, made fit to be shown to people: without the key, in one line. */
public final class RawText {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private RawText() {}

  /**
   * The beginning of a text.
   *
   * @param secret taken out in each of its forms, before anything is cut off
   * @param text what came
   * @param most characters; what is longer ends with how much was left out
   */
  public static String of(Secret secret, String text, int most) {
    String line = Printable.line(clean(secret, text));
    return line.length() <= most
        ? line
        : line.substring(0, most) + "... (" + (line.length() - most) + " more)";
  }

  /** A key that was escaped in part shows itself only in the tree. */
  private static String clean(Secret secret, String text) {
    try {
      String tree = String.valueOf(JSON.readTree(text));
      String clean = secret.scrub(tree);
      if (!clean.equals(tree)) {
        return clean;
      }
    } catch (JsonProcessingException e) {
      // It is no JSON: the text is all there is.
      return secret.scrub(text);
    }
    return secret.scrub(text);
  }
}
