package org.batchdrop.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import org.batchdrop.config.Home;
import org.batchdrop.flow.HomeLock;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobOrder;
import org.batchdrop.journal.Journal;

/** Leaves an order for the daemon, durably; it is carried out at once, or at the next start. */
final class OrderCommand {

  private final Console console;
  private final boolean isJson;

  OrderCommand(Console console, boolean isJson) {
    this.console = console;
    this.isJson = isJson;
  }

  int give(Home home, JobOrder.Verb verb, String id) throws IOException {
    Optional<Journal> found = Journal.openReadOnly(home.journal());
    if (found.isEmpty()) {
      console.error("there are no jobs yet in " + home.root());
      return ExitCode.USAGE;
    }
    Optional<Job> job;
    try (Journal journal = found.get()) {
      job = JobView.find(journal, id);
    }
    if (job.isEmpty()) {
      console.error("there is no job '" + id + "'; 'batchdrop jobs' lists them");
      return ExitCode.USAGE;
    }
    if (job.get().state().isFinal()) {
      console.error(
          job.get().id() + " is " + job.get().state().label() + "; nothing is left to do");
      return ExitCode.USAGE;
    }
    leave(home, new JobOrder(verb, job.get().id()));
    boolean isHeard = HomeLock.isHeld(home.lock());
    if (isJson) {
      console.json(
          Json.object()
              .put("order", verb.label())
              .put("job", job.get().id().value())
              .put("daemon_runs", isHeard));
      return ExitCode.OK;
    }
    console.line(verb.label() + " " + job.get().id() + (isHeard ? "" : ": at the next start"));
    return ExitCode.OK;
  }

  private static void leave(Home home, JobOrder order) throws IOException {
    Files.createDirectories(home.orders());
    String name = order.verb().label() + "-" + UUID.randomUUID();
    Path hidden = home.orders().resolve("." + name);
    Tree.write(hidden, order.text());
    Files.move(hidden, home.orders().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Tree.sync(home.orders());
  }
}
