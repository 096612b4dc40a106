package io.sparkwasm.spark;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/**
 * {@code /ready}, {@code /live} and {@code /leader} on a port of their own: 200 or 503 with one line that says why.
 * Answers come from what is known already; nothing is asked meanwhile.
 */
final class HealthServer {
  private static final int THREADS = 4;

  private final RecoverySettings settings;
  private final Recovery recovery;
  private final long started = System.nanoTime();
  private volatile MasterMonitor monitor;

  private HealthServer(RecoverySettings settings, Recovery recovery) {
    this.settings = settings;
    this.recovery = recovery;
  }

  /** Opens {@code spark.deploy.s3.healthPort}. Until {@link #watch} every Master is starting. */
  static HealthServer open(RecoverySettings settings, Recovery recovery) throws IOException {
    HealthServer health = new HealthServer(settings, recovery);
    BoundedServer.open(settings.bindAddress, settings.healthPort, "health", THREADS, health::handle);
    return health;
  }

  /** From here on it speaks of this Master. */
  void watch(MasterMonitor master) {
    monitor = master;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String verdict;
    switch (exchange.getRequestURI().getPath()) {
      case "/ready":
        verdict = Health.ready(facts());
        break;
      case "/live":
        verdict = Health.live(facts(), settings.stuckAfter);
        break;
      case "/leader":
        verdict = Health.leader(facts());
        break;
      default:
        BoundedServer.answer(exchange, 404, "/ready, /live or /leader");
        return;
    }
    BoundedServer.answer(exchange, verdict.startsWith("yes") ? 200 : 503, verdict);
  }

  private Health.Facts facts() {
    Health.Facts facts = new Health.Facts();
    MasterMonitor master = monitor;
    MasterMonitor.Answer answer =
        master == null ? new MasterMonitor.Answer("STARTING", started, started) : master.answer();
    facts.state = answer.state;
    facts.since = answer.since;
    facts.answeredAt = answer.at;
    facts.lease = recovery.lease();
    facts.single = settings.single;
    facts.problem = recovery.problem();
    facts.waitingChanges = recovery.waitingChanges();
    facts.writeProblem = recovery.writeProblem();
    facts.now = System.nanoTime();
    return facts;
  }
}
