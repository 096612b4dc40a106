package io.sparkwasm.spark;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A certificate that nobody knows, as PEM for a server and as trust store for a JVM. */
final class TestCertificate {
  final Path cert;
  final Path key;
  final Path trustStore;

  private TestCertificate(Path cert, Path key, Path trustStore) {
    this.cert = cert;
    this.key = key;
    this.trustStore = trustStore;
  }

  static TestCertificate make(Path folder, String domain) throws Exception {
    Path pair = folder.resolve("pair.p12");
    char[] password = "changeit".toCharArray();
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    int result = Processes.run(List.of(keytool, "-genkeypair", "-alias", "s3", "-keyalg", "EC", "-storetype", "PKCS12",
        "-keystore", pair.toString(), "-storepass", "changeit", "-dname", "CN=" + domain,
        "-ext", "SAN=dns:" + domain + ",dns:*." + domain, "-validity", "2"), Map.of());
    if (result != 0) {
      throw new IllegalStateException("keytool: " + result);
    }
    KeyStore store = KeyStore.getInstance(pair.toFile(), password);
    Certificate certificate = store.getCertificate("s3");
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, password);
    trust.setCertificateEntry("s3", certificate);
    Path trustStore = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(trustStore)) {
      trust.store(out, password);
    }
    return new TestCertificate(
        pem(folder.resolve("cert.pem"), "CERTIFICATE", certificate.getEncoded()),
        pem(folder.resolve("key.pem"), "PRIVATE KEY", store.getKey("s3", password).getEncoded()), trustStore);
  }

  private static Path pem(Path file, String type, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }
}
