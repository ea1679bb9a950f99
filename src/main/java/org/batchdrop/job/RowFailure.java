package org.batchdrop.job;

/**
 * A row that has no answer, and why.
 *
 * @param row the row's number in the input, from 1
 * @param customId the row's {@code custom_id}; for a ready-made line that has none, a made one
 * @param location where the row stands, for people: {@code line 17} or {@code src/a.c}
 * @param code one word in lower snake case, as {@code ragged_record}
 * @param message what is wrong, what was expected
 */
public record RowFailure(long row, String customId, String location, String code, String message) {}
