package io.sparkwasm.spark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** Real Masters, Workers and jobs on loopback, with their state in a store. */
public final class SparkCluster implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** A Master's ports stay the same when it comes back. */
  public static final class Master {
    public final String name;
    public final int port = Processes.freePort();
    public final int ui = Processes.freePort();
    public final int health = Processes.freePort();
    public final int forward = Processes.freePort();
    public SparkProcess process;
    private int lives;

    Master(String name) {
      this.name = name;
    }

    public String url() {
      return "127.0.0.1:" + port;
    }

    public int status(String path) {
      try {
        return get(health, path).statusCode();
      } catch (IOException e) {
        return 0;
      }
    }

    public String why(String path) throws IOException {
      return get(health, path).body();
    }

    /** Spark's own answer. */
    public String json() throws IOException {
      return get(ui, "/json/").body();
    }

    public boolean alive(int workers, int applications) throws IOException {
      String json = json();
      return json.contains("\"status\" : \"ALIVE\"")
          && count(json, "\"state\" : \"ALIVE\"") == workers
          && count(json, "\"state\" : \"RUNNING\"") >= applications;
    }
  }

  private final String name;
  private final Map<String, String> conf = new LinkedHashMap<>();
  private final Map<String, String> environment = new HashMap<>(Versitygw.environment());
  private final List<SparkProcess> processes = new ArrayList<>();
  private final Path folder;
  private int jobs;

  public SparkCluster(String name, Versitygw store, Path folder) {
    this.name = name;
    this.folder = folder;
    conf.putAll(store.conf());
    conf.put("spark.deploy.recoveryMode", "CUSTOM");
    conf.put("spark.deploy.recoveryMode.factory", "io.sparkwasm.spark.S3RecoveryModeFactory");
    conf.put("spark.deploy.recoveryDirectory", "s3a://recovery/" + name);
    conf.put("spark.worker.timeout", "20");
    conf.put("spark.port.maxRetries", "0");
  }

  public SparkCluster with(String key, String value) {
    conf.put(key, value);
    return this;
  }

  public Master master(String masterName) {
    Master master = prepare(masterName);
    start(master);
    return master;
  }

  /** One that is yet to be started. */
  public Master prepare(String masterName) {
    return new Master(masterName);
  }

  /** Starts it, or starts it again under its name. */
  public void start(Master master) {
    Map<String, String> properties = new LinkedHashMap<>(conf);
    properties.put("spark.deploy.s3.healthPort", Integer.toString(master.health));
    properties.put("spark.deploy.s3.uiPort", Integer.toString(master.forward));
    properties.put("spark.deploy.s3.bindAddress", "127.0.0.1");
    Map<String, String> env = new HashMap<>(environment);
    env.put("POD_NAME", master.name);
    master.lives++;
    master.process = SparkProcess.run(name + "-" + master.name + "-" + master.lives, properties, env,
        "org.apache.spark.deploy.master.Master", List.of("--host", "127.0.0.1", "--port",
            Integer.toString(master.port), "--webui-port", Integer.toString(master.ui)));
    processes.add(master.process);
  }

  public SparkProcess worker(String workerName, Master... masters) {
    return worker(workerName, Processes.freePort(), masters);
  }

  /** One that keeps its address when it comes back, as a pod of a StatefulSet does. */
  public SparkProcess worker(String workerName, int port, Master... masters) {
    SparkProcess worker = SparkProcess.run(name + "-" + workerName, conf, environment,
        "org.apache.spark.deploy.worker.Worker", List.of("--host", "127.0.0.1", "--port", Integer.toString(port),
            "--webui-port", "0", "--cores", "2", "--memory", "1g", "--work-dir",
            folder.resolve(workerName).toString(), url(masters)));
    processes.add(worker);
    return worker;
  }

  /** Starts a {@link SumJob} that runs until {@link #finish} and waits until it computes. */
  public SparkProcess job(Master... masters) {
    Map<String, String> properties = new HashMap<>();
    properties.put("spark.master", url(masters));
    properties.put("spark.app.name", "sums");
    properties.put("spark.ui.enabled", "false");
    properties.put("spark.driver.host", "127.0.0.1");
    properties.put("spark.executor.memory", "512m");
    properties.put("spark.executor.extraClassPath", SparkProcess.classPath().split(java.io.File.pathSeparator)[0]);
    properties.put("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    jobs++;
    SparkProcess job = SparkProcess.run(name + "-job-" + jobs, properties, Map.of(), SumJob.class.getName(),
        List.of("2", "300", folder.resolve("end").toString()));
    processes.add(job);
    Await.until("the job runs", () -> job.log().contains("STAGE 2"));
    return job;
  }

  /** Ends the job: it must have gone on until now, and its sum must be right. Returns how many executors it lost. */
  public int finish(SparkProcess job) throws IOException {
    int before = count(job.log(), "STAGE");
    Await.until("the job goes on", () -> count(job.log(), "STAGE") > before + 1);
    Files.createFile(folder.resolve("end"));
    Await.until("the job ends", () -> !job.isAlive());
    Assertions.assertTrue(job.log().contains("the sum is right"), job.log());
    return count(job.log(), "Lost executor");
  }

  public static HttpResponse<String> get(int port, String path) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30)).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A form, as the UI sends it. */
  public static HttpResponse<String> post(int port, String path, String form) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.ofString(form)).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  public static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static String url(Master... masters) {
    List<String> urls = new ArrayList<>();
    for (Master master : masters) {
      urls.add(master.url());
    }
    return "spark://" + String.join(",", urls);
  }

  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
