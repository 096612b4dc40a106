package io.sparkwasm.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.master.ApplicationInfo;
import org.apache.spark.deploy.master.ApplicationState;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.master.RecoveryState;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.deploy.master.WorkerState;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.netty.NettyRpcEndpointRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;

/**
 * Looks at what reaches the Master before the Master does, and decides where Spark 3.5 decides wrongly when somebody
 * comes back: each of these ends, in Spark alone, with a worker that exits or waits for ever, with executors that are
 * killed for nothing, or with an application that never gets any. With a pod's name as address, which outlives the
 * process, they are not rare.
 *
 * <ol>
 *   <li>A worker registers at the address of one that the Master believes alive (its node or network went without a
 *       word). Spark refuses, and the worker exits. Here it waits: when the former one misses its heartbeat it is
 *       replaced, and when it does not, Spark refuses the newcomer.
 *   <li>A new worker process reads the Master's question to its predecessor (MasterChanged), answers and, taking itself
 *       for registered, gives up registering. Here it is asked to register.
 *   <li>A worker registers while the Master has yet to hear what runs on it: Spark knows none of its executors and has
 *       them killed. Here its state comes first.
 *   <li>A worker answers the recovery twice, or answers it without ever having been registered (the former Master ended
 *       in between) and sends no heartbeats. Here the first answer counts, and the silent one is asked to register.
 *   <li>A driver registers again: its first answer got lost, or it is a new process at the same address. Spark answers
 *       with an application that it does not keep. Here the same process gets its answer again, and a new one replaces
 *       the former.
 *   <li>The connection of a predecessor ends late: Spark removes whoever is at its address. Here it looks whether that
 *       one is still connected.
 * </ol>
 *
 * <p>All methods but the constructor run in the Master's message loop, one at a time.
 *
 * <p>The cases are of Spark 3.5.7, {@code org.apache.spark.deploy.master.Master}: {@code receive}, {@code
 * registerWorker}, {@code registerApplication}, {@code onDisconnected}; {@code Worker.changeMaster}.
 */
final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
  private static final Executor SOON = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS, Runnable::run);

  /** A registration that waits for what will become of the address's former worker. */
  private static final class Waiting {
    final WorkerInfo former;
    final long heartbeat;
    final long since = System.nanoTime();
    DeployMessages.RegisterWorker message;

    Waiting(WorkerInfo former) {
      this.former = former;
      this.heartbeat = former.lastHeartbeat();
    }
  }

  private final Master master;
  /** After which a worker has surely missed a heartbeat: they come four times in spark.worker.timeout. */
  private final long silence;
  private final Map<String, Waiting> waiting = new HashMap<>();

  /**
   * For one Master.
   *
   * @param workerTimeoutSeconds {@code spark.worker.timeout}, which must be the workers', too
   */
  Registrations(Master master, long workerTimeoutSeconds) {
    this.master = master;
    this.silence = TimeUnit.SECONDS.toNanos(workerTimeoutSeconds) * 3 / 8;
  }

  /** Whether the Master should see this message, now. */
  boolean passes(Object message) {
    if (message instanceof DeployMessages.RegisterWorker) {
      return passes((DeployMessages.RegisterWorker) message);
    }
    if (message instanceof DeployMessages.WorkerSchedulerStateResponse) {
      return passes((DeployMessages.WorkerSchedulerStateResponse) message);
    }
    if (message instanceof DeployMessages.RegisterApplication) {
      return passes((DeployMessages.RegisterApplication) message);
    }
    return true;
  }

  /** For after a message that passed: whom it replaced, the recovery waits for no longer; Spark would until its end. */
  void passed(Object message) {
    boolean registration = message instanceof DeployMessages.RegisterWorker
        || message instanceof DeployMessages.RegisterApplication;
    if (registration && master.org$apache$spark$deploy$master$Master$$state() == RecoveryState.RECOVERING()
        && master.org$apache$spark$deploy$master$Master$$canCompleteRecovery()) {
      master.org$apache$spark$deploy$master$Master$$completeRecovery();
    }
  }

  /** Whether somebody who is known by this address is gone. */
  boolean isGone(RpcAddress address) {
    for (WorkerInfo worker : workers()) {
      if (isKnown(worker) && address.equals(worker.endpoint().address())) {
        return !isConnected(worker.endpoint());
      }
    }
    ApplicationInfo application = application(address);
    return application == null || !isConnected(application.driver());
  }

  private boolean passes(DeployMessages.RegisterWorker asking) {
    TransportClient connection = client(asking.worker());
    if (connection != null && !connection.isActive()) {
      waiting.remove(asking.id());
      return false; // it ended while its registration waited
    }
    WorkerInfo former = null;
    for (WorkerInfo worker : workers()) {
      if (isKnown(worker) && worker.id().equals(asking.id())) {
        return isHeard(worker, asking);
      }
      if (isKnown(worker) && asking.worker().address().equals(worker.endpoint().address())) {
        former = worker;
      }
    }
    if (former == null || former.state() == WorkerState.UNKNOWN()) {
      waiting.remove(asking.id());
      return true;
    }
    return isDecided(former, asking);
  }

  private boolean isHeard(WorkerInfo worker, DeployMessages.RegisterWorker asking) {
    if (worker.state() != WorkerState.UNKNOWN()) {
      return true;
    }
    // by the connection that it came by, since the Master's own question may have got lost
    asking.worker().send(new DeployMessages.MasterChanged(master.self(), webUi()));
    again(asking);
    return false;
  }

  private boolean isDecided(WorkerInfo former, DeployMessages.RegisterWorker asking) {
    Waiting wait = waiting.get(asking.id());
    if (wait == null || wait.former != former) {
      LOG.warn("{} waits: {} was at its address and may be alive", asking.id(), former.id());
      wait = new Waiting(former);
      waiting.put(asking.id(), wait);
    }
    boolean alive = former.lastHeartbeat() != wait.heartbeat;
    boolean dead = !alive && System.nanoTime() - wait.since > silence;
    if (alive || dead) {
      waiting.remove(asking.id());
    }
    if (dead) {
      former.setState(WorkerState.UNKNOWN()); // these Master.registerWorker replaces
    }
    if (!alive && !dead) {
      // the worker asks again by itself, too: only the last message is carried on
      boolean carried = wait.message == null || wait.message == asking;
      wait.message = asking;
      if (carried) {
        again(asking);
      }
    }
    return alive || dead;
  }

  private boolean passes(DeployMessages.WorkerSchedulerStateResponse answer) {
    for (WorkerInfo worker : workers()) {
      if (isKnown(worker) && worker.id().equals(answer.id())) {
        boolean first = worker.state() == WorkerState.UNKNOWN();
        if (first) {
          askIfSilent(worker);
        }
        return first;
      }
    }
    for (WorkerInfo worker : workers()) {
      // org.apache.spark.deploy.worker.Worker.generateWorkerId
      if (answer.id().endsWith("-" + worker.host() + "-" + worker.port())) {
        LOG.info("{} is asked to register: it answered for {}", answer.id(), worker.id());
        worker.endpoint().send(reconnect());
        break;
      }
    }
    return true;
  }

  private void askIfSilent(WorkerInfo worker) {
    long heartbeat = worker.lastHeartbeat();
    CompletableFuture.delayedExecutor(silence, TimeUnit.NANOSECONDS, Runnable::run).execute(() -> {
      if (worker.isAlive() && worker.lastHeartbeat() == heartbeat) {
        LOG.info("{} is asked to register: it sends no heartbeats", worker.id());
        worker.endpoint().send(reconnect());
      }
    });
  }

  private boolean passes(DeployMessages.RegisterApplication asking) {
    RpcEndpointRef driver = asking.driver();
    ApplicationInfo former = driver.address() == null ? null : application(driver.address());
    if (former == null) {
      return true;
    }
    if (isConnected(driver) && client(driver) == client(former.driver())) {
      LOG.info("{} asks again to be registered", former.id());
      driver.send(new DeployMessages.RegisteredApplication(former.id(), master.self()));
      return false;
    }
    LOG.warn("{} is replaced: its driver's address asks to be registered again", former.id());
    master.removeApplication(former, ApplicationState.FINISHED());
    return true;
  }

  private ApplicationInfo application(RpcAddress driver) {
    for (ApplicationInfo application : JavaConverters.asJavaCollection(master.apps())) {
      if (driver.equals(application.driver().address())) {
        return application;
      }
    }
    return null;
  }

  private Iterable<WorkerInfo> workers() {
    return JavaConverters.asJavaCollection(master.workers());
  }

  /** The Master keeps dead ones, too, to show them. */
  private static boolean isKnown(WorkerInfo worker) {
    return worker.state() != WorkerState.DEAD();
  }

  private static boolean isConnected(RpcEndpointRef peer) {
    TransportClient client = client(peer);
    return client != null && client.isActive();
  }

  /** The connection by which the peer introduced itself; null when it is known from the state. */
  private static TransportClient client(RpcEndpointRef peer) {
    return peer instanceof NettyRpcEndpointRef ? ((NettyRpcEndpointRef) peer).client() : null;
  }

  private void again(Object message) {
    SOON.execute(() -> master.self().send(message));
  }

  private DeployMessages.ReconnectWorker reconnect() {
    return new DeployMessages.ReconnectWorker(master.self().address().toSparkURL());
  }

  private String webUi() {
    return master.org$apache$spark$deploy$master$Master$$masterWebUiUrl();
  }
}
