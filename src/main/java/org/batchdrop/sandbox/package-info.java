/**
 * An OpenAI-compatible Files, Batches, Chat and Embeddings server with a ledger. It depends on no
 * other room.
 */
@NullMarked
package org.batchdrop.sandbox;

import org.jspecify.annotations.NullMarked;
