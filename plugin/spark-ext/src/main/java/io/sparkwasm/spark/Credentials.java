package io.sparkwasm.spark;

import java.time.Duration;

/** An access key. Token and life are null for one that does not expire. */
final class Credentials {
  final String accessKey;
  final String secretKey;
  final String sessionToken;
  final Duration life;

  Credentials(String accessKey, String secretKey, String sessionToken, Duration life) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.sessionToken = sessionToken == null || sessionToken.isEmpty() ? null : sessionToken;
    this.life = life;
  }
}
