package org.batchdrop.request;

import org.batchdrop.config.YamlValue;

/**
 * A place in a body that a row's field fills.
 *
 * @param name the field's name
 * @param kind what the field becomes there
 * @param location of the text that has the hole
 */
record Hole(String name, Kind kind, YamlValue.Location location) {

  /** What a field becomes. */
  enum Kind {
    /** Text inside a string. */
    TEXT,
    /** A JSON value. */
    JSON,
    /** The image that the field names, as the whole text of a string. */
    IMAGE
  }
}
