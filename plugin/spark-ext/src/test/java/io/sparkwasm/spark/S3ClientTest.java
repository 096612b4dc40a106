package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request does when its temporary credentials are over: a stub answers as AWS does, which alone issues them. */
class S3ClientTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger issued = new AtomicInteger();
  private HttpServer store;
  private volatile String good = "token-2";

  @BeforeEach
  void start() throws Exception {
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext("/", exchange -> {
      String token = exchange.getRequestHeaders().getFirst("x-amz-security-token");
      requests.add(exchange.getRequestMethod() + " " + token);
      boolean right = good.equals(token);
      byte[] body = (right ? "" : "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>"
          + "</Error>").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(right ? 200 : 400, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    store.start();
  }

  @AfterEach
  void stop() {
    store.stop(0);
  }

  private S3Client client(Duration life) {
    Map<String, String> conf =
        Versitygw.conf("http://127.0.0.1:" + store.getAddress().getPort());
    CredentialSource source = new CredentialSource(
        () -> new Credentials("key", "secret", "token-" + issued.incrementAndGet(), life), System::nanoTime);
    return new S3Client(S3Settings.of("b", conf::get, Map.of()), source, Duration.ofSeconds(20), Clock.systemUTC());
  }

  @Test
  void expiredOnesAreReplacedAndTheRequestIsSentOnceMore() throws Exception {
    assertTrue(client(Duration.ofHours(1)).putIfAbsent("x", new byte[] {1}).ok());
    assertEquals(List.of("PUT token-1", "PUT token-2"), requests);
  }

  @Test
  void onlyOnce() throws Exception {
    good = "token-3";
    assertEquals("ExpiredToken", client(Duration.ofHours(1)).get("x").code());
    assertEquals(List.of("GET token-1", "GET token-2"), requests);
  }

  @Test
  void thoseThatDoNotExpireAreNotAskedForAgain() throws Exception {
    assertEquals("ExpiredToken", client(null).get("x").code());
    assertEquals(List.of("GET token-1"), requests);
  }
}
