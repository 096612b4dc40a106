package io.sparkwasm.spark;

import java.io.IOException;

/** Makes a bucket, and a folder in it, unless they are there. Safe to run by many at once. */
final class BucketSetup {
  private BucketSetup() {}

  /**
   * Makes the bucket when it is missing.
   *
   * @param prefix the part of the bucket that will be used: a policy may allow no more
   * @return whether it was made now
   * @throws StoreException a refusal when it is missing and cannot be made, or may not be used
   * @throws IOException when the store did not answer, or is in trouble
   */
  static boolean ensureBucket(S3Client s3, String prefix) throws IOException {
    Reply there = s3.probe(prefix, 1);
    if (there.ok()) {
      return false;
    }
    String name = "bucket " + s3.settings().bucket();
    if (there.passing()) {
      throw new StoreException(name, there);
    }
    if (there.status() != 404 || !there.code().isEmpty() && !there.code().equals("NoSuchBucket")) {
      throw StoreException.refusal(name + " at " + s3.settings().base() + " cannot be listed: " + there + hint(there));
    }
    Reply made = s3.createBucket();
    if (made.ok()) {
      return true;
    }
    if (made.passing()) {
      throw new StoreException("create " + name, made);
    }
    if (made.status() == 409 && s3.probe(prefix, 1).ok()) {
      return false; // somebody else made it just now
    }
    throw StoreException.refusal(name + " does not exist and cannot be created: " + made
        + (made.status() == 403 ? "; create it, or allow s3:CreateBucket" : ""));
  }

  /**
   * Writes the empty object {@code folder/} unless there is something below it; s3a takes it for a folder.
   *
   * @return whether it was made now
   */
  static boolean ensureFolder(S3Client s3, String folder) throws IOException {
    Reply there = s3.probe(folder + "/", 1);
    if (there.ok() && !Xml.text(there.text(), "Key").isEmpty()) {
      return false;
    }
    Reply made = s3.put(folder + "/", new byte[0]);
    if (made.passing()) {
      throw new StoreException("create folder " + folder, made);
    }
    if (!made.ok()) {
      throw StoreException.refusal("folder " + folder + "/ in bucket " + s3.settings().bucket()
          + " cannot be created: " + made + hint(made));
    }
    return true;
  }

  private static String hint(Reply reply) {
    switch (reply.code()) {
      case "AccessDenied":
        return "; it needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject";
      case "InvalidAccessKeyId":
      case "InvalidToken":
      case "SignatureDoesNotMatch":
      case "XAdminUserNotFound": // versitygw
        return "; is the secret with the access key right?";
      case "PermanentRedirect":
      case "AuthorizationHeaderMalformed":
        return "; is spark.hadoop.fs.s3a.endpoint.region right?";
      default:
        return "";
    }
  }
}
