package org.batchdrop.job;

/**
 * What an account has under way at the moment, all jobs together.
 *
 * @param queuedTokens estimated input tokens of a model's parts that are submitted and not ended
 * @param running parts of any model that are submitted and not ended
 * @param createsLastHour batches that were created, or tried to be, within the last hour
 */
public record Standing(long queuedTokens, int running, int createsLastHour) {}
