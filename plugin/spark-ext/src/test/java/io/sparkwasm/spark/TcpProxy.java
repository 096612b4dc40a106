package io.sparkwasm.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A bad line to the store: passes bytes as they are, loses answers, or answers itself. */
final class TcpProxy implements AutoCloseable {
  enum Mode {
    PASS, LOSE_ANSWERS, FORBID
  }

  private static final String FORBIDDEN = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";

  final AtomicInteger lost = new AtomicInteger();
  volatile Mode mode = Mode.PASS;
  private final ServerSocket server;
  private final URI target;

  TcpProxy(String target) {
    this.target = URI.create(target);
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        daemon(() -> connect(client));
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void connect(Socket client) {
    Mode now = mode;
    try (client; Socket store = new Socket(target.getHost(), target.getPort())) {
      if (now == Mode.FORBID) {
        client.getInputStream().read(new byte[65536]);
        client.getOutputStream().write(("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: "
            + FORBIDDEN.length() + "\r\n\r\n" + FORBIDDEN).getBytes(StandardCharsets.UTF_8));
        return;
      }
      daemon(() -> copy(client, store));
      if (now == Mode.LOSE_ANSWERS) {
        store.getInputStream().readNBytes(12); // so it was carried out
        lost.incrementAndGet();
      } else {
        store.getInputStream().transferTo(client.getOutputStream());
      }
    } catch (IOException e) {
      // either side is gone
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // either side is gone
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
