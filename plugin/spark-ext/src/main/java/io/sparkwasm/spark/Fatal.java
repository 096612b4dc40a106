package io.sparkwasm.spark;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the JVM with one line that says why.
 *
 * <p>An exception would not do: inside the Master's message loop Spark logs it ({@code
 * org.apache.spark.rpc.netty.Inbox.safelyCall}) and goes on with a Master that stays STANDBY for ever.
 */
final class Fatal {
  private static final Logger LOG = LoggerFactory.getLogger(Fatal.class);

  private Fatal() {}

  /** Does not return; the return type lets a caller write {@code throw}. */
  static Error halt(String line) {
    LOG.error("The Master ends: {}", line);
    Runtime.getRuntime().halt(1);
    return new Error(line);
  }

  /** The same with the exception's stack, for what should not happen. */
  static Error halt(String line, Throwable cause) {
    LOG.error("The Master ends: {}: {}", line, cause, cause);
    Runtime.getRuntime().halt(1);
    return new Error(line, cause);
  }
}
