package io.sparkwasm.spark;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 for S3, in a header.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">its definition</a>
 */
final class SignatureV4 {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SignatureV4() {}

  /**
   * Adds {@code x-amz-*} and {@code authorization} to the headers.
   *
   * @param headers lower-case names; {@code host} must be there as it will be sent
   * @param uri its raw path and query are what is signed; the query's names must be sorted
   */
  static void sign(String method, URI uri, SortedMap<String, String> headers, byte[] body, Credentials credentials,
      String region, Instant now) {
    String time = DATE.format(now);
    String day = time.substring(0, 8);
    String bodyHash = hex(sha256(body));
    headers.put("x-amz-content-sha256", bodyHash);
    headers.put("x-amz-date", time);
    if (credentials.sessionToken != null) {
      headers.put("x-amz-security-token", credentials.sessionToken);
    }

    StringBuilder lines = new StringBuilder();
    headers.forEach((name, value) -> lines.append(name).append(':').append(value.trim()).append('\n'));
    String names = String.join(";", headers.keySet());
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    String request = String.join("\n", method, uri.getRawPath(), query, lines, names, bodyHash);

    String scope = day + "/" + region + "/s3/aws4_request";
    String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(utf8(request))));
    byte[] dayKey = hmac(utf8("AWS4" + credentials.secretKey), day);
    byte[] key = hmac(hmac(hmac(dayKey, region), "s3"), "aws4_request");
    headers.put("authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.accessKey + "/" + scope
        + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, toSign)));
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder(2 * bytes.length);
    for (byte b : bytes) {
      out.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    return out.toString();
  }
}
