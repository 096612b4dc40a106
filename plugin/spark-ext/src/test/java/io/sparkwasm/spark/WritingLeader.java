package io.sparkwasm.spark;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A leader in a JVM of its own that writes state without a pause: arguments are endpoint, location and seconds. */
final class WritingLeader {
  private WritingLeader() {}

  public static void main(String[] arguments) {
    S3Location location = S3Location.parse(arguments[1]);
    S3Client s3 = Versitygw.client(arguments[0], location.bucket(), Clock.systemUTC());
    StateStore store = new StateStore(s3, location);
    AtomicLong epoch = new AtomicLong();
    LeaderLease lease = new LeaderLease(s3, location.key("leader"), "writer",
        Duration.ofSeconds(Long.parseLong(arguments[2])), false, store, epoch::set, why -> {
          System.out.println("LOST " + why);
          Runtime.getRuntime().halt(7);
        }, System::nanoTime);
    Thread thread = new Thread(lease::run);
    thread.start();
    Await.until("elected", () -> epoch.get() > 0 && lease.elect(epoch.get()));
    StateWriter writer = new StateWriter(store, epoch::get, lease::valid);
    for (long i = 0;; i++) {
      byte[] bytes = Long.toString(i).getBytes(StandardCharsets.UTF_8);
      writer.write("app_" + i % 50, bytes, Duration.ofSeconds(1));
      if (i == 100) {
        System.out.println("WRITING");
      }
    }
  }
}
