package org.batchdrop.flow;

/** An input was to be fetched from where nothing may be fetched; the message says why not. */
final class ForbiddenAddress extends RuntimeException {

  private static final long serialVersionUID = 1;

  ForbiddenAddress(String message) {
    super(message);
  }
}
