/**
 * An OpenAI-compatible Files, Batches, Chat and Embeddings server with a ledger, for demos and
 * tests of Batch clients. Start one with {@link org.batchdrop.sandbox.SandboxServer}.
 *
 * <p>It listens on the loopback address only, keeps everything it knows in one directory, streams
 * files from disk to disk, and depends on no other room.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/batch">The Batch API</a>
 */
@NullMarked
package org.batchdrop.sandbox;

import org.jspecify.annotations.NullMarked;
