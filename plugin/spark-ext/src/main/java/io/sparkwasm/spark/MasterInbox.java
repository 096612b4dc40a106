package io.sparkwasm.spark;

import java.lang.reflect.Field;
import java.util.Map;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Stands in the Master's place where {@code org.apache.spark.rpc.netty.Inbox} hands out messages, and passes on what
 * {@link Registrations} lets through. Everything runs in the Master's own message loop, in its order.
 *
 * <p>Spark has no door for this: it is found by reflection, and where that fails the Master works as Spark made it.
 */
final class MasterInbox implements ThreadSafeRpcEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(MasterInbox.class);

  private final Master master;
  private final Registrations registrations;

  private MasterInbox(Master master, Registrations registrations) {
    this.master = master;
    this.registrations = registrations;
  }

  /** From here on the Master's messages come by here. Called in its message loop. */
  static void open(Master master, Registrations registrations) {
    try {
      String name = master.self().name();
      Object dispatcher = field(master.rpcEnv(), "dispatcher").get(master.rpcEnv());
      Object loop = ofEndpoint(dispatcher, name);
      Object inbox = ofEndpoint(loop, name);
      field(inbox, "endpoint").set(inbox, new MasterInbox(master, registrations));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Who registers again is left to Spark, since this is not Spark 3.5: {}", e.toString());
    }
  }

  private static Object ofEndpoint(Object holder, String name) throws ReflectiveOperationException {
    return ((Map<?, ?>) field(holder, "endpoints").get(holder)).get(name);
  }

  private static Field field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receive() {
    return new AbstractPartialFunction<Object, BoxedUnit>() {
      @Override
      public boolean isDefinedAt(Object message) {
        return master.receive().isDefinedAt(message);
      }

      @Override
      public <A1, B1> B1 applyOrElse(A1 message, Function1<A1, B1> otherwise) {
        if (passes(message)) {
          master.receive().applyOrElse(message, otherwise);
          registrations.passed(message);
        }
        return null;
      }
    };
  }

  private boolean passes(Object message) {
    try {
      return registrations.passes(message);
    } catch (RuntimeException e) {
      LOG.error("{} is left to Spark", message.getClass().getSimpleName(), e);
      return true;
    }
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
    return master.receiveAndReply(context);
  }

  @Override
  public void onDisconnected(RpcAddress address) {
    if (registrations.isGone(address)) {
      master.onDisconnected(address);
    } else {
      LOG.info("{} lost a connection, but not the one it registered by", address);
    }
  }

  @Override
  public RpcEnv rpcEnv() {
    return master.rpcEnv();
  }

  @Override
  public RpcEndpointRef self() {
    return master.self();
  }

  @Override
  public void onError(Throwable cause) {
    master.onError(cause);
  }

  @Override
  public void onConnected(RpcAddress address) {
    master.onConnected(address);
  }

  @Override
  public void onNetworkError(Throwable cause, RpcAddress address) {
    master.onNetworkError(cause, address);
  }

  @Override
  public void onStart() {
    master.onStart();
  }

  @Override
  public void onStop() {
    master.onStop();
  }

  @Override
  public void stop() {
    master.stop();
  }
}
