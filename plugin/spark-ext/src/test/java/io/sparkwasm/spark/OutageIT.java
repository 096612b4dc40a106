package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A Master that may have rivals: the store is away for less and for more than its lease is trusted. */
@Execution(ExecutionMode.CONCURRENT)
class OutageIT {
  @TempDir
  Path folder;

  @Test
  void eightSeconds() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("short-outage", store, folder)
            .with("spark.deploy.s3.lease", "120s").with("spark.deploy.s3.requestTimeout", "1s")) {
      SparkCluster.Master master = cluster.master("m0");
      Await.until("ALIVE", () -> master.status("/ready") == 200);
      store.freeze();
      long frozen = System.nanoTime();
      cluster.worker("w1", master);
      Await.until("a worker registers meanwhile", () -> master.alive(1, 0));
      Await.until("its registration waits", () -> master.why("/ready").contains("1 state changes wait for the store"));
      Await.pause(Math.max(0, 8_000 - (System.nanoTime() - frozen) / 1_000_000));
      store.thaw();
      S3Client s3 = store.client("recovery");
      Await.until("it is stored", () -> s3.list("short-outage/state/0000000001/worker_").size() == 1);
      Await.until("nothing waits", () -> master.why("/leader").equals("yes: ALIVE, epoch 1\n"));

      master.process.kill();
      cluster.start(master);
      Await.until("ALIVE with the worker", () -> master.alive(1, 0));
    }
  }

  @Test
  void twentyFiveSeconds() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("long-outage", store, folder).with("spark.deploy.s3.lease", "20s")) {
      SparkCluster.Master master = cluster.master("m0");
      Await.until("ALIVE", () -> master.status("/ready") == 200);
      cluster.worker("w1", master);
      Await.until("a worker", () -> master.alive(1, 0));
      SparkProcess job = cluster.job(master);

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
      System.out.printf("store away 25 s: leader leaves after %.1f s, ALIVE with worker and job %.1f s after the store"
          + " is back, lost executors %d%n", left, back, executors);
    }
  }
}
