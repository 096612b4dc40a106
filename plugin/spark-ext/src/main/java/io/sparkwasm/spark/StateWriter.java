package io.sparkwasm.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes state changes one after another, in the order in which they came, and keeps those that the store did not take
 * until it does. Of several changes of one name only the last is kept.
 *
 * <p>Nothing is sent unless the lease is valid at that moment.
 */
final class StateWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);
  private static final long SHORTEST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 2000;

  private static final class Change {
    final String name;
    final byte[] bytes; // null: remove
    final CountDownLatch over = new CountDownLatch(1);

    Change(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final StateStore store;
  private final LongSupplier epoch;
  private final BooleanSupplier lease;
  private final Map<String, Change> changes = new LinkedHashMap<>(); // guarded by this
  private volatile String away; // why the last attempt failed, unless it was one change that was refused
  private volatile String refusal; // why one of those that wait was refused
  private int refusedInARow; // guarded by this
  private String logged; // guarded by this
  private long pause = SHORTEST_PAUSE; // of the thread alone

  /**
   * Starts its thread.
   *
   * @param epoch the one to write to
   * @param lease whether it is valid now
   */
  StateWriter(StateStore store, LongSupplier epoch, BooleanSupplier lease) {
    this.store = store;
    this.epoch = epoch;
    this.lease = lease;
    Thread thread = new Thread(this::run, "s3-state-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Queues the object; waits until it is stored, but not while the store is known to be away. Null removes. */
  void write(String name, byte[] bytes, Duration patience) {
    Change change = new Change(name, bytes);
    synchronized (this) {
      Change former = changes.remove(name);
      if (former != null) {
        former.over.countDown();
      }
      changes.put(name, change);
      notifyAll();
    }
    if (away == null) {
      await(change, patience);
    }
  }

  /** How many changes are not stored yet. */
  synchronized int waiting() {
    return changes.size();
  }

  /** Why; null when the store takes what it is given. */
  String problem() {
    return away == null ? refusal : away;
  }

  /** Waits until nothing is queued. False: the time was too short. */
  boolean flush(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      while (!changes.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          wait(Math.min(left, 100));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  private static void await(Change change, Duration patience) {
    try {
      change.over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Change change = next();
        if (!lease.getAsBoolean()) {
          away(change, "the lease is not valid");
          rest(SHORTEST_PAUSE);
        } else if (send(change)) {
          pause = SHORTEST_PAUSE;
        } else {
          rest(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
          pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Change next() throws InterruptedException {
    Iterator<Change> first = changes.values().iterator();
    while (!first.hasNext()) {
      wait();
      first = changes.values().iterator();
    }
    return first.next();
  }

  /** A new change ends it. */
  private synchronized void rest(long millis) throws InterruptedException {
    wait(millis);
  }

  /** False: there is nothing to do before a pause. */
  private boolean send(Change change) {
    try {
      Reply reply = change.bytes == null
          ? store.delete(epoch.getAsLong(), change.name)
          : store.put(epoch.getAsLong(), change.name, change.bytes);
      if (reply.ok() || change.bytes == null && reply.absent()) {
        done(change);
        return true;
      }
      String why = "write " + change.name + ": " + reply;
      if (!reply.passing() && reply.status() != 403) {
        return refused(change, why);
      }
      away(change, why);
    } catch (IOException | RuntimeException e) {
      away(change, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    return false;
  }

  private synchronized void done(Change change) {
    changes.remove(change.name, change);
    away = null;
    refusedInARow = 0;
    if (changes.isEmpty()) {
      refusal = null;
      if (logged != null) {
        LOG.info("The store has taken all state changes");
        logged = null;
      }
    }
    change.over.countDown();
    notifyAll();
  }

  private synchronized void away(Change change, String why) {
    away = why;
    log(why);
    change.over.countDown();
  }

  /** Perhaps this one alone is refused: the others come first. True: there are others. */
  private synchronized boolean refused(Change change, String why) {
    away = null;
    refusal = why;
    log(why);
    change.over.countDown();
    if (changes.remove(change.name, change)) {
      changes.put(change.name, change);
    }
    refusedInARow++;
    return refusedInARow < changes.size();
  }

  private void log(String why) {
    if (!why.equals(logged)) {
      LOG.warn("{} state changes wait for the store: {}", changes.size(), why);
      logged = why;
    }
  }
}
