package io.sparkwasm.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Signals and ports. */
public final class Processes {
  /** Where processes say what they have to say. */
  public static final Path LOGS = Path.of(System.getProperty("test.logs", "target/it-logs"));

  private static final AtomicInteger NEXT_PORT = new AtomicInteger(ThreadLocalRandom.current().nextInt(12_000));

  private Processes() {}

  public static void signal(Process process, String name) {
    run(List.of("kill", "-" + name, Long.toString(process.pid())), Map.of());
  }

  /** Runs a command to its end and returns its exit code; what it says is in target/it-logs/commands.log. */
  public static int run(List<String> command, Map<String, String> environment) {
    try {
      File log = Files.createDirectories(LOGS).resolve("commands.log").toFile();
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
      builder.environment().putAll(environment);
      return builder.start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void kill(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A port that nothing listens on and that is given to nobody else. It is below those that Linux takes for outgoing
   * connections ({@code net.ipv4.ip_local_port_range}), so it stays free until it is used, and used again.
   */
  public static int freePort() {
    while (true) {
      int port = 20_000 + Math.floorMod(NEXT_PORT.getAndIncrement(), 12_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // the next one
      }
    }
  }
}
