package io.sparkwasm.spark;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assertions;

/** Waits for something to become true: a test never sleeps for a guessed time. */
public final class Await {
  private static final Duration GENEROUS = Duration.ofMinutes(3);

  private Await() {}

  /** Seconds that it took. */
  public static double until(String what, Callable<Boolean> condition) {
    long start = System.nanoTime();
    Throwable last = null;
    while (System.nanoTime() - start < GENEROUS.toNanos()) {
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
    return Assertions.fail("not in " + GENEROUS.getSeconds() + " s: " + what, last);
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
