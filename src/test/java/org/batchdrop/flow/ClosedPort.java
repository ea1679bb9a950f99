package org.batchdrop.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** An address at which nobody listens. */
final class ClosedPort {

  private ClosedPort() {}

  /** The number of a port that was free a moment ago. */
  static int number() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static URI address() throws IOException {
    return URI.create("http://127.0.0.1:" + number() + "/v1");
  }
}
