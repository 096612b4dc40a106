package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Master that may have rivals, with a lease of 20 s: the store is away for less and for more than that. */
class OutageIT {
  @TempDir
  Path folder;

  @Test
  void eightSecondsAndTwentyFive() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("outage", store, folder).with("spark.deploy.s3.lease", "20s")) {
      SparkCluster.Master master = cluster.master("m0");
      Await.until("ALIVE", () -> master.status("/ready") == 200);
      cluster.worker("w1", master);
      Await.until("a worker", () -> master.alive(1, 0));
      SparkProcess job = cluster.job(master);

      store.freeze();
      Await.pause(8_000);
      store.thaw();
      S3Client s3 = store.client("recovery");
      String before = s3.get("outage/leader").etag();
      Await.until("the lease is renewed", () -> !s3.get("outage/leader").etag().equals(before));
      assertTrue(master.process.isAlive());

      store.stop();
      long stopped = System.nanoTime();
      double left = Await.until("the leader leaves", () -> !master.process.isAlive());
      assertTrue(master.process.log().contains("Lease lost: it was not renewed in time"), master.process.log());
      cluster.start(master); // as the kubelet does
      Await.until("it waits for the store", () -> master.why("/ready").startsWith("no: STANDBY: "));
      Await.pause(Math.max(0, 25_000 - (System.nanoTime() - stopped) / 1_000_000));
      assertEquals(200, master.status("/live"));
      store.start();
      double back = Await.until("ALIVE with worker and job", () -> master.alive(1, 1));

      int executors = cluster.finish(job);
      System.out.printf("store away 8 s: unaffected; 25 s: leader leaves after %.1f s, ALIVE with worker and"
          + " job %.1f s after the store is back, lost executors %d%n", left, back, executors);
    }
  }
}
