/**
 * From output and error lines to complete results: index, join by custom_id, merge, publishing and
 * the report.
 */
@NullMarked
package org.batchdrop.result;

import org.jspecify.annotations.NullMarked;
