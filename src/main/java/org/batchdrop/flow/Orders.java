package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Home;
import org.batchdrop.config.Settings;
import org.batchdrop.input.Tree;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobOrder;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Carries out what people say about jobs. Each order is a small file in {@code work/orders/}; it is
 * removed only when it was carried out, so that a crash repeats it, which changes nothing. Steps of
 * {@code watch-orders} and {@code cancel-batch}.
 */
public final class Orders {

  private final Home home;
  private final Journal journal;
  private final Accounts accounts;
  private final Reconciliation reconciliation;
  private final Settings settings;
  private final InstantSource clock;
  private final Story story;

  /** Orders that could not be carried out yet. */
  private final Waits<String> waits;

  Orders(
      Home home,
      Journal journal,
      Accounts accounts,
      Reconciliation reconciliation,
      Settings settings,
      InstantSource clock,
      Story story) {
    this.home = home;
    this.journal = journal;
    this.accounts = accounts;
    this.reconciliation = reconciliation;
    this.settings = settings;
    this.clock = clock;
    this.story = story;
    this.waits = new Waits<>(settings.retries(), clock);
  }

  /** Tells whether an order may be tried now; one whose provider was not reached waits a while. */
  public boolean isDue(@Variable("order") String name) {
    return waits.isDue(name);
  }

  /**
   * Carries out an order, as far as the provider need not be asked.
   *
   * @param name of the order's file
   * @return live parts whose batches are to be cancelled
   */
  public List<PartId> carryOut(@Variable("order") String name) throws IOException {
    Path file = home.orders().resolve(name);
    if (Tree.look(file).filter(BasicFileAttributes::isRegularFile).isEmpty()) {
      return List.of();
    }
    Optional<JobOrder> order = JobOrder.read(Files.readString(file));
    Optional<Job> job = order.flatMap(o -> journal.job(o.job()));
    if (order.isEmpty() || job.isEmpty()) {
      story.strangeOrder(name);
      Files.delete(file);
      return List.of();
    }
    note(job.get(), order.get());
    return order.get().verb() == JobOrder.Verb.APPROVE
        ? approve(order.get().job())
        : cancel(order.get().job());
  }

  /** Removes an order that was carried out. */
  public void remove(@Variable("order") String name) throws IOException {
    Files.deleteIfExists(home.orders().resolve(name));
    waits.forget(name);
  }

  private void note(Job job, JobOrder order) {
    Job.Orders said = job.orders();
    boolean approves = order.verb() == JobOrder.Verb.APPROVE;
    Job.Orders now = new Job.Orders(said.approved() || approves, said.cancelled() || !approves);
    if (!job.state().isFinal() && !now.equals(said)) {
      journal.change(job, job.with(now), List.of(), "");
      story.ordered(job.id(), order.verb().label());
    }
  }

  /** Whatever is parked goes on: a person takes responsibility for what it may cost. */
  private List<PartId> approve(JobId id) throws IOException {
    for (Part part : journal.parts(id)) {
      if (!part.pause().parked() || part.state().isFinal()) {
        continue;
      }
      // Parked for another reason, as for its account's, it is still searched for.
      if (part.state() instanceof PartState.Unclear && isForPeople(part)) {
        reconciliation.boughtNothing(part.id());
      } else if (!gaveUp(part)) {
        journal.change(part, part.due(clock.instant()), Optional.empty(), "approved");
      }
    }
    return List.of();
  }

  /** Goes on without what is lost at the provider: a batch it forgot, files it does not give. */
  private boolean gaveUp(Part part) {
    Optional<PartState> lost = Optional.empty();
    if (part.state() instanceof PartState.Live live && isForPeople(part)) {
      lost = Optional.of(live.lost());
    } else if (part.state() instanceof PartState.Ended ended && areFilesGone(part)) {
      lost = Optional.of(ended.withoutFiles());
    }
    lost.ifPresent(
        state ->
            journal.change(
                part, part.to(state, clock.instant()), Optional.empty(), PartState.LOST_PAID));
    return lost.isPresent();
  }

  /** Only a person can say; other parked parts are looked at again by themselves. */
  private static boolean isForPeople(Part part) {
    return part.pause().parked() && part.pause().due().equals(Part.Pause.NEVER);
  }

  /** The provider did not give the files of an ended batch for as long as one may wait. */
  private boolean areFilesGone(Part part) {
    return Collection.areFilesGone(part) && part.hasWaited(settings.giveUpAfter(), clock.instant());
  }

  /** Nothing more is bought; what is under way is stopped, and what was answered delivered. */
  private List<PartId> cancel(JobId id) {
    List<PartId> live = new ArrayList<>();
    for (Part part : journal.parts(id)) {
      if (part.state().isFinal()) {
        continue;
      }
      if (gaveUp(part)) {
        continue;
      }
      if (part.state() instanceof PartState.Live) {
        live.add(part.id());
      } else if (part.state() instanceof PartState.Unclear unclear && isForPeople(part)) {
        PartState unbought =
            unclear.unbought(
                PartState.CANCELLED,
                "the job was cancelled; nobody knows whether this row was bought");
        journal.change(part, part.to(unbought, clock.instant()), Optional.empty(), "");
      } else {
        journal.change(part, part.due(clock.instant()), Optional.empty(), "cancelled");
      }
    }
    return live;
  }

  /** The call that ends a live batch; finished rows are kept. */
  public Call cancelBatch(@Body PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    return accounts.account(part.provider()).cancel(part.state().batchId().orElse(""));
  }

  /**
   * Takes the reply to a cancellation. A batch that has ended meanwhile is as good as cancelled.
   *
   * @throws IOException when nobody knows that the provider took it; the order stays, and is tried
   *     again until the batch has ended
   */
  public void cancelled(@Variable("order") String name, @Body Reply reply) throws IOException {
    boolean isTaken =
        reply instanceof Reply.Never || (reply instanceof Reply.Done done && !done.isFailure());
    if (!isTaken) {
      waits.failed(name);
      throw new IOException("a batch can't be cancelled yet: " + reply.reason());
    }
  }
}
