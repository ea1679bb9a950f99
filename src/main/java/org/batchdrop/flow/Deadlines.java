package org.batchdrop.flow;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.batchdrop.config.Pipeline;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.Lane;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.PartState;
import org.batchdrop.journal.Journal;
import org.batchdrop.provider.Account;
import org.batchdrop.provider.Accounts;
import org.batchdrop.provider.Call;
import org.batchdrop.provider.KeyMissing;
import org.batchdrop.provider.Reply;

/**
 * Ends the wait for batches of jobs whose pipeline says {@code finish-by}: live ones are cancelled,
 * what they answered is kept, and the rest goes through the realtime lane once they have ended. The
 * steps of {@code cancel-late-batch}. Nothing of it is recorded: that a deadline has passed stays
 * true.
 */
public final class Deadlines {

  /** A provider may take minutes to end a batch; longer than this it is asked once more. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String CANCELLING = "cancelling";

  private final JobPipelines pipelines;
  private final Journal journal;
  private final Accounts accounts;
  private final InstantSource clock;
  private final Story story;
  private final Map<JobId, Optional<Instant>> known = new ConcurrentHashMap<>();
  private final Map<PartId, Instant> asked = new ConcurrentHashMap<>();

  Deadlines(
      JobPipelines pipelines,
      Journal journal,
      Accounts accounts,
      InstantSource clock,
      Story story) {
    this.pipelines = pipelines;
    this.journal = journal;
    this.accounts = accounts;
    this.clock = clock;
    this.story = story;
  }

  /**
   * The live batches of a provider for which nobody waits any more. A job whose pipeline can't be
   * read is told, and left alone.
   */
  public List<PartId> late(@Variable("provider") String provider) throws KeyMissing {
    Account account = accounts.account(provider);
    List<Part> all = journal.liveParts();
    Set<JobId> jobs = all.stream().map(part -> part.id().job()).collect(Collectors.toSet());
    known.keySet().retainAll(jobs);
    asked.keySet().retainAll(all.stream().map(Part::id).collect(Collectors.toSet()));
    List<PartId> late = new ArrayList<>();
    for (Part part : all) {
      boolean isOurs =
          part.provider().equals(provider)
              && (part.account().isEmpty() || part.account().equals(account.fingerprint()))
              && !part.seen().status().equals(CANCELLING);
      if (isOurs && !isAsked(part.id()) && isKnownPast(part)) {
        late.add(part.id());
      }
    }
    return late;
  }

  /** One job whose pipeline can't be read must not keep the others waiting. */
  private boolean isKnownPast(Part part) {
    try {
      return isPast(part);
    } catch (IOException | IllegalStateException e) {
      story.troubled(part.id().toString(), "its pipeline can't be read: " + e.getMessage());
      return false;
    }
  }

  private boolean isAsked(PartId part) {
    Instant last = asked.get(part);
    Instant now = clock.instant();
    return last != null && !last.isAfter(now) && last.plus(PATIENCE).isAfter(now);
  }

  /** The call that ends a batch; finished rows are kept. */
  public Call cancel(@Body PartId id) throws KeyMissing {
    Part part = journal.part(id).orElseThrow();
    asked.put(id, clock.instant());
    return accounts.account(part.provider()).cancel(part.state().batchId().orElse(""));
  }

  /** Takes the reply; a batch that has ended meanwhile is as good as cancelled. */
  public void cancelled(@Variable("part") PartId id, @Body Reply reply) {
    if (reply instanceof Reply.Done done && !done.isFailure()) {
      story.late(id);
    } else {
      story.waiting(
          id,
          "finish-by has passed, but its batch can't be cancelled yet: " + reply.why(),
          clock.instant().plus(PATIENCE));
    }
  }

  /**
   * Tells whether a batch of this part is waited for no longer, and its rows can go another way.
   *
   * @throws IOException when the job's pipeline can't be read
   */
  boolean isPast(Part part) throws IOException {
    return part.lane() == Lane.BATCH
        && deadline(part.id().job()).filter(end -> !end.isAfter(clock.instant())).isPresent()
        && accounts.profile(part.provider()).realtime().answers(List.of(part.endpoint()));
  }

  /** Tells whether a part that has no batch yet needs none any more. */
  boolean isPastUnbought(Part part) throws IOException {
    boolean isUnbought =
        part.state() instanceof PartState.Built
            || part.state() instanceof PartState.Uploading
            || part.state() instanceof PartState.Uploaded;
    return isUnbought && isPast(part);
  }

  private Optional<Instant> deadline(JobId id) throws IOException {
    Optional<Instant> found = known.get(id);
    if (found == null) {
      Job job = journal.job(id).orElseThrow();
      Pipeline pipeline;
      try {
        pipeline = pipelines.of(job);
      } catch (NoSuchFileException e) {
        // Whoever buys says what is wrong with the work folder.
        return Optional.empty();
      }
      found = pipeline.lanes().finishBy().map(job.times().received()::plus);
      known.put(id, found);
    }
    return found;
  }
}
