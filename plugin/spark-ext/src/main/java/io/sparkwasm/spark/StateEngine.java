package io.sparkwasm.spark;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.deploy.master.PersistenceEngine;
import org.apache.spark.serializer.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/**
 * Spark's persistence engine over {@link StateWriter} and what a new leader took over. Spark calls it from the Master's
 * message loop, where an exception would lose a registration: it never throws.
 */
final class StateEngine extends PersistenceEngine {
  private static final Logger LOG = LoggerFactory.getLogger(StateEngine.class);

  private final Serializer serializer;
  private final StateReader reader;
  private final StateWriter writer;
  private final Runnable promise;
  private final Duration patience;
  private volatile SortedMap<String, byte[]> taken = new TreeMap<>();

  /**
   * An engine without state.
   *
   * @param promise returns when this Master may act as the leader, which may be never; asked before and after a write
   * @param patience how long the message loop waits for the store
   */
  StateEngine(Serializer serializer, StateReader reader, StateWriter writer, Runnable promise, Duration patience) {
    this.serializer = serializer;
    this.reader = reader;
    this.writer = writer;
    this.promise = promise;
    this.patience = patience;
  }

  /** What {@link #read} will find: read beforehand, so that the message loop never waits for it. */
  void take(SortedMap<String, byte[]> state) {
    taken = state;
  }

  /** Stores it; when this returns, it is stored, or the store is away and it is queued. */
  @Override
  public void persist(String name, Object object) {
    promise.run();
    try {
      ByteBuffer buffer = serializer.newInstance().serialize(object, ClassTag.apply(Object.class));
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      writer.write(name, bytes, patience);
    } catch (RuntimeException e) {
      LOG.error("Recovery state: {} is not stored", name, e);
    }
    promise.run();
  }

  /** Queues the removal: should it get lost, the next leader asks a worker or driver that is gone, once. */
  @Override
  public void unpersist(String name) {
    writer.write(name, null, Duration.ZERO);
  }

  /** What was taken over, by name; what cannot be read is left out and logged. */
  @Override
  public <T> Seq<T> read(String prefix, ClassTag<T> type) {
    List<T> objects = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : taken.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        break;
      }
      try {
        Object object = reader.read(entry.getValue());
        if (!type.runtimeClass().isInstance(object)) {
          throw new ClassCastException("it is a " + (object == null ? "null" : object.getClass().getName()));
        }
        @SuppressWarnings("unchecked")
        T right = (T) object;
        objects.add(right);
      } catch (Exception | LinkageError | StackOverflowError e) {
        LOG.error("Recovery state: {} cannot be read and is skipped: {}", entry.getKey(), e.toString());
      }
    }
    return JavaConverters.asScalaBuffer(Collections.unmodifiableList(objects)).toList();
  }

  @Override
  public void close() {
    writer.flush(patience);
  }
}
