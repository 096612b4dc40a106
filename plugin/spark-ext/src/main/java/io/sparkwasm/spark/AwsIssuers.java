package io.sparkwasm.spark;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three ways in which AWS hands temporary credentials to a pod. Each is asked once per call; their life is the
 * expiry less the issuer's own clock, since the local one may be wrong.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">STS</a>
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html">containers</a>
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html">IMDS</a>
 */
final class AwsIssuers {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Set<String> AGENTS = Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

  private final Map<String, String> environment;
  private final HttpClient http;

  private AwsIssuers(Map<String, String> environment, HttpClient http) {
    this.environment = environment;
    this.http = http;
  }

  /** The first that the environment configures; the instance's metadata when it configures none. */
  static Callable<Credentials> of(Map<String, String> environment, String region) {
    String container = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    String relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if (environment.containsKey("AWS_WEB_IDENTITY_TOKEN_FILE") && environment.containsKey("AWS_ROLE_ARN")) {
      String china = region.startsWith("cn-") ? ".cn" : "";
      URI sts = URI.create(S3Settings.firstSet(environment.get("AWS_ENDPOINT_URL_STS"),
          "https://sts." + region + ".amazonaws.com" + china + "/"));
      demandSafe(sts, Set.of(), "AWS_ENDPOINT_URL_STS");
      AwsIssuers issuers = new AwsIssuers(environment, Http.client(TIMEOUT));
      return () -> issuers.webIdentity(sts);
    }
    AwsIssuers direct = new AwsIssuers(environment, Http.directClient(TIMEOUT));
    if (container != null || relative != null) {
      URI agent = URI.create(relative != null ? "http://169.254.170.2" + relative : container);
      demandSafe(agent, AGENTS, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
      return () -> direct.container(agent);
    }
    return direct::instance;
  }

  /** EKS, IAM roles for service accounts: the account's token for a role's credentials. */
  private Credentials webIdentity(URI sts) throws IOException {
    // the kubelet changes the token, so it is read each time
    String token = Files.readString(Path.of(environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"))).trim();
    String session = environment.getOrDefault("AWS_ROLE_SESSION_NAME", "spark-master");
    String form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn="
        + encode(environment.get("AWS_ROLE_ARN")) + "&RoleSessionName=" + encode(session)
        + "&WebIdentityToken=" + encode(token);
    HttpResponse<byte[]> answer = ask(HttpRequest.newBuilder(sts)
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form)));
    String xml = text(answer);
    return issued(answer, Xml.text(xml, "AccessKeyId"), Xml.text(xml, "SecretAccessKey"),
        Xml.text(xml, "SessionToken"), Xml.text(xml, "Expiration"));
  }

  /** EKS Pod Identity, ECS: an agent on the node. */
  private Credentials container(URI agent) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(agent);
    String file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    String token = file == null
        ? environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        : Files.readString(Path.of(file)).trim();
    if (token != null) {
      request.header("authorization", token);
    }
    return json(ask(request));
  }

  /** The role of the machine, by IMDSv2. */
  private Credentials instance() throws IOException {
    String metadata = environment.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254");
    try {
      if ("true".equalsIgnoreCase(environment.get("AWS_EC2_METADATA_DISABLED"))) {
        throw new IOException("AWS_EC2_METADATA_DISABLED is true");
      }
      String token = text(ask(HttpRequest.newBuilder(URI.create(metadata + "/latest/api/token"))
          .header("x-aws-ec2-metadata-token-ttl-seconds", "300")
          .PUT(HttpRequest.BodyPublishers.noBody())));
      String role = text(ask(metadata(metadata + ROLES, token))).split("\n")[0].trim();
      return json(ask(metadata(metadata + ROLES + role, token)));
    } catch (IOException e) {
      throw new IOException("no credentials for S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, nor is a"
          + " web identity or a container's agent, and the instance gives none: " + e.getMessage(), e);
    }
  }

  private static HttpRequest.Builder metadata(String url, String token) {
    return HttpRequest.newBuilder(URI.create(url)).header("x-aws-ec2-metadata-token", token);
  }

  private HttpResponse<byte[]> ask(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    HttpResponse<byte[]> answer = Http.send(http, request, TIMEOUT);
    if (answer.statusCode() != 200) {
      String xml = text(answer);
      throw new IOException("credentials from " + request.uri() + ": HTTP " + answer.statusCode() + " "
          + Xml.text(xml, "Code") + " " + Xml.text(xml, "Message"));
    }
    return answer;
  }

  private static Credentials json(HttpResponse<byte[]> answer) throws IOException {
    String json = text(answer);
    return issued(answer, field(json, "AccessKeyId"), field(json, "SecretAccessKey"), field(json, "Token"),
        field(json, "Expiration"));
  }

  /** Without an expiry they are good for 15 minutes, the shortest that STS issues. */
  private static Credentials issued(HttpResponse<byte[]> answer, String accessKey, String secretKey, String token,
      String expiration) throws IOException {
    if (accessKey.isEmpty() || secretKey.isEmpty()) {
      throw new IOException("no credentials in the answer of " + answer.uri());
    }
    Instant now = answer.headers().firstValue("date")
        .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
        .orElseGet(Instant::now);
    Duration life = expiration.isEmpty() ? Duration.ofMinutes(15) : Duration.between(now, Instant.parse(expiration));
    return new Credentials(accessKey, secretKey, token, life);
  }

  private static String field(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
    return matcher.find() ? matcher.group(1).replace("\\/", "/") : "";
  }

  /** A token goes over HTTPS, or not further than this machine and its agents. */
  private static void demandSafe(URI uri, Set<String> agents, String variable) {
    String host = String.valueOf(uri.getHost());
    boolean here = host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    if (!"https".equals(uri.getScheme()) && !here && !agents.contains(host)) {
      throw new IllegalArgumentException(variable + "=" + uri + ": a token is sent over https only");
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
