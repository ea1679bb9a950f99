package org.batchdrop.config;

/**
 * Something wrong in a file that a person wrote.
 *
 * @param location where
 * @param message what is wrong, what was expected, what to do
 */
public record Problem(YamlValue.Location location, String message) {
  @Override
  public String toString() {
    return location + ": " + message;
  }
}
