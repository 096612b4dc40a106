package io.sparkwasm.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** A real S3 server on loopback that can be stopped, frozen and started again on the same port and files. */
public final class Versitygw implements AutoCloseable {
  public static final String ACCESS_KEY = "test-access";
  public static final String SECRET_KEY = "test-secret-key";

  private final Path files;
  private final int port = Processes.freePort();
  private final List<String> options;
  private Process process;

  private Versitygw(Path files, List<String> options) {
    this.files = files;
    this.options = options;
  }

  /** The binary that VERSITYGW names; without it the calling test is skipped, with a wrong one it fails. */
  private static String binary() {
    String binary = System.getProperty("VERSITYGW", System.getenv("VERSITYGW"));
    Assumptions.assumeTrue(binary != null && !binary.isEmpty(),
        "skipped: VERSITYGW does not name the binary of versitygw v1.8.0");
    return binary;
  }

  public static Versitygw start(Path folder) {
    return start(folder, List.of(), List.of());
  }

  /** Options before and after the word posix. */
  public static Versitygw start(Path folder, List<String> global, List<String> posix) {
    List<String> command = new ArrayList<>(List.of(binary(), "--quiet"));
    command.addAll(global);
    command.add("posix");
    command.addAll(posix);
    try {
      Versitygw store = new Versitygw(Files.createDirectories(folder), command);
      store.start();
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts again what was stopped. */
  public void start() {
    List<String> command = new ArrayList<>(options);
    command.addAll(1, List.of("--port", "127.0.0.1:" + port, "--access", ACCESS_KEY, "--secret", SECRET_KEY));
    command.add(files.toString());
    try {
      process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(files.resolveSibling(files.getFileName() + ".log").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("versitygw listens", () -> {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return true;
    });
  }

  public void stop() {
    Processes.kill(process);
  }

  public void freeze() {
    Processes.signal(process, "STOP");
  }

  public void thaw() {
    Processes.signal(process, "CONT");
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** Where the objects of a bucket are files. */
  public Path files(String bucket) {
    return files.resolve(bucket);
  }

  public Map<String, String> conf() {
    return conf(endpoint());
  }

  public static Map<String, String> conf(String endpoint) {
    return Map.of("spark.hadoop.fs.s3a.endpoint", endpoint, "spark.hadoop.fs.s3a.path.style.access", "true");
  }

  public static Map<String, String> environment() {
    return Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET_KEY);
  }

  public S3Client client(String bucket) {
    return client(endpoint(), bucket, Clock.systemUTC());
  }

  public static S3Client client(String endpoint, String bucket, Clock clock) {
    Map<String, String> conf = conf(endpoint);
    return new S3Client(S3Settings.of(bucket, conf::get, Map.of()),
        CredentialSource.of(bucket, conf::get, environment()), Duration.ofSeconds(20), clock);
  }

  /** A user who may read and write, but make no bucket; the server needs --iam-dir. */
  public void createUser(String access, String secret) {
    int result = Processes.run(List.of(binary(), "admin", "--access", ACCESS_KEY, "--secret", SECRET_KEY,
        "--endpoint-url", endpoint(), "create-user", "--access", access, "--secret", secret,
        "--role", "user"), Map.of());
    if (result != 0) {
      throw new IllegalStateException("create-user: " + result);
    }
  }

  @Override
  public void close() {
    if (Objects.requireNonNull(process).isAlive()) {
      thaw();
      Processes.kill(process);
    }
  }
}
