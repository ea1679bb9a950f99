package org.batchdrop.config;

import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.YamlValue.Location;

/** Collects everything wrong with the configuration, so that it is reported in one go. */
public final class Problems {

  private final List<Problem> found = new ArrayList<>();

  /** Adds a problem. */
  public void add(Location location, String message) {
    found.add(new Problem(location, message));
  }

  /** Adds problems that were found elsewhere. */
  public void addAll(List<Problem> problems) {
    found.addAll(problems);
  }

  /** Tells whether there is no problem. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** The problems in the order in which they were found; a copy. */
  public List<Problem> all() {
    return List.copyOf(found);
  }
}
