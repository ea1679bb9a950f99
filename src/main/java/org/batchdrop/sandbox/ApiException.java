package org.batchdrop.sandbox;

import org.jspecify.annotations.Nullable;

/** A request that the API answers with an error in OpenAI's shape. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  ApiException(Refusal refusal) {
    super(refusal.message(), null, false, false);
    this.refusal = refusal;
  }

  /** Returns a 400 for a wrong value. */
  static ApiException badRequest(String message, @Nullable String param, @Nullable String code) {
    return new ApiException(Refusal.badRequest(message, param, code));
  }

  /** Returns a 400 for a parameter that is not there. */
  static ApiException missing(String param) {
    return new ApiException(Refusal.missing(param));
  }

  /** Returns a 404. */
  static ApiException notFound(String message, @Nullable String param) {
    return new ApiException(new Refusal(404, message, "invalid_request_error", param, null));
  }

  Refusal refusal() {
    return refusal;
  }
}
