package io.sparkwasm.spark;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.deploy.history.ApplicationHistoryProvider;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.deploy.history.LoadedAppUI;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.ui.SparkUI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.JavaConverters;

/**
 * A History Server over several event log directories: {@code
 * spark.history.provider=io.sparkwasm.spark.MultiDirHistoryProvider} and a comma list in {@code
 * spark.history.fs.logDirectory}. Spark's own {@link FsHistoryProvider} takes one directory, without patterns.
 *
 * <p>Each directory has an FsHistoryProvider of its own. One that cannot be read (no such bucket yet, a store that is
 * away) is tried again every ten seconds and does not hinder the others. {@code spark.history.store.path} gets a
 * sub-folder for each; disk, memory and threads are shared out evenly. An application that is in two directories is
 * served from the one named first.
 *
 * <p>It extends classes that Spark calls private: made for Spark 3.5.
 */
public final class MultiDirHistoryProvider extends ApplicationHistoryProvider {
  private static final Logger LOG = LoggerFactory.getLogger(MultiDirHistoryProvider.class);
  private static final String DIRECTORY = "spark.history.fs.logDirectory";
  private static final String STORE = "spark.history.store.path";
  private static final String THREADS = "spark.history.fs.numReplayThreads";
  private static final long RETRY_SECONDS = 10;

  /** One directory. The provider is null until its file system could be opened. */
  private static final class Source {
    final String directory;
    final SparkConf conf;
    volatile FsHistoryProvider provider;
    volatile String problem = "not read yet";

    Source(String directory, SparkConf conf) {
      this.directory = directory;
      this.conf = conf;
    }
  }

  private final List<Source> sources = new ArrayList<>();
  /** UIs that the server has loaded, and whose they are. */
  private final Map<String, FsHistoryProvider> loaded = new ConcurrentHashMap<>();
  private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "history-directory-retry");
    thread.setDaemon(true);
    return thread;
  });

  /**
   * Called by HistoryServer.
   *
   * @throws IllegalArgumentException when no directory is named
   */
  public MultiDirHistoryProvider(SparkConf conf) {
    Set<String> directories = new LinkedHashSet<>();
    for (String directory : conf.get(DIRECTORY, "").split(",")) {
      directories.add(directory.trim().replaceAll("(?<=[^/:])/+$", ""));
    }
    directories.remove("");
    if (directories.isEmpty()) {
      throw new IllegalArgumentException(DIRECTORY + " names no directory");
    }
    for (String directory : directories) {
      sources.add(new Source(directory, confOf(directory, conf, directories.size())));
    }
    // one is enough to clean the one directory of drivers' logs
    for (Source source : sources.subList(1, sources.size())) {
      source.conf.set("spark.history.fs.driverlog.cleaner.enabled", "false");
    }
  }

  private static SparkConf confOf(String directory, SparkConf conf, int count) {
    SparkConf own = conf.clone().set(DIRECTORY, directory);
    if (conf.contains(STORE)) {
      String name = UUID.nameUUIDFromBytes(directory.getBytes(StandardCharsets.UTF_8)).toString();
      own.set(STORE, new File(conf.get(STORE), name).getPath());
    }
    share(own, "spark.history.store.maxDiskUsage", "10g", count);
    share(own, "spark.history.store.hybridStore.maxMemoryUsage", "2g", count);
    int threads = (Runtime.getRuntime().availableProcessors() + 3) / 4;
    return own.set(THREADS, Integer.toString(Math.max(1, conf.getInt(THREADS, threads) / count)));
  }

  private static void share(SparkConf conf, String key, String fallback, int count) {
    conf.set(key, Math.max(1, conf.getSizeAsBytes(key, fallback) / count) + "b");
  }

  @Override
  public void start() {
    for (Source source : sources) {
      start(source);
    }
  }

  private void start(Source source) {
    try {
      if (source.provider == null) {
        String store = source.conf.get(STORE, "");
        if (!store.isEmpty() && !new File(store).isDirectory() && !new File(store).mkdirs()) {
          throw new IllegalStateException("cannot create " + store);
        }
        source.provider = new FsHistoryProvider(source.conf);
      }
      source.provider.start();
      source.problem = null;
      LOG.info("Event log directory {} is read", source.directory);
    } catch (Exception e) {
      if (!e.toString().equals(source.problem)) {
        LOG.error("Event log directory {} is tried again: {}", source.directory, e.toString());
      }
      source.problem = e.toString();
      retries.schedule(() -> start(source), RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void stop() {
    retries.shutdownNow();
    for (FsHistoryProvider provider : providers()) {
      try {
        provider.stop();
      } catch (RuntimeException e) {
        LOG.warn("A directory's provider did not stop", e);
      }
    }
  }

  private Collection<FsHistoryProvider> providers() {
    List<FsHistoryProvider> all = new ArrayList<>();
    for (Source source : sources) {
      if (source.provider != null) {
        all.add(source.provider);
      }
    }
    return all;
  }

  private FsHistoryProvider owner(String application) {
    for (FsHistoryProvider provider : providers()) {
      if (provider.getApplicationInfo(application).isDefined()) {
        return provider;
      }
    }
    return null;
  }

  private FsHistoryProvider ownerOrThrow(String application) {
    FsHistoryProvider owner = owner(application);
    if (owner == null) {
      throw new NoSuchElementException("no event log of " + application);
    }
    return owner;
  }

  @Override
  public Iterator<ApplicationInfo> getListing() {
    List<Iterator<ApplicationInfo>> listings = new ArrayList<>();
    for (FsHistoryProvider provider : providers()) {
      listings.add(provider.getListing());
    }
    return newestFirst(listings, Integer.MAX_VALUE);
  }

  @Override
  public Iterator<ApplicationInfo> getListing(int max, Function1<ApplicationInfo, Object> predicate) {
    List<Iterator<ApplicationInfo>> listings = new ArrayList<>();
    for (FsHistoryProvider provider : providers()) {
      listings.add(provider.getListing(max, predicate));
    }
    return newestFirst(listings, max);
  }

  private static Iterator<ApplicationInfo> newestFirst(List<Iterator<ApplicationInfo>> listings, int max) {
    Map<String, ApplicationInfo> byId = new LinkedHashMap<>();
    for (Iterator<ApplicationInfo> listing : listings) {
      while (listing.hasNext()) {
        ApplicationInfo application = listing.next();
        byId.putIfAbsent(application.id(), application);
      }
    }
    List<ApplicationInfo> all = new ArrayList<>(byId.values());
    all.sort((a, b) -> end(b).compareTo(end(a)));
    return JavaConverters.asScalaIterator(all.subList(0, Math.min(max, all.size())).iterator());
  }

  private static Date end(ApplicationInfo application) {
    return application.attempts().isEmpty() ? new Date(0) : application.attempts().head().endTime();
  }

  @Override
  public Option<ApplicationInfo> getApplicationInfo(String application) {
    FsHistoryProvider owner = owner(application);
    return owner == null ? Option.empty() : owner.getApplicationInfo(application);
  }

  @Override
  public Option<LoadedAppUI> getAppUI(String application, Option<String> attempt) {
    FsHistoryProvider owner = owner(application);
    if (owner == null) {
      return Option.empty();
    }
    Option<LoadedAppUI> ui = owner.getAppUI(application, attempt);
    if (ui.isDefined()) {
      loaded.put(application + "/" + attempt, owner);
    }
    return ui;
  }

  @Override
  public void onUIDetached(String application, Option<String> attempt, SparkUI ui) {
    FsHistoryProvider owner = loaded.remove(application + "/" + attempt);
    if (owner != null) {
      owner.onUIDetached(application, attempt, ui);
    }
  }

  @Override
  public boolean checkUIViewPermissions(String application, Option<String> attempt, String user) {
    return ownerOrThrow(application).checkUIViewPermissions(application, attempt, user);
  }

  @Override
  public void writeEventLogs(String application, Option<String> attempt, ZipOutputStream out) throws SparkException {
    ownerOrThrow(application).writeEventLogs(application, attempt, out);
  }

  @Override
  public int getEventLogsUnderProcess() {
    int sum = 0;
    for (FsHistoryProvider provider : providers()) {
      sum += provider.getEventLogsUnderProcess();
    }
    return sum;
  }

  /** The oldest of the last scans: what is older than that is surely listed. */
  @Override
  public long getLastUpdatedTime() {
    long oldest = 0;
    for (FsHistoryProvider provider : providers()) {
      long time = provider.getLastUpdatedTime();
      if (time > 0 && (oldest == 0 || time < oldest)) {
        oldest = time;
      }
    }
    return oldest;
  }

  /** For the server's first page. */
  @Override
  public scala.collection.immutable.Map<String, String> getConfig() {
    StringJoiner directories = new StringJoiner(", ");
    for (Source source : sources) {
      directories.add(source.directory + (source.problem == null ? "" : " (not readable: " + source.problem + ")"));
    }
    return new scala.collection.immutable.Map.Map1<>("Event log directories", directories.toString());
  }
}
