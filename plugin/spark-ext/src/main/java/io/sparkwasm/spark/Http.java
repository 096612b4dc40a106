package io.sparkwasm.spark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request, one whole answer, one deadline for both. */
final class Http {
  private Http() {}

  static HttpClient client(Duration connectTimeout) {
    return builder(connectTimeout).build();
  }

  /** For addresses inside the machine, which no proxy of the JVM knows. */
  static HttpClient directClient(Duration connectTimeout) {
    return builder(connectTimeout).proxy(HttpClient.Builder.NO_PROXY).build();
  }

  private static HttpClient.Builder builder(Duration connectTimeout) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
  }

  /**
   * Sends it once. {@code HttpClient.send} would wait without limit for a body that never ends: its timeout is for the
   * headers alone.
   */
  static HttpResponse<byte[]> send(HttpClient client, HttpRequest request, Duration timeout) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no answer in " + timeout.toMillis() + " ms from " + place(request));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw new IOException(place(request) + ": " + reason(e.getCause()), e.getCause());
    }
  }

  private static String place(HttpRequest request) {
    return request.uri().getScheme() + "://" + request.uri().getRawAuthority();
  }

  /** The JDK's ConnectException has no message, be the port closed or the name unknown. */
  private static String reason(Throwable failure) {
    String name = failure instanceof ConnectException ? "cannot connect" : failure.getClass().getSimpleName();
    return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
  }
}
