/**
 * The wire: calls for files and batches as plain values, and the classification of replies. It
 * decides nothing and never retries.
 */
@NullMarked
package org.batchdrop.provider;

import org.jspecify.annotations.NullMarked;
