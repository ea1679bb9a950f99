/**
 * The seam to Apache Camel: small beans named in the route files, the aggregation strategy and
 * converters.
 */
@NullMarked
package org.batchdrop.flow;

import org.jspecify.annotations.NullMarked;
