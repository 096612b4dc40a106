package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real Masters with a Worker and a running job. */
class TwoMastersIT {
  @TempDir
  Path folder;

  @Test
  void theLeaderDiesLeavesAndFreezes() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("two", store, folder).with("spark.deploy.s3.lease", "20s")) {
      SparkCluster.Master a = cluster.master("a");
      Await.until("a leads", () -> a.status("/leader") == 200);
      SparkCluster.Master b = cluster.master("b");
      Await.until("b is a healthy standby", () -> b.status("/ready") == 200);
      Await.until("it says so", () -> b.why("/ready").equals("yes: STANDBY, a leads\n")
          && b.why("/leader").equals("no: STANDBY, the lease is of a\n"));
      cluster.worker("w1", a, b);
      Await.until("a worker", () -> a.alive(1, 0));
      SparkProcess job = cluster.job(a, b);

      forwards(b, a);
      forwards(a, a);

      a.process.kill();
      double killed = Await.until("b leads after kill -9", () -> b.alive(1, 1));
      HttpResponse<String> ui = SparkCluster.get(b.forward, "/");
      assertEquals(200, ui.statusCode());
      cluster.start(a);
      Await.until("a is a healthy standby", () -> a.status("/ready") == 200);

      b.process.signal("TERM");
      double left = Await.until("a leads after SIGTERM", () -> a.alive(1, 1));
      cluster.start(b);
      Await.until("b is a healthy standby", () -> b.status("/ready") == 200);
      forwards(b, a);

      a.process.signal("STOP");
      double frozen = Await.until("b leads after SIGSTOP", () -> b.alive(1, 1));
      String state = state(store);
      a.process.signal("CONT");
      double fenced = Await.until("a ends", () -> !a.process.isAlive());
      assertTrue(a.process.log().contains("Lease lost: "), a.process.log());
      assertEquals(state, state(store), "the frozen leader has written nothing");

      int executors = cluster.finish(job);
      System.out.printf("two masters, lease 20 s: kill -9 %.1f s, SIGTERM %.1f s, SIGSTOP %.1f s, fenced after %.1f s,"
          + " lost executors %d%n", killed, left, frozen, fenced, executors);
    }
  }

  private static void forwards(SparkCluster.Master through, SparkCluster.Master leader) throws Exception {
    Await.until("the way to the leader's UI", () -> SparkCluster.get(through.forward, "/json/").statusCode() == 200);
    assertTrue(SparkCluster.get(through.forward, "/json/").body().contains("\"url\" : \"spark://" + leader.url()));
    HttpResponse<String> page = SparkCluster.get(through.forward, "/");
    assertTrue(page.body().contains("<title>Spark Master at spark://" + leader.url()), page.body());
    assertEquals(200, SparkCluster.get(through.forward, "/static/webui.css").statusCode());
    HttpResponse<String> redirect = SparkCluster.post(through.forward, "/app/kill/", "id=none&terminate=true");
    assertEquals(302, redirect.statusCode());
    assertEquals("/", redirect.headers().firstValue("location").orElse(""));
  }

  private static String state(Versitygw store) throws Exception {
    StringBuilder all = new StringBuilder();
    S3Client s3 = store.client("recovery");
    for (String key : s3.list("two/state/")) {
      all.append(key).append(' ').append(s3.get(key).etag()).append('\n');
    }
    return all.toString();
  }
}
