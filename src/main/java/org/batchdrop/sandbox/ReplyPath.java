package org.batchdrop.sandbox;

import java.io.IOException;
import java.io.OutputStream;

/** The way of a reply to the client. */
@FunctionalInterface
interface ReplyPath {

  /**
   * Starts a reply.
   *
   * @param length number of bytes, or -1 when it is not known yet
   * @return where the body goes; closing it ends the reply
   */
  OutputStream start(int status, String contentType, long length) throws IOException;
}
