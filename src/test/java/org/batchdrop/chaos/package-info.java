/** A network that misbehaves on command. */
package org.batchdrop.chaos;
