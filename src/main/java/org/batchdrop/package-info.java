/**
 * Batchdrop: drop a file into an inbox, collect complete answers from an outbox. {@link
 * org.batchdrop.Batchdrop} starts it; each package below is a room with one concern.
 */
@NullMarked
package org.batchdrop;

import org.jspecify.annotations.NullMarked;
