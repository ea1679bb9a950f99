package org.batchdrop.flow;

/**
 * What a look at one thing came to.
 *
 * @param level how it is
 * @param subject what was looked at, a word or two
 * @param text what was found, for people; no secret is in it
 * @param advice what to do next; empty when there is nothing to do
 * @param isConfiguration whether a failure is one of this machine or its files, not of a provider
 */
public record Check(
    Level level, String subject, String text, String advice, boolean isConfiguration) {

  /** How something is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It works, and may not for long. */
    WARN,
    /** It does not work. */
    FAIL
  }

  static Check ok(String subject, String text) {
    return new Check(Level.OK, subject, text, "", false);
  }

  static Check warn(String subject, String text, String advice) {
    return new Check(Level.WARN, subject, text, advice, false);
  }

  static Check wrong(String subject, String text, String advice) {
    return new Check(Level.FAIL, subject, text, advice, true);
  }

  static Check refused(String subject, String text, String advice) {
    return new Check(Level.FAIL, subject, text, advice, false);
  }
}
