package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class S3SettingsTest {
  private static final String S3A = "spark.hadoop.fs.s3a.";

  @Test
  void awsByHostInTheRegionOfThePod() {
    check("logs", Map.of(), Map.of(), "https://logs.s3.us-east-1.amazonaws.com", "us-east-1");
    check("logs", Map.of(), Map.of("AWS_REGION", "eu-west-1"), "https://logs.s3.eu-west-1.amazonaws.com", "eu-west-1");
    check("logs", Map.of(S3A + "endpoint", "s3.amazonaws.com", S3A + "endpoint.region", "eu-west-3"), Map.of(),
        "https://logs.s3.eu-west-3.amazonaws.com", "eu-west-3");
    check("logs", Map.of(S3A + "endpoint", "https://s3.cn-north-1.amazonaws.com.cn"), Map.of(),
        "https://logs.s3.cn-north-1.amazonaws.com.cn", "cn-north-1");
  }

  @Test
  void aStoreOfOnesOwnByPath() {
    check("logs", Map.of(S3A + "endpoint", "http://minio:9000/", S3A + "path.style.access", "true"), Map.of(),
        "http://minio:9000/logs", "us-east-1");
    check("logs", Map.of(S3A + "endpoint", "minio:9000", S3A + "path.style.access", "true",
        S3A + "connection.ssl.enabled", "false"), Map.of(), "http://minio:9000/logs", "us-east-1");
    check("logs", Map.of(), Map.of("AWS_ENDPOINT_URL_S3", "https://store.example:8443/base"),
        "https://logs.store.example:8443/base", "us-east-1");
  }

  @Test
  void byPathWhereAHostNameCannotBe() {
    for (String address : new String[] {"http://127.0.0.1:9000", "http://[fd00::1]:9000", "http://localhost"}) {
      check("logs", Map.of(S3A + "endpoint", address), Map.of(), address + "/logs", "us-east-1");
    }
    check("with.dots", Map.of(), Map.of(), "https://s3.us-east-1.amazonaws.com/with.dots", "us-east-1");
    check("With_Others", Map.of(), Map.of(), "https://s3.us-east-1.amazonaws.com/With_Others", "us-east-1");
  }

  @Test
  void aBucketsOwnSettingsComeFirst() {
    Map<String, String> conf = new HashMap<>(Map.of(S3A + "endpoint", "http://minio:9000",
        S3A + "path.style.access", "true", S3A + "bucket.logs.endpoint", "http://other:1"));
    check("logs", conf, Map.of(), "http://other:1/logs", "us-east-1");
    check("state", conf, Map.of(), "http://minio:9000/state", "us-east-1");
  }

  @Test
  void whatIsNoUrl() {
    for (String wrong : new String[] {"ftp://x", "http://", "http://user:secret@host", "a b"}) {
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
          () -> S3Settings.of("b", Map.of(S3A + "endpoint", wrong)::get, Map.of()), wrong);
      assertTrue(e.getMessage().contains("spark.hadoop.fs.s3a.endpoint"), e.getMessage());
    }
  }

  @Test
  void locations() {
    assertEquals("b", S3Location.parse("s3a://b").bucket());
    assertEquals("", S3Location.parse("s3a://b/").prefix());
    assertEquals("x/y", S3Location.parse("s3://b//x/y//").prefix());
    assertEquals("x/leader", S3Location.parse(" s3a://my_bucket/x ").key("leader"));
    assertEquals("leader", S3Location.parse("s3a://b").key("leader"));
    for (String wrong : new String[] {"", "/tmp/x", "hdfs://b/x", "s3a://", "s3a:///x", "b/x"}) {
      assertThrows(IllegalArgumentException.class, () -> S3Location.parse(wrong), wrong);
    }
  }

  private static void check(String bucket, Map<String, String> conf, Map<String, String> environment, String base,
      String region) {
    S3Settings settings = S3Settings.of(bucket, conf::get, environment);
    assertEquals(base, settings.base().toString());
    assertEquals(region, settings.region());
  }
}
