package org.batchdrop.request;

/**
 * What all lines of one batch share.
 *
 * @param endpoint the url
 * @param model the model
 * @param thinking {@code enable_thinking} as JSON, empty when absent
 */
record Group(String endpoint, String model, String thinking) {}
