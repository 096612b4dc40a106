package io.sparkwasm.spark;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One bucket. Every method sends its request once and gives back what was answered; an {@link IOException} says that
 * there was no answer, so that a write may or may not have happened.
 *
 * <p>It repeats a request in two cases only, both surely not carried out: the store called the clock wrong (then the
 * store's own time is used from there on), or the credentials expired (then new ones are asked for). A request that may
 * have been carried out is never repeated here, or a conditional write that succeeded would report a failed condition.
 *
 * <p>For many threads at once.
 */
final class S3Client {
  private static final byte[] NOTHING = new byte[0];

  private final S3Settings settings;
  private final CredentialSource credentials;
  private final Duration timeout;
  private final Clock clock;
  private final HttpClient http;
  private volatile Duration skew = Duration.ZERO;

  /**
   * A client of one bucket.
   *
   * @param timeout for one request with its answer
   * @param clock dates signatures, nothing else
   */
  S3Client(S3Settings settings, CredentialSource credentials, Duration timeout, Clock clock) {
    this.settings = settings;
    this.credentials = credentials;
    this.timeout = timeout;
    this.clock = clock;
    this.http = Http.client(timeout);
  }

  /** Reads an object. */
  Reply get(String key) throws IOException {
    return call("GET", key, Map.of(), Map.of(), NOTHING);
  }

  /** Writes an object, whether or not there is one. */
  Reply put(String key, byte[] body) throws IOException {
    return call("PUT", key, Map.of(), Map.of(), body);
  }

  /** Writes an object where there is none. */
  Reply putIfAbsent(String key, byte[] body) throws IOException {
    return call("PUT", key, Map.of(), Map.of("if-none-match", "*"), body);
  }

  /** Replaces the one version of an object that has this ETag. */
  Reply putIfMatch(String key, byte[] body, String etag) throws IOException {
    return call("PUT", key, Map.of(), Map.of("if-match", etag), body);
  }

  /** Removes an object; the store answers 204 also when there was none. */
  Reply delete(String key) throws IOException {
    return call("DELETE", key, Map.of(), Map.of(), NOTHING);
  }

  /** Lists at most so many keys: also the way to ask whether the bucket is there and readable. */
  Reply probe(String prefix, int most) throws IOException {
    return call("GET", "", Map.of("list-type", "2", "max-keys", Integer.toString(most), "prefix", prefix), Map.of(),
        NOTHING);
  }

  /** Makes the bucket, in the region of the settings. */
  Reply createBucket() throws IOException {
    String region = settings.region();
    String place = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>"
        + region + "</LocationConstraint></CreateBucketConfiguration>";
    // us-east-1 is said by saying nothing: API reference of CreateBucket
    byte[] body = region.equals("us-east-1") ? NOTHING : place.getBytes(StandardCharsets.UTF_8);
    return call("PUT", "", Map.of(), Map.of(), body);
  }

  /**
   * All keys that begin with the prefix, in the store's order.
   *
   * @throws StoreException when the store answers with an error
   */
  List<String> list(String prefix) throws IOException {
    List<String> keys = new ArrayList<>();
    String from = "";
    do {
      SortedMap<String, String> query = new TreeMap<>(Map.of("list-type", "2", "prefix", prefix));
      if (!from.isEmpty()) {
        query.put("continuation-token", from);
      }
      Reply reply = call("GET", "", query, Map.of(), NOTHING);
      if (!reply.ok()) {
        throw new StoreException("list " + prefix, reply);
      }
      keys.addAll(Xml.texts(reply.text(), "Key"));
      from = Xml.text(reply.text(), "NextContinuationToken");
    } while (!from.isEmpty());
    return keys;
  }

  S3Settings settings() {
    return settings;
  }

  private Reply call(String method, String key, Map<String, String> query, Map<String, String> extra, byte[] body)
      throws IOException {
    URI uri = uri(key, new TreeMap<>(query));
    Reply reply = once(method, uri, extra, body);
    if (reply.status() == 403 && reply.code().equals("RequestTimeTooSkewed") && tookTheTimeOf(reply)) {
      return once(method, uri, extra, body);
    }
    if ((reply.status() == 400 || reply.status() == 403) && reply.code().startsWith("ExpiredToken")
        && credentials.renew()) {
      return once(method, uri, extra, body);
    }
    return reply;
  }

  private Reply once(String method, URI uri, Map<String, String> extra, byte[] body) throws IOException {
    SortedMap<String, String> headers = new TreeMap<>(extra);
    headers.put("host", host(uri));
    Instant now = clock.instant().plus(skew);
    SignatureV4.sign(method, uri, headers, body, credentials.get(), settings.region(), now);
    headers.remove("host"); // the JDK writes it, and lets nobody else
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    headers.forEach(request::header);
    request.method(method, body.length == 0 && !method.equals("PUT")
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofByteArray(body));
    HttpResponse<byte[]> response = Http.send(http, request.build(), timeout);
    return new Reply(response.statusCode(), response.body(), response.headers());
  }

  private boolean tookTheTimeOf(Reply reply) {
    String date = reply.header("date");
    if (date == null) {
      return false;
    }
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      skew = Duration.between(clock.instant(), theirs);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private URI uri(String key, SortedMap<String, String> query) {
    StringBuilder out = new StringBuilder(settings.base().toString());
    out.append('/');
    if (key.isEmpty()) {
      // a bucket in the path is named without the slash
      if (!settings.base().getRawPath().isEmpty()) {
        out.setLength(out.length() - 1);
      }
    } else {
      String[] parts = key.split("/", -1);
      for (int i = 0; i < parts.length; i++) {
        out.append(i == 0 ? "" : "/").append(encode(parts[i]));
      }
    }
    char separator = '?';
    for (Map.Entry<String, String> entry : query.entrySet()) {
      out.append(separator).append(encode(entry.getKey())).append('=').append(encode(entry.getValue()));
      separator = '&';
    }
    return URI.create(out.toString());
  }

  /** As {@code java.net.http} will write it: without a port that is the scheme's own. */
  private static String host(URI uri) {
    int own = uri.getScheme().equals("https") ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == own ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
  }
}
