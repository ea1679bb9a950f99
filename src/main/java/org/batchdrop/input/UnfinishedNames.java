package org.batchdrop.input;

import java.util.List;
import java.util.Locale;

/** Names by which programs mark files that they are still writing; the inbox ignores them. */
public final class UnfinishedNames {

  private static final List<String> ENDINGS = List.of(".tmp", ".part", ".partial", ".crdownload");

  private UnfinishedNames() {}

  /** Tells whether the inbox ignores an entry of this name. */
  public static boolean contain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.startsWith(".") || ENDINGS.stream().anyMatch(lower::endsWith);
  }

  /** Says what is ignored, for people. */
  public static String words() {
    return "names that begin with a dot or end in " + String.join(" ", ENDINGS);
  }
}
