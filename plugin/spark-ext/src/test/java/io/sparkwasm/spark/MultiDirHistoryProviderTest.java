package io.sparkwasm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.history.LoadedAppUI;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.Iterator;

class MultiDirHistoryProviderTest {
  @TempDir
  Path folder;
  private MultiDirHistoryProvider provider;

  @AfterEach
  void stop() {
    if (provider != null) {
      provider.stop();
    }
  }

  private MultiDirHistoryProvider start(String directories, String... more) {
    SparkConf conf = new SparkConf(false).set("spark.history.fs.logDirectory", directories)
        .set("spark.history.fs.update.interval", "1s");
    for (int i = 0; i < more.length; i += 2) {
      conf.set(more[i], more[i + 1]);
    }
    provider = new MultiDirHistoryProvider(conf);
    provider.start();
    return provider;
  }

  private String directory(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name)).toUri().toString();
  }

  private void log(String directory, String id, String name, long end) throws IOException {
    Files.writeString(folder.resolve(directory).resolve(id), String.join("\n",
        "{\"Event\":\"SparkListenerLogStart\",\"Spark Version\":\"3.5.7\"}",
        "{\"Event\":\"SparkListenerApplicationStart\",\"App Name\":\"" + name + "\",\"App ID\":\"" + id
            + "\",\"Timestamp\":" + (end - 1000) + ",\"User\":\"spark\"}",
        "{\"Event\":\"SparkListenerApplicationEnd\",\"Timestamp\":" + end + "}", ""));
  }

  private List<String> ids() {
    return ids(provider.getListing());
  }

  private static List<String> ids(Iterator<ApplicationInfo> listing) {
    List<String> ids = new ArrayList<>();
    while (listing.hasNext()) {
      ids.add(listing.next().id());
    }
    return ids;
  }

  @Test
  void bothDirectoriesAreListedNewestFirst() throws Exception {
    String both = directory("connect") + ", " + directory("standalone") + "/," + directory("connect");
    log("connect", "app-1", "one", 1_700_000_001_000L);
    log("standalone", "app-2", "two", 1_700_000_003_000L);
    log("connect", "app-3", "three", 1_700_000_002_000L);
    start(both);
    Await.until("all three are listed", () -> ids().equals(List.of("app-2", "app-3", "app-1")));
    assertEquals(List.of("app-2", "app-3"), ids(provider.getListing(2, application -> true)));
    assertEquals("two", provider.getApplicationInfo("app-2").get().name());
    assertTrue(provider.getLastUpdatedTime() > 0);

    Option<LoadedAppUI> ui = provider.getAppUI("app-2", Option.empty());
    assertTrue(ui.isDefined());
    provider.onUIDetached("app-2", Option.empty(), ui.get().ui());
    provider.onUIDetached("app-2", Option.empty(), ui.get().ui());
    assertTrue(provider.checkUIViewPermissions("app-1", Option.empty(), "anybody"));

    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      provider.writeEventLogs("app-3", Option.empty(), out);
    }
    ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip.toByteArray()));
    assertEquals("app-3", in.getNextEntry().getName());
  }

  @Test
  void aDirectoryThatIsMissingDoesNotHinderTheOthers() throws Exception {
    Path later = folder.resolve("later");
    String there = directory("there");
    log("there", "app-1", "one", 1_700_000_001_000L);
    start("nosuchscheme://x/y," + later.toUri() + "," + there);
    Await.until("the readable one is listed", () -> ids().equals(List.of("app-1")));
    String shown = provider.getConfig().apply("Event log directories");
    assertTrue(shown.contains("later") && shown.contains("does not exist"), shown);
    assertTrue(shown.contains("No FileSystem for scheme \"nosuchscheme\""), shown);

    Files.createDirectories(later);
    log("later", "app-2", "two", 1_700_000_002_000L);
    Await.until("the other one, too", () -> ids().equals(List.of("app-2", "app-1")));
  }

  @Test
  void theSameApplicationTwiceIsOfTheFirstDirectory() throws Exception {
    String both = directory("a") + "," + directory("b");
    log("a", "app-1", "first", 1_700_000_001_000L);
    log("b", "app-1", "second", 1_700_000_002_000L);
    log("b", "app-2", "other", 1_700_000_002_000L);
    start(both);
    Await.until("both are listed", () -> ids().size() == 2);
    Await.until("of the first", () -> provider.getApplicationInfo("app-1").get().name().equals("first"));
  }

  @Test
  void aListingOnDiskOutlivesARestart() throws Exception {
    String both = directory("a") + "," + directory("b");
    String store = folder.resolve("store").toString();
    log("a", "app-1", "one", 1_700_000_001_000L);
    log("b", "app-2", "two", 1_700_000_002_000L);
    start(both, "spark.history.store.path", store, "spark.history.store.hybridStore.enabled", "true");
    Await.until("both are listed", () -> ids().size() == 2);
    assertTrue(provider.getAppUI("app-2", Option.empty()).isDefined());
    provider.stop();
    start(both, "spark.history.store.path", store);
    assertEquals(List.of("app-2", "app-1"), ids());
  }

  @Test
  void whatIsNotThere() throws Exception {
    start(directory("a"));
    assertFalse(provider.getApplicationInfo("app-9").isDefined());
    assertFalse(provider.getAppUI("app-9", Option.empty()).isDefined());
    assertThrows(NoSuchElementException.class, () -> provider.checkUIViewPermissions("app-9", Option.empty(), "u"));
    assertThrows(IllegalArgumentException.class,
        () -> new MultiDirHistoryProvider(new SparkConf(false).set("spark.history.fs.logDirectory", " , ")));
  }
}
