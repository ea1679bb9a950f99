package org.batchdrop.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.batchdrop.input.FetchedInput;
import org.batchdrop.input.InputEntry;
import org.batchdrop.input.StopCheck;
import org.batchdrop.input.Tree;
import org.batchdrop.job.InputRejected.Problem;
import org.batchdrop.job.JobFolder;
import org.batchdrop.job.JobId;
import org.batchdrop.job.PartId;
import org.batchdrop.job.RowSelection;
import org.batchdrop.result.DeliveryOrder.Part;
import org.batchdrop.result.DeliveryOrder.Reason;
import org.batchdrop.result.Problems.Kind;

/**
 * Publishes what became of a job as {@code <outbox>/<pipeline>/<job>/}.
 *
 * <p>Everything is built in {@code .<job>.tmp} beside it, made durable, and then appears by one
 * rename: what can be seen is complete and never changes. Nothing is taken away from the work
 * folder. Each call may be repeated after any crash: what an interrupted one left is built anew,
 * and when the folder is already there nothing is done and what it says is returned. Safe for
 * different jobs at once, not for the same job.
 */
public final class Outbox {

  private static final int MOST_PROBLEMS = 100;

  private Outbox() {}

  /** What fills the folder before the input and the report are added. */
  private interface Content {
    Report write(Path building, Report.Input input) throws IOException;
  }

  /**
   * Publishes the results of a job: {@code output.jsonl}, {@code errors.jsonl}, {@code results.csv}
   * for tables or {@code files/} for sources, {@code input/} and {@code report.json}.
   *
   * @param stop asked every few thousand rows
   * @return what stands in the outbox, durably
   * @throws IOException when a file can't be read or written, a download that was made is gone, or
   *     the work shall stop; nothing is published, and the call can be repeated
   * @throws IllegalStateException when the rows do not add up, with the figures; nothing is
   *     published, and a person must look
   */
  public static Delivery publish(DeliveryOrder order, StopCheck stop) throws IOException {
    return publish(
        order.job(),
        order.folder(),
        order.outbox().resolve(order.pipeline().name()),
        (building, input) ->
            report(order, JobResults.write(order, building, stop), chosen(order, input)));
  }

  private static Report.Input chosen(DeliveryOrder order, Report.Input input) {
    RowSelection rows = order.pipeline().intake().rows();
    return new Report.Input(
        input.name(),
        input.bytes(),
        rows.isAll() ? Optional.empty() : Optional.of(rows.toString()),
        input.fetched());
  }

  /**
   * Publishes a rejected input: {@code errors.jsonl} with one line for each problem, {@code input/}
   * and {@code report.json}.
   *
   * @return what stands in the outbox, durably
   * @throws IOException when a file can't be read or written; nothing is published, and the call
   *     can be repeated
   */
  public static Delivery publish(RejectionOrder order) throws IOException {
    return publish(
        order.job(),
        order.folder(),
        order.outbox().resolve(order.pipeline()),
        (building, input) -> {
          writeProblems(order.problems(), building);
          return report(order, input);
        });
  }

  /** Where a job's results stand, or will stand. */
  public static Path folder(Path outbox, String pipeline, JobId job) {
    return outbox.resolve(pipeline).resolve(job.value());
  }

  private static Delivery publish(JobId job, JobFolder folder, Path parent, Content content)
      throws IOException {
    Path target = parent.resolve(job.value());
    Path building = parent.resolve("." + job.value() + ".tmp");
    if (Files.exists(target)) {
      Tree.remove(building);
      forceNames(parent);
      return ReportFile.read(target);
    }
    Files.createDirectories(parent);
    Tree.remove(building);
    Files.createDirectory(building);
    InputEntry entry = InputEntry.of(folder.input());
    Path dropped = entry.dropped();
    Report.Input input =
        new Report.Input(
            String.valueOf(dropped.getFileName()),
            FileTree.bytes(dropped),
            Optional.empty(),
            entry.fetched().isPresent()
                ? Optional.of(FetchedInput.read(folder))
                : Optional.empty());
    Report report = content.write(building, input);
    Path kept = Files.createDirectory(building.resolve("input"));
    FileTree.keep(dropped, kept.resolve(input.name()));
    if (entry.fetched().isPresent()) {
      Path fetched = entry.fetched().get();
      FileTree.keep(fetched, kept.resolve(fetched.getFileName()));
    }
    ReportFile.write(report, Manifest.of(building), building);
    FileTree.force(building);
    Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
    forceNames(parent);
    return new Delivery(
        target, report.state(), report.rows(), report.answered(), report.failed(), report.tokens());
  }

  /** What a crash left behind may have been seen by nobody but this disk's cache. */
  private static void forceNames(Path parent) throws IOException {
    Tree.sync(parent);
    Tree.sync(Objects.requireNonNull(parent.getParent(), "an outbox is a folder"));
  }

  private static void writeProblems(List<Problem> problems, Path building) throws IOException {
    Scratch line = new Scratch(256);
    Scratch noId = new Scratch(4);
    noId.put("null");
    try (OutputFile errors = OutputFile.create(building.resolve("errors.jsonl"))) {
      for (Problem problem : problems) {
        String message =
            problem.location().isEmpty()
                ? problem.message()
                : problem.location() + ": " + problem.message();
        line.clear();
        ErrorLine.made(noId, new Reason(problem.code(), message), line);
        line.put('\n');
        errors.put(line.array(), 0, line.size());
      }
    }
  }

  private static Report report(DeliveryOrder order, JobResults results, Report.Input input) {
    Balance balance = results.balance();
    Problems problems = results.problems();
    List<Part> batches = new ArrayList<>(order.parts());
    batches.sort(Comparator.comparing(Part::id));
    Map<PartId, Long> answered = results.answeredByPart();
    long count = Stream.of(Kind.values()).mapToLong(problems::count).sum();
    return new Report(
        order.job().value(),
        order.pipeline().name(),
        order.pipeline().provider(),
        order.models(),
        order.endpoint(),
        order.lane(),
        order.state(),
        input,
        order.rows(),
        balance.answeredRows(),
        balance.failedRows(),
        balance.failedByCode(),
        results.tokens(),
        order.cost(),
        order.times(),
        batches,
        batches.stream().map(part -> answered.getOrDefault(part.id(), 0L)).toList(),
        problems.kept().stream().limit(MOST_PROBLEMS).toList(),
        count,
        new Report.Lines(
            problems.count(Kind.DUPLICATE_LINE),
            problems.count(Kind.CONFLICTING_LINE),
            problems.count(Kind.FOREIGN_LINE),
            problems.count(Kind.NAMELESS_LINE),
            problems.count(Kind.MALFORMED_LINE)));
  }

  private static Report report(RejectionOrder order, Report.Input input) {
    return new Report(
        order.job().value(),
        order.pipeline(),
        order.provider(),
        List.of(),
        "",
        "",
        Delivery.State.REJECTED,
        input,
        0,
        0,
        0,
        Map.of(),
        Tokens.NONE,
        DeliveryOrder.Cost.NONE,
        new DeliveryOrder.Times(
            order.received(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            order.delivered()),
        List.of(),
        List.of(),
        order.problems().stream().limit(MOST_PROBLEMS).toList(),
        order.problems().size(),
        Report.Lines.NONE);
  }
}
