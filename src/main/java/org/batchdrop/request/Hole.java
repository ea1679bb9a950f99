package org.batchdrop.request;

import org.batchdrop.config.YamlValue;

/**
 * A place in a body that a row's field fills.
 *
 * @param name the field's name
 * @param json true when the field is a JSON value, false when it is text inside a string
 * @param location of the text that has the hole
 */
record Hole(String name, boolean json, YamlValue.Location location) {}
