package io.sparkwasm.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bucket and a key prefix, written as Hadoop writes them: {@code s3a://bucket/some/prefix}. */
final class S3Location {
  private static final Pattern URL = Pattern.compile("s3[an]?://([A-Za-z0-9][A-Za-z0-9._-]{0,254})(/.*)?");

  private final String bucket;
  private final String prefix;

  private S3Location(String bucket, String prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * Reads {@code s3a://bucket/prefix}; the schemes s3 and s3n mean the same.
   *
   * @throws IllegalArgumentException when it is anything else, in words for the user
   */
  static S3Location parse(String url) {
    Matcher matcher = URL.matcher(url.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + url + "' is not of the form s3a://bucket/prefix");
    }
    String path = matcher.group(2) == null ? "" : matcher.group(2);
    return new S3Location(matcher.group(1), path.replaceAll("/{2,}", "/").replaceAll("^/|/$", ""));
  }

  String bucket() {
    return bucket;
  }

  /** Without a slash at either end; empty for the bucket itself. */
  String prefix() {
    return prefix;
  }

  /** The key of something below: {@code prefix/name}. */
  String key(String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  @Override
  public String toString() {
    return "s3a://" + bucket + "/" + prefix;
  }
}
