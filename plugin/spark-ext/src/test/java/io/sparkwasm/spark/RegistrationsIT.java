package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.ApplicationDescription;
import org.apache.spark.deploy.Command;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.ExecutorDescription;
import org.apache.spark.deploy.ExecutorState;
import org.apache.spark.deploy.master.ApplicationInfo;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.deploy.master.WorkerState;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.apache.spark.rpc.netty.NettyRpcEndpointRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import scala.Function1;
import scala.Option;
import scala.PartialFunction;
import scala.Tuple3;
import scala.collection.JavaConverters;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * A real Master with its state in a real store; workers and drivers are endpoints of the test, so that they say what it
 * wants in the order it wants, over real connections.
 */
class RegistrationsIT {
  @TempDir
  Path folder;
  private Versitygw store;
  private String name;
  private final List<Runnable> closing = new ArrayList<>();
  private final int masterPort = Processes.freePort();
  private RpcEnv masterEnv;

  /** Somebody at an address, who notes what the Master says. */
  private final class Peer implements ThreadSafeRpcEndpoint {
    final RpcEnv env;
    final RpcEndpointRef self;
    final Queue<Object> heard = new ConcurrentLinkedQueue<>();

    /** Two may be at one address, as on two machines of one name: by another loopback address each. */
    Peer(String kind, String bindAddress, int port) {
      env = newEnv(kind, bindAddress, port);
      self = env.setupEndpoint(kind, this);
      closing.add(env::shutdown);
    }

    @Override
    public RpcEnv rpcEnv() {
      return env;
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receive() {
      return new AbstractPartialFunction<Object, BoxedUnit>() {
        @Override
        public boolean isDefinedAt(Object message) {
          return true;
        }

        @Override
        public <A1, B1> B1 applyOrElse(A1 message, Function1<A1, B1> otherwise) {
          heard.add(message);
          return null;
        }
      };
    }

    RpcEndpointRef master() {
      return env.setupEndpointRef(new RpcAddress("127.0.0.1", masterPort), "Master");
    }

    void registerWorker(String id) {
      master().send(new DeployMessages.RegisterWorker(id, self.address().host(), self.address().port(), self, 2, 1024,
          "http://127.0.0.1:1", new RpcAddress("127.0.0.1", masterPort), empty()));
    }

    void registerApplication(String appName) {
      Command command = new Command("Main", seq(), empty(), seq(), seq(), seq());
      ApplicationDescription description = new ApplicationDescription(appName, Option.empty(), command, "",
          ResourceProfile$.MODULE$.getOrCreateDefaultProfile(new SparkConf(false)), Option.empty(), Option.empty(),
          Option.empty(), "test");
      master().send(new DeployMessages.RegisterApplication(description, self));
    }

    /** With one executor of each of these applications. */
    void answerRecovery(String id, String... applications) {
      List<DeployMessages.WorkerExecutorStateResponse> executors = new ArrayList<>();
      for (String application : applications) {
        ExecutorDescription executor = new ExecutorDescription(application, 0, 0, 1, 512, ExecutorState.RUNNING());
        executors.add(new DeployMessages.WorkerExecutorStateResponse(executor, empty()));
      }
      master().send(new DeployMessages.WorkerSchedulerStateResponse(id,
          JavaConverters.asScalaBuffer(executors).toList(), seq()));
    }

    <T> T await(Class<T> type) {
      Await.until(type.getSimpleName() + " among " + heard, () -> first(type) != null);
      return first(type);
    }

    <T> T first(Class<T> type) {
      return heard.stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
    }
  }

  @BeforeEach
  void start(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
    store = Versitygw.start(folder.resolve("s3"));
    startMaster();
    Await.until("ALIVE", () -> isAlive());
  }

  @AfterEach
  void stop() {
    closing.forEach(Runnable::run);
    if (masterEnv != null) {
      masterEnv.shutdown();
      masterEnv.awaitTermination();
    }
    if (store != null) {
      store.close();
    }
  }

  private static RpcEnv newEnv(String kind, String bindAddress, int port) {
    SparkConf conf = new SparkConf(false).set("spark.port.maxRetries", "0");
    SecurityManager security = new SecurityManager(
        conf, Option.empty(), org.apache.spark.internal.config.package$.MODULE$.AUTH_SECRET_FILE());
    return RpcEnv.create(kind, bindAddress, "localhost", port, conf, security, 1, false);
  }

  private void startMaster() {
    SparkConf conf = new SparkConf(false)
        .set("spark.deploy.recoveryMode", "CUSTOM")
        .set("spark.deploy.recoveryMode.factory", S3RecoveryModeFactory.class.getName())
        .set("spark.deploy.recoveryDirectory", "s3a://recovery/" + name)
        .set("spark.deploy.s3.holder", "m0")
        .set("spark.hadoop.fs.s3a.access.key", Versitygw.ACCESS_KEY)
        .set("spark.hadoop.fs.s3a.secret.key", Versitygw.SECRET_KEY)
        .set("spark.master.rest.enabled", "false")
        .set("spark.worker.timeout", "30");
    store.conf().forEach(conf::set);
    Tuple3<RpcEnv, Object, Option<Object>> started =
        Master.startRpcEnvAndEndpoint("127.0.0.1", masterPort, 0, conf);
    masterEnv = started._1();
  }

  private DeployMessages.MasterStateResponse state() {
    return masterEnv.setupEndpointRef(masterEnv.address(), "Master").askSync(
        DeployMessages.RequestMasterState$.MODULE$, scala.reflect.ClassTag.apply(
            DeployMessages.MasterStateResponse.class));
  }

  private boolean isAlive() {
    return state().status().toString().equals("ALIVE");
  }

  /** Its end tells nobody that anybody left: what was there is in the state. */
  private void restartMaster(Consumer<Void> meanwhile) {
    masterEnv.shutdown();
    masterEnv.awaitTermination();
    meanwhile.accept(null);
    startMaster();
  }

  private List<String> workers() {
    List<String> ids = new ArrayList<>();
    for (WorkerInfo worker : state().workers()) {
      if (worker.state() == WorkerState.ALIVE()) {
        ids.add(worker.id());
      }
    }
    return ids;
  }

  private List<String> applications() {
    List<String> ids = new ArrayList<>();
    for (ApplicationInfo application : state().activeApps()) {
      ids.add(application.id());
    }
    return ids;
  }

  @Test
  void aWorkerWhoseFormerLifeIsNotKnownToBeOver() {
    int port = Processes.freePort();
    Peer former = new Peer("Worker", "127.0.0.2", port);
    former.registerWorker("worker-former");
    former.await(DeployMessages.RegisteredWorker.class);

    Peer next = new Peer("Worker", "127.0.0.1", port);
    next.registerWorker("worker-next");
    assertFalse(next.await(DeployMessages.RegisteredWorker.class).duplicate());
    assertEquals(List.of("worker-next"), workers());

    RpcEndpointRef known = state().workers()[0].id().equals("worker-former")
        ? state().workers()[0].endpoint() : state().workers()[1].endpoint();
    end(former, known);
    Peer other = new Peer("Worker", "127.0.0.1", Processes.freePort());
    other.registerWorker("worker-other");
    other.await(DeployMessages.RegisteredWorker.class);
    assertTrue(workers().contains("worker-next"), "a late end of the former's connection does not remove it");
    next.env.shutdown();
    Await.until("its own does", () -> workers().equals(List.of("worker-other")));
  }

  /** Ends it and waits until the Master's end of its connection is closed. */
  private static void end(Peer peer, RpcEndpointRef known) {
    assertTrue(((NettyRpcEndpointRef) known).client().isActive());
    peer.env.shutdown();
    Await.until("the connection's end", () -> !((NettyRpcEndpointRef) known).client().isActive());
  }

  @Test
  void twoWorkersOfOneAddressThatBothLive() {
    int port = Processes.freePort();
    Peer first = new Peer("Worker", "127.0.0.2", port);
    first.registerWorker("worker-first");
    first.await(DeployMessages.RegisteredWorker.class);
    Peer second = new Peer("Worker", "127.0.0.1", port);
    second.registerWorker("worker-second");
    RpcEndpointRef master = first.master();
    Await.until("it is refused", () -> {
      master.send(new DeployMessages.Heartbeat("worker-first", first.self));
      return second.first(DeployMessages.RegisterWorkerFailed.class) != null;
    });
    assertEquals(List.of("worker-first"), workers());
  }

  @Test
  void aNewProcessReadsWhatIsMeantForItsPredecessor() {
    int port = Processes.freePort();
    Peer former = new Peer("Worker", "127.0.0.1", port);
    String formerId = "worker-20260101000000-localhost-" + port;
    String nextId = "worker-20260101000001-localhost-" + port;
    former.registerWorker(formerId);
    former.await(DeployMessages.RegisteredWorker.class);
    Peer[] next = new Peer[1];
    restartMaster(down -> {
      former.env.shutdown();
      former.env.awaitTermination();
      next[0] = new Peer("Worker", "127.0.0.1", port);
    });
    next[0].await(DeployMessages.MasterChanged.class);
    next[0].answerRecovery(nextId);
    next[0].await(DeployMessages.ReconnectWorker.class);
    next[0].registerWorker(nextId);
    assertFalse(next[0].await(DeployMessages.RegisteredWorker.class).duplicate());
    assertEquals(List.of(nextId), workers());
    assertTrue(isAlive(), "the recovery does not wait for the former one");
  }

  @Test
  void aWorkerRegistersBeforeItWasAsked() {
    Peer driver = new Peer("AppClient", "127.0.0.1", Processes.freePort());
    driver.registerApplication("app");
    String application = driver.await(DeployMessages.RegisteredApplication.class).appId();
    Peer worker = new Peer("Worker", "127.0.0.1", Processes.freePort());
    worker.registerWorker("worker-1");
    worker.await(DeployMessages.RegisteredWorker.class);
    restartMaster(down -> worker.heard.clear());

    worker.await(DeployMessages.MasterChanged.class);
    worker.heard.clear(); // as if it had got lost
    worker.registerWorker("worker-1");
    worker.await(DeployMessages.MasterChanged.class);
    assertEquals(null, worker.first(DeployMessages.RegisteredWorker.class), "not before its executors are known");
    worker.answerRecovery("worker-1", application);
    worker.answerRecovery("worker-1", application);
    driver.master().send(new DeployMessages.MasterChangeAcknowledged(application));
    assertTrue(worker.await(DeployMessages.RegisteredWorker.class).duplicate());
    Await.until("ALIVE", () -> isAlive());
    assertEquals(1, state().workers()[0].coresUsed(), "its executor counts once");
    assertEquals(1, state().activeApps()[0].executors().size());
  }

  @Test
  void aWorkerThatSendsNoHeartbeats() {
    Peer worker = new Peer("Worker", "127.0.0.1", Processes.freePort());
    worker.registerWorker("worker-1");
    worker.await(DeployMessages.RegisteredWorker.class);
    restartMaster(down -> worker.heard.clear());
    worker.await(DeployMessages.MasterChanged.class);
    worker.answerRecovery("worker-1");
    worker.await(DeployMessages.ReconnectWorker.class);
  }

  @Test
  void aDriverWhoseAnswerGotLost() {
    Peer driver = new Peer("AppClient", "127.0.0.1", Processes.freePort());
    driver.registerApplication("app");
    String first = driver.await(DeployMessages.RegisteredApplication.class).appId();
    driver.heard.clear();
    driver.registerApplication("app");
    assertEquals(first, driver.await(DeployMessages.RegisteredApplication.class).appId());
    assertEquals(List.of(first), applications());

    restartMaster(down -> driver.heard.clear());
    driver.await(DeployMessages.MasterChanged.class); // it has no ID to answer with
    driver.registerApplication("app");
    String second = driver.await(DeployMessages.RegisteredApplication.class).appId();
    assertEquals(List.of(second), applications());
    assertEquals(stateOfApplications(), List.of("app_" + second));
  }

  @Test
  void aNewDriverAtTheAddressOfOneThatIsNotKnownToBeOver() {
    int port = Processes.freePort();
    Peer former = new Peer("AppClient", "127.0.0.2", port);
    former.registerApplication("app");
    String first = former.await(DeployMessages.RegisteredApplication.class).appId();
    Peer next = new Peer("AppClient", "127.0.0.1", port);
    next.registerApplication("app");
    String second = next.await(DeployMessages.RegisteredApplication.class).appId();
    assertNotEquals(first, second);
    assertEquals(List.of(second), applications());
    end(former, state().completedApps()[0].driver());
    Peer other = new Peer("AppClient", "127.0.0.1", Processes.freePort());
    other.registerApplication("other");
    other.await(DeployMessages.RegisteredApplication.class);
    assertTrue(applications().contains(second), "a late end of the former's connection does not remove it");
  }

  private List<String> stateOfApplications() {
    S3Client s3 = store.client("recovery");
    List<String> names = new ArrayList<>();
    Await.until("one application in the state", () -> {
      names.clear();
      for (String key : s3.list(name + "/state/")) {
        if (key.contains("/app_")) {
          names.add(key.substring(key.lastIndexOf('/') + 1));
        }
      }
      return names.size() == 1;
    });
    return names;
  }

  private static <K, V> scala.collection.immutable.Map<K, V> empty() {
    return scala.collection.immutable.Map$.MODULE$.empty();
  }

  @SafeVarargs
  private static <T> scala.collection.Seq<T> seq(T... elements) {
    return JavaConverters.asScalaBuffer(List.of(elements)).toList();
  }
}
