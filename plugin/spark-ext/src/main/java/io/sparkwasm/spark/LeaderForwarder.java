package io.sparkwasm.spark;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A reverse proxy to the web UI of whoever leads, on a port of its own of every Master. A Service or Ingress may then
 * send anybody to any Master; nobody needs rights in Kubernetes to label pods.
 *
 * <p>The leader's address comes from the lease. Methods are GET, HEAD and POST, all that Spark's UI has; bodies of
 * requests up to 1 MiB; answers are streamed. Headers pass but for those of one hop (RFC 9110, 7.6.1). The leader sees
 * its own name in {@code Host}, and a {@code Location} with that name is cut to its path, so that a browser stays where
 * it is whatever Ingress, path or TLS is before.
 *
 * <p>Without a leader, or when it does not answer: 502 with one line that says why.
 */
final class LeaderForwarder {
  private static final int THREADS = 16;
  private static final int LARGEST_BODY = 1 << 20;
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration FIRST_BYTE = Duration.ofSeconds(60);
  private static final Duration WHOLE_ANSWER = Duration.ofMinutes(10);
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
  /** Of one hop, or written by the JDK's client and server themselves. */
  private static final Set<String> NOT_PASSED = Set.of("connection", "keep-alive", "proxy-authenticate",
      "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host",
      "content-length", "expect", "date");

  private final Callable<String> leader;
  private final Duration limit;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .followRedirects(HttpClient.Redirect.NEVER)
      .proxy(HttpClient.Builder.NO_PROXY)
      .connectTimeout(CONNECT)
      .build();

  LeaderForwarder(Callable<String> leader, Duration limit) {
    this.leader = leader;
    this.limit = limit;
  }

  /** Opens {@code spark.deploy.s3.uiPort}. */
  static void open(RecoverySettings settings, Recovery recovery, MasterMonitor monitor) throws IOException {
    Callable<String> leader = () -> leader(recovery.lease(), monitor.ui(), System.nanoTime());
    LeaderForwarder forwarder = new LeaderForwarder(leader, WHOLE_ANSWER);
    BoundedServer.open(settings.bindAddress, settings.uiPort, "leader-ui", THREADS, forwarder::handle);
  }

  /**
   * Of one's own lease one's own UI, run out or not; of another's what it says, as long as it is renewed.
   *
   * @throws IOException when nobody leads, in words for the user
   */
  static String leader(LeaseView lease, String ownUi, long now) throws IOException {
    if (lease == null) {
      throw new IOException("this Master is starting");
    }
    if (lease.held) {
      if (ownUi == null) {
        throw new IOException("this Master leads, but its web UI is starting");
      }
      return ownUi;
    }
    if (!lease.otherLeads(now)) {
      String last = lease.holder.isEmpty() ? "" : ", the last was " + lease.holder;
      throw new IOException("no Master leads at present" + last);
    }
    if (!lease.holderUi.matches("https?://[^/?#@\\s]+")) {
      throw new IOException(lease.holder + " leads, but its web UI is starting");
    }
    return lease.holderUi;
  }

  void handle(HttpExchange exchange) throws IOException {
    if (!METHODS.contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD, POST");
      BoundedServer.answer(exchange, 405, "GET, HEAD or POST");
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      BoundedServer.answer(exchange, 413, "a request of more than 1 MiB");
      return;
    }
    String url;
    try {
      url = leader.call();
    } catch (Exception e) {
      unavailable(exchange, e.getMessage());
      return;
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request(exchange, body, url), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException | InterruptedException | IllegalArgumentException e) {
      unavailable(exchange, "the leader's web UI at " + url + " does not answer: " + e);
      return;
    }
    pass(response, exchange, url);
  }

  private static HttpRequest request(HttpExchange exchange, byte[] body, String url) {
    URI asked = exchange.getRequestURI();
    String path = asked.getRawPath() == null || !asked.getRawPath().startsWith("/") ? "/" : asked.getRawPath();
    String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path + query))
        .timeout(FIRST_BYTE)
        .method(exchange.getRequestMethod(), body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body));
    Headers headers = exchange.getRequestHeaders();
    Set<String> dropped = ofOneHop(headers.getOrDefault("Connection", List.of()));
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        for (String value : header.getValue()) {
          request.header(header.getKey(), value);
        }
      }
    }
    request.header("X-Forwarded-For", exchange.getRemoteAddress().getAddress().getHostAddress());
    return request.build();
  }

  private void pass(HttpResponse<InputStream> response, HttpExchange exchange, String url) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    Map<String, List<String>> received = response.headers().map();
    Set<String> dropped = ofOneHop(received.getOrDefault("connection", List.of()));
    for (Map.Entry<String, List<String>> header : received.entrySet()) {
      String name = header.getKey();
      if (!dropped.contains(name.toLowerCase(Locale.ROOT))) {
        for (String value : header.getValue()) {
          headers.add(name, name.equalsIgnoreCase("location") ? local(value, url) : value);
        }
      }
    }
    int status = response.statusCode();
    long length = response.headers().firstValueAsLong("content-length").orElse(0); // 0: of unknown length, chunked
    boolean empty = exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304
        || length == 0 && received.containsKey("content-length");
    CompletableFuture<Void> over = new CompletableFuture<Void>().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    over.whenComplete((done, late) -> close(response.body())); // else a leader that hangs would keep the thread
    try (InputStream from = response.body()) {
      if (empty) {
        if (received.containsKey("content-length") && length > 0) {
          headers.set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      exchange.sendResponseHeaders(status, length);
      try (OutputStream to = exchange.getResponseBody()) {
        copy(from, to);
      }
    } finally {
      over.complete(null);
    }
  }

  /** Sends on what has come before it waits for more: a log may grow slowly. */
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[8192];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
      if (from.available() == 0) {
        to.flush();
      }
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException ignored) {
      // it was to end anyway
    }
  }

  /** A place on the leader as a place on whatever the browser asked. */
  static String local(String location, String url) {
    if (location.equals(url)) {
      return "/";
    }
    boolean there = location.startsWith(url + "/") || location.startsWith(url + "?");
    return there ? location.substring(url.length()) : location;
  }

  private static Set<String> ofOneHop(List<String> connection) {
    Set<String> names = new TreeSet<>(NOT_PASSED);
    for (String value : connection) {
      for (String name : value.split(",")) {
        names.add(name.trim().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  private static void unavailable(HttpExchange exchange, String why) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "2");
    exchange.getResponseHeaders().set("Refresh", "3"); // a browser that waits sees the next leader
    BoundedServer.answer(exchange, 502, why);
  }
}
