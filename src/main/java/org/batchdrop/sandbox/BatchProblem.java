package org.batchdrop.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * One reason why a batch failed validation.
 *
 * @param code machine-readable reason, such as {@code invalid_json_line}
 * @param message what is wrong, for a person
 * @param param the offending field, or null
 * @param line number of the input line, from 1, or null when it is about the whole file
 */
record BatchProblem(String code, String message, @Nullable String param, @Nullable Integer line) {

  /** Returns a problem of the whole file. */
  static BatchProblem ofFile(String code, String message) {
    return new BatchProblem(code, message, null, null);
  }

  /** Returns the problem of a line that lacks a field. */
  static BatchProblem missing(String param, int line) {
    return new BatchProblem(
        "missing_required_parameter", "Missing required parameter: '" + param + "'.", param, line);
  }
}
