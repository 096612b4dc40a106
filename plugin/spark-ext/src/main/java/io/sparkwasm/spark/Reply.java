package io.sparkwasm.spark;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What the store answered, whatever it was. */
final class Reply {
  /** Of 409, S3's API reference of PutObject; other stores have other reasons for 409. */
  private static final Set<String> CONFLICTS = Set.of("ConditionalRequestConflict", "OperationAborted", "");

  private final int status;
  private final byte[] body;
  private final HttpHeaders headers;

  Reply(int status, byte[] body, HttpHeaders headers) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  int status() {
    return status;
  }

  boolean ok() {
    return status / 100 == 2;
  }

  byte[] body() {
    return body;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The object's ETag as the store wrote it, quotes included; null without one. */
  String etag() {
    return header("etag");
  }

  String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  /** The error's code, such as {@code NoSuchKey}; empty when the body has none. */
  String code() {
    return ok() ? "" : Xml.text(text(), "Code");
  }

  /** The object is not there. A missing bucket or a key ID that the store does not know is another answer. */
  boolean absent() {
    return status == 404 && (code().isEmpty() || code().equals("NoSuchKey"));
  }

  /** A condition (If-Match, If-None-Match) did not hold, or another write of the key was under way. */
  boolean conditionFailed() {
    return status == 412 || status == 409 && CONFLICTS.contains(code());
  }

  /** The store itself is in trouble or asks for patience: the same request may succeed later. */
  boolean passing() {
    return status >= 500 && status != 501 || status == 429 || status == 408;
  }

  /** For a log line: {@code HTTP 403 AccessDenied: Access Denied}. */
  @Override
  public String toString() {
    if (ok() || code().isEmpty()) {
      return "HTTP " + status;
    }
    String message = Xml.text(text(), "Message");
    return "HTTP " + status + " " + code() + (message.isEmpty() ? "" : ": " + message);
  }
}
