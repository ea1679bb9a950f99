package org.batchdrop.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/** What a call came to. */
public sealed interface Reply {

  /**
   * Why a call that only reads or deletes came to nothing, for people and without secrets; of a
   * reply that lacks what was expected its own words.
   */
  default String why() {
    if (this instanceof Later later) {
      return later.message();
    }
    if (this instanceof Done done) {
      return "the reply was: " + Replies.words(done.body());
    }
    return this instanceof Never never ? never.message() : "unreadable reply";
  }

  /** Why a call of any kind came to nothing, for people and without secrets. */
  default String reason() {
    return this instanceof Unclear unclear ? unclear.message() : why();
  }

  /**
   * It was done.
   *
   * @param body the JSON that came back; a missing node when a download was stored instead
   */
  record Done(JsonNode body) implements Reply {

    /** Tells whether it is a failure all the same, under a status of success. */
    public boolean isFailure() {
      // A refusal may have an id of its own.
      boolean isThing = body.hasNonNull("id") && body.hasNonNull("status");
      return body.hasNonNull("error") && !isThing;
    }
  }

  /**
   * A row's request was answered, or refused for good: what the provider said of this row alone.
   *
   * @param status the HTTP status
   * @param body the JSON that came back, in one line; other text as a JSON string
   * @param requestId the provider's own name of the exchange
   */
  record Answer(int status, String body, Optional<String> requestId) implements Reply {}

  /** Why a call may succeed later. */
  enum Cause {
    /** The provider was not reached, or had trouble of its own. */
    UNAVAILABLE,
    /** Too many calls. */
    BUSY,
    /** The key is not accepted. */
    KEY_REFUSED,
    /** The account has no money left. */
    QUOTA_EXHAUSTED,
    /** The account may not have more tokens enqueued at the moment. */
    NO_ROOM,
    /** A file that was just uploaded can't be seen yet, or one that was just made. */
    FILE_NOT_READY
  }

  /**
   * It is known not to have been done, and may succeed later.
   *
   * @param cause why
   * @param message for people, without secrets
   * @param retryAfter what the provider asked for
   * @param patience how long to go on trying; empty: as long as the settings say
   * @param limit the token limit that the provider told; only with {@link Cause#NO_ROOM}
   */
  record Later(
      Cause cause,
      String message,
      Optional<Duration> retryAfter,
      Optional<Duration> patience,
      Optional<Long> limit)
      implements Reply {

    /** Not done because of a cause that the provider said no more about. */
    public Later(Cause cause, String message, Optional<Duration> retryAfter) {
      this(cause, message, retryAfter, Optional.empty(), Optional.empty());
    }
  }

  /**
   * It is known not to have been done, and never will be.
   *
   * @param code the provider's code, or one word of ours in lower snake case
   * @param message for people, without secrets
   * @param status the HTTP status; 0 when there was none
   */
  record Never(String code, String message, int status) implements Reply {}

  /**
   * Nobody knows whether it was done: the reply was lost, late or unreadable.
   *
   * @param message for people, without secrets
   */
  record Unclear(String message) implements Reply {}
}
