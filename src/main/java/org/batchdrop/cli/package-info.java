/** The commands. Each parses its arguments, calls one service and prints. */
@NullMarked
package org.batchdrop.cli;

import org.jspecify.annotations.NullMarked;
