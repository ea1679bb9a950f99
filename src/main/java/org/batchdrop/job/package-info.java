/**
 * The domain: identifiers, sealed job and part states with only their legal transitions, and the
 * rules of retry and budget. No input or output, no logging, no frameworks.
 */
@NullMarked
package org.batchdrop.job;

import org.jspecify.annotations.NullMarked;
