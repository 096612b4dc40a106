package io.sparkwasm.spark;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;

/** The keys {@code spark.deploy.s3.*}; README.md has them in a table. Durations are written as Spark writes them. */
final class RecoverySettings {
  /** {@code spark.deploy.recoveryDirectory}: {@code s3a://bucket/prefix}, the same for all Masters of a cluster. */
  final S3Location location;
  /** {@code spark.deploy.s3.election}: {@code single} (true) when there is one Master only, or {@code lease}. */
  final boolean single;
  /** {@code spark.deploy.s3.lease}: how long a leader that vanished is waited for. */
  final Duration lease;
  /** {@code spark.deploy.s3.holder}, else POD_NAMESPACE/POD_NAME, else null: the Master's address. */
  final String holder;
  /** {@code spark.deploy.s3.requestTimeout}: of one request to the store. */
  final Duration requestTimeout;
  /** {@code spark.deploy.s3.writeWait}: how long the message loop waits for one change to be stored. */
  final Duration writeWait;
  /** {@code spark.deploy.s3.serialFilter}: the classes that state may consist of. */
  final String serialFilter;
  /** {@code spark.deploy.s3.bindAddress}: of the two servers below. */
  final String bindAddress;
  /** {@code spark.deploy.s3.healthPort}: 0 for none. */
  final int healthPort;
  /** {@code spark.deploy.s3.uiPort}: forwards to the leader's web UI; 0 for none. */
  final int uiPort;
  /** {@code spark.worker.timeout}: Spark's own. */
  final long workerTimeoutSeconds;
  /** {@code spark.deploy.s3.stuckAfter}: when a Master counts as stuck; at least two worker timeouts. */
  final Duration stuckAfter;
  /** Whether the Masters' web UI speaks HTTPS: {@code spark.ssl.standalone.enabled}, {@code spark.ssl.enabled}. */
  final boolean uiTls;

  private final UnaryOperator<String> conf;
  private final Map<String, String> environment;

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException or Spark's NoSuchElementException in words for the user
   */
  RecoverySettings(SparkConf conf, Map<String, String> environment) {
    this.conf = key -> conf.get(key, null);
    this.environment = environment;
    location = location(conf.get("spark.deploy.recoveryDirectory", ""));
    single = choice(conf.get("spark.deploy.s3.election", "lease"));
    lease = seconds(conf, "spark.deploy.s3.lease", "15s", 3, 600);
    holder = conf.get("spark.deploy.s3.holder", podName(environment));
    requestTimeout = seconds(conf, "spark.deploy.s3.requestTimeout", "3s", 1, 60);
    writeWait = seconds(conf, "spark.deploy.s3.writeWait", "2s", 0, 60);
    serialFilter = conf.get("spark.deploy.s3.serialFilter", StateReader.DEFAULT_FILTER);
    bindAddress = conf.get("spark.deploy.s3.bindAddress", "0.0.0.0");
    healthPort = port(conf, "spark.deploy.s3.healthPort");
    uiPort = port(conf, "spark.deploy.s3.uiPort");
    workerTimeoutSeconds = conf.getTimeAsSeconds("spark.worker.timeout", "60s");
    Duration workerTimeouts = Duration.ofSeconds(2 * workerTimeoutSeconds);
    Duration asked = seconds(conf, "spark.deploy.s3.stuckAfter", "120s", 10, 3600);
    stuckAfter = asked.compareTo(workerTimeouts) < 0 ? workerTimeouts : asked;
    uiTls = conf.getBoolean("spark.ssl.standalone.enabled", conf.getBoolean("spark.ssl.enabled", false));
  }

  /** For the lease: no request may outlast the time between two renewals by much. */
  S3Client leaseClient() {
    Duration fifth = lease.dividedBy(5);
    return client(fifth.compareTo(requestTimeout) < 0 ? fifth : requestTimeout);
  }

  S3Client stateClient() {
    return client(requestTimeout);
  }

  private S3Client client(Duration timeout) {
    String bucket = location.bucket();
    return new S3Client(S3Settings.of(bucket, conf, environment), CredentialSource.of(bucket, conf, environment),
        timeout, Clock.systemUTC());
  }

  private static S3Location location(String directory) {
    try {
      return S3Location.parse(directory);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("spark.deploy.recoveryDirectory: " + e.getMessage());
    }
  }

  private static boolean choice(String election) {
    switch (election) {
      case "lease":
        return false;
      case "single":
        return true;
      default:
        throw new IllegalArgumentException("spark.deploy.s3.election=" + election + ": lease or single");
    }
  }

  private static String podName(Map<String, String> environment) {
    String pod = environment.getOrDefault("POD_NAME", "");
    String namespace = environment.getOrDefault("POD_NAMESPACE", "");
    return pod.isEmpty() ? null : namespace.isEmpty() ? pod : namespace + "/" + pod;
  }

  private static Duration seconds(SparkConf conf, String key, String fallback, long least, long most) {
    long value = conf.getTimeAsSeconds(key, fallback);
    if (value < least || value > most) {
      throw new IllegalArgumentException(key + "=" + value + "s is not from " + least + "s to " + most + "s");
    }
    return Duration.ofSeconds(value);
  }

  private static int port(SparkConf conf, String key) {
    int port = conf.getInt(key, 0);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(key + "=" + port + " is not a port");
    }
    return port;
  }
}
