package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client, check of the store, state and its writer against a real store. */
class StoreIT {
  @TempDir
  static Path folder;
  private static Versitygw store;
  private static S3Client s3;

  @BeforeAll
  static void start() throws IOException {
    store = Versitygw.start(folder.resolve("s3"));
    s3 = store.client("store");
    BucketSetup.ensureBucket(s3, "");
  }

  @AfterAll
  static void stop() {
    if (store != null) {
      store.close();
    }
  }

  @Test
  void keysOfAllKinds() throws Exception {
    List<String> keys =
        List.of("odd/worker-[fd00::1]-7078", "odd/a b+c%20d~e*f'g(h)", "odd/ü/é&<x>\"y", "odd/=,;:@!$");
    for (String key : keys) {
      assertEquals(200, s3.put(key, key.getBytes(StandardCharsets.UTF_8)).status(), key);
      assertEquals(key, s3.get(key).text());
    }
    assertEquals(new TreeSet<>(keys), new TreeSet<>(s3.list("odd/")));
    for (String key : keys) {
      assertTrue(s3.delete(key).ok());
      assertTrue(s3.get(key).absent());
    }
  }

  /** The server reads the token; it issues none, as only AWS and MinIO do, so it refuses this one. */
  @Test
  void aSessionTokenIsSent() {
    Map<String, String> keys = new TreeMap<>(Versitygw.environment());
    keys.put("AWS_SESSION_TOKEN", "a/token+with=signs==");
    Map<String, String> conf = store.conf();
    S3Client client = new S3Client(S3Settings.of("store", conf::get, keys),
        CredentialSource.of("store", conf::get, keys), Duration.ofSeconds(20), Clock.systemUTC());
    String why = refusal(client, "s3a://store/x");
    assertTrue(why.contains("InvalidToken"), why);
    assertTrue(why.contains("is the secret with the access key right?"), why);
  }

  @Test
  void listsOfManyPages() throws Exception {
    for (int i = 0; i < 1005; i++) {
      s3.put("many/" + i, new byte[0]);
    }
    assertEquals(1005, new TreeSet<>(s3.list("many/")).size());
  }

  @Test
  void aGoodStorePassesAndTheBucketIsMade() throws Exception {
    S3Location location = S3Location.parse("s3a://made-by-check/some/prefix");
    S3Client client = store.client("made-by-check");
    new StoreCheck(client, location).run();
    new StoreCheck(client, location).run();
    assertEquals(List.of(), client.list(""), "the check leaves nothing behind");
  }

  @Test
  void aStoreWithoutConditionalWritesIsRefused() throws Exception {
    try (Versitygw lying = Versitygw.start(folder.resolve("lying"), List.of(), List.of("--nometa"))) {
      String why = refusal(lying.client("lying"), "s3a://lying/x");
      assertTrue(why.contains("two Masters could lead"), why);
      assertTrue(why.contains("answered HTTP 200 to If-None-Match: * on a key that exists, not 412"), why);
    }
  }

  @Test
  void wrongKeysAreRefused() {
    Map<String, String> conf = store.conf();
    for (Map<String, String> keys : List.of(
        Map.of("AWS_ACCESS_KEY_ID", "nobody", "AWS_SECRET_ACCESS_KEY", "x"),
        Map.of("AWS_ACCESS_KEY_ID", Versitygw.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "wrong"))) {
      S3Client client = new S3Client(S3Settings.of("store", conf::get, keys),
          CredentialSource.of("store", conf::get, keys), Duration.ofSeconds(20), Clock.systemUTC());
      String why = refusal(client, "s3a://store/x");
      assertTrue(why.contains("is the secret with the access key right?"), why);
    }
  }

  @Test
  void aBucketThatMayNotBeMadeIsRefused() throws Exception {
    try (Versitygw own = Versitygw.start(folder.resolve("users"),
        List.of("--iam-dir", folder.toString()), List.of())) {
      Map<String, String> keys = Map.of("AWS_ACCESS_KEY_ID", "reader", "AWS_SECRET_ACCESS_KEY", "reader-secret");
      own.createUser("reader", "reader-secret");
      Map<String, String> conf = own.conf();
      S3Client client = new S3Client(S3Settings.of("missing", conf::get, keys),
          CredentialSource.of("missing", conf::get, keys), Duration.ofSeconds(20), Clock.systemUTC());
      String why = refusal(client, "s3a://missing/x");
      assertTrue(why.contains("bucket missing does not exist and cannot be created: HTTP 403"), why);
      assertTrue(why.contains("s3:CreateBucket"), why);
    }
  }

  private static String refusal(S3Client client, String location) {
    StoreException refused = assertThrows(StoreException.class,
        () -> new StoreCheck(client, S3Location.parse(location)).run());
    assertTrue(refused.isRefusal(), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    return refused.getMessage();
  }

  @Test
  void aStoreThatIsAwayIsNotRefused() {
    S3Client nobody = Versitygw.client("http://127.0.0.1:" + Processes.freePort(), "x", Clock.systemUTC());
    StoreCheck check = new StoreCheck(nobody, S3Location.parse("s3a://x/y"));
    IOException away = assertThrows(IOException.class, check::run);
    assertFalse(away instanceof StoreException);
    assertTrue(away.getMessage().contains("cannot connect"),
        away.getMessage());
  }

  @Test
  void aLeaderTakesTheNewestCompleteEpochOver() throws Exception {
    StateStore state = new StateStore(s3, S3Location.parse("s3a://store/epochs"));
    assertEquals(Set.of(), state.takeOver(1).keySet());
    state.put(1, "app_a", bytes("a"));
    state.put(1, "worker_b", bytes("b"));
    assertEquals(Set.of("app_a", "worker_b"), state.takeOver(2).keySet());
    state.delete(2, "app_a");
    state.put(2, "app_c", bytes("c"));
    state.put(2, "app_empty", new byte[0]);
    state.put(3, "app_half", bytes("a leader of epoch 3 that died while it copied"));
    SortedMap<String, byte[]> fourth = state.takeOver(4);
    assertEquals(Set.of("app_c", "worker_b"), fourth.keySet());
    assertArrayEquals(bytes("c"), fourth.get("app_c"));

    // whoever led before and wakes up now
    state.put(2, "app_late", bytes("late"));
    state.delete(2, "worker_b");
    assertEquals(Set.of("app_c", "worker_b"), state.takeOver(5).keySet());
    state.removeBefore(5);
    assertEquals(List.of(), keysNotOf(s3.list("epochs/"), "epochs/state/0000000005/"));
    assertEquals(5, state.highestEpoch());
  }

  @Test
  void threeHundredObjectsAreTakenOver() throws Exception {
    StateStore state = new StateStore(s3, S3Location.parse("s3a://store/large"));
    state.takeOver(1);
    for (int i = 0; i < 300; i++) {
      state.put(1, "worker_" + i, new byte[2000]);
    }
    long start = System.nanoTime();
    assertEquals(300, state.takeOver(2).size());
    System.out.printf("take over 300 objects: %.2f s%n", (System.nanoTime() - start) / 1e9);
  }

  @Test
  void changesWaitForTheStoreAndKeepTheirOrder() throws Exception {
    try (Versitygw own = Versitygw.start(folder.resolve("away"))) {
      S3Client client = own.client("away");
      BucketSetup.ensureBucket(client, "");
      StateStore state = new StateStore(client, S3Location.parse("s3a://away/x"));
      StateWriter writer = new StateWriter(state, () -> 1, () -> true);
      writer.write("kept", bytes("1"), Duration.ofSeconds(20));
      assertEquals(0, writer.waiting());

      own.stop();
      writer.write("first", bytes("2"), Duration.ofSeconds(20));
      for (int i = 0; i < 200; i++) {
        writer.write("twice", bytes("number " + i), Duration.ofSeconds(20)); // would take an hour if it waited
      }
      writer.write("gone", bytes("3"), Duration.ofSeconds(20));
      writer.write("gone", null, Duration.ZERO);
      writer.write("kept", null, Duration.ZERO);
      assertEquals(4, writer.waiting());
      assertTrue(writer.problem().contains("cannot connect"), writer.problem());

      own.start();
      assertTrue(writer.flush(Duration.ofSeconds(30)));
      assertEquals(List.of("x/state/0000000001/first", "x/state/0000000001/twice"), client.list("x/"));
      assertEquals("number 199", client.get("x/state/0000000001/twice").text());
    }
  }

  @Test
  void nothingIsWrittenWithoutTheLease() throws Exception {
    StateStore state = new StateStore(s3, S3Location.parse("s3a://store/fenced"));
    boolean[] lease = {false};
    StateWriter writer = new StateWriter(state, () -> 7, () -> lease[0]);
    writer.write("app_x", bytes("x"), Duration.ofMillis(300));
    assertEquals(1, writer.waiting());
    assertEquals(List.of(), s3.list("fenced/"));
    lease[0] = true;
    assertTrue(writer.flush(Duration.ofSeconds(20)));
    assertEquals(List.of("fenced/state/0000000007/app_x"), s3.list("fenced/"));
  }

  @Test
  void oneChangeThatIsRefusedDoesNotHoldUpTheOthers() throws Exception {
    StateStore state = new StateStore(s3, S3Location.parse("s3a://store/refused"));
    StateWriter writer = new StateWriter(state, () -> 1, () -> true);
    writer.write("x".repeat(2000), bytes("longer than a key may be"), Duration.ofSeconds(20));
    assertTrue(writer.problem().contains("HTTP 4"), "the reason is told");
    for (int i = 0; i < 20; i++) {
      writer.write("app_" + i, bytes("1"), Duration.ofSeconds(20));
      assertTrue(s3.get("refused/state/0000000001/app_" + i).ok(), "stored when write returns");
    }
    assertEquals(1, writer.waiting());
    assertTrue(writer.problem().contains("HTTP 4"), "the reason is told");
  }

  private static List<String> keysNotOf(List<String> keys, String prefix) {
    List<String> others = new ArrayList<>(keys);
    others.removeIf(key -> key.startsWith(prefix));
    return others;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
