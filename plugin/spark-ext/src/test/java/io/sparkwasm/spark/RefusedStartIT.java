package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What cannot work ends a real Master with one line; Spark alone would leave it in STANDBY, answering 200. */
@Execution(ExecutionMode.CONCURRENT)
class RefusedStartIT {
  @TempDir
  Path folder;

  @Test
  void aStoreWithoutConditionalWrites() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"), List.of(), List.of("--nometa"));
        SparkCluster cluster = new SparkCluster("refused-store", store, folder)) {
      ends(cluster.master("m0"), "without conditional writes two Masters could lead");
    }
  }

  @Test
  void wrongKeys() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("refused-keys", store, folder)
            .with("spark.hadoop.fs.s3a.access.key", "nobody").with("spark.hadoop.fs.s3a.secret.key", "x")) {
      ends(cluster.master("m0"), "is the secret with the access key right?");
    }
  }

  @Test
  void aWrongSetting() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("refused-setting", store, folder)
            .with("spark.deploy.recoveryDirectory", "/var/lib/spark")) {
      ends(cluster.master("m0"), "'/var/lib/spark' is not of the form s3a://bucket/prefix");
    }
  }

  @Test
  void aPortThatIsTaken() throws Exception {
    try (Versitygw store = Versitygw.start(folder.resolve("s3"));
        SparkCluster cluster = new SparkCluster("refused-port", store, folder)) {
      SparkCluster.Master master = cluster.prepare("m0");
      try (ServerSocket taken = new ServerSocket(master.health, 1, InetAddress.getLoopbackAddress())) {
        cluster.start(master);
        ends(master, "port " + taken.getLocalPort() + " on 127.0.0.1 for health: Address already in use");
      }
    }
  }

  private static void ends(SparkCluster.Master master, String why) throws IOException, InterruptedException {
    assertTrue(master.process.process().waitFor(3, TimeUnit.MINUTES), "it ends\n" + master.process.log());
    assertEquals(1, master.process.process().exitValue());
    List<String> said = master.process.log().lines()
        .filter(line -> line.contains("ERROR Fatal: The Master ends: "))
        .collect(Collectors.toList());
    assertEquals(1, said.size(), master.process.log());
    assertTrue(said.get(0).contains(why), said.get(0));
  }
}
