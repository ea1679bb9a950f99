/**
 * Readers that turn CSV, JSONL, request lines, source trees and archives into rows of bytes, never
 * a whole file in memory.
 */
@NullMarked
package org.batchdrop.input;

import org.jspecify.annotations.NullMarked;
