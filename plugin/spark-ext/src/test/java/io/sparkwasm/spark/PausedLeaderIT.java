package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader is stopped in the midst of writing, another takes over, the first wakes up. */
class PausedLeaderIT {
  private static final int SECONDS = 20;
  private static final String PREFIX = "paused/state/";

  @TempDir
  Path folder;

  @Test
  void wakingUpItWritesNothing() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      S3Client s3 = store.client("state");
      BucketSetup.ensureBucket(s3, "");
      S3Location location = S3Location.parse("s3a://state/paused");
      StateStore state = new StateStore(s3, location);
      List<Long> epochs = new ArrayList<>();
      try (SparkProcess first = SparkProcess.run("paused-leader", Map.of(), Map.of(), WritingLeader.class.getName(),
          List.of(store.endpoint(), location.toString(), Integer.toString(SECONDS)))) {
        Await.until("it writes", () -> first.log().contains("WRITING"));
        // its state would be complete, had it gone the whole way to leadership
        state.put(1, "_complete", new byte[] {'0'});
        first.signal("STOP");

        LeaderLease second = new LeaderLease(s3, location.key("leader"), "second", Duration.ofSeconds(SECONDS), false,
            state, epochs::add, why -> { }, System::nanoTime);
        double taken = Await.until("another leads", () -> {
          second.step();
          return second.view().held;
        });
        assertEquals(List.of(2L), epochs);
        assertTrue(state.takeOver(2).size() >= 50);
        state.removeBefore(2);
        Map<String, String> before = versions(s3);

        first.signal("CONT");
        assertTrue(first.process().waitFor(3, TimeUnit.MINUTES), "it ends");
        assertEquals(7, first.process().exitValue(), first.log());
        assertTrue(first.log().contains("LOST"), first.log());

        Map<String, String> after = versions(s3);
        List<String> late = new ArrayList<>(after.keySet());
        late.removeAll(before.keySet());
        after.keySet().retainAll(before.keySet());
        assertEquals(before, after, "the state of the second leader is as it left it");
        // at most the one request that was under way when it was stopped, in the epoch that is over
        assertTrue(late.size() <= 1, late.toString());
        assertTrue(late.stream().allMatch(key -> key.startsWith(PREFIX + "0000000001/")), late.toString());
        System.out.printf("paused: taken over after %.1f s, late writes into the old epoch: %d%n", taken, late.size());
      }
    }
  }

  private static Map<String, String> versions(S3Client s3) throws Exception {
    Map<String, String> versions = new TreeMap<>();
    for (String key : s3.list(PREFIX)) {
      versions.put(key, s3.get(key).text());
    }
    return versions;
  }
}
