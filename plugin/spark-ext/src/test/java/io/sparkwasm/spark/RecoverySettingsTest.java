package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class RecoverySettingsTest {
  private static RecoverySettings read(Map<String, String> environment, String... conf) {
    SparkConf all = new SparkConf(false).set("spark.deploy.recoveryDirectory", "s3a://b/x");
    for (int i = 0; i < conf.length; i += 2) {
      all.set(conf[i], conf[i + 1]);
    }
    return new RecoverySettings(all, environment);
  }

  @Test
  void defaults() {
    RecoverySettings settings = read(Map.of());
    assertEquals(Duration.ofSeconds(15), settings.lease);
    assertEquals(Duration.ofSeconds(120), settings.stuckAfter);
    assertEquals(0, settings.healthPort);
    assertNull(settings.holder);
  }

  @Test
  void durationsAsSparkWritesThem() {
    assertEquals(Duration.ofSeconds(20), read(Map.of(), "spark.deploy.s3.lease", "20").lease);
    assertEquals(Duration.ofMinutes(1), read(Map.of(), "spark.deploy.s3.lease", "1m").lease);
  }

  @Test
  void thePodIsTheHolder() {
    assertEquals("m-0", read(Map.of("POD_NAME", "m-0")).holder);
    assertEquals("ns/m-0", read(Map.of("POD_NAME", "m-0", "POD_NAMESPACE", "ns")).holder);
    assertEquals("x", read(Map.of("POD_NAME", "m-0"), "spark.deploy.s3.holder", "x").holder);
  }

  @Test
  void recoveringMayTakeAWorkerTimeout() {
    assertEquals(Duration.ofSeconds(400), read(Map.of(), "spark.worker.timeout", "200").stuckAfter);
  }

  @Test
  void mistakesNameTheirKey() {
    for (String[] wrong : new String[][] {{"spark.deploy.recoveryDirectory", "/tmp/x"},
        {"spark.deploy.s3.election", "zookeeper"}, {"spark.deploy.s3.lease", "1s"}, {"spark.deploy.s3.lease", "1h"},
        {"spark.deploy.s3.uiPort", "70000"}, {"spark.deploy.s3.requestTimeout", "0s"}}) {
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> read(Map.of(), wrong), wrong[0]);
      assertTrue(e.getMessage().contains(wrong[0]) || e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }
}
