package io.sparkwasm.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Whence requests get their signature's key.
 *
 * <p>Credentials that expire are asked for anew in the background, five minutes before their end or when a quarter of a
 * shorter life is left, then again every half minute; only when they are over does a request wait for them. Their life
 * is counted by the monotonic clock.
 */
final class CredentialSource {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Callable<Credentials> issuer;
  private final LongSupplier nanoTime;
  private Credentials current;
  private long over;
  private long nextAsking;
  private boolean asking;

  CredentialSource(Callable<Credentials> issuer, LongSupplier nanoTime) {
    this.issuer = issuer;
    this.nanoTime = nanoTime;
  }

  /**
   * The first of these that is configured, in the order of AWS's SDKs after what Hadoop reads first: {@code
   * fs.s3a.access.key} and {@code fs.s3a.secret.key} (with {@code fs.s3a.session.token}); AWS_ACCESS_KEY_ID and
   * AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN); a web identity; a container's credentials; the instance's role.
   *
   * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html">the SDKs' order</a>
   */
  static CredentialSource of(String bucket, UnaryOperator<String> conf, Map<String, String> environment) {
    String accessKey = S3Settings.s3a(bucket, "access.key", conf);
    String secretKey = S3Settings.s3a(bucket, "secret.key", conf);
    String token = S3Settings.s3a(bucket, "session.token", conf);
    if (accessKey == null || secretKey == null) {
      accessKey = S3Settings.firstSet(environment.get("AWS_ACCESS_KEY_ID"));
      secretKey = S3Settings.firstSet(environment.get("AWS_SECRET_ACCESS_KEY"));
      token = environment.get("AWS_SESSION_TOKEN");
    }
    if (accessKey != null && secretKey != null) {
      Credentials fixed = new Credentials(accessKey, secretKey, token, null);
      return new CredentialSource(() -> fixed, System::nanoTime);
    }
    String region = S3Settings.of(bucket, conf, environment).region();
    return new CredentialSource(AwsIssuers.of(environment, region), System::nanoTime);
  }

  /**
   * The credentials for the next request.
   *
   * @throws IOException when there are none, in words for the user
   */
  synchronized Credentials get() throws IOException {
    if (current == null || current.life != null && nanoTime.getAsLong() - over >= 0) {
      take(issue());
    } else if (current.life != null && nanoTime.getAsLong() - nextAsking >= 0 && !asking) {
      asking = true;
      Thread thread = new Thread(this::askInBackground, "s3-credentials");
      thread.setDaemon(true);
      thread.start();
    }
    return current;
  }

  /** The store says that they expired. False: there are no others. */
  synchronized boolean renew() {
    boolean others = current != null && current.life != null;
    if (others) {
      current = null;
    }
    return others;
  }

  private void askInBackground() {
    Credentials issued = null;
    try {
      issued = issue();
    } catch (IOException e) {
      // those at hand are still good; whoever needs new ones gets the reason
    }
    synchronized (this) {
      asking = false;
      if (issued == null) {
        nextAsking = nanoTime.getAsLong() + PAUSE.toNanos();
      } else {
        take(issued);
      }
    }
  }

  private Credentials issue() throws IOException {
    try {
      return issuer.call();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("credentials: " + e, e);
    }
  }

  private void take(Credentials issued) {
    current = issued;
    if (issued.life != null) {
      long life = issued.life.toNanos();
      over = nanoTime.getAsLong() + life;
      nextAsking = over - Math.min(EARLY.toNanos(), life / 4);
    }
  }
}
