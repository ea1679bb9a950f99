package org.batchdrop.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.batchdrop.job.Job;
import org.batchdrop.job.JobId;
import org.batchdrop.job.JobState;
import org.batchdrop.job.Part;
import org.batchdrop.job.PartId;
import org.batchdrop.job.Standing;

/**
 * The only truth about jobs and parts. A change is durable when its method returns; each change of
 * a state also appends an event in the same transaction. Thread-safe.
 *
 * <p>A change names the version that it saw. A lost race is an empty return value, not an error:
 * whoever lost reads again and decides anew. Each method throws {@link JournalException} when the
 * journal can't be read or written; of a change nobody knows then whether it was made.
 */
public interface Journal extends AutoCloseable {

  /**
   * Opens the journal for the daemon and brings its tables up to date.
   *
   * @param file the database; made when it is absent
   * @param clock dates the events
   * @throws JournalException when the file can't be opened, is damaged, or was written by a newer
   *     version
   */
  static Journal open(Path file, InstantSource clock) {
    return SqlJournal.open(file, clock);
  }

  /**
   * Opens the journal to look at it, beside a running daemon or without one.
   *
   * @return empty when there is none yet
   * @throws JournalException when the file can't be opened
   */
  static Optional<Journal> openReadOnly(Path file) {
    return Files.exists(file) ? Optional.of(SqlJournal.openReadOnly(file)) : Optional.empty();
  }

  /**
   * Records a claimed input.
   *
   * @return false when the job is known already
   */
  boolean received(Job job);

  /**
   * Records a changed job, together with parts that are new.
   *
   * @param seen the job as it was read
   * @param changed the job as it shall be
   * @param parts added; those that exist already are left alone
   * @param detail for the event
   * @return the job as it is now; empty when somebody else changed it first
   */
  Optional<Job> change(Job seen, Job changed, List<Part> parts, String detail);

  /**
   * Records a changed part, together with its next generation if there is one.
   *
   * @param seen the part as it was read
   * @param changed the part as it shall be
   * @param next the next generation; added when present
   * @param detail for the event
   * @return the part as it is now; empty when somebody else changed it first
   */
  Optional<Part> change(Part seen, Part changed, Optional<Part> next, String detail);

  /**
   * Records a changed part if a rule allows it, in one transaction with what the rule looks at: two
   * parts never take the same room.
   *
   * @param seen the part as it was read
   * @param changed the part as it shall be
   * @param rule sees what is under way without this part
   * @param detail for the event
   */
  Reservation reserve(Part seen, Part changed, Rule rule, String detail);

  /** Decides whether a part may be bought now. */
  interface Rule {
    /**
     * Tells why the part may not be bought; empty when it may.
     *
     * @param view what is under way; valid during the call
     */
    Optional<Reservation.Refused> refusal(View view);
  }

  /** Whose spending is summed. */
  sealed interface Scope {
    /** All jobs of a pipeline. */
    record OfPipeline(String pipeline) implements Scope {}

    /** All jobs that an account buys. */
    record OfAccount(String account) implements Scope {}

    /** One job. */
    record OfJob(JobId job) implements Scope {}
  }

  /**
   * What is not begun yet.
   *
   * @param nanos the sum of the estimates, in billionths of their currency
   * @param isFirst whether nothing of the job was begun
   */
  record Pending(long nanos, boolean isFirst) {}

  /** What is under way, as one transaction sees it. */
  interface View {
    /** What an account has under way of a model, without the part in question. */
    Standing standing(String account, String model, Instant now);

    /**
     * What was spent since a time, or is reserved, in billionths of a currency, without the part in
     * question. What was settled counts as it was, everything else as it was estimated.
     */
    long committed(Scope scope, String currency, Instant since);

    /** What the parts of a job may cost that were not begun yet, the one in question included. */
    Pending pending(JobId job);
  }

  /**
   * Notes what was dropped as a job, unless another job is the same.
   *
   * @param job as it was read
   * @param contents the hash; never empty
   * @return the earlier job of the same pipeline and contents, of those that are under way or were
   *     answered in full; then nothing was noted
   */
  Optional<Job> claimContents(Job job, String contents);

  /** Reads a job. */
  Optional<Job> job(JobId id);

  /** The newest jobs first. */
  List<Job> jobs(int limit);

  /** Jobs in a state, oldest first. */
  List<Job> jobsIn(JobState state, int limit);

  /** Finished jobs that were delivered or rejected before a time. */
  List<JobId> finishedBefore(Instant time, int limit);

  /** Prepared jobs none of whose parts can change any more. */
  List<JobId> jobsWhosePartsEnded(int limit);

  /** Reads a part. */
  Optional<Part> part(PartId id);

  /** Every generation of every part of a job, in order. */
  List<Part> parts(JobId job);

  /** Parts on the way to a batch that are due. */
  List<PartId> partsToSubmit(Instant now, int limit);

  /** Parts of the realtime lane that are due to be asked for, or to be asked for on. */
  List<PartId> partsToAsk(Instant now, int limit);

  /** Ended parts whose files are due to be fetched. */
  List<PartId> partsToCollect(Instant now, int limit);

  /** Parts whose batch is under way, oldest first. */
  List<Part> liveParts();

  /** The providers of all parts that can still change. */
  List<String> busyProviders();

  /** What happened to a job and its parts, in order. */
  List<Event> events(JobId job);

  /** Parks an account, or changes what is known of a parked one. */
  void park(ParkedAccount account);

  /** Lets an account work again, and makes its provider's waiting parts due. */
  void release(String account, String provider, Instant now);

  /** The accounts that are parked. */
  List<ParkedAccount> parkedAccounts();

  /** Notes the token limit that a provider told for a model. */
  void limitTold(String account, String model, long tokens, Instant at);

  /** The token limit that a provider told for a model since a time. */
  Optional<Long> toldLimit(String account, String model, Instant since);

  /**
   * Notes a stray batch, or what became of it.
   *
   * @return whether it was unknown
   */
  boolean stray(StrayBatch batch);

  /** The stray batches of any generation of a part, the oldest batch first. */
  List<StrayBatch> strays(String account, PartId part);

  /** All stray batches, newest first. */
  List<StrayBatch> strays(int limit);

  /** Forgets a stray batch: it has become a part's. */
  void adopted(StrayBatch batch);

  @Override
  void close();
}
