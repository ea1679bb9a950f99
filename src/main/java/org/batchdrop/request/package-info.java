/**
 * From rows to request lines: the compiled body template, line limits, and slicing into parts.
 * Bytes in, bytes out.
 */
@NullMarked
package org.batchdrop.request;

import org.jspecify.annotations.NullMarked;
