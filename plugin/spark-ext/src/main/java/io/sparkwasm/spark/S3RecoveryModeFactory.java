package io.sparkwasm.spark;

import java.io.IOException;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.LeaderElectable;
import org.apache.spark.deploy.master.LeaderElectionAgent;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.master.PersistenceEngine;
import org.apache.spark.deploy.master.StandaloneRecoveryModeFactory;
import org.apache.spark.rpc.RpcEndpoint;
import org.apache.spark.serializer.Serializer;

/**
 * Recovery state and leader election of a Spark Standalone Master in S3: {@code spark.deploy.recoveryMode=CUSTOM},
 * {@code spark.deploy.recoveryMode.factory=io.sparkwasm.spark.S3RecoveryModeFactory}, {@code
 * spark.deploy.recoveryDirectory=s3a://bucket/prefix}. The other keys are in {@link RecoverySettings}.
 *
 * <p>What cannot work ends the JVM with one line: an exception from here would be logged by Spark and leave a Master
 * that answers and never leads ({@code org.apache.spark.deploy.master.Master.onStart}).
 */
public final class S3RecoveryModeFactory extends StandaloneRecoveryModeFactory {
  private final RecoverySettings settings;
  private final Recovery recovery;
  private final HealthServer health;

  /** Called by {@code Master.onStart}. */
  public S3RecoveryModeFactory(SparkConf conf, Serializer serializer) {
    super(conf, serializer);
    try {
      settings = new RecoverySettings(conf, System.getenv());
      recovery = new Recovery(settings, serializer);
      health = settings.healthPort == 0 ? null : HealthServer.open(settings, recovery);
    } catch (IOException | IllegalArgumentException e) {
      throw Fatal.halt(e.getMessage());
    } catch (RuntimeException | Error e) {
      throw Fatal.halt("recovery in S3 cannot start", e);
    }
  }

  @Override
  public PersistenceEngine createPersistenceEngine() {
    return recovery.engine();
  }

  @Override
  public LeaderElectionAgent createLeaderElectionAgent(LeaderElectable master) {
    try {
      RpcEndpoint endpoint = (RpcEndpoint) master;
      if (master instanceof Master) {
        MasterInbox.open((Master) master, new Registrations((Master) master, settings.workerTimeoutSeconds));
      }
      MasterMonitor monitor = new MasterMonitor(endpoint, settings.uiTls, recovery::publishUi);
      if (health != null) {
        health.watch(monitor);
      }
      if (settings.uiPort != 0) {
        LeaderForwarder.open(settings, recovery, monitor);
      }
      recovery.start(master, endpoint.self().address().hostPort());
    } catch (IOException e) {
      throw Fatal.halt(e.getMessage());
    } catch (RuntimeException | Error e) {
      throw Fatal.halt("recovery in S3 cannot start", e);
    }
    return new Agent(master);
  }

  private final class Agent implements LeaderElectionAgent {
    private final LeaderElectable master;

    Agent(LeaderElectable master) {
      this.master = master;
    }

    @Override
    public LeaderElectable masterInstance() {
      return master;
    }

    @Override
    public void stop() {
      recovery.stop();
    }
  }
}
