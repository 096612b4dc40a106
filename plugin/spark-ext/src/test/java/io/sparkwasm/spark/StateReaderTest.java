package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InvalidClassException;
import java.io.Serializable;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.ApplicationDescription;
import org.apache.spark.deploy.Command;
import org.apache.spark.deploy.DriverDescription;
import org.apache.spark.deploy.master.ApplicationInfo;
import org.apache.spark.deploy.master.DriverInfo;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.deploy.master.WorkerResourceInfo;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.ResourceRequirement;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.serializer.JavaSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.mutable.ArrayBuffer;
import scala.reflect.ClassTag;

/** The filter lets all of Spark's own state through, in every shape that Spark gives it, and nothing else. */
class StateReaderTest {
  private static final SparkConf CONF = new SparkConf(false);
  private static RpcEnv env;
  private static RpcEndpointRef endpoint;

  private final StateReader reader = new StateReader(StateReader.DEFAULT_FILTER);

  @BeforeAll
  static void startRpc() {
    SecurityManager security = new SecurityManager(
        CONF, Option.empty(), org.apache.spark.internal.config.package$.MODULE$.AUTH_SECRET_FILE());
    env = RpcEnv.create("test", "127.0.0.1", 0, CONF, security, false);
    endpoint = env.setupEndpoint("endpoint", new Endpoint());
  }

  @AfterAll
  static void stopRpc() {
    env.shutdown();
  }

  @Test
  void aWorkerWithGpus() throws Exception {
    WorkerResourceInfo gpus = new WorkerResourceInfo("gpu", seq("0", "1"));
    WorkerInfo worker = new WorkerInfo("worker-1", "127.0.0.1", 7078, 4, 1024, endpoint, "http://127.0.0.1:8081",
        scalaMap(Map.of("gpu", gpus)));
    assertEquals("worker-1", roundTrip(worker, WorkerInfo.class).id());
  }

  @Test
  void anApplicationWithEverythingSet() throws Exception {
    ResourceProfile profile = new ResourceProfileBuilder()
        .require(new ExecutorResourceRequests().cores(2).memory("1g").resource("gpu", 1, "/discover", "nvidia.com"))
        .require(new TaskResourceRequests().cpus(1).resource("gpu", 0.5))
        .build();
    ApplicationDescription description = new ApplicationDescription("name", Option.apply((Object) 4), command(),
        "http://driver:4040", profile, Option.apply(URI.create("s3a://logs/events/")), Option.apply("zstd"),
        Option.apply((Object) 3), "user");
    ApplicationInfo application =
        new ApplicationInfo(1L, "app-1", description, new Date(), endpoint, Integer.MAX_VALUE);
    assertEquals("app-1", roundTrip(application, ApplicationInfo.class).id());
  }

  @Test
  void aDriverInClusterMode() throws Exception {
    ResourceRequirement gpu = new ResourceRequirement("gpu", 1, 1);
    DriverDescription description =
        new DriverDescription("s3a://jars/job.jar", 1024, 1, true, command(), seq(gpu));
    assertEquals("driver-1", roundTrip(new DriverInfo(1L, "driver-1", description, new Date()), DriverInfo.class).id());
  }

  @Test
  void classesThatAreNotState() {
    for (Object foreign : List.of(new ConcurrentHashMap<>(Map.of("a", "b")), new Foreign(), new SparkConf(false),
        new scala.util.Random(1))) {
      assertThrows(InvalidClassException.class, () -> reader.read(bytes(foreign)), foreign.getClass().getName());
    }
  }

  @Test
  void aWrongPatternIsSaidAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> new StateReader("maxdepth=deep"));
  }

  private <T> T roundTrip(T object, Class<T> type) throws Exception {
    byte[] bytes = bytes(object);
    return type.cast(env.deserialize(() -> {
      try {
        return reader.read(bytes);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }));
  }

  private static byte[] bytes(Object object) {
    ByteBuffer buffer = new JavaSerializer(CONF).newInstance().serialize(object, ClassTag.apply(Object.class));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** As SparkSubmit and StandaloneSchedulerBackend fill them: ArrayBuffers, Lists, wrapped arrays and large maps. */
  private static Command command() {
    ArrayBuffer<String> options = new ArrayBuffer<>();
    options.$plus$eq("-Xmx1g");
    Map<String, String> many = new java.util.TreeMap<>();
    for (int i = 0; i < 40; i++) {
      many.put("SPARK_" + i, "value");
    }
    return new Command("org.example.Main", seq("a", "b").toList(), scalaMap(many), options,
        StateReaderTest.<String>seq(), scala.Predef.wrapRefArray(new String[] {"-Da=b"}));
  }

  @SafeVarargs
  private static <T> Seq<T> seq(T... values) {
    return JavaConverters.asScalaBuffer(List.of(values)).toList();
  }

  private static <V> scala.collection.immutable.Map<String, V> scalaMap(Map<String, V> map) {
    return scala.collection.immutable.Map$.MODULE$.<String, V>empty()
        .$plus$plus(JavaConverters.mapAsScalaMap(map));
  }

  private static final class Foreign implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static final class Endpoint implements RpcEndpoint {
    @Override
    public RpcEnv rpcEnv() {
      return env;
    }
  }
}
