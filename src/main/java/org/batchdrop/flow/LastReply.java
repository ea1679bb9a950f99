package org.batchdrop.flow;

import java.util.Map;
import java.util.Optional;
import org.batchdrop.provider.Call;

/** Remembers what the last exchange showed beside its body. Confined to one thread. */
final class LastReply implements WireWatch {

  private int status;
  private Optional<String> date = Optional.empty();

  @Override
  public void replied(Call call, int replyStatus, Map<String, String> headers, String text) {
    status = replyStatus;
    date = Optional.ofNullable(headers.get("date"));
  }

  @Override
  public void failed(Call call, Throwable cause) {
    status = 0;
    date = Optional.empty();
  }

  /** The HTTP status; 0 when no reply came. */
  int status() {
    return status;
  }

  /** The Date header as it came. */
  Optional<String> date() {
    return date;
  }
}
