package org.batchdrop.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An uploaded file.
 *
 * @param owner the job that its name carries; empty when it carries none
 * @param usableFrom creates that name it before are refused
 * @param rows what its lines ask for
 * @param problems of its lines, as errors of a batch
 */
record SimUpload(
    String id,
    String name,
    String owner,
    long bytes,
    Instant usableFrom,
    List<Row> rows,
    List<Problem> problems) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Pattern NAME =
      Pattern.compile("batchdrop\\.(.+)\\.part-\\d+\\.g\\d+\\.jsonl");

  /**
   * One request.
   *
   * @param line from 1
   * @param body JSON text
   */
  record Row(String customId, int line, String url, String body) {}

  /** Why a line is refused. */
  record Problem(String code, String message, int line) {}

  static SimUpload of(String id, String name, byte[] content, Instant usableFrom) {
    List<Row> rows = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    String text = new String(content, StandardCharsets.UTF_8);
    int number = 0;
    for (int from = 0; from < text.length(); number++) {
      int newline = text.indexOf('\n', from);
      int end = newline < 0 ? text.length() : newline;
      read(text.substring(from, end), number + 1, ids, rows, problems);
      from = end + 1;
    }
    if (rows.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("empty_file", "The input file is empty.", 0));
    }
    Matcher job = NAME.matcher(name);
    String owner = job.matches() ? job.group(1) : "";
    return new SimUpload(id, name, owner, content.length, usableFrom, rows, problems);
  }

  private static void read(
      String line, int number, Set<String> ids, List<Row> rows, List<Problem> problems) {
    try {
      JsonNode json = JSON.readTree(line);
      String customId = json.path("custom_id").asText("");
      if (customId.isEmpty() || !json.path("body").isObject()) {
        problems.add(
            new Problem("missing_required_parameter", "custom_id or body is missing.", number));
      } else if (!ids.add(customId)) {
        problems.add(
            new Problem("duplicate_custom_id", "The custom_id is used more than once.", number));
      } else {
        String url = json.path("url").asText("");
        rows.add(new Row(customId, number, url, json.path("body").toString()));
      }
    } catch (JsonProcessingException e) {
      problems.add(
          new Problem("invalid_json_line", "This line is not parseable as valid JSON.", number));
    }
  }
}
