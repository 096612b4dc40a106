package io.sparkwasm.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease: one object that is written with If-None-Match when absent and with If-Match otherwise, so that of many
 * writers one succeeds.
 *
 * <ul>
 *   <li>A holder renews it every sixth of its length and trusts it for four fifths of it, counted from before the
 *       renewal was sent.
 *   <li>Another takes it when it saw one and the same version for the whole length, counted from after that was
 *       received; at once when it was given back, or when its holder has the same name (a restarted process).
 *   <li>Time is this machine's monotonic clock; clocks are never compared. They may run apart by a fifth.
 *   <li>A renewal without an answer may yet be carried out. So when a condition fails, the object is read: if it is of
 *       this session, its version is taken over, but trust only comes from a renewal that was answered.
 * </ul>
 *
 * <p>One thread calls {@link #run}; the rest is for any thread.
 */
final class LeaderLease {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
  private static final long AT_ONCE = TimeUnit.MILLISECONDS.toNanos(20);

  private final S3Client s3;
  private final String key;
  private final String holder;
  private final Duration length;
  private final boolean single;
  private final StateStore store;
  private final LongConsumer acquired;
  private final Consumer<String> lost;
  private final LongSupplier nanoTime;

  private final String session = UUID.randomUUID().toString();
  private final Semaphore wake = new Semaphore(0);
  private volatile String ui = "";
  private volatile boolean ended;
  private volatile LeaseView view;

  // guarded by this
  private boolean held;
  private boolean elected;
  private long validUntil;
  private long sequence;
  private String etag;
  private LeaseRecord last;
  private long seenAt;
  private boolean contacted;
  private long contactAt;
  private boolean renewalSeen;
  private long renewalSeenAt;
  private String problem;

  /**
   * A lease that nobody works on yet.
   *
   * @param holder this Master's name, the same after a restart, and no other's
   * @param length the same for all Masters, or the longest counts
   * @param single there is no other Master: a lease that ran out is kept until it is known to be another's
   * @param store knows the epochs of earlier leases, should somebody have removed the lease itself
   * @param acquired hears the epoch of a lease that is held now; {@link #elect} comes next. Returns soon
   * @param lost hears why an elected lease is over: nothing may be written or promised from here on. Returns soon
   */
  LeaderLease(S3Client s3, String key, String holder, Duration length, boolean single, StateStore store,
      LongConsumer acquired, Consumer<String> lost, LongSupplier nanoTime) {
    this.s3 = s3;
    this.key = key;
    this.holder = holder;
    this.length = length;
    this.single = single;
    this.store = store;
    this.acquired = acquired;
    this.lost = lost;
    this.nanoTime = nanoTime;
    publish();
  }

  LeaseView view() {
    return view;
  }

  /** Held, and surely nobody else's. */
  boolean valid() {
    return view.valid(nanoTime.getAsLong());
  }

  /** Held with this epoch, run out or not: what is read and copied under it is still worth the while. */
  boolean holds(long epoch) {
    LeaseView now = view;
    return now.held && now.epoch == epoch && !ended;
  }

  /** Gives the address that others forward to; a holder writes it at once. */
  void publishUi(String url) {
    ui = url;
    wake.release();
  }

  /** From here on the loss of this lease is the end. False: it is lost already. */
  synchronized boolean elect(long epoch) {
    if (!holds(epoch) || !valid()) {
      return false;
    }
    elected = true;
    publish();
    return true;
  }

  /** Campaigns or renews until {@link #release} or the loss of an elected lease. */
  void run() {
    while (!ended) {
      long pause = step();
      try {
        wake.tryAcquire(pause, TimeUnit.NANOSECONDS);
        wake.drainPermits();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Does what is due now; returns in how many nanoseconds there will be more to do. */
  synchronized long step() {
    if (ended) {
      return 0;
    }
    long pause;
    try {
      pause = held ? renew() : campaign();
      solved();
    } catch (IOException | RuntimeException e) {
      failed(e);
      pause = Math.min(TimeUnit.MILLISECONDS.toNanos(500), length.toNanos() / 20);
    }
    if (held && !single && !valid()) {
      lose("it was not renewed in time" + (problem == null ? "" : ", " + problem));
    }
    publish();
    // wake up when it runs out, not after
    return held && valid() ? Math.min(pause, Math.max(0, validUntil - nanoTime.getAsLong())) : pause;
  }

  /** Gives it back, so that another need not wait for its end. Whatever happens, this Master holds it no longer. */
  synchronized void release() {
    ended = true;
    wake.release();
    if (!held) {
      return;
    }
    held = false;
    publish();
    try {
      Reply reply = s3.putIfMatch(key, bytes(record(last.epoch, true)), etag);
      if (reply.conditionFailed()) {
        Reply now = s3.get(key); // a renewal without an answer came through after all
        if (now.ok() && LeaseRecord.parse(now.text()).session.equals(session)) {
          reply = s3.putIfMatch(key, bytes(record(last.epoch, true)), now.etag());
        }
      }
      if (!reply.ok()) {
        throw new StoreException("write", reply);
      }
      LOG.info("Lease given back");
    } catch (IOException e) {
      LOG.warn("Lease not given back, others wait until it runs out: {}", e.toString());
    }
  }

  private long campaign() throws IOException {
    Reply current = s3.get(key);
    long now = nanoTime.getAsLong();
    String why;
    if (current.absent()) {
      why = "there is none";
    } else if (current.ok()) {
      observe(current, now);
      why = whyFree(now);
    } else {
      throw new StoreException("read the lease", current);
    }
    contacted = true;
    contactAt = now;
    if (why == null) {
      return untilFree(now);
    }

    long known = current.ok() ? last.epoch : 0;
    LeaseRecord mine = record(Math.max(known, store.highestEpoch()) + 1, false);
    long sent = nanoTime.getAsLong();
    Reply written = current.ok()
        ? s3.putIfMatch(key, bytes(mine), current.etag())
        : s3.putIfAbsent(key, bytes(mine));
    if (written.conditionFailed() || written.absent()) {
      LOG.info("Lease taken by another just now");
      return AT_ONCE;
    }
    if (!written.ok()) {
      throw new StoreException("write the lease", written);
    }
    held = true;
    renewed(mine, written.etag(), sent);
    LOG.info("Lease acquired by {}, epoch {}: {}", holder, mine.epoch, why);
    publish();
    acquired.accept(mine.epoch);
    return length.toNanos() / 6;
  }

  private void observe(Reply current, long now) {
    if (current.etag() != null && current.etag().equals(etag)) {
      return;
    }
    // the first sight proves nothing: it may be a dead one's
    LeaseRecord seen = LeaseRecord.parse(current.text());
    if (etag != null && !seen.released && !seen.holder.equals(holder)) {
      renewalSeen = true;
      renewalSeenAt = now;
    }
    etag = current.etag();
    last = seen;
    seenAt = now;
  }

  private String whyFree(long now) {
    if (last.released) {
      return last.holder + " gave it back";
    }
    if (last.holder.equals(holder)) {
      return "it was this Master's before its restart";
    }
    return now - seenAt > longest() ? last.holder + " did not renew it" : null;
  }

  private long untilFree(long now) {
    long poll = Math.max(TimeUnit.MILLISECONDS.toNanos(50),
        Math.min(TimeUnit.SECONDS.toNanos(2), length.toNanos() / 10));
    return Math.min(poll, seenAt + longest() - now + 1);
  }

  private long longest() {
    return Math.max(length.toNanos(), TimeUnit.MILLISECONDS.toNanos(last.leaseMillis));
  }

  private long renew() throws IOException {
    LeaseRecord next = record(last.epoch, false);
    long sent = nanoTime.getAsLong();
    Reply written = s3.putIfMatch(key, bytes(next), etag);
    if (written.ok()) {
      renewed(next, written.etag(), sent);
      contactAt = nanoTime.getAsLong();
      return length.toNanos() / 6;
    }
    if (!written.conditionFailed() && !written.absent()) {
      throw new StoreException("renew the lease", written);
    }
    Reply now = s3.get(key);
    if (now.ok() && LeaseRecord.parse(now.text()).session.equals(session)) {
      etag = now.etag();
      return AT_ONCE;
    }
    if (now.ok()) {
      lose("it is now of " + LeaseRecord.parse(now.text()).holder);
    } else if (now.absent()) {
      lose("its object was removed");
    } else {
      throw new StoreException("read the lease", now);
    }
    return AT_ONCE;
  }

  private void renewed(LeaseRecord record, String newEtag, long sent) {
    last = record;
    etag = newEtag;
    validUntil = sent + length.toNanos() / 5 * 4;
  }

  private void lose(String why) {
    held = false;
    etag = null; // what is seen next counts as first sight
    renewalSeen = false;
    if (elected) {
      ended = true;
      publish();
      LOG.error("Lease lost: {}", why);
      lost.accept(why);
    } else {
      publish();
      LOG.warn("Lease lost before it was used: {}", why);
    }
  }

  private LeaseRecord record(long epoch, boolean released) {
    sequence++;
    return new LeaseRecord(holder, session, epoch, sequence, length.toMillis(), released, ui);
  }

  private static byte[] bytes(LeaseRecord record) {
    return record.text().getBytes(StandardCharsets.UTF_8);
  }

  private void failed(Exception e) {
    String now = e instanceof IOException ? e.getMessage() : e.toString();
    if (!now.equals(problem)) {
      LOG.warn("Lease: {}", now, e instanceof RuntimeException ? e : null);
    }
    problem = now;
  }

  private void solved() {
    if (problem != null) {
      LOG.info("Lease: the store answers again");
    }
    problem = null;
  }

  private void publish() {
    view = new LeaseView(held, elected, validUntil, last, length.toNanos(), contacted, contactAt, renewalSeen,
        renewalSeenAt, problem);
  }
}
