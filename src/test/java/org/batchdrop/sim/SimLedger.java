package org.batchdrop.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchdrop.provider.Reply;

/** What was really bought, and which rules of money that broke. */
public final class SimLedger {

  /** A reply that was lost may be asked for once more; then the row fails. */
  private static final int MOST_LOST = 2;

  /** As often as a pipeline tries a row that says nothing else. */
  private static final int MOST_TRIES = 3;

  /** What the files of an ended batch, or the reply to a call, tell of a row. */
  public enum Told {
    /** The batch has not ended, or the call is under way. */
    NOTHING_YET,
    /** At least one line is an answer. */
    ANSWER,
    /** No line is an answer; there may be none at all. */
    NO_ANSWER,
    /** The reply to a call was lost on its way, and the client knows that. */
    LOST,
    /** The reply to a call said that nothing was done for now. */
    REFUSED,
    /** The client died before it kept the reply to a call, or its disk did not take it. */
    FORGOTTEN
  }

  /**
   * A create that was sent.
   *
   * @param at true time
   * @param fileId the uploaded file that it names
   * @param key the submission key in its metadata; empty when there is none
   */
  public record Create(Instant at, String fileId, String key) {}

  /** One row in one accepted batch, or in a call of its own. */
  public abstract static sealed class Try {
    private final String customId;
    private boolean executed;
    private Told told = Told.NOTHING_YET;

    Try(String customId) {
      this.customId = customId;
    }

    /** The id of the batch or of the call. */
    public abstract String batch();

    abstract String owner();

    String customId() {
      return customId;
    }

    /** Tells whether nothing can become of it any more at this time. */
    abstract boolean hasEndedBy(Instant time);

    abstract Instant begun();

    /** Tells whether the row was executed, and so paid. */
    public boolean executed() {
      return executed;
    }

    /** What the batch's files or the call's reply tell. */
    public Told told() {
      return told;
    }

    void tell(Told what) {
      told = what;
    }

    void tell(boolean answer) {
      told = answer ? Told.ANSWER : Told.NO_ANSWER;
    }
  }

  /** A row of a batch. */
  static final class InBatch extends Try {
    private final SimBatch batch;

    InBatch(SimBatch batch, String customId) {
      super(customId);
      this.batch = batch;
    }

    @Override
    public String batch() {
      return batch.id();
    }

    @Override
    String owner() {
      return batch.owner();
    }

    @Override
    Instant begun() {
      return batch.acceptedAt();
    }

    @Override
    boolean hasEndedBy(Instant time) {
      return batch.hasEnded() && !batch.endedAt().isAfter(time);
    }

    @Override
    public String toString() {
      return batch.toString();
    }
  }

  /** A row that was asked for alone. */
  static final class Ask extends Try {
    private final String owner;
    private final int number;
    private final Instant begun;
    private boolean hasAnswer;
    private boolean kept;

    Ask(String owner, String customId, int number, Instant begun) {
      super(customId);
      this.owner = owner;
      this.number = number;
      this.begun = begun;
    }

    @Override
    public String batch() {
      return "call-" + number;
    }

    @Override
    String owner() {
      return owner;
    }

    @Override
    Instant begun() {
      return begun;
    }

    /** What was done at the provider; whether the client hears of it is another thing. */
    void answers(boolean isAnswer) {
      hasAnswer = isAnswer;
    }

    /** What the client hears. */
    void replied(Reply reply) {
      if (reply instanceof Reply.Answer answer) {
        boolean isSuccess = answer.status() >= 200 && answer.status() < 300;
        tell(isSuccess && hasAnswer);
      } else {
        tell(reply instanceof Reply.Later ? Told.REFUSED : Told.LOST);
      }
    }

    /** One that is under way is broken off by nothing but the client's death. */
    @Override
    boolean hasEndedBy(Instant time) {
      return kept || told() == Told.FORGOTTEN;
    }

    /** The client has done with the reply what it does; it is on its disk. */
    void keep() {
      kept = true;
    }

    /** The client died, or its disk did not take the reply. */
    void forget() {
      if (!kept) {
        tell(Told.FORGOTTEN);
      }
    }

    @Override
    public String toString() {
      return batch() + " (begun " + begun + ", " + told() + ")";
    }
  }

  private final List<Create> creates = new ArrayList<>();
  private final List<SimBatch> accepted = new ArrayList<>();
  private final List<Ask> asks = new ArrayList<>();
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

  /** Calls for single rows that reached the provider, whatever became of them. */
  public int asks() {
    return asks.size();
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
      InBatch next = new InBatch(batch, request.customId());
      begin(next);
      batch.tries().add(next);
    }
  }

  /**
   * A row is asked for alone: what is known of it must leave that open.
   *
   * @param at true time
   */
  Ask ask(String owner, String customId, Instant at) {
    Ask ask = new Ask(owner, customId, asks.size() + 1, at);
    List<Try> earlier = tries(owner, customId);
    for (Try other : earlier) {
      if (other.told() == Told.ANSWER) {
        violations.add("I1: " + name(ask) + " is asked for in " + ask + "; " + other + " answered");
      }
    }
    long lost = earlier.stream().filter(other -> other.told() == Told.LOST).count();
    long tried =
        earlier.stream()
            .filter(other -> other instanceof Ask)
            .filter(other -> other.told() == Told.LOST || other.told() == Told.NO_ANSWER)
            .count();
    if (lost >= MOST_LOST || tried >= MOST_TRIES) {
      violations.add("I1: " + name(ask) + " is asked for once too often: " + earlier);
    }
    begin(ask);
    asks.add(ask);
    return ask;
  }

  private void begin(Try next) {
    List<Try> tries =
        rows.computeIfAbsent(row(next.owner(), next.customId), id -> new ArrayList<>(2));
    for (Try earlier : tries) {
      boolean isLive =
          earlier instanceof InBatch old
              ? !old.batch.hasEnded()
              : !earlier.hasEndedBy(next.begun());
      if (isLive) {
        violations.add(
            "I2: "
                + name(earlier)
                + " is live in "
                + earlier
                + " and in "
                + next
                + " at "
                + next.begun());
      }
    }
    tries.add(next);
  }

  /** The client died: whatever reply it had not kept is lost to it. */
  void died() {
    asks.forEach(Ask::forget);
  }

  /** A row is executed. */
  void execute(Try now, Instant at) {
    now.executed = true;
    for (Try other : rows.getOrDefault(row(now.owner(), now.customId), List.of())) {
      if (other != now && other.executed && !isKnownFailure(other, now)) {
        violations.add(
            "I1: "
                + name(now)
                + " is paid again in "
                + now
                + " at "
                + at
                + "; "
                + other
                + " had executed it and told "
                + (other.told == Told.ANSWER
                    ? "the answer"
                    : other.told == Told.NO_ANSWER
                        ? "its failure only after the second was accepted"
                        : "nothing yet"));
      }
    }
  }

  /** Tells whether one try was known to have failed, or lost for good, when the other began. */
  private boolean isKnownFailure(Try one, Try other) {
    List<Try> tries = rows.getOrDefault(row(one.owner(), one.customId), List.of());
    boolean isFirst = tries.indexOf(one) < tries.indexOf(other);
    Try first = isFirst ? one : other;
    Try second = isFirst ? other : one;
    boolean isOpen =
        first.told == Told.NO_ANSWER || first.told == Told.LOST || first.told == Told.FORGOTTEN;
    return isOpen && first.hasEndedBy(second.begun());
  }

  private static String name(Try row) {
    String owner = row.owner();
    return "row " + row.customId + (owner.isEmpty() ? "" : " of " + owner);
  }
}
