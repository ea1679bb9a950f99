/**
 * The only truth about jobs and parts: repositories, migrations and dialects. The only importer of
 * JDBC.
 */
@NullMarked
package org.batchdrop.journal;

import org.jspecify.annotations.NullMarked;
