package org.batchdrop.request;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The vocabulary of an OpenAI model, which says exactly how many tokens a text has.
 *
 * @param encoding counts
 */
record Vocabulary(Encoding encoding) {

  private static final Pattern TUNED = Pattern.compile("ft:([^:]+)(:.*)?");
  private static final Pattern O200K =
      Pattern.compile("(chatgpt-4o|gpt-4o|gpt-4[.][15]|gpt-5|o1|o3|o4-mini)([.-].*)?");
  private static final Pattern CL100K =
      Pattern.compile("(gpt-4|gpt-3[.]5-turbo|text-embedding-(ada-002|3-small|3-large))(-.*)?");

  /**
   * Finds the vocabulary of a model by its name.
   *
   * @param registry has loaded, or loads, vocabularies
   * @return empty for a model whose vocabulary is not known here
   */
  static Optional<Vocabulary> of(String model, EncodingRegistry registry) {
    var tuned = TUNED.matcher(model);
    String name = tuned.matches() ? tuned.group(1) : model;
    if (O200K.matcher(name).matches()) {
      return Optional.of(new Vocabulary(registry.getEncoding(EncodingType.O200K_BASE)));
    }
    return CL100K.matcher(name).matches()
        ? Optional.of(new Vocabulary(registry.getEncoding(EncodingType.CL100K_BASE)))
        : Optional.empty();
  }

  String name() {
    return encoding.getName();
  }

  long count(String text) {
    return encoding.countTokensOrdinary(text);
  }
}
