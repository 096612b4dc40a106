package io.sparkwasm.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Signals and ports. */
public final class Processes {
  /** Where processes say what they have to say. */
  public static final Path LOGS = Path.of(System.getProperty("test.logs", "target/it-logs"));

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

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
