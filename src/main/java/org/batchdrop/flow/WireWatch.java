package org.batchdrop.flow;

import java.util.Map;
import org.batchdrop.provider.Call;

/** Is told of each exchange with a provider when it is over. Must be thread-safe. */
interface WireWatch {

  /** Looks at nothing. */
  WireWatch NONE = new WireWatch() {};

  /**
   * A reply came.
   *
   * @param call what was sent
   * @param status the HTTP status
   * @param headers by name in lower case
   * @param text the body as it came, the key not taken out; empty when it was stored as a file
   */
  default void replied(Call call, int status, Map<String, String> headers, String text) {}

  /** No reply came. */
  default void failed(Call call, Throwable cause) {}

  /** Tells both. */
  default WireWatch and(WireWatch other) {
    WireWatch one = this;
    return new WireWatch() {
      @Override
      public void replied(Call call, int status, Map<String, String> headers, String text) {
        one.replied(call, status, headers, text);
        other.replied(call, status, headers, text);
      }

      @Override
      public void failed(Call call, Throwable cause) {
        one.failed(call, cause);
        other.failed(call, cause);
      }
    };
  }
}
