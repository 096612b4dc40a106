package io.sparkwasm.spark;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * Makes buckets and folders for an init container: {@code java -cp spark-ext.jar io.sparkwasm.spark.Buckets
 * [--wait=SECONDS] s3a://bucket s3a://bucket/folder/ …}. Needs a JDK and this jar, no Spark.
 *
 * <p>A URL with a path also gets the folder's marker, an empty object {@code folder/}: {@code spark.eventLog.dir} must
 * exist ({@code org.apache.spark.deploy.history.EventLogFileWriter.requireLogBaseDirAsDirectory}). What exists is left
 * alone, so it may run any number of times and by many at once.
 *
 * <p>Settings are {@code spark.hadoop.fs.s3a.*} from system properties ({@code -D}), then from {@code
 * $SPARK_CONF_DIR/spark-defaults.conf}; credentials as in {@link CredentialSource}. A store that does not answer, or
 * answers 5xx, is waited for, at most so many seconds (300); what it refuses ends the program at once.
 *
 * <p>Exit codes: 0 all is there; 1 the store did not answer in time; 2 the arguments or settings are wrong; 3 refused.
 */
public final class Buckets {
  static final int DONE = 0;
  static final int NO_ANSWER = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private Buckets() {}

  /** Runs it and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, configuration(System.getenv()), System.getenv()));
  }

  static int run(String[] arguments, UnaryOperator<String> conf, Map<String, String> environment) {
    long wait = 300;
    List<S3Location> wanted = new ArrayList<>();
    try {
      for (String argument : arguments) {
        if (argument.startsWith("--wait=")) {
          wait = Long.parseLong(argument.substring("--wait=".length()));
        } else {
          wanted.add(S3Location.parse(argument));
        }
      }
      if (wanted.isEmpty()) {
        throw new IllegalArgumentException("no URL given");
      }
      long end = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
      for (S3Location location : wanted) {
        S3Settings settings = S3Settings.of(location.bucket(), conf, environment);
        CredentialSource credentials = CredentialSource.of(location.bucket(), conf, environment);
        S3Client s3 = new S3Client(settings, credentials, TIMEOUT, Clock.systemUTC());
        make(s3, location, end);
      }
      return DONE;
    } catch (IllegalArgumentException e) {
      System.err.println("buckets: " + e.getMessage());
      System.err.println("usage: Buckets [--wait=SECONDS] s3a://bucket[/folder/] …");
      return USAGE;
    } catch (IOException e) {
      if (e instanceof StoreException && ((StoreException) e).isRefusal()) {
        System.err.println("buckets: " + e.getMessage());
        return REFUSED;
      }
      System.err.println("buckets: given up after " + wait + " s: " + e.getMessage());
      return NO_ANSWER;
    }
  }

  private static void make(S3Client s3, S3Location location, long end) throws IOException {
    String said = "";
    for (long pause = 250;; pause = Math.min(2 * pause, 5000)) {
      try {
        boolean bucket = BucketSetup.ensureBucket(s3, location.prefix());
        boolean folder = !location.prefix().isEmpty() && BucketSetup.ensureFolder(s3, location.prefix());
        System.out.println(location + ": " + (bucket || folder ? "created" : "is there"));
        return;
      } catch (IOException e) {
        boolean refusal = e instanceof StoreException && ((StoreException) e).isRefusal();
        if (refusal || System.nanoTime() - end >= 0) {
          throw e;
        }
        if (!said.equals(e.getMessage())) {
          said = e.getMessage();
          System.out.println(location + ": waiting, " + said);
        }
        sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
      }
    }
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** System properties before spark-defaults.conf, which is read as {@code Utils.getPropertiesFromFile} does. */
  private static UnaryOperator<String> configuration(Map<String, String> environment) {
    Properties defaults = new Properties();
    String folder = environment.get("SPARK_CONF_DIR");
    Path file = folder == null ? null : Path.of(folder, "spark-defaults.conf");
    if (file != null && Files.isReadable(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        defaults.load(reader);
      } catch (IOException e) {
        System.err.println("buckets: " + file + " is not read: " + e);
      }
    }
    return key -> {
      String given = System.getProperty(key, defaults.getProperty(key));
      return given == null ? null : given.trim();
    };
  }
}
