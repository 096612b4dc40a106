package io.sparkwasm.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A JVM with Spark's jars and the jar under test; its output is a file in target/it-logs. */
public final class SparkProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private SparkProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Runs a class with a main method. */
  public static SparkProcess run(String name, Map<String, String> properties, Map<String, String> environment,
      String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(System.getProperty("java.module.options", "").trim().split("\\s+")));
    new TreeMap<>(properties).forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-cp");
    command.add(classPath());
    command.add(mainClass);
    command.addAll(arguments);
    try {
      Path log = Files.createDirectories(Processes.LOGS).resolve(name + ".log");
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().keySet().removeIf(key -> key.startsWith("SPARK_") || key.startsWith("AWS_"));
      builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
      builder.environment().put("SPARK_HOME", sparkHome().toString());
      builder.environment().put("SPARK_SCALA_VERSION", "2.12");
      builder.environment().putAll(environment);
      return new SparkProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A Worker starts executors from SPARK_HOME/jars. */
  private static synchronized Path sparkHome() throws IOException {
    Path home = Processes.LOGS.resolveSibling("spark-home").toAbsolutePath();
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : classPath().split(File.pathSeparator)) {
      Path jar = Path.of(entry).toAbsolutePath();
      Path link = jars.resolve(jar.getFileName());
      if (entry.endsWith(".jar") && !Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, jar);
      }
    }
    return home;
  }

  public Process process() {
    return process;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void kill() {
    Processes.kill(process);
  }

  public void signal(String name) {
    Processes.signal(process, name);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      signal("CONT");
      kill();
    }
  }
}
