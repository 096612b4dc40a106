package io.sparkwasm.spark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a Master's answers and lease mean for who may be sent to it and who should be restarted.
 *
 * <p>A standby is ready when another Master was seen to renew: then it can take over, and somebody leads. A store that
 * is away is never a reason to restart; it would only be away for the next process, too.
 *
 * <p>A verdict is one line that begins with {@code yes: } or {@code no: } and goes on with why.
 */
final class Health {
  private static final long SILENT = TimeUnit.SECONDS.toNanos(5);

  /** All that a verdict rests on, of one moment. */
  static final class Facts {
    long now;
    /** {@code org.apache.spark.deploy.master.RecoveryState}, or STARTING. */
    String state;
    long since;
    long answeredAt;
    LeaseView lease;
    boolean single;
    /** Why the state is not taken over yet; null when nothing is in the way. */
    String problem;
    int waitingChanges;
    String writeProblem;
  }

  private Health() {}

  /** {@code /ready} */
  static String ready(Facts facts) {
    if (facts.now - facts.answeredAt > SILENT) {
      return no(silence(facts));
    }
    switch (facts.state) {
      case "ALIVE":
        return alive(facts);
      case "STANDBY":
        return standby(facts);
      default:
        return no(facts.state + " for " + ago(facts, facts.since));
    }
  }

  /** {@code /live} */
  static String live(Facts facts, Duration stuckAfter) {
    long limit = stuckAfter.toNanos();
    if (facts.now - facts.answeredAt > limit) {
      return no(silence(facts));
    }
    boolean waiting = facts.state.equals("RECOVERING") || facts.state.equals("COMPLETING_RECOVERY")
        || facts.state.equals("STANDBY") && facts.lease != null && facts.lease.elected;
    if (waiting && facts.now - facts.since > limit) {
      return no("elected, but " + facts.state + " for " + ago(facts, facts.since));
    }
    return yes(facts.state);
  }

  /** {@code /leader} */
  static String leader(Facts facts) {
    if (!facts.state.equals("ALIVE")) {
      return no(facts.state + (facts.lease == null ? "" : ", the lease is of " + facts.lease.holder));
    }
    return alive(facts);
  }

  private static String alive(Facts facts) {
    LeaseView lease = facts.lease;
    String changes = facts.waitingChanges > 0 && facts.writeProblem != null
        ? "; " + facts.waitingChanges + " state changes wait for the store: " + facts.writeProblem
        : "";
    if (lease.valid(facts.now)) {
      return yes("ALIVE, epoch " + lease.epoch + changes);
    }
    String stale = "ALIVE, but the lease was not renewed for " + ago(facts, lease.contactAt) + because(lease.problem);
    return facts.single && lease.held ? yes(stale + changes) : no(stale + changes);
  }

  private static String standby(Facts facts) {
    LeaseView lease = facts.lease;
    if (lease == null || facts.problem != null && !lease.elected) {
      return no("STANDBY" + (lease != null && lease.held ? ", elected" : "") + because(facts.problem));
    }
    if (lease.held) {
      return no(lease.elected ? "elected, not yet ALIVE" : "elected, taking over the state");
    }
    if (!lease.contacted || facts.now - lease.contactAt > lease.lease) {
      return no("STANDBY, the lease was not read for "
          + (lease.contacted ? ago(facts, lease.contactAt) : ago(facts, facts.since)) + because(lease.problem));
    }
    if (lease.otherLeads(facts.now)) {
      return yes("STANDBY, " + lease.holder + " leads");
    }
    return no("STANDBY, nobody was seen to lead" + (lease.holder.isEmpty() ? "" : ", last was " + lease.holder));
  }

  private static String silence(Facts facts) {
    return "the Master's message loop is silent for " + ago(facts, facts.answeredAt) + ", last it was " + facts.state;
  }

  private static String ago(Facts facts, long then) {
    return TimeUnit.NANOSECONDS.toSeconds(facts.now - then) + " s";
  }

  private static String because(String problem) {
    return problem == null ? "" : ": " + problem;
  }

  private static String yes(String why) {
    return "yes: " + why;
  }

  private static String no(String why) {
    return "no: " + why;
  }
}
