package org.batchdrop.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchdrop.config.Home;
import org.batchdrop.job.Job;
import org.batchdrop.job.RowId;
import org.batchdrop.sandbox.SandboxServer;

/** The invariants, checked from outside: the disk, the journal and the providers' ledgers. */
final class KillJudge {

  private final Path home;
  private final Traffic traffic;
  private final List<SandboxServer> providers;
  private final AskJudge asks;
  private final Map<String, Set<String>> known = new HashMap<>();
  private final OutboxWatch outbox;
  private final JournalJudge journal;

  KillJudge(Path home, Traffic traffic, List<SandboxServer> providers, AskJudge asks) {
    this.home = home;
    this.traffic = traffic;
    this.providers = providers;
    this.asks = asks;
    this.outbox = new OutboxWatch(home.resolve("outbox"));
    this.journal = new JournalJudge(home);
  }

  /** What must hold at each moment, so also right after a kill. */
  void atKill() throws IOException {
    outbox.look(false);
    Set<String> present = inputs();
    for (Traffic.Dropped dropped : traffic.all()) {
      assertThat(present.contains(dropped.name()))
          .as("I5: the input of " + dropped.name() + " is in inbox, work or outbox")
          .isTrue();
    }
    long creates = providers.stream().mapToLong(p -> p.ledger().createRequests()).sum();
    assertThat(creates).as("I6: creates <= intents").isLessThanOrEqualTo(journal.intents());
    asks.atKill(journal.jobsThatAsk());
  }

  /** Rows of the last input whose answers stand in the outbox already are not to be bought. */
  void dropped() throws IOException {
    Traffic.Dropped last = traffic.all().get(traffic.all().size() - 1);
    if (last.kind() == Traffic.Kind.AGAIN) {
      Set<String> answered = new HashSet<>();
      for (Path folder : outbox.visible()) {
        Path output = folder.resolve("output.jsonl");
        if (String.valueOf(folder.getParent().getFileName()).equals("again")
            && Files.exists(output)) {
          String text = Files.readString(output);
          last.rows().stream().filter(text::contains).forEach(answered::add);
        }
      }
      known.put(last.name(), answered);
    }
  }

  /** The names of all inputs that stand anywhere; no two are the same. */
  private Set<String> inputs() throws IOException {
    List<Path> places = new ArrayList<>(folders(home.resolve("inbox")));
    folders(home.resolve("work")).forEach(folder -> places.add(folder.resolve("input")));
    outbox.visible().forEach(folder -> places.add(folder.resolve("input")));
    Set<String> names = new HashSet<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> entries = Files.list(place)) {
          entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        }
      }
    }
    return names;
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.filter(Files::isDirectory).toList();
    }
  }

  /** I13: each input has become a job, each job has ended, and nothing temporary is left. */
  void quiet() throws IOException {
    List<Job> jobs = journal.jobs();
    assertThat(
            jobs.stream()
                .filter(job -> !job.state().isFinal())
                .flatMap(job -> Stream.concat(Stream.of(job + ""), journal.story(job).stream())))
        .as("jobs that have not ended")
        .isEmpty();
    assertThat(jobs).as("jobs").hasSizeGreaterThanOrEqualTo(traffic.all().size());
    assertThat(leftovers()).as("nothing temporary is left, and no work folder").isEmpty();
  }

  private List<Path> leftovers() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("inbox", "outbox", "work")) {
      try (Stream<Path> files = Files.walk(home.resolve(folder))) {
        files
            .filter(
                path -> {
                  String name = String.valueOf(path.getFileName());
                  return name.endsWith(".tmp") || name.endsWith(".part");
                })
            .forEach(found::add);
      }
    }
    found.addAll(folders(home.resolve("work")));
    found.remove(new Home(home).orders());
    found.remove(home.resolve("work/reuse"));
    return found;
  }

  /** What must hold when all faults have stopped and every job has ended. */
  void atEnd() throws IOException, InterruptedException {
    atKill();
    outbox.look(true);
    quiet();
    journal.requireForward();
    Executions executions = new Executions(providers);
    executions.requireNoneBoughtTwice();
    executions.requireOneLiveBatchEach();
    asks.atEnd(
        journal.jobs().stream()
            .flatMap(job -> executions.answered(job.id().value()).stream())
            .collect(Collectors.toSet()));
    Map<String, List<Job>> byInput =
        journal.jobs().stream().collect(Collectors.groupingBy(Job::inputName));
    assertThat(byInput.keySet())
        .containsExactlyInAnyOrderElementsOf(
            traffic.all().stream().map(Traffic.Dropped::name).toList());
    assertThat(outbox.visible()).hasSize(traffic.all().size());
    for (Traffic.Dropped dropped : traffic.all()) {
      List<Job> jobs = byInput.get(dropped.name());
      assertThat(jobs).as("one job for " + dropped.name()).hasSize(1);
      Job job = jobs.get(0);
      assertThat(job.state().isFinal()).as(job.toString()).isTrue();
      try {
        judge(dropped, job, executions);
      } catch (AssertionError e) {
        throw new AssertionError(
            dropped.name() + "\n" + String.join("\n", journal.story(job)) + "\n" + e.getMessage(),
            e);
      }
    }
  }

  /** What was answered is what batches were paid for, what a call brought, and what was known. */
  private void judge(Traffic.Dropped dropped, Job job, Executions executions) throws IOException {
    Set<String> answered = new HashSet<>(executions.answered());
    asks.kept().forEach(row -> answered.add(Executions.row(job.id().value(), row)));
    long reused = 0;
    if (dropped.kind() == Traffic.Kind.AGAIN) {
      for (int i = 0; i < dropped.rows().size(); i++) {
        String row = Executions.row(job.id().value(), RowId.of(job.id(), i + 1L));
        boolean isBought = !answered.add(row);
        assertThat(isBought && known.get(dropped.name()).contains(dropped.rows().get(i)))
            .as("I1: " + row + " was bought although its answer was known")
            .isFalse();
        reused += isBought ? 0 : 1;
      }
    }
    new ResultJudge(dropped, job, DaemonProcess.results(home, job)).judge(answered, reused);
  }
}
