package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketsIT {
  @TempDir
  Path folder;

  private static int run(Versitygw store, String... arguments) {
    return Buckets.run(arguments, store.conf()::get, Versitygw.environment());
  }

  @Test
  void bucketsAndFoldersAreMadeOnce() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      String[] wanted = {"s3a://mlflow-artifacts", "s3a://spark-standalone-logs/events/"};
      List<CompletableFuture<Integer>> several = IntStream.range(0, 4)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> run(store, wanted)))
          .collect(Collectors.toList());
      for (CompletableFuture<Integer> one : several) {
        assertEquals(Buckets.DONE, one.get());
      }
      assertEquals(Buckets.DONE, run(store, wanted));
      assertEquals(List.of("events/"), store.client("spark-standalone-logs").list(""));
      assertEquals(List.of(), store.client("mlflow-artifacts").list(""));

      store.client("spark-standalone-logs").put("events/app-1", new byte[1]);
      store.client("spark-standalone-logs").delete("events/");
      assertEquals(Buckets.DONE, run(store, wanted));
      assertEquals(List.of("events/app-1"), store.client("spark-standalone-logs").list(""));
    }
  }

  @Test
  void theStoreIsWaitedFor() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      store.stop();
      assertEquals(Buckets.NO_ANSWER, run(store, "--wait=1", "s3a://logs/events"));
      CompletableFuture<Integer> waiting =
          CompletableFuture.supplyAsync(() -> run(store, "--wait=60", "s3a://logs/events"));
      Await.pause(500);
      store.start();
      assertEquals(Buckets.DONE, waiting.get());
    }
  }

  @Test
  void whatIsRefusedIsNotWaitedFor() {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      Map<String, String> wrong = Map.of("AWS_ACCESS_KEY_ID", "nobody", "AWS_SECRET_ACCESS_KEY", "x");
      assertEquals(Buckets.REFUSED, Buckets.run(new String[] {"s3a://logs"}, store.conf()::get, wrong));
      assertEquals(Buckets.REFUSED, run(store, "s3a://No_Good_Name"));
    }
  }

  @Test
  void arguments() {
    Map<String, String> none = Map.of();
    assertEquals(Buckets.USAGE, Buckets.run(new String[] {}, none::get, none));
    assertEquals(Buckets.USAGE, Buckets.run(new String[] {"hdfs://x"}, none::get, none));
    assertEquals(Buckets.USAGE, Buckets.run(new String[] {"--wait=soon", "s3a://x"}, none::get, none));
  }

  /** As an init container runs it: the jar alone, without Spark's. */
  @Test
  void theJarAloneIsEnough() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"))) {
      int code = runAlone("-Dspark.hadoop.fs.s3a.endpoint=" + store.endpoint(),
          "-Dspark.hadoop.fs.s3a.path.style.access=true", Buckets.class.getName(), "s3a://alone/events/");
      assertEquals(Buckets.DONE, code);
      assertEquals(List.of("events/"), store.client("alone").list(""));
    }
  }

  /** HTTPS with a CA of one's own, and buckets as host names, as on AWS. */
  @Test
  void tlsAndBucketsAsHostNames() throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "s3.test");
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 s3.test\n127.0.0.1 named.s3.test\n");
    try (Versitygw store = Versitygw.start(folder.resolve("s3"), List.of("--cert", certificate.cert.toString(),
        "--key", certificate.key.toString(), "--virtual-domain", "s3.test"), List.of())) {
      String endpoint = "-Dspark.hadoop.fs.s3a.endpoint=https://s3.test:" + store.port();
      String names = "-Djdk.net.hosts.file=" + hosts;
      String trust = "-Djavax.net.ssl.trustStore=" + certificate.trustStore;
      String password = "-Djavax.net.ssl.trustStorePassword=changeit";
      String bucket = "s3a://named/events/";
      assertEquals(Buckets.NO_ANSWER, runAlone(endpoint, names, Buckets.class.getName(), "--wait=1", bucket));
      int trusted = runAlone(endpoint, names, trust, password, Buckets.class.getName(), "--wait=30", bucket);
      assertEquals(Buckets.DONE, trusted);
      assertTrue(Files.isDirectory(store.files("named").resolve("events")));
    }
  }

  private static int runAlone(String... options) throws Exception {
    String jar = Path.of(Buckets.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("-cp", jar));
    command.addAll(List.of(options));
    return Processes.run(command, Versitygw.environment());
  }
}
