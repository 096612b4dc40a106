package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The lease against a real store: every Master has a clock of its own that the test turns. */
class LeaseIT {
  private static final Duration LENGTH = Duration.ofSeconds(10);

  @TempDir
  static Path folder;
  private static Versitygw store;

  private S3Location location;

  /** One Master's lease with its clock and what it was told. */
  private final class Master {
    final AtomicLong clock = new AtomicLong(System.nanoTime());
    final List<Long> epochs = new ArrayList<>();
    final List<String> losses = new ArrayList<>();
    final LeaderLease lease;

    Master(String name, boolean single, S3Client s3) {
      lease = new LeaderLease(s3, location.key("leader"), name, LENGTH, single, new StateStore(s3, location),
          epochs::add, losses::add, clock::get);
    }

    void pass(double lengths) {
      clock.addAndGet((long) (LENGTH.toNanos() * lengths));
    }

    Master elected() {
      lease.step();
      assertTrue(lease.elect(epochs.get(epochs.size() - 1)));
      return this;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    store = Versitygw.start(folder.resolve("s3"));
    BucketSetup.ensureBucket(store.client("lease"), "");
  }

  @AfterAll
  static void stop() {
    if (store != null) {
      store.close();
    }
  }

  @BeforeEach
  void ownPrefix(TestInfo test) {
    location = S3Location.parse("s3a://lease/" + test.getTestMethod().orElseThrow().getName());
  }

  private Master master(String name) {
    return new Master(name, false, store.client("lease"));
  }

  @Test
  void ofSixteenOneWinsEachRound() throws Exception {
    int writers = 16;
    int rounds = 25;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    long epoch = 0;
    for (int round = 0; round < rounds; round++) {
      CyclicBarrier together = new CyclicBarrier(writers);
      List<Master> masters = new ArrayList<>();
      List<Callable<Object>> tasks = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        Master master = master("master-" + i);
        masters.add(master);
        tasks.add(() -> {
          together.await();
          return master.lease.step();
        });
      }
      threads.invokeAll(tasks);
      masters.removeIf(master -> !master.lease.view().held);
      assertEquals(1, masters.size(), "winners of round " + round);
      assertTrue(masters.get(0).epochs.get(0) > epoch, "epochs grow");
      epoch = masters.get(0).epochs.get(0);
      masters.get(0).lease.release();
    }
    threads.shutdown();
  }

  @Test
  void anotherWaitsForTheWholeLengthByItsOwnClock() {
    Master first = master("a").elected();
    Master second = master("b");
    second.lease.step();
    second.pass(0.99);
    second.lease.step();
    assertFalse(second.lease.view().held);
    second.pass(0.02);
    second.lease.step();
    assertTrue(second.lease.valid());
    assertEquals(first.epochs.get(0) + 1, second.epochs.get(0));

    first.lease.step();
    assertFalse(first.lease.valid());
    assertEquals(List.of("it is now of b"), first.losses);
  }

  @Test
  void aRenewedLeaseIsNotTaken() {
    Master first = master("a").elected();
    Master second = master("b");
    for (int i = 0; i < 5; i++) {
      second.lease.step();
      second.pass(0.5);
      first.lease.step();
    }
    assertFalse(second.lease.view().held);
    assertTrue(second.lease.view().otherLeads(second.clock.get()));
    assertTrue(first.lease.valid());
  }

  @Test
  void theHolderStopsAFifthBefore() {
    Master master = master("a").elected();
    master.pass(0.79);
    assertTrue(master.lease.valid());
    master.pass(0.02);
    assertFalse(master.lease.valid());
  }

  @Test
  void theSameNameTakesItAtOnce() {
    Master before = master("a").elected();
    Master after = master("a").elected();
    assertEquals(before.epochs.get(0) + 1, after.epochs.get(0));
    before.lease.step();
    assertFalse(before.lease.valid());
  }

  @Test
  void aReleasedOneIsTakenAtOnce() {
    Master first = master("a").elected();
    Master second = master("b");
    second.lease.step();
    first.lease.release();
    second.lease.step();
    assertTrue(second.lease.valid());
    assertEquals(List.of(), first.losses);
  }

  @Test
  void aLongerLeaseOfTheHolderCounts() throws Exception {
    LeaseRecord longer = new LeaseRecord("a", "s", 1, 1, LENGTH.toMillis() * 3, false, "");
    store.client("lease").put(location.key("leader"), longer.text().getBytes(StandardCharsets.UTF_8));
    Master second = master("b");
    second.lease.step();
    second.pass(2.9);
    second.lease.step();
    assertFalse(second.lease.view().held);
    second.pass(0.2);
    second.lease.step();
    assertTrue(second.lease.view().held);
  }

  @Test
  void answersGetLost() throws Exception {
    try (TcpProxy line = new TcpProxy(store.endpoint())) {
      Master master = new Master("a", false, Versitygw.client(line.endpoint(), "lease", Clock.systemUTC())).elected();
      master.pass(0.5);
      line.mode = TcpProxy.Mode.LOSE_ANSWERS;
      master.lease.step();
      assertEquals(1, line.lost.get());
      assertNotNull(master.lease.view().problem);
      master.pass(0.2);
      line.mode = TcpProxy.Mode.PASS;

      master.lease.step(); // the condition fails, since the lost one was carried out
      assertTrue(master.lease.valid());
      master.pass(0.2);
      assertFalse(master.lease.valid(), "reading one's own name gives no trust");
      master.pass(-0.2);
      master.lease.step();
      master.pass(0.7);
      assertTrue(master.lease.valid());
      assertNull(master.lease.view().problem);
      assertEquals(List.of(), master.losses);
    }
  }

  @Test
  void aWonRaceWithALostAnswer() throws Exception {
    try (TcpProxy line = new TcpProxy(store.endpoint())) {
      Master master = new Master("a", false, Versitygw.client(line.endpoint(), "lease", Clock.systemUTC()));
      master.lease.step();
      master.lease.release();
      Master again = new Master("b", false, Versitygw.client(line.endpoint(), "lease", Clock.systemUTC()));
      line.mode = TcpProxy.Mode.LOSE_ANSWERS;
      again.lease.step();
      assertFalse(again.lease.view().held);
      line.mode = TcpProxy.Mode.PASS;
      again.lease.step();
      assertTrue(again.lease.valid());
    }
  }

  @Test
  void aSurprisingStatusIsSaid() throws Exception {
    try (TcpProxy line = new TcpProxy(store.endpoint())) {
      Master master = new Master("a", false, Versitygw.client(line.endpoint(), "lease", Clock.systemUTC())).elected();
      line.mode = TcpProxy.Mode.FORBID;
      master.lease.step();
      assertTrue(master.lease.view().problem.contains("403 AccessDenied"), master.lease.view().problem);
      assertTrue(master.lease.valid());
      master.pass(0.9);
      master.lease.step();
      assertEquals(1, master.losses.size());
      assertTrue(master.losses.get(0).contains("403 AccessDenied"), master.losses.get(0));
    }
  }

  @Test
  void aSingleMasterKeepsItWhileTheStoreIsAway() throws Exception {
    try (TcpProxy line = new TcpProxy(store.endpoint())) {
      Master master = new Master("a", true, Versitygw.client(line.endpoint(), "lease", Clock.systemUTC())).elected();
      line.mode = TcpProxy.Mode.FORBID;
      master.pass(5);
      master.lease.step();
      assertFalse(master.lease.valid());
      assertTrue(master.lease.view().held);
      line.mode = TcpProxy.Mode.PASS;
      master.lease.step();
      assertTrue(master.lease.valid());
      assertEquals(List.of(), master.losses);
    }
  }

  @Test
  void aSingleMasterLosesItToAnother() {
    Master first = new Master("a", true, store.client("lease")).elected();
    master("a").elected();
    first.pass(5);
    first.lease.step();
    assertEquals(1, first.losses.size());
    assertFalse(first.lease.view().held);
  }

  @Test
  void onceRemovedItComesBackWithAHigherEpoch() throws Exception {
    Master first = master("a").elected();
    new StateStore(store.client("lease"), location).put(41, "app_1", new byte[1]);
    store.client("lease").delete(location.key("leader"));
    first.lease.step();
    assertEquals(List.of("its object was removed"), first.losses);
    assertEquals(42, master("b").elected().epochs.get(0));
  }

  @Test
  void somethingElseInItsPlaceRunsOut() throws Exception {
    for (String garbage : List.of("", "garbage\u0000\n=\nepoch=x", "holder=b\nepoch=-1\n")) {
      store.client("lease").put(location.key("leader"), garbage.getBytes(StandardCharsets.UTF_8));
      Master master = master("a");
      master.lease.step();
      assertFalse(master.lease.view().held);
      master.pass(1.01);
      master.lease.step();
      assertTrue(master.lease.valid());
    }
  }

  @Test
  void theWallClockJumps() {
    AtomicReference<Duration> wrong = new AtomicReference<>(Duration.ofDays(-400));
    Clock jumping = new Clock() {
      @Override
      public Instant instant() {
        return Instant.now().plus(wrong.get());
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
    Master master = new Master("a", false, Versitygw.client(store.endpoint(), "lease", jumping)).elected();
    for (Duration next : List.of(Duration.ofHours(5), Duration.ZERO, Duration.ofSeconds(-40), Duration.ofDays(9000))) {
      wrong.set(next);
      master.pass(0.5);
      master.lease.step();
      assertNull(master.lease.view().problem, next.toString());
    }
    assertEquals(List.of(), master.losses);
    assertTrue(master.lease.valid());
  }

  @Test
  void theStoreStopsAndComesBack() {
    try (Versitygw own = Versitygw.start(folder.resolve("stops"))) {
      own.client("lease");
      BucketSetup.ensureBucket(own.client("lease"), "");
      Master master = new Master("a", false, own.client("lease")).elected();
      own.stop();
      master.lease.step();
      assertNotNull(master.lease.view().problem);
      own.start();
      master.pass(0.5);
      master.lease.step();
      master.pass(0.5);
      assertTrue(master.lease.valid());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
