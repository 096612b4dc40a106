package io.sparkwasm.spark;

import java.io.IOException;

/** The store answered, but not what was asked for. */
final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean refusal;

  /** An answer that may be another one next time. */
  StoreException(String what, Reply reply) {
    super(what + ": " + reply);
    refusal = false;
  }

  private StoreException(String message) {
    super(message);
    refusal = true;
  }

  /** An answer that stays the same until somebody changes what the message says, in one line for the user. */
  static StoreException refusal(String message) {
    return new StoreException(message);
  }

  boolean isRefusal() {
    return refusal;
  }
}
