package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.JobFolder;

/** Keeps on disk why an input was refused, until it is published. */
final class Refusals {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private Refusals() {}

  /** Writes the reasons durably. */
  static void write(JobFolder folder, List<Problem> problems) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Problem problem : problems) {
      lines.append(line(problem)).append('\n');
    }
    Tree.write(folder.problems(), lines.toString());
    Tree.sync(folder.root());
  }

  /** Reads the reasons back. */
  static List<Problem> read(JobFolder folder) throws IOException {
    List<Problem> problems = new ArrayList<>();
    for (String line : Files.readAllLines(folder.problems())) {
      JsonNode node = JSON.readTree(line);
      problems.add(
          new Problem(
              node.path("code").asText(),
              node.path("location").asText(),
              node.path("message").asText()));
    }
    return problems;
  }

  private static String line(Problem problem) throws JsonProcessingException {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("code", problem.code())
            .put("location", problem.location())
            .put("message", problem.message()));
  }
}
