package org.batchdrop.journal;

import java.time.Instant;
import java.util.Optional;
import org.batchdrop.job.PartId;

/**
 * One transition of a job or of a part.
 *
 * @param at when
 * @param part the part; empty: the job itself
 * @param from the state's label before; empty: there was none
 * @param to the state's label after
 * @param detail for people; may be empty
 */
public record Event(
    Instant at, Optional<PartId> part, Optional<String> from, String to, String detail) {}
