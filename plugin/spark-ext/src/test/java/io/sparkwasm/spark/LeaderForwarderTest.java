package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderForwarderTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer leader;
  private HttpServer forwarder;
  private String leaderUrl;
  private volatile String target;

  @BeforeEach
  void start() throws IOException {
    leader = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    leader.setExecutor(Executors.newCachedThreadPool());
    leader.start();
    leaderUrl = "http://127.0.0.1:" + leader.getAddress().getPort();
    target = leaderUrl;
    LeaderForwarder handler = new LeaderForwarder(() -> {
      if (target == null) {
        throw new IOException("no Master leads at present");
      }
      return target;
    }, Duration.ofSeconds(3));
    forwarder = BoundedServer.open("127.0.0.1", 0, "test-ui", 4, handler::handle);
  }

  @AfterEach
  void stop() {
    forwarder.stop(0);
    leader.stop(0);
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forwarder.getAddress().getPort() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void pathQueryHeadersAndBodyPass() throws Exception {
    leader.createContext("/", exchange -> {
      String text = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
          + exchange.getRequestHeaders().getFirst("X-Forwarded-Context") + " "
          + exchange.getRequestHeaders().getFirst("X-Forwarded-For") + " "
          + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Set-Cookie", "a=1");
      exchange.getResponseHeaders().add("Set-Cookie", "b=2");
      exchange.sendResponseHeaders(201, 0);
      exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
      exchange.close();
    });
    HttpResponse<String> got = send(to("/app/kill/%7Bx%7D?id=a%20b&c=d+e").header("X-Forwarded-Context", "/spark")
        .POST(HttpRequest.BodyPublishers.ofString("terminate=true")));
    assertEquals(201, got.statusCode());
    assertEquals("POST /app/kill/%7Bx%7D?id=a%20b&c=d+e /spark 127.0.0.1 terminate=true", got.body());
    assertEquals(2, got.headers().allValues("set-cookie").size());
  }

  @Test
  void redirectsStayWhereTheBrowserIs() throws Exception {
    leader.createContext("/", exchange -> {
      exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath().equals("/out")
          ? "https://spark.apache.org/" : leaderUrl + "/app?id=1");
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    });
    assertEquals("/app?id=1", send(to("/in")).headers().firstValue("location").orElse(""));
    assertEquals("https://spark.apache.org/", send(to("/out")).headers().firstValue("location").orElse(""));
    assertEquals("/", LeaderForwarder.local("http://m:8080", "http://m:8080"));
    assertEquals("http://m:80801/x", LeaderForwarder.local("http://m:80801/x", "http://m:8080"));
  }

  @Test
  void headAndEmptyAnswers() throws Exception {
    leader.createContext("/", exchange -> {
      exchange.getResponseHeaders().set("Content-Length", "12345");
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    leader.createContext("/nothing", exchange -> {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    HttpResponse<String> head = send(to("/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertEquals("12345", head.headers().firstValue("content-length").orElse(""));
    assertEquals(204, send(to("/nothing")).statusCode());
  }

  @Test
  void answersAreStreamed() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    leader.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write("first".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      try {
        assertTrue(seen.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.getResponseBody().write("second".getBytes(StandardCharsets.UTF_8));
      exchange.close();
    });
    InputStream body = client.send(to("/").build(), HttpResponse.BodyHandlers.ofInputStream()).body();
    assertEquals("first", new String(body.readNBytes(5), StandardCharsets.UTF_8));
    seen.countDown();
    assertEquals("second", new String(body.readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void aLeaderThatHangsFreesTheThread() throws Exception {
    leader.createContext("/hang", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('x');
      exchange.getResponseBody().flush(); // and never ends
    });
    leader.createContext("/ok", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    for (int i = 0; i < 4; i++) {
      client.sendAsync(to("/hang").build(), HttpResponse.BodyHandlers.discarding());
    }
    Await.until("a thread is free", () -> send(to("/ok")).statusCode() == 200);
  }

  @Test
  void withoutALeader() throws Exception {
    target = null;
    HttpResponse<String> none = send(to("/"));
    assertEquals(502, none.statusCode());
    assertEquals("no Master leads at present\n", none.body());
    assertEquals("2", none.headers().firstValue("retry-after").orElse(""));
    target = "http://127.0.0.1:" + Processes.freePort();
    HttpResponse<String> dead = send(to("/"));
    assertEquals(502, dead.statusCode());
    assertTrue(dead.body().startsWith("the leader's web UI at " + target + " does not answer"), dead.body());
  }

  @Test
  void onlyWhatTheUiHas() throws Exception {
    assertEquals(405, send(to("/").DELETE()).statusCode());
    assertEquals(405, send(to("/").method("TRACE", HttpRequest.BodyPublishers.noBody())).statusCode());
    byte[] large = new byte[(1 << 20) + 1];
    assertEquals(413, send(to("/").POST(HttpRequest.BodyPublishers.ofByteArray(large))).statusCode());
  }

  @Test
  void headersOfOneHopStay() throws Exception {
    leader.createContext("/", exchange -> {
      String seen = exchange.getRequestHeaders().keySet().toString();
      exchange.getResponseHeaders().set("Connection", "X-Hop");
      exchange.getResponseHeaders().set("X-Hop", "1");
      byte[] body = seen.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    try (Socket socket = new Socket("127.0.0.1", forwarder.getAddress().getPort())) {
      socket.getOutputStream().write(("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: X-Mine\r\n"
          + "X-Mine: 1\r\nX-Kept: 1\r\nTE: trailers\r\nProxy-Authorization: secret\r\n\r\n")
          .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).toLowerCase();
      assertTrue(answer.contains("x-kept"), answer);
      assertFalse(answer.contains("x-mine") || answer.contains("x-hop") || answer.contains("proxy-auth"), answer);
    }
  }

  @Test
  void whoseUi() throws IOException {
    long now = TimeUnit.SECONDS.toNanos(100);
    long lease = TimeUnit.SECONDS.toNanos(15);
    LeaseRecord other = new LeaseRecord("m1", "s", 1, 1, 15000, false, "http://m1:8080");
    LeaseView own = new LeaseView(true, true, 0, other, lease, true, now, false, 0, null);
    assertEquals("http://me:8080", LeaderForwarder.leader(own, "http://me:8080", now));
    LeaseView theirs = new LeaseView(false, false, 0, other, lease, true, now, true, now, null);
    assertEquals("http://m1:8080", LeaderForwarder.leader(theirs, "http://me:8080", now));
    assertThrows(IOException.class, () -> LeaderForwarder.leader(theirs, "http://me:8080", now + 2 * lease));
    assertThrows(IOException.class, () -> LeaderForwarder.leader(null, null, now));
    for (String bad : new String[] {"", "file:///etc/passwd", "http://m1:8080/path", "http://user@m1"}) {
      LeaseRecord wrong = new LeaseRecord("m1", "s", 1, 1, 15000, false, bad);
      LeaseView view = new LeaseView(false, false, 0, wrong, lease, true, now, true, now, null);
      assertThrows(IOException.class, () -> LeaderForwarder.leader(view, "http://me:8080", now), bad);
    }
  }
}
