package org.batchdrop.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was really bought, and which rules of money that broke. */
public final class SimLedger {

  /** What the files of an ended batch tell of a row. */
  public enum Told {
    /** The batch has not ended. */
    NOTHING_YET,
    /** At least one line is an answer. */
    ANSWER,
    /** No line is an answer; there may be none at all. */
    NO_ANSWER
  }

  /**
   * A create that was sent.
   *
   * @param at true time
   * @param fileId the uploaded file that it names
   * @param key the submission key in its metadata; empty when there is none
   */
  public record Create(Instant at, String fileId, String key) {}

  /** One row in one accepted batch. */
  public static final class Try {
    private final SimBatch batch;
    private final String customId;
    private boolean executed;
    private Told told = Told.NOTHING_YET;

    Try(SimBatch batch, String customId) {
      this.batch = batch;
      this.customId = customId;
    }

    /** The batch's id. */
    public String batch() {
      return batch.id();
    }

    /** Tells whether the row was executed, and so paid. */
    public boolean executed() {
      return executed;
    }

    /** What the batch's files tell. */
    public Told told() {
      return told;
    }

    void tell(boolean answer) {
      told = answer ? Told.ANSWER : Told.NO_ANSWER;
    }
  }

  private final List<Create> creates = new ArrayList<>();
  private final List<SimBatch> accepted = new ArrayList<>();
  private final Map<String, List<Try>> rows = new LinkedHashMap<>();
  private final List<String> violations = new ArrayList<>();
  private int uploads;

  private static String row(String owner, String customId) {
    return owner + " " + customId;
  }

  /** Creates that reached the wire, whatever became of them. */
  public List<Create> creates() {
    return List.copyOf(creates);
  }

  /** Uploads that were done. */
  public int uploads() {
    return uploads;
  }

  /** Ids of all batches that were ever accepted, oldest first. */
  public List<String> acceptedBatches() {
    return accepted.stream().map(SimBatch::id).toList();
  }

  /** Ids of the batches that have not ended. */
  public List<String> liveBatches() {
    return accepted.stream().filter(batch -> !batch.hasEnded()).map(SimBatch::id).toList();
  }

  /**
   * All tries of a row, oldest first.
   *
   * @param owner the job, as the names of its uploads carry it
   */
  public List<Try> tries(String owner, String customId) {
    return List.copyOf(rows.getOrDefault(row(owner, customId), List.of()));
  }

  /** How often a row was executed. */
  public long executions(String owner, String customId) {
    return tries(owner, customId).stream().filter(Try::executed).count();
  }

  /** All executions of all rows. */
  public long executions() {
    return rows.values().stream().flatMap(List::stream).filter(Try::executed).count();
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  void uploaded() {
    uploads++;
  }

  /** A create arrives, whether or not it will be accepted. */
  void arrives(Create create) {
    creates.add(create);
    noteReuse(create.at(), create.fileId(), create.key(), "a create");
  }

  private void noteReuse(Instant at, String fileId, String key, String what) {
    for (SimBatch other : accepted) {
      if (other.fileId().equals(fileId) && other.key().equals(key)) {
        violations.add(
            what
                + (" for file " + fileId + (key.isEmpty() ? "" : " and key " + key) + " at " + at)
                + (" although " + other + " was bought with them"));
      }
    }
  }

  /**
   * A batch is accepted.
   *
   * @param sent true: it acts in the call that {@link #arrives} was told of
   */
  void accept(SimBatch batch, boolean sent) {
    if (!sent) {
      noteReuse(batch.acceptedAt(), batch.fileId(), batch.key(), "a late create acts");
    }
    accepted.add(batch);
    for (SimUpload.Row request : batch.rows()) {
      List<Try> tries =
          rows.computeIfAbsent(row(batch.owner(), request.customId()), id -> new ArrayList<>(2));
      for (Try earlier : tries) {
        if (!earlier.batch.hasEnded()) {
          violations.add(
              "I2: "
                  + name(earlier)
                  + " is live in "
                  + earlier.batch
                  + " and in "
                  + batch
                  + " at "
                  + batch.acceptedAt());
        }
      }
      Try next = new Try(batch, request.customId());
      tries.add(next);
      batch.tries().add(next);
    }
  }

  /** A row is executed. */
  void execute(Try now, Instant at) {
    now.executed = true;
    for (Try other : rows.getOrDefault(row(now.batch.owner(), now.customId), List.of())) {
      if (other != now && other.executed && !isKnownFailure(other, now)) {
        violations.add(
            "I1: "
                + name(now)
                + " is paid again in "
                + now.batch
                + " at "
                + at
                + "; "
                + other.batch
                + " had executed it and told "
                + (other.told == Told.ANSWER
                    ? "the answer"
                    : other.told == Told.NO_ANSWER
                        ? "its failure only after the second was accepted"
                        : "nothing yet"));
      }
    }
  }

  /** Tells whether one try was known to have failed when the other was bought. */
  private static boolean isKnownFailure(Try one, Try other) {
    Try first = one.batch.acceptedAt().isAfter(other.batch.acceptedAt()) ? other : one;
    Try second = first == one ? other : one;
    return first.told == Told.NO_ANSWER
        && !first.batch.endedAt().isAfter(second.batch.acceptedAt());
  }

  private static String name(Try row) {
    String owner = row.batch.owner();
    return "row " + row.customId + (owner.isEmpty() ? "" : " of " + owner);
  }
}
