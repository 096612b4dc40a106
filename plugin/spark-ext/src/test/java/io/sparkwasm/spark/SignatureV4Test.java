package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The examples of AWS's own documentation, "Authenticating Requests: Using the Authorization Header". */
class SignatureV4Test {
  private static final Credentials KEY =
      new Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, null);
  private static final String BUCKET = "https://examplebucket.s3.amazonaws.com";

  @Test
  void getObject() {
    check("GET", "/test.txt", Map.of("range", "bytes=0-9"), "",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void putObject() {
    check("PUT", "/test%24file.text",
        Map.of("date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY"),
        "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }

  @Test
  void listObjects() {
    check("GET", "/?max-keys=2&prefix=J", Map.of(), "",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void aSessionTokenIsSentAndSigned() {
    SortedMap<String, String> headers = new TreeMap<>(Map.of("host", "examplebucket.s3.amazonaws.com"));
    Credentials temporary = new Credentials(KEY.accessKey, KEY.secretKey, "a token", null);
    SignatureV4.sign("GET", URI.create(BUCKET + "/"), headers, new byte[0], temporary, "us-east-1", Instant.EPOCH);
    assertEquals("a token", headers.get("x-amz-security-token"));
    assertTrue(headers.get("authorization").contains(
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"), headers.get("authorization"));
  }

  private static void check(String method, String path, Map<String, String> extra, String body, String signature) {
    SortedMap<String, String> headers = new TreeMap<>(extra);
    headers.put("host", "examplebucket.s3.amazonaws.com");
    SignatureV4.sign(method, URI.create(BUCKET + path), headers, body.getBytes(StandardCharsets.UTF_8), KEY,
        "us-east-1", Instant.parse("2013-05-24T00:00:00Z"));
    assertTrue(headers.get("authorization").endsWith("Signature=" + signature), headers.get("authorization"));
  }
}
