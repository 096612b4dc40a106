package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where keys come from. AWS's own endpoints (STS, the agents, the metadata) are stubs, made from their documents. */
class CredentialSourceTest {
  private static final String EXPIRATION =
      Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS).toString();
  private static final String JSON = "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIA1\","
      + "\"SecretAccessKey\":\"se\\/cret\","
      + "\"Token\" : \"token1\",\"Expiration\":\"" + EXPIRATION + "\"}";

  @TempDir
  Path folder;
  private HttpServer aws;
  private String url;

  private interface Handler {
    String answer(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.start();
    url = "http://127.0.0.1:" + aws.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    aws.stop(0);
  }

  private void serve(String path, Handler handler) {
    aws.createContext(path, exchange -> {
      String answer = handler.answer(exchange);
      byte[] body = (answer == null ? "" : answer).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer == null ? 401 : 200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
  }

  private static Credentials get(Map<String, String> environment) throws IOException {
    return CredentialSource.of("b", key -> null, environment).get();
  }

  @Test
  void configurationThenEnvironment() throws IOException {
    Map<String, String> conf = Map.of("spark.hadoop.fs.s3a.access.key", "A", "spark.hadoop.fs.s3a.secret.key", "S");
    Map<String, String> environment = Map.of("AWS_ACCESS_KEY_ID", "B", "AWS_SECRET_ACCESS_KEY", "T",
        "AWS_SESSION_TOKEN", "U");
    Credentials fromConf = CredentialSource.of("b", conf::get, environment).get();
    assertEquals("A", fromConf.accessKey);
    assertNull(fromConf.sessionToken);
    assertEquals("B", get(environment).accessKey);
    assertEquals("U", get(environment).sessionToken);
    assertFalse(CredentialSource.of("b", conf::get, environment).renew());
  }

  @Test
  void webIdentity() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "the.jwt\n");
    serve("/", exchange -> {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean right = form.contains("Action=AssumeRoleWithWebIdentity") && form.contains("WebIdentityToken=the.jwt")
          && form.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fspark");
      return !right ? null : "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
          + "<SessionToken>a&amp;b</SessionToken><SecretAccessKey>s</SecretAccessKey><Expiration>" + EXPIRATION
          + "</Expiration><AccessKeyId>ASIA2</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>"
          + "</AssumeRoleWithWebIdentityResponse>";
    });
    Credentials got = get(Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
        "AWS_ROLE_ARN", "arn:aws:iam::1:role/spark", "AWS_ENDPOINT_URL_STS", url));
    assertEquals("ASIA2", got.accessKey);
    assertEquals("a&b", got.sessionToken);
    assertTrue(got.life.toMinutes() >= 58 && got.life.toMinutes() <= 60, got.life.toString());
  }

  @Test
  void aTokenIsNotSentInTheClear() {
    assertThrows(IllegalArgumentException.class, () -> get(Map.of("AWS_WEB_IDENTITY_TOKEN_FILE", "/t",
        "AWS_ROLE_ARN", "r", "AWS_ENDPOINT_URL_STS", "http://sts.example")));
    assertThrows(IllegalArgumentException.class,
        () -> get(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example/x")));
  }

  @Test
  void podIdentity() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "pod-token");
    serve("/v1/credentials", exchange ->
        "pod-token".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? JSON : null);
    Credentials got = get(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", url + "/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString()));
    assertEquals("ASIA1", got.accessKey);
    assertEquals("se/cret", got.secretKey);
    assertEquals("token1", got.sessionToken);
  }

  @Test
  void instanceMetadata() throws IOException {
    serve("/latest/api/token", exchange -> exchange.getRequestMethod().equals("PUT")
        && exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds") != null ? "t" : null);
    serve("/latest/meta-data/iam/security-credentials/", exchange -> {
      boolean known = "t".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
      return !known ? null : exchange.getRequestURI().getPath().endsWith("/my-role") ? JSON : "my-role\n";
    });
    assertEquals("ASIA1", get(Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)).accessKey);
  }

  @Test
  void nothingIsConfigured() {
    IOException none = assertThrows(IOException.class, () -> get(Map.of("AWS_EC2_METADATA_DISABLED", "true")));
    assertTrue(none.getMessage().startsWith("no credentials for S3: AWS_ACCESS_KEY_ID"), none.getMessage());
  }

  @Test
  void aRefusalNamesTheRoleAndTheReason() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "x");
    aws.createContext("/", exchange -> {
      byte[] body = "<Error><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error>".getBytes();
      exchange.sendResponseHeaders(400, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    IOException refused = assertThrows(IOException.class, () -> get(Map.of("AWS_WEB_IDENTITY_TOKEN_FILE",
        token.toString(), "AWS_ROLE_ARN", "r", "AWS_ENDPOINT_URL_STS", url)));
    assertTrue(refused.getMessage().contains("HTTP 400 ExpiredTokenException Token expired"), refused.getMessage());
  }

  @Test
  void theyAreRenewedEarlyAndTheOldOnesServeMeanwhile() throws IOException {
    AtomicLong clock = new AtomicLong();
    AtomicInteger issued = new AtomicInteger();
    boolean[] away = {false};
    CredentialSource source = new CredentialSource(() -> {
      if (away[0]) {
        throw new IOException("away");
      }
      return new Credentials("key-" + issued.incrementAndGet(), "s", "t", Duration.ofHours(1));
    }, clock::get);
    assertEquals("key-1", source.get().accessKey);
    clock.set(Duration.ofMinutes(54).toNanos());
    assertEquals("key-1", source.get().accessKey);
    clock.set(Duration.ofMinutes(56).toNanos());
    away[0] = true;
    assertEquals("key-1", source.get().accessKey);
    away[0] = false;
    clock.set(Duration.ofMinutes(57).toNanos());
    Await.until("renewed in the background", () -> {
      clock.addAndGet(Duration.ofSeconds(1).toNanos()); // until the half minute after the failure is over
      return source.get().accessKey.equals("key-2");
    });
    assertTrue(source.renew());
    assertEquals("key-3", source.get().accessKey);
    away[0] = true;
    clock.addAndGet(Duration.ofHours(2).toNanos());
    assertThrows(IOException.class, source::get);
  }
}
