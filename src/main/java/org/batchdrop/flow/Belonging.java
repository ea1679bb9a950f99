package org.batchdrop.flow;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.batchdrop.job.PartId;

/**
 * Whose a batch or file at a provider is.
 *
 * @param kind how near
 * @param part the part that it belongs to; empty when it is foreign
 * @param use what it is of the part: {@code batch}, {@code input}, {@code output}, {@code errors};
 *     empty when it is foreign
 * @param isUnderWay whether the part can still change; only of this home's
 * @param published when the part's job was delivered or rejected; empty before, and of others
 * @param batch the batch of the part, once it is known
 */
public record Belonging(
    Kind kind,
    Optional<PartId> part,
    String use,
    boolean isUnderWay,
    Optional<Instant> published,
    Optional<String> batch) {

  /** Nobody's that Batchdrop knows. */
  public static final Belonging FOREIGN =
      new Belonging(Kind.FOREIGN, Optional.empty(), "", false, Optional.empty(), Optional.empty());

  /** How near. */
  public enum Kind {
    /** A part in this home's journal has it. */
    HOME,
    /** It carries a submission key of Batchdrop's that this home does not know. */
    ELSEWHERE,
    /** It is not Batchdrop's, as far as it shows. */
    FOREIGN;

    /** In lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
