package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Duration STUCK = Duration.ofSeconds(120);
  private static final long LEASE = seconds(15);

  private final Health.Facts facts = new Health.Facts();

  HealthTest() {
    facts.now = seconds(1000);
    facts.answeredAt = facts.now;
    facts.since = seconds(500);
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static LeaseRecord record(String holder) {
    return new LeaseRecord(holder, "s", 3, 1, 15000, false, "http://" + holder + ":8080");
  }

  private LeaseView own(boolean elected, long validFor, String problem) {
    return new LeaseView(true, elected, facts.now + seconds(validFor), record("me"), LEASE, true,
        facts.now - seconds(4), false, 0, problem);
  }

  private LeaseView others(long contactAgo, boolean renewalSeen, long renewalAgo) {
    return new LeaseView(false, false, 0, record("other"), LEASE, true, facts.now - seconds(contactAgo), renewalSeen,
        facts.now - seconds(renewalAgo), null);
  }

  private void check(String ready, String live, String leader) {
    assertEquals(ready, Health.ready(facts));
    assertEquals(live, Health.live(facts, STUCK));
    assertEquals(leader, Health.leader(facts));
  }

  @Test
  void theLeader() {
    facts.state = "ALIVE";
    facts.lease = own(true, 8, null);
    check("yes: ALIVE, epoch 3", "yes: ALIVE", "yes: ALIVE, epoch 3");
    facts.waitingChanges = 2;
    facts.writeProblem = "HTTP 503";
    assertEquals("yes: ALIVE, epoch 3; 2 state changes wait for the store: HTTP 503", Health.ready(facts));
  }

  @Test
  void theLeaseRanOut() {
    facts.state = "ALIVE";
    facts.lease = own(true, -1, "no answer");
    String why = "ALIVE, but the lease was not renewed for 4 s: no answer";
    check("no: " + why, "yes: ALIVE", "no: " + why);
    facts.single = true;
    check("yes: " + why, "yes: ALIVE", "yes: " + why);
  }

  @Test
  void aStandby() {
    facts.state = "STANDBY";
    facts.lease = others(1, true, 2);
    check("yes: STANDBY, other leads", "yes: STANDBY", "no: STANDBY, the lease is of other");
    facts.lease = others(1, false, 0);
    assertEquals("no: STANDBY, nobody was seen to lead, last was other", Health.ready(facts));
    facts.lease = others(1, true, 16);
    assertEquals("no: STANDBY, nobody was seen to lead, last was other", Health.ready(facts));
    facts.lease = others(20, true, 20);
    assertEquals("no: STANDBY, the lease was not read for 20 s", Health.ready(facts));
    facts.since = 0;
    assertEquals("yes: STANDBY", Health.live(facts, STUCK));
  }

  @Test
  void theStoreIsAwayAtTheStart() {
    facts.state = "STANDBY";
    facts.problem = "no answer from http://minio:9000";
    facts.lease = new LeaseView(false, false, 0, null, LEASE, false, 0, false, 0, null);
    facts.since = 0;
    check("no: STANDBY: no answer from http://minio:9000", "yes: STANDBY", "no: STANDBY, the lease is of ");
  }

  @Test
  void electedButNotAlive() {
    facts.state = "STANDBY";
    facts.lease = own(false, 8, null);
    check("no: elected, taking over the state", "yes: STANDBY", "no: STANDBY, the lease is of me");
    facts.lease = own(true, 8, null);
    assertEquals("no: elected, but STANDBY for 500 s", Health.live(facts, STUCK));
    facts.state = "RECOVERING";
    check("no: RECOVERING for 500 s", "no: elected, but RECOVERING for 500 s", "no: RECOVERING, the lease is of me");
    facts.since = facts.now - seconds(20);
    assertEquals("yes: RECOVERING", Health.live(facts, STUCK));
  }

  @Test
  void theLoopIsSilent() {
    facts.state = "ALIVE";
    facts.lease = own(true, 8, null);
    facts.answeredAt = facts.now - seconds(6);
    assertEquals("no: the Master's message loop is silent for 6 s, last it was ALIVE", Health.ready(facts));
    assertEquals("yes: ALIVE", Health.live(facts, STUCK));
    facts.answeredAt = facts.now - seconds(121);
    assertTrue(Health.live(facts, STUCK).startsWith("no: the Master's message loop is silent for 121 s"));
  }

  @Test
  void starting() {
    facts.state = "STARTING";
    check("no: STARTING for 500 s", "yes: STARTING", "no: STARTING");
  }
}
