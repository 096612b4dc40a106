package io.sparkwasm.spark;

/** What one Master knows of the lease at one moment; times are of {@code System.nanoTime}. */
final class LeaseView {
  /** This Master holds it; it may have run out. */
  final boolean held;
  /** Spark has been told so. */
  final boolean elected;
  /** Until when it is surely nobody else's; meaningless unless held. */
  final long validUntil;
  final long epoch;
  /** The last holder that was seen, perhaps this Master; empty before the first sight. */
  final String holder;
  /** The web UI that this holder gave; empty when it gave none. */
  final String holderUi;
  /** The holder gave it back. */
  final boolean released;
  /** How long a lease lasts, in nanoseconds. */
  final long lease;
  /** The store was asked successfully at least once. */
  final boolean contacted;
  final long contactAt;
  /** Another holder was seen to renew. */
  final boolean renewalSeen;
  final long renewalSeenAt;
  /** Why the last attempt failed; null when it did not. */
  final String problem;

  LeaseView(boolean held, boolean elected, long validUntil, LeaseRecord last, long lease, boolean contacted,
      long contactAt, boolean renewalSeen, long renewalSeenAt, String problem) {
    this.held = held;
    this.elected = elected;
    this.validUntil = validUntil;
    this.epoch = last == null ? 0 : last.epoch;
    this.holder = last == null ? "" : last.holder;
    this.holderUi = last == null ? "" : last.ui;
    this.released = last != null && last.released;
    this.lease = lease;
    this.contacted = contacted;
    this.contactAt = contactAt;
    this.renewalSeen = renewalSeen;
    this.renewalSeenAt = renewalSeenAt;
    this.problem = problem;
  }

  /** Held and not run out. */
  boolean valid(long now) {
    return held && now - validUntil < 0;
  }

  /** Another Master was seen to renew within the length of a lease. */
  boolean otherLeads(long now) {
    return !held && !released && renewalSeen && now - renewalSeenAt <= lease;
  }
}
