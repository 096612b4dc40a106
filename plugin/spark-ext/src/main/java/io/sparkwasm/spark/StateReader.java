package io.sparkwasm.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;

/**
 * Objects from the bytes that Spark's JavaSerializer made of them, and of no other class than state consists of.
 *
 * <p>Spark's own {@code JavaDeserializationStream} keeps its ObjectInputStream to itself, so a filter could only be set
 * for the whole JVM ({@code -Djdk.serialFilter}), where it meets every RPC message as well. But its bytes are a plain
 * object stream: this reads them with a filter of its own. A filter of the JVM still counts on top of it (from JDK 17).
 */
final class StateReader {
  /**
   * What ApplicationInfo, DriverInfo and WorkerInfo of Spark 3.5 consist of; the packages are whole, so that a field
   * added by a patch release does not cost the state. The limits are far above any real state.
   */
  static final String DEFAULT_FILTER = "maxdepth=100;maxrefs=1000000;maxarray=10000000;"
      + "org.apache.spark.deploy.**;org.apache.spark.resource.**;org.apache.spark.rpc.**;"
      + "scala.*;scala.collection.**;scala.concurrent.duration.*;"
      + "java.lang.*;java.util.*;java.util.concurrent.TimeUnit;java.net.URI;!*";

  private final ObjectInputFilter filter;

  /**
   * A reader with this filter.
   *
   * @param pattern as {@code jdk.serialFilter} is written
   * @throws IllegalArgumentException when it is not
   */
  StateReader(String pattern) {
    filter = ObjectInputFilter.Config.createFilter(pattern);
  }

  /**
   * Reads one object. Endpoints in it find their RpcEnv as they do with Spark's serializer: in a thread-local variable
   * that {@code RpcEnv.deserialize} sets.
   */
  Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    StringBuilder refused = new StringBuilder();
    try (ObjectInputStream in = new SparksObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(info -> {
        ObjectInputFilter.Status status = filter.checkInput(info);
        if (status == ObjectInputFilter.Status.REJECTED) {
          refused.append(info.serialClass() == null ? "its size or depth" : info.serialClass().getName());
        }
        return status;
      });
      return in.readObject();
    } catch (InvalidClassException e) {
      throw refused.length() == 0 ? e : new InvalidClassException("refused by the serial filter: " + refused);
    }
  }

  /** Finds classes where Spark's are, also when the caller is a thread without a loader of its own. */
  private static final class SparksObjectInputStream extends ObjectInputStream {
    SparksObjectInputStream(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description); // a primitive type
      }
    }
  }
}
