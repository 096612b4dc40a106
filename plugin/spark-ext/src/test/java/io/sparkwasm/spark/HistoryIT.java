package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real History Server over two buckets, one of which comes later, with event logs of real jobs, by Hadoop's S3A. */
class HistoryIT {
  @TempDir
  Path folder;

  @Test
  void oneBucketIsMissingAndComes() throws Exception {
    String connect = "s3a://connect-logs/events";
    String standalone = "s3a://standalone-logs/events";
    int port = Processes.freePort();
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      assertEquals(Buckets.DONE, makeFolder(store, connect));
      Map<String, String> conf = s3a(store);
      conf.put("spark.history.provider", MultiDirHistoryProvider.class.getName());
      conf.put("spark.history.fs.logDirectory", connect + "," + standalone);
      conf.put("spark.history.fs.update.interval", "1s");
      conf.put("spark.history.ui.port", Integer.toString(port));
      conf.put("spark.history.store.path", folder.resolve("store").toString());
      try (SparkProcess server = SparkProcess.run("history-server", conf, Versitygw.environment(),
          "org.apache.spark.deploy.history.HistoryServer", List.of())) {
        runJob(store, "first", connect);
        Await.until("the first is listed", () -> names(port).equals("first"));
        String page = SparkCluster.get(port, "/").body();
        assertTrue(page.contains(connect + ", " + standalone + " (not readable: "), page);

        assertEquals(Buckets.DONE, makeFolder(store, standalone));
        runJob(store, "second", standalone);
        Await.until("both are listed, the newest first", () -> names(port).equals("second first"));
        assertTrue(SparkCluster.get(port, "/").body().contains(connect + ", " + standalone + "<"), "both are readable");
        for (String id : values(port, "id").split(" ")) {
          String application = "/api/v1/applications/" + id;
          assertTrue(SparkCluster.get(port, application + "/jobs").body().contains("SUCCEEDED"), id);
          assertEquals(200, SparkCluster.get(port, application + "/logs").statusCode());
          assertEquals(200, SparkCluster.get(port, "/history/" + id + "/jobs/").statusCode());
        }
        assertTrue(server.isAlive());
      }
    }
  }

  private static int makeFolder(Versitygw store, String url) {
    return Buckets.run(new String[] {url}, store.conf()::get, Versitygw.environment());
  }

  private Map<String, String> s3a(Versitygw store) {
    Map<String, String> conf = new HashMap<>(store.conf());
    conf.put("spark.hadoop.hadoop.tmp.dir", folder.resolve("tmp").toString());
    conf.put("spark.hadoop.fs.s3a.directory.marker.retention", "keep"); // versitygw hangs with the others
    return conf;
  }

  private void runJob(Versitygw store, String name, String logs) throws Exception {
    Map<String, String> conf = s3a(store);
    conf.put("spark.master", "local[1]");
    conf.put("spark.app.name", name);
    conf.put("spark.ui.enabled", "false");
    conf.put("spark.driver.host", "127.0.0.1");
    conf.put("spark.eventLog.enabled", "true");
    conf.put("spark.eventLog.dir", logs);
    Path end = folder.resolve(name);
    try (SparkProcess job = SparkProcess.run("history-" + name, conf, Versitygw.environment(),
        SumJob.class.getName(), List.of("2", "1", end.toString()))) {
      Await.until("the job computes", () -> job.log().contains("STAGE 1"));
      Files.createFile(end);
      Await.until("it ends", () -> !job.isAlive());
      assertTrue(job.log().contains("the sum is right"), job.log());
    }
  }

  private static String names(int port) throws Exception {
    return values(port, "name");
  }

  private static String values(int port, String key) throws Exception {
    Matcher matcher = Pattern.compile("\"" + key + "\" : \"([^\"]*)\"")
        .matcher(SparkCluster.get(port, "/api/v1/applications").body());
    StringBuilder all = new StringBuilder();
    while (matcher.find()) {
      all.append(all.length() == 0 ? "" : " ").append(matcher.group(1));
    }
    return all.toString();
  }
}
