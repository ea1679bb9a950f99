package org.batchdrop.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.batchdrop.config.Home;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.journal.Journal;

/** Refuses inputs, and keeps on disk why, until that is published. */
final class Refusals {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private Refusals() {}

  /**
   * Ends a received job whose input can't become requests; the reasons are on disk before the
   * journal says so.
   *
   * @throws IOException when the reasons can't be written; the job is as it was
   */
  static void refuse(JobId id, InputRejected why, Home home, Journal journal, Story story)
      throws IOException {
    write(home.job(id), why.problems());
    Job job = journal.job(id).orElseThrow();
    if (job.state() instanceof JobState.Received received) {
      journal
          .change(
              job,
              job.to(received.refused()).withProblem(words(why)),
              List.of(),
              String.valueOf(why.getMessage()))
          .ifPresent(story::refused);
    }
  }

  private static String words(InputRejected rejected) {
    Problem first = rejected.problems().get(0);
    int more = rejected.problems().size() - 1;
    boolean told = first.location().isEmpty() || first.message().contains(first.location());
    return (told ? "" : first.location() + ": ")
        + first.message()
        + (more == 0 ? "" : " (and " + more + " more)");
  }

  /** Writes the reasons durably. */
  private static void write(JobFolder folder, List<Problem> problems) throws IOException {
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
