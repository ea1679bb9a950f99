package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.batchdrop.job.Job;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.journal.Event;
import org.batchdrop.journal.Journal;
import org.batchdrop.journal.JournalException;

/** What the journal says, read beside a daemon or after its death. */
final class JournalJudge {

  /** States that a person or a provider may let happen again. */
  private static final Set<String> MAY_RECUR = Set.of("uploaded", "creating", "parked", "waiting");

  private final Path file;

  JournalJudge(Path home) {
    this.file = home.resolve("work/journal.db");
  }

  /** Every job; none before the first daemon has made its tables. */
  List<Job> jobs() {
    return read(List.of(), journal -> journal.jobs(100_000));
  }

  /** I6: how often an intent to create is recorded. */
  long intents() {
    return read(
        0L,
        journal ->
            journal.jobs(100_000).stream()
                .flatMap(job -> journal.events(job.id()).stream())
                .filter(event -> event.to().equals("creating"))
                .count());
  }

  /** The ends of the ids of all jobs with an intent to ask for rows one by one. */
  Set<String> jobsThatAsk() {
    return read(
        Set.of(),
        journal ->
            journal.jobs(100_000).stream()
                .filter(
                    job ->
                        journal.events(job.id()).stream()
                            .anyMatch(event -> event.to().equals("asking")))
                .map(job -> job.id().suffix())
                .collect(Collectors.toSet()));
  }

  private <T> T read(T none, Function<Journal, T> reading) {
    if (!Files.exists(file)) {
      return none;
    }
    try (Journal journal = Journal.openReadOnly(file).orElseThrow()) {
      return reading.apply(journal);
    } catch (JournalException e) {
      if (String.valueOf(e.getMessage()).contains("no such table: job")) {
        return none;
      }
      throw e;
    }
  }

  /** I8: each state follows the one before, and none but the recurring ones comes twice. */
  void requireForward() {
    try (Journal journal = Journal.openReadOnly(file).orElseThrow()) {
      for (Job job : journal.jobs(100_000)) {
        Map<Optional<PartId>, String> last = new HashMap<>();
        Map<Optional<PartId>, Set<String>> visited = new HashMap<>();
        for (Event event : journal.events(job.id())) {
          String where = "I8: " + job.id() + " " + event;
          assertThat(event.from()).as(where).isEqualTo(Optional.ofNullable(last.get(event.part())));
          boolean first =
              visited.computeIfAbsent(event.part(), part -> new HashSet<>()).add(event.to());
          assertThat(first || MAY_RECUR.contains(event.to())).as(where).isTrue();
          last.put(event.part(), event.to());
        }
        assertThat(last.get(Optional.<PartId>empty())).isEqualTo(job.state().label());
        for (Part part : journal.parts(job.id())) {
          assertThat(last.get(Optional.of(part.id()))).isEqualTo(part.state().label());
        }
      }
    }
  }

  /** The history of a job, for whoever looks for the fault. */
  List<String> story(Job job) {
    try (Journal journal = Journal.openReadOnly(file).orElseThrow()) {
      List<String> lines = new ArrayList<>();
      journal.events(job.id()).forEach(event -> lines.add(event.toString()));
      return lines;
    }
  }
}
