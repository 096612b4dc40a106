package io.sparkwasm.spark;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assertions;

/** Waits for something to become true: a test never sleeps for a guessed time. */
public final class Await {
  private static final Duration GENEROUS = Duration.ofSeconds(60);

  private Await() {}

  /** Seconds that it took. */
  public static double until(String what, Callable<Boolean> condition) {
    return until(what, GENEROUS, condition);
  }

  public static double until(String what, Duration limit, Callable<Boolean> condition) {
    long start = System.nanoTime();
    Throwable last = null;
    while (System.nanoTime() - start < limit.toNanos()) {
      try {
        if (condition.call()) {
          return (System.nanoTime() - start) / 1e9;
        }
        last = null;
      } catch (Exception | AssertionError e) {
        last = e;
      }
      pause(20);
    }
    return Assertions.fail("not in " + limit.getSeconds() + " s: " + what, last);
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
