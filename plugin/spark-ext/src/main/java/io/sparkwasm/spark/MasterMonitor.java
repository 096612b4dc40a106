package io.sparkwasm.spark;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.master.MasterMessages;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.rpc.RpcTimeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;

/**
 * Asks the Master once a second, and more often until it leads, how it is: {@code RequestMasterState}, the message
 * behind {@code /json/}, goes through the Master's own message loop, so a loop that hangs or died shows. Whoever wants
 * to know reads the last answer.
 */
final class MasterMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(MasterMonitor.class);
  private static final RpcTimeout PATIENCE = new RpcTimeout(new FiniteDuration(2, TimeUnit.SECONDS), "health");
  private static final long PERIOD_MILLIS = 1000;
  private static final long UNTIL_ALIVE_MILLIS = 200;

  /** What the Master answered last. */
  static final class Answer {
    /** A name of Spark's RecoveryState, or STARTING before the first answer. */
    final String state;
    /** When this state was seen first, by System.nanoTime. */
    final long since;
    /** When it answered last. */
    final long at;

    Answer(String state, long since, long at) {
      this.state = state;
      this.since = since;
      this.at = at;
    }
  }

  private final RpcEndpoint master;
  private final boolean uiTls;
  private final Consumer<String> onUi;
  private volatile Answer answer;
  private volatile String ui;

  /**
   * Starts asking.
   *
   * @param onUi hears the URL of this Master's web UI as soon as it is known
   */
  MasterMonitor(RpcEndpoint master, boolean uiTls, Consumer<String> onUi) {
    this.master = master;
    this.uiTls = uiTls;
    this.onUi = onUi;
    long now = System.nanoTime();
    answer = new Answer("STARTING", now, now);
    Thread thread = new Thread(this::run, "master-monitor");
    thread.setDaemon(true);
    thread.start();
  }

  Answer answer() {
    return answer;
  }

  /** This Master's own web UI; null before it is known. */
  String ui() {
    return ui;
  }

  private void run() {
    try {
      while (true) {
        try {
          ask();
        } catch (Exception e) {
          LOG.debug("The Master does not answer", e);
        }
        Thread.sleep(answer.state.equals("ALIVE") ? PERIOD_MILLIS : UNTIL_ALIVE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    if (ui == null) {
      MasterMessages.BoundPortsResponse ports = master.self().askSync(MasterMessages.BoundPortsRequest$.MODULE$,
          PATIENCE, ClassTag.apply(MasterMessages.BoundPortsResponse.class));
      String host = master.self().address().host();
      ui = (uiTls ? "https://" : "http://") + host + ":" + ports.webUIPort();
      onUi.accept(ui);
    }
    DeployMessages.MasterStateResponse response = master.self().askSync(DeployMessages.RequestMasterState$.MODULE$,
        PATIENCE, ClassTag.apply(DeployMessages.MasterStateResponse.class));
    String state = response.status().toString();
    Answer before = answer;
    long now = System.nanoTime();
    answer = new Answer(state, state.equals(before.state) ? before.since : now, now);
  }
}
