package io.sparkwasm.spark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JDK's HTTP server with limits: so many threads, so many connections that wait, so much time for each. */
final class BoundedServer {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedServer.class);
  private static final int WAITING = 64;

  static {
    // jdk.httpserver reads these once per JVM; nothing else in a Master uses it
    setDefault("sun.net.httpserver.maxReqTime", "20"); // seconds for a client to send its request
    setDefault("sun.net.httpserver.maxRspTime", "600"); // seconds until the answer's last byte
    setDefault("sun.net.httpserver.nodelay", "true"); // or small answers wait 40 ms for an ACK
  }

  private BoundedServer() {}

  /**
   * Opens a port and serves it with daemon threads.
   *
   * @throws IOException when the port is not to be had, with its number
   */
  static HttpServer open(String address, int port, String name, int threads, HttpHandler handler) throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(address, port), WAITING);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("port " + port + " on " + address + " for " + name + ": " + e.getMessage(), e);
    }
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
          Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    server.setExecutor(pool);
    server.createContext("/", exchange -> {
      try {
        handler.handle(exchange);
      } catch (RuntimeException e) {
        LOG.warn("{} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      } finally {
        exchange.close();
      }
    });
    server.start();
    LOG.info("{} on {}", name, server.getAddress());
    return server;
  }

  /** A short answer in plain text. */
  static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
