package org.batchdrop.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks a person before something that can't be taken back. */
final class Confirmation {

  private final Console console;
  private final InputStream in;

  Confirmation(Console console, InputStream in) {
    this.console = console;
    this.in = in;
  }

  /**
   * Asks, unless the answer is given already.
   *
   * @param yes whether {@code --yes} was given
   * @param question what would be done, and what it means
   * @return whether it shall be done; if not, the person was told why
   */
  boolean isGiven(boolean yes, String question) throws IOException {
    if (yes) {
      return true;
    }
    if (!console.isTerminal()) {
      console.error(question + ": nothing was done; expected --yes, as nobody can be asked here");
      return false;
    }
    console.error(question + " [y/N]");
    String answer =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    boolean isYes = answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    if (!isYes) {
      console.error("nothing was done");
    }
    return isYes;
  }
}
