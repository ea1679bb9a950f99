package org.batchdrop.job;

/**
 * Where a job stands. States only move forward:
 *
 * <pre>
 *   {@link Received} --> {@link Prepared} --> {@link Collected} --> {@link Delivered}
 *        |
 *        +-----------> {@link Refused}  --> {@link Rejected}
 * </pre>
 */
public sealed interface JobState {

  /** The state's word in the journal and for people. */
  String label();

  /** Tells whether nothing more will happen. */
  default boolean isFinal() {
    return false;
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for an unknown one
   */
  static JobState of(String label) {
    return switch (label) {
      case "received" -> new Received();
      case "prepared" -> new Prepared();
      case "collected" -> new Collected();
      case "delivered" -> new Delivered();
      case "refused" -> new Refused();
      case "rejected" -> new Rejected();
      default -> throw new IllegalArgumentException("unknown job state '" + label + "'");
    };
  }

  /** Entered when the input was claimed; leaves when its parts are written or it is refused. */
  record Received() implements JobState {
    @Override
    public String label() {
      return "received";
    }

    /** All part files are on disk. */
    public Prepared prepared() {
      return new Prepared();
    }

    /** The input can't become requests; the reasons are on disk. */
    public Refused refused() {
      return new Refused();
    }
  }

  /** Entered when the parts are written; leaves when each part has ended. */
  record Prepared() implements JobState {
    @Override
    public String label() {
      return "prepared";
    }

    /** No part can change any more, and all their files are here. */
    public Collected collected() {
      return new Collected();
    }
  }

  /** Entered when every part has ended; leaves when the results are in the outbox. */
  record Collected() implements JobState {
    @Override
    public String label() {
      return "collected";
    }

    /** The results are in the outbox. */
    public Delivered delivered() {
      return new Delivered();
    }
  }

  /** The results are in the outbox. */
  record Delivered() implements JobState {
    @Override
    public String label() {
      return "delivered";
    }

    @Override
    public boolean isFinal() {
      return true;
    }
  }

  /** Entered when the input can't become requests; leaves when the reasons are in the outbox. */
  record Refused() implements JobState {
    @Override
    public String label() {
      return "refused";
    }

    /** The input and the reasons are in the outbox. */
    public Rejected rejected() {
      return new Rejected();
    }
  }

  /** The input and the reasons are in the outbox. */
  record Rejected() implements JobState {
    @Override
    public String label() {
      return "rejected";
    }

    @Override
    public boolean isFinal() {
      return true;
    }
  }
}
