/** What the fuzz tests of all rooms share: damage, generators, an oracle, and a main. */
package org.batchdrop.fuzz;
