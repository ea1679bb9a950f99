package org.batchdrop.job;

import java.util.Optional;

/**
 * Where one try at buying a part stands. States only move forward, but for one step: a create that
 * the provider is known to have refused for now goes back to {@link Uploaded}.
 *
 * <pre>
 *   {@link Built} --> {@link Uploading} --> {@link Uploaded} --> {@link Creating} --> {@link Live} --> {@link Ended} --> {@link Collected}
 *     |                  |               |  ^            |              ^
 *     |                  |               |  +--refused---+--> {@link Unclear} --found--+
 *     +------------------+---> {@link Unbought} <---------+---------+--> {@link Superseded} (the next generation buys)
 *
 *   {@link Built} --> {@link Asking} --> {@link Ended} --> {@link Collected}      in the realtime lane
 * </pre>
 *
 * <p>Each state before {@link Live} may also jump there: the provider's list can show a batch that
 * a journal brought back from a backup does not know of; or, before {@link Creating}, to {@link
 * Superseded}, when that list shows a batch of a later generation. A batch that the provider lost,
 * or whose files it lost, ends without files when a person says so.
 *
 * <p>Longer than other files because each state holds its own steps.
 */
public sealed interface PartState {

  /** The state's word in the journal and for people. */
  String label();

  /** Tells whether nothing more will happen to this try. */
  default boolean isFinal() {
    return false;
  }

  /** The uploaded file, once there is one. */
  default Optional<String> fileId() {
    return Optional.empty();
  }

  /** The batch, once it is known. */
  default Optional<String> batchId() {
    return Optional.empty();
  }

  /**
   * How a batch ended, as the provider told it.
   *
   * @param status the provider's word in lower case
   * @param outputFile the file of answers; empty when there is none
   * @param errorFile the file of failures; empty when there is none
   * @param code the code of the rows that stand in neither file, as {@code batch_expired}
   * @param message what to say of them
   */
  record BatchEnd(
      String status,
      Optional<String> outputFile,
      Optional<String> errorFile,
      String code,
      String message) {

    /** The same end of a batch whose files the provider no longer has. */
    public BatchEnd withoutFiles() {
      return new BatchEnd(
          status,
          Optional.empty(),
          Optional.empty(),
          LOST_PAID,
          "the provider no longer has the results of this row; they may have been paid");
    }
  }

  /** The end of a part whose rows keep answers of earlier jobs. */
  String REUSED = "reused";

  /** The code of rows that were bought and whose results the provider has lost. */
  String LOST_PAID = "lost_paid";

  /** The code of rows that were not bought, or not finished, because the job was cancelled. */
  String CANCELLED = "job_cancelled";

  /** What is said of rows that were not sent, because the job was cancelled. */
  String CANCELLED_UNSENT = "the job was cancelled before this row was sent";

  /**
   * The same try, now that the provider's list shows its batch although nobody recorded one.
   *
   * @param file the uploaded file as the list names it
   * @param batch the batch
   * @throws IllegalStateException in a state that has a batch, or can have none any more
   */
  default Live adopted(String file, String batch) {
    if (this instanceof Built
        || this instanceof Uploading
        || this instanceof Uploaded
        || this instanceof Creating
        || this instanceof Unclear) {
      return new Live(file, batch);
    }
    throw new IllegalStateException("a part that is " + label() + " can't adopt a batch");
  }

  /**
   * The same try, now that it provably bought nothing: the next generation holds its rows.
   *
   * @throws IllegalStateException in a state that has a batch, may have one, or is final
   */
  default Superseded superseded() {
    if (this instanceof Built
        || this instanceof Uploading
        || this instanceof Uploaded
        || this instanceof Unclear) {
      return new Superseded(fileId());
    }
    throw new IllegalStateException("a part that is " + label() + " can't be superseded");
  }

  /** Entered when the part's file is on disk. */
  record Built() implements PartState {
    @Override
    public String label() {
      return "built";
    }

    /** An upload is about to begin. */
    public Uploading uploading() {
      return new Uploading();
    }

    /** Its rows are about to be asked for one by one: the durable intent. */
    public Asking asking() {
      return new Asking();
    }

    /** Nobody wants it any more. */
    public Unbought unbought(String code, String message) {
      return new Unbought(Optional.empty(), code, message);
    }

    /** Its rows keep answers of earlier jobs, which are on the disk; nothing is bought. */
    public Collected reused() {
      return new Collected(
          "",
          "",
          new BatchEnd(
              REUSED,
              Optional.of("answers"),
              Optional.empty(),
              "missing_answer",
              "the earlier answer of this row is lost"));
    }
  }

  /**
   * Entered before the first row of a part is asked for in the realtime lane; leaves when each row
   * has a line in the part's log, or nobody wants the rest any more.
   */
  record Asking() implements PartState {
    @Override
    public String label() {
      return "asking";
    }

    /** The log is whole. */
    public Ended answered() {
      return ended("missing_answer", "no answer came for this row");
    }

    /** The job was cancelled; what was answered is kept. */
    public Ended cancelled() {
      return ended(CANCELLED, CANCELLED_UNSENT);
    }

    /** The provider was not reached for as long as anybody waits. */
    public Ended unreachable(String message) {
      return ended("provider_unreachable", message);
    }

    private static Ended ended(String code, String message) {
      return new Ended(
          "",
          "",
          new BatchEnd("completed", Optional.of("answers"), Optional.empty(), code, message));
    }
  }

  /** Entered before an upload; a repeated upload costs nothing. */
  record Uploading() implements PartState {
    @Override
    public String label() {
      return "uploading";
    }

    /** The provider has the file. */
    public Uploaded uploaded(String fileId) {
      return new Uploaded(fileId);
    }

    /** The provider will never take the file. */
    public Unbought unbought(String code, String message) {
      return new Unbought(Optional.empty(), code, message);
    }
  }

  /** Entered when the provider has the file and no create is under way. */
  record Uploaded(String file) implements PartState {
    @Override
    public String label() {
      return "uploaded";
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file);
    }

    /** A create is about to be sent: the durable intent. */
    public Creating creating() {
      return new Creating(file);
    }

    /** Nobody wants it any more. */
    public Unbought unbought(String code, String message) {
      return new Unbought(Optional.of(file), code, message);
    }
  }

  /** Entered before the one create; after a crash here nobody knows whether it arrived. */
  record Creating(String file) implements PartState {
    @Override
    public String label() {
      return "creating";
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file);
    }

    /** The provider answered with a batch. */
    public Live live(String batchId) {
      return new Live(file, batchId);
    }

    /** The provider is known to have said no for now. */
    public Uploaded refusedForNow() {
      return new Uploaded(file);
    }

    /** The provider is known to have said no for good. */
    public Unbought unbought(String code, String message) {
      return new Unbought(Optional.of(file), code, message);
    }

    /** The reply was lost: the batch may exist. */
    public Unclear unclear() {
      return new Unclear(file);
    }
  }

  /**
   * Entered when a create's outcome is unknown; nothing is created before the list is read. When
   * its file is deleted and no batch names it, it is superseded.
   */
  record Unclear(String file) implements PartState {
    @Override
    public String label() {
      return "unclear";
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file);
    }

    /** The batch was found in the provider's list. */
    public Live found(String batchId) {
      return new Live(file, batchId);
    }

    /** The file is deleted, no batch names it, and nobody wants one any more. */
    public Unbought unbought(String code, String message) {
      return new Unbought(Optional.of(file), code, message);
    }
  }

  /** Entered when the batch is known to exist; leaves when the provider says that it has ended. */
  record Live(String file, String batch) implements PartState {
    @Override
    public String label() {
      return "live";
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file);
    }

    @Override
    public Optional<String> batchId() {
      return Optional.of(batch);
    }

    /** The provider says that the batch has ended. */
    public Ended ended(BatchEnd end) {
      return new Ended(file, batch, end);
    }

    /** A person says that the provider has lost the batch. */
    public Ended lost() {
      BatchEnd end = new BatchEnd("lost", Optional.empty(), Optional.empty(), "", "");
      return new Ended(file, batch, end.withoutFiles());
    }
  }

  /**
   * Entered when the batch has ended; leaves when its files are on disk. A part of the realtime
   * lane has no file and no batch at the provider: both are empty texts.
   */
  record Ended(String file, String batch, BatchEnd end) implements PartState {
    @Override
    public String label() {
      return "ended";
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file).filter(name -> !name.isEmpty());
    }

    @Override
    public Optional<String> batchId() {
      return Optional.of(batch).filter(name -> !name.isEmpty());
    }

    /** Both files are on disk, or known not to exist. */
    public Collected collected() {
      return new Collected(file, batch, end);
    }

    /** A person says that the provider has lost the files. */
    public Ended withoutFiles() {
      return new Ended(file, batch, end.withoutFiles());
    }
  }

  /** Both files of the ended batch are on disk, or known not to exist. */
  record Collected(String file, String batch, BatchEnd end) implements PartState {
    @Override
    public String label() {
      return "collected";
    }

    @Override
    public boolean isFinal() {
      return true;
    }

    @Override
    public Optional<String> fileId() {
      return Optional.of(file).filter(name -> !name.isEmpty());
    }

    @Override
    public Optional<String> batchId() {
      return Optional.of(batch).filter(name -> !name.isEmpty());
    }
  }

  /** No batch was bought; every row of the part fails with this code. */
  record Unbought(Optional<String> file, String code, String message) implements PartState {
    @Override
    public String label() {
      return "unbought";
    }

    @Override
    public boolean isFinal() {
      return true;
    }

    @Override
    public Optional<String> fileId() {
      return file;
    }
  }

  /** This try came to nothing, provably; a later generation holds the rows. */
  record Superseded(Optional<String> file) implements PartState {
    @Override
    public String label() {
      return "superseded";
    }

    @Override
    public boolean isFinal() {
      return true;
    }

    @Override
    public Optional<String> fileId() {
      return file;
    }
  }
}
