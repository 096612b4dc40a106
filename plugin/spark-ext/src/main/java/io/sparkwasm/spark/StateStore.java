package io.sparkwasm.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state's objects, {@code state/EPOCH/NAME}. Only the holder of an epoch writes below it, and no epoch is ever
 * given twice; so a former leader's late write cannot touch the state of its successor.
 */
class StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
  private static final String COMPLETE = "_complete";
  private static final int AT_ONCE = 8;
  private static final int ATTEMPTS = 3;
  private static final long LONGEST_PAUSE_NANOS = 200_000_000;

  private final S3Client s3;
  private final String root;

  StateStore(S3Client s3, S3Location location) {
    this.s3 = s3;
    this.root = location.key("state/");
  }

  Reply put(long epoch, String name, byte[] bytes) throws IOException {
    return s3.put(key(epoch, name), bytes);
  }

  Reply delete(long epoch, String name) throws IOException {
    return s3.delete(key(epoch, name));
  }

  /** The highest epoch that has left a trace; 0 for none. */
  long highestEpoch() throws IOException {
    SortedMap<Long, SortedSet<String>> epochs = list();
    return epochs.isEmpty() ? 0 : epochs.lastKey();
  }

  /**
   * Copies the newest complete epoch into this one and marks this one complete.
   *
   * @return the copied objects by name; empty ones are left out
   * @throws IOException when anything was not read or written: it may be called again
   */
  SortedMap<String, byte[]> takeOver(long epoch) throws IOException {
    SortedMap<Long, SortedSet<String>> epochs = list();
    if (!epochs.isEmpty() && epochs.lastKey() > epoch) {
      throw new IOException("state of epoch " + epochs.lastKey() + " is there, though this leader's is " + epoch);
    }
    SortedMap<String, byte[]> state = new TreeMap<>();
    long source = 0;
    for (Map.Entry<Long, SortedSet<String>> candidate : epochs.entrySet()) {
      if (candidate.getKey() < epoch && candidate.getValue().contains(COMPLETE)) {
        source = candidate.getKey();
      }
    }
    if (source > 0) {
      List<String> names = new ArrayList<>(epochs.get(source));
      names.remove(COMPLETE);
      state = copy(source, epoch, names);
    }
    written(put(epoch, COMPLETE, Long.toString(source).getBytes(StandardCharsets.US_ASCII)), epoch, COMPLETE);
    LOG.info("Took over {} objects of epoch {} into epoch {}", state.size(), source, epoch);
    return state;
  }

  /** Removes what earlier epochs left, their leaders' late writes included. Failures are for the next leader. */
  void removeBefore(long epoch) throws IOException {
    for (Map.Entry<Long, SortedSet<String>> old : list().headMap(epoch).entrySet()) {
      // the marker last: half an epoch must not look complete
      for (String name : old.getValue()) {
        if (!name.equals(COMPLETE)) {
          delete(old.getKey(), name);
        }
      }
      delete(old.getKey(), COMPLETE);
    }
  }

  private SortedMap<String, byte[]> copy(long from, long to, List<String> names) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE, task -> {
      Thread thread = new Thread(task, "s3-state-copy");
      thread.setDaemon(true);
      return thread;
    });
    try {
      Map<String, Future<byte[]>> copies = new TreeMap<>();
      for (String name : names) {
        Callable<byte[]> one = () -> copyOne(from, to, name);
        copies.put(name, pool.submit(one));
      }
      SortedMap<String, byte[]> state = new TreeMap<>();
      for (Map.Entry<String, Future<byte[]>> copy : copies.entrySet()) {
        byte[] bytes = result(copy.getValue());
        if (bytes.length > 0) {
          state.put(copy.getKey(), bytes);
        }
      }
      return state;
    } finally {
      pool.shutdownNow();
    }
  }

  private byte[] copyOne(long from, long to, String name) throws IOException {
    for (int attempt = 1;; attempt++) {
      try {
        return tryCopy(from, to, name);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(attempt * LONGEST_PAUSE_NANOS));
      }
    }
  }

  private byte[] tryCopy(long from, long to, String name) throws IOException {
    Reply read = s3.get(key(from, name));
    if (read.absent()) {
      return new byte[0]; // removed since it was listed
    }
    if (!read.ok()) {
      throw new StoreException("read " + name, read);
    }
    if (read.body().length == 0) {
      LOG.warn("Recovery state: {} is empty and skipped", key(from, name));
    } else {
      written(put(to, name, read.body()), to, name);
    }
    return read.body();
  }

  private void written(Reply reply, long epoch, String name) throws IOException {
    if (!reply.ok()) {
      throw new StoreException("write " + key(epoch, name), reply);
    }
  }

  private static byte[] result(Future<byte[]> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException ? (IOException) e.getCause() : new IOException(e.getCause());
    }
  }

  private SortedMap<Long, SortedSet<String>> list() throws IOException {
    SortedMap<Long, SortedSet<String>> epochs = new TreeMap<>();
    for (String key : s3.list(root)) {
      String[] parts = key.substring(root.length()).split("/", 2);
      if (parts.length == 2 && !parts[1].isEmpty() && parts[0].matches("\\d{1,18}")) {
        epochs.computeIfAbsent(Long.parseLong(parts[0]), epoch -> new TreeSet<>()).add(parts[1]);
      } else {
        LOG.debug("Recovery state: {} is not ours", key);
      }
    }
    return epochs;
  }

  private String key(long epoch, String name) {
    return String.format("%s%010d/%s", root, epoch, name);
  }
}
