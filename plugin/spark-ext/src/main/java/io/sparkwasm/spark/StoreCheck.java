package io.sparkwasm.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Whether the store keeps what the lease relies on, asked before anything else: that conditional writes are honoured
 * and every version of an object has its own ETag. Some stores and proxies answer 200 to a condition they do not know,
 * and two Masters would lead.
 */
final class StoreCheck {
  private final S3Client s3;
  private final S3Location location;

  StoreCheck(S3Client s3, S3Location location) {
    this.s3 = s3;
    this.location = location;
  }

  /**
   * Makes the bucket if need be, then writes, reads and removes one object below the prefix.
   *
   * @throws StoreException a refusal when this store will not do, in words for the user
   * @throws IOException when it does not answer: ask again
   */
  void run() throws IOException {
    BucketSetup.ensureBucket(s3, location.prefix().isEmpty() ? "" : location.prefix() + "/");
    String key = location.key("check/" + UUID.randomUUID());
    try {
      conditions(key);
    } finally {
      remove(key);
    }
  }

  private void conditions(String key) throws IOException {
    Reply first = written("If-None-Match: * on a new key", s3.putIfAbsent(key, bytes("1")));
    Reply again = s3.putIfAbsent(key, bytes("2"));
    demand(again.status() == 412, "If-None-Match: * on a key that exists", "412", again);
    Reply wrong = s3.putIfMatch(key, bytes("3"), "\"00000000000000000000000000000000\"");
    demand(wrong.status() == 412, "If-Match with another ETag", "412", wrong);
    demand(first.etag() != null, "a PUT", "an ETag", first);
    Reply next = written("If-Match with the right ETag", s3.putIfMatch(key, bytes("4"), first.etag()));
    Reply stale = s3.putIfMatch(key, bytes("5"), first.etag());
    demand(stale.status() == 412, "If-Match with the ETag of an older version", "412", stale);
    Reply read = written("a GET after the PUT", s3.get(key));
    demand(read.text().equals("4"), "a GET after the PUT", "the object just written", read);
    demand(read.etag() != null && read.etag().equals(next.etag()), "a GET", "the ETag of the PUT", read);
  }

  private void remove(String key) throws IOException {
    Reply removed = s3.delete(key);
    if (removed.passing()) {
      throw new StoreException("check of the store: DELETE", removed);
    }
    demand(removed.ok(), "a DELETE", "204", removed);
  }

  private Reply written(String what, Reply reply) throws IOException {
    if (reply.passing()) {
      throw new StoreException("check of the store: " + what, reply);
    }
    demand(reply.ok(), what, "200", reply);
    return reply;
  }

  private void demand(boolean right, String what, String expected, Reply reply) throws IOException {
    if (right) {
      return;
    }
    if (reply.passing()) {
      throw new StoreException("check of the store: " + what, reply);
    }
    boolean denied = reply.status() == 403;
    throw StoreException.refusal("the store at " + s3.settings().base() + " answered " + reply + " to " + what
        + ", not " + expected + (denied
            ? "; below " + location + " it needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket"
            : "; without conditional writes two Masters could lead."
                + " AWS S3, MinIO and versitygw without --nometa have them"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
