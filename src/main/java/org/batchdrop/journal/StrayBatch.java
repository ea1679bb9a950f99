package org.batchdrop.journal;

import java.time.Instant;

/**
 * A batch at a provider that carries a submission key of Batchdrop's which no part of the journal
 * has: another home's, or one that a lost journal knew.
 *
 * @param batch its id
 * @param account whose it is
 * @param provider its profile's name
 * @param key the submission key
 * @param file the uploaded file; may be empty
 * @param status the provider's word when it was last seen
 * @param seen when that was
 */
public record StrayBatch(
    String batch,
    String account,
    String provider,
    String key,
    String file,
    String status,
    Instant seen) {}
