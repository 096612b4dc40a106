package io.sparkwasm.spark;

import java.net.URI;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a bucket is and how it is addressed, from the same keys that Spark's own S3 access uses: {@code
 * spark.hadoop.fs.s3a.*}, with a bucket's own {@code spark.hadoop.fs.s3a.bucket.NAME.*} before them.
 *
 * @see <a href="https://hadoop.apache.org/docs/r3.3.4/hadoop-aws/tools/hadoop-aws/index.html">hadoop-aws 3.3.4</a>
 */
final class S3Settings {
  private static final Pattern REGION_IN_HOST =
      Pattern.compile("(?:^|[./])s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-\\d+)\\.amazonaws\\.com");
  private static final Pattern DNS_BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+|localhost");

  private final String bucket;
  private final String region;
  private final URI base;

  private S3Settings(String bucket, String region, URI base) {
    this.bucket = bucket;
    this.region = region;
    this.base = base;
  }

  /**
   * Reads the settings of one bucket.
   *
   * @param conf Spark's configuration; null for a key that is not set
   * @param environment AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL are read
   * @throws IllegalArgumentException when the endpoint is not a URL, in words for the user
   */
  static S3Settings of(String bucket, UnaryOperator<String> conf, Map<String, String> environment) {
    String given = firstSet(s3a(bucket, "endpoint", conf), environment.get("AWS_ENDPOINT_URL_S3"),
        environment.get("AWS_ENDPOINT_URL"));
    String region = firstSet(s3a(bucket, "endpoint.region", conf), environment.get("AWS_REGION"),
        environment.get("AWS_DEFAULT_REGION"), given == null ? null : regionIn(given), "us-east-1");
    boolean global = given == null || given.matches("(https?://)?s3\\.amazonaws\\.com/?");
    String endpoint = global ? "s3." + region + ".amazonaws.com" : given;
    if (!endpoint.contains("://")) {
      boolean plain = "false".equalsIgnoreCase(s3a(bucket, "connection.ssl.enabled", conf));
      endpoint = (plain ? "http://" : "https://") + endpoint;
    }
    URI uri = endpointUri(endpoint);
    boolean byHost = !"true".equalsIgnoreCase(s3a(bucket, "path.style.access", conf))
        && DNS_BUCKET.matcher(bucket).matches() && !ADDRESS.matcher(uri.getHost()).matches();
    String authority = (byHost ? bucket + "." : "") + uri.getRawAuthority();
    String path = uri.getRawPath().replaceAll("/+$", "") + (byHost ? "" : "/" + bucket);
    return new S3Settings(bucket, region, URI.create(uri.getScheme() + "://" + authority + path));
  }

  /** The value of {@code fs.s3a.KEY}, the bucket's own first; null when neither is set. */
  static String s3a(String bucket, String key, UnaryOperator<String> conf) {
    return firstSet(conf.apply("spark.hadoop.fs.s3a.bucket." + bucket + "." + key),
        conf.apply("spark.hadoop.fs.s3a." + key));
  }

  static String firstSet(String... values) {
    for (String value : values) {
      if (value != null && !value.trim().isEmpty()) {
        return value.trim();
      }
    }
    return null;
  }

  private static URI endpointUri(String endpoint) {
    try {
      URI uri = URI.create(endpoint);
      if (uri.getHost() != null && uri.getScheme().matches("https?") && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException ignored) {
      // said below
    }
    throw new IllegalArgumentException("spark.hadoop.fs.s3a.endpoint='" + endpoint + "' is not a URL such as"
        + " https://s3.eu-west-1.amazonaws.com or http://minio:9000");
  }

  private static String regionIn(String endpoint) {
    Matcher matcher = REGION_IN_HOST.matcher(endpoint);
    return matcher.find() ? matcher.group(1) : null;
  }

  String bucket() {
    return bucket;
  }

  String region() {
    return region;
  }

  /** The bucket's own URL, without a slash at its end. */
  URI base() {
    return base;
  }
}
