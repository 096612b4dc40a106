package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real Master, a real Worker and a running job; the Master dies, or the store goes away. */
@Execution(ExecutionMode.CONCURRENT)
class OneMasterIT {
  @TempDir
  Path folder;

  @Test
  void itIsKilledAndComesBackWithItsState() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster =
            new SparkCluster("killed", store, folder).with("spark.deploy.s3.lease", "120s")) {
      SparkCluster.Master master = cluster.master("m0");
      double first = Await.until("ALIVE", () -> master.status("/ready") == 200);
      Await.until("it leads", () -> master.why("/leader").equals("yes: ALIVE, epoch 1\n"));
      assertEquals(404, master.status("/"));
      cluster.worker("w1", master);
      Await.until("a worker", () -> master.alive(1, 0));
      SparkProcess job = cluster.job(master);

      // what a bad day leaves behind
      S3Client s3 = store.client("recovery");
      s3.put("killed/state/0000000001/app_app-corrupt", new byte[] {(byte) 0xac, (byte) 0xed, 0});
      s3.put("killed/state/0000000001/worker_empty", new byte[0]);
      s3.put("killed/state/0000000001/driver_text", "no object".getBytes(StandardCharsets.UTF_8));
      Reply worker = s3.get(s3.list("killed/state/0000000001/worker_worker").get(0));
      s3.put("killed/state/0000000001/app_is_a_worker", worker.body());
      s3.put("killed/state/0000000001/app_is_a_file", serialized(new File("/etc/passwd")));

      master.process.kill();
      long killed = System.nanoTime();
      cluster.start(master);
      Await.until("ALIVE with worker and job", () -> master.alive(1, 1));
      double back = (System.nanoTime() - killed) / 1e9;
      assertEquals(200, master.status("/live"));
      Await.until("it is ready", () -> master.why("/ready").equals("yes: ALIVE, epoch 2\n"));
      String log = master.process.log();
      assertTrue(log.contains("epoch 2: it was this Master's before its restart"), log);
      for (String bad : new String[] {"app_app-corrupt", "driver_text", "app_is_a_worker", "app_is_a_file"}) {
        assertTrue(log.contains(bad + " cannot be read and is skipped"), bad + "\n" + log);
      }
      assertTrue(log.contains("refused by the serial filter: java.io.File"), log);
      assertTrue(log.contains("worker_empty is empty and skipped"), log);

      master.process.signal("TERM");
      Await.until("it ends", () -> !master.process.isAlive());
      assertTrue(master.process.log().contains("Lease given back"), master.process.log());
      cluster.start(master);
      Await.until("ALIVE with worker and job again", () -> master.alive(1, 1));

      cluster.finish(job);
      Await.until("old epochs are removed", () -> s3.list("killed/state/0000000002/").isEmpty());
      Await.until("the job's state is removed", () -> s3.list("killed/state/0000000003/app_app-2").isEmpty());
      System.out.printf("one master: start to ready %.1f s, kill -9 to ALIVE with worker and job %.1f s%n",
          first, back);
    }
  }

  @Test
  void theStoreGoesAwayAndNobodyNotices() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("single", store, folder).with("spark.deploy.s3.election", "single")) {
      SparkCluster.Master master = cluster.master("m0");
      Await.until("ALIVE", () -> master.status("/ready") == 200);
      store.freeze();
      long frozen = System.nanoTime();
      cluster.worker("w1", master);
      Await.until("a worker registers meanwhile", () -> master.alive(1, 0));
      Await.pause(Math.max(0, 8_000 - (System.nanoTime() - frozen) / 1_000_000));
      store.thaw();
      S3Client s3 = store.client("recovery");
      Await.until("it is stored", () -> s3.list("single/state/0000000001/worker_").size() == 1);

      store.freeze();
      frozen = System.nanoTime();
      SparkProcess job = cluster.job(master);
      Await.pause(Math.max(0, 25_000 - (System.nanoTime() - frozen) / 1_000_000));
      Await.until("it says so", () -> master.why("/ready").matches("yes: ALIVE, but the lease was not renewed for .*"
          + "; 1 state changes wait for the store: the lease is not valid\n"));
      assertEquals(200, master.status("/live"));
      store.thaw();
      double flushed =
          Await.until("the application is stored", () -> s3.list("single/state/0000000001/app_").size() == 1);
      assertTrue(master.process.isAlive());

      store.stop();
      master.process.kill(); // a pod that is lost while the store is down, too
      cluster.start(master);
      Await.until("it waits for the store", () -> master.why("/ready").startsWith("no: STANDBY: "));
      assertEquals(200, master.status("/live"));
      store.start();
      double back = Await.until("ALIVE with what was queued", () -> master.alive(1, 1));
      assertEquals(0, cluster.finish(job), "lost executors");
      System.out.printf("single, store away 8 s and 25 s: changes stored %.1f s after; store and master down:"
          + " ALIVE with worker and job %.1f s after the store is back%n", flushed, back);
    }
  }

  /** As in an upgrade: the worker is back before the Master, at its old address; the state has its former life. */
  @Test
  void itAndItsWorkerDieTogether() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster =
            new SparkCluster("together", store, folder).with("spark.deploy.s3.lease", "120s")) {
      SparkCluster.Master master = cluster.master("m0");
      int port = Processes.freePort();
      SparkProcess worker = cluster.worker("w1", port, master);
      Await.until("a worker", () -> master.alive(1, 0));
      master.process.kill();
      worker.kill();
      SparkProcess again = cluster.worker("w1-again", port, master);
      Await.until("it looks for the Master", () -> again.log().contains("Failed to connect to master"));
      cluster.start(master);
      double back = Await.until("ALIVE with the worker", () -> master.alive(1, 0));
      Await.until("the worker knows it", () -> again.log().contains("Successfully registered with master"));
      System.out.printf("master and worker killed: ALIVE with the worker %.1f s after the master's start%n", back);
    }
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }
}
