package io.sparkwasm.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.deploy.master.LeaderElectable;
import org.apache.spark.deploy.master.PersistenceEngine;
import org.apache.spark.serializer.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Master's way to leadership and out of it: check the store, win the lease, copy the state, tell Spark, write
 * changes, give the lease back.
 *
 * <p>Whatever waits for the store waits in threads of its own, never in the Master's message loop. There, only {@link
 * StateEngine#persist} waits, for a bounded time.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);
  private static final long EXIT_MILLIS = 2000;

  private final RecoverySettings settings;
  private final S3Client stateClient;
  private final StateStore store;
  private final StateWriter writer;
  private final StateEngine engine;
  private volatile LeaderElectable master;
  private volatile LeaderLease lease;
  private volatile long epoch;
  private volatile boolean ended;
  private volatile String problem = "the store has not been asked yet";

  /** Reads and checks what can be checked without the store. */
  Recovery(RecoverySettings settings, Serializer serializer) {
    this.settings = settings;
    stateClient = settings.stateClient();
    store = new StateStore(stateClient, settings.location);
    writer = new StateWriter(store, () -> epoch, this::leaseValid);
    StateReader reader = new StateReader(settings.serialFilter);
    engine = new StateEngine(serializer, reader, writer, this::awaitLeadership, settings.writeWait);
  }

  PersistenceEngine engine() {
    return engine;
  }

  /**
   * Begins to campaign for this Master.
   *
   * @param name what the lease calls it unless the settings say otherwise
   */
  void start(LeaderElectable electable, String name) {
    String holder = settings.holder == null ? name : settings.holder;
    LOG.info("Recovery state in {}, election {}, lease {} s, this Master is {}", settings.location,
        settings.single ? "single" : "lease", settings.lease.getSeconds(), holder);
    master = electable;
    lease = new LeaderLease(settings.leaseClient(), settings.location.key("leader"), holder, settings.lease,
        settings.single, store, this::acquired, this::lost, System::nanoTime);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "s3-lease-release"));
    daemon("s3-lease", this::campaign);
  }

  /** Stores what is queued and gives the lease back. On SIGTERM this runs by itself. */
  void stop() {
    LeaderLease mine = lease;
    if (mine == null) {
      return;
    }
    ended = true;
    boolean stored = mine.valid() && writer.flush(LAST_WRITES);
    if (!stored && writer.waiting() > 0) {
      LOG.warn("{} state changes are lost: {}", writer.waiting(), writer.problem());
    }
    mine.release();
  }

  /** The leader's web UI, for the other Masters. */
  void publishUi(String url) {
    lease.publishUi(url);
  }

  /** What is known of the lease; null before {@link #start}. */
  LeaseView lease() {
    LeaderLease mine = lease;
    return mine == null ? null : mine.view();
  }

  /** What keeps this Master from campaigning or from taking over; null when nothing does. */
  String problem() {
    return problem;
  }

  /** State changes that wait for the store. */
  int waitingChanges() {
    return writer.waiting();
  }

  /** Why they wait; null when they do not. */
  String writeProblem() {
    return writer.problem();
  }

  private void campaign() {
    try {
      checkStore();
      lease.run();
    } catch (RuntimeException | Error e) {
      throw Fatal.halt("the leader lease failed", e);
    }
  }

  private void checkStore() {
    StoreCheck check = new StoreCheck(stateClient, settings.location);
    for (long pause = 250; !ended; pause = Math.min(2 * pause, 4000)) {
      try {
        check.run();
        problem = null;
        return;
      } catch (IOException e) {
        if (e instanceof StoreException && ((StoreException) e).isRefusal()) {
          throw Fatal.halt(e.getMessage());
        }
        problem(e);
        pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
      }
    }
  }

  private void acquired(long won) {
    daemon("s3-takeover", () -> takeOver(won));
  }

  private void lost(String why) {
    ended = true;
    master.revokedLeadership(); // Master ends the JVM, unless its message loop waits for the lease
    daemon("s3-lease-lost", () -> {
      pause(EXIT_MILLIS);
      throw Fatal.halt("the lease is lost: " + why);
    });
  }

  private void takeOver(long won) {
    for (long pause = 100; lease.holds(won); pause = Math.min(2 * pause, 1000)) {
      try {
        SortedMap<String, byte[]> state = store.takeOver(won);
        engine.take(state);
        epoch = won;
        problem = null;
        tellSpark(won);
        return;
      } catch (IOException e) {
        problem(e);
        pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
      } catch (RuntimeException | Error e) {
        throw Fatal.halt("the recovery state was not taken over", e);
      }
    }
  }

  private void tellSpark(long won) throws IOException {
    while (lease.holds(won)) {
      if (lease.elect(won)) {
        master.electedLeader();
        removeOldState(won);
        return;
      }
      pause(20);
    }
  }

  private void removeOldState(long won) {
    try {
      store.removeBefore(won);
    } catch (IOException e) {
      LOG.info("State of earlier leaders is not removed: {}", e.getMessage());
    }
  }

  /**
   * Returns when this Master may act as the leader. When the lease is lost or given back it never does: then the JVM is
   * about to end, and nothing may be promised to anybody any more.
   */
  private void awaitLeadership() {
    boolean said = false;
    while (!mayAct()) {
      if (!said) {
        LOG.warn("The Master waits: it does not hold the lease");
        said = true;
      }
      Thread.interrupted();
      LockSupport.parkNanos(20_000_000);
    }
  }

  private boolean mayAct() {
    LeaderLease mine = lease;
    return mine != null && !ended && (settings.single ? mine.view().held : mine.valid());
  }

  private boolean leaseValid() {
    LeaderLease mine = lease;
    return mine != null && mine.valid();
  }

  private void problem(IOException e) {
    if (!e.getMessage().equals(problem)) {
      LOG.warn("Waiting for the store: {}", e.getMessage());
    }
    problem = e.getMessage();
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(millis * 1_000_000);
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
