import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.zip.ZipFile;

import org.apache.hadoop.conf.Configuration;
import org.datanucleus.store.schema.SchemaTool;

/**
 * Makes the metastore's tables where they are missing, and touches nothing where they are there. Run from this text by
 * Janino, which knows neither lambdas nor the types of generics.
 */
public class Schema {
  /** What Hive 2.3.9 takes for its own; `MetaStoreSchemaInfo`. */
  private static final String VERSION = "2.3.0";
  private static final String OPTION = "javax.jdo.option.Connection";

  public static void main(String[] arguments) throws Exception {
    Configuration conf = new Configuration(false);
    conf.addResource("hive-site.xml"); // the server's own: both mean the same database
    Class.forName(conf.get(OPTION + "DriverName"));
    try {
      prepare(connect(conf), conf);
    } catch (SQLException e) {
      stop(e.getMessage());
    }
    System.exit(0); // DataNucleus leaves threads behind
  }

  private static Connection connect(Configuration conf) throws Exception {
    for (int second = 0;; second++) {
      try {
        return DriverManager.getConnection(conf.get(OPTION + "URL"), conf.get(OPTION + "UserName"), conf.get(OPTION + "Password"));
      } catch (SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean isHopeless = state.startsWith("28") || state.equals("3D000"); // wrong password, no such database
        if (isHopeless || second == 600) throw e;
        if (second % 10 == 0) System.out.println("waiting for the database: " + e.getMessage());
        Thread.sleep(1000);
      }
    }
  }

  /**
   * In one transaction, to which PostgreSQL's CREATE TABLE belongs: who dies here leaves nothing half-made. What something
   * else left half-made is completed. Of two at once the second waits for the lock and finds the tables.
   */
  private static void prepare(Connection database, Configuration conf) throws Exception {
    database.setAutoCommit(false);
    Statement statement = database.createStatement();
    statement.execute("SELECT pg_advisory_xact_lock(9083)");
    String found = version(statement);
    if (found == null) {
      statement.execute(missing(conf));
      statement.execute("INSERT INTO \"VERSION\" (\"VER_ID\", \"SCHEMA_VERSION\", \"VERSION_COMMENT\") VALUES (1, '" + VERSION + "', 'sparkwasm')");
      database.commit();
      System.out.println("made the tables, version " + VERSION);
    } else if (found.startsWith("2.3.")) {
      System.out.println("the tables are there, version " + found);
    } else {
      stop("the database has the tables of Hive " + found + ", this metastore is Hive 2.3; nothing was changed\n"
        + "  older tables: back them up, then let schematool of Hive 2.3.9 upgrade them: schematool -dbType postgres -upgradeSchemaFrom " + found + "\n"
        + "  newer tables cannot go back: name another database");
    }
  }

  private static String version(Statement statement) throws SQLException {
    ResultSet table = statement.executeQuery("SELECT to_regclass('\"VERSION\"') IS NOT NULL");
    table.next();
    if (!table.getBoolean(1)) return null;
    ResultSet row = statement.executeQuery("SELECT \"SCHEMA_VERSION\" FROM \"VERSION\"");
    return row.next() ? row.getString(1) : null;
  }

  /** What DataNucleus would run, statement by statement, for tables, constraints and indexes that are missing. */
  private static String missing(Configuration conf) throws Exception {
    Path folder = Files.createTempDirectory("schema"); // for its owner alone: a password goes there
    Path options = folder.resolve("options"), model = folder.resolve("package.jdo"), ddl = folder.resolve("ddl");
    Properties properties = new Properties();
    String[] keys = {"URL", "DriverName", "UserName", "Password"};
    for (int i = 0; i < keys.length; i++) properties.setProperty(OPTION + keys[i], conf.get(OPTION + keys[i]));
    // as HiveConf has them; names of columns depend on the first
    properties.setProperty("datanucleus.identifierFactory", "datanucleus1");
    properties.setProperty("datanucleus.rdbms.useLegacyNativeValueStrategy", "true");
    properties.setProperty("datanucleus.schema.autoCreateAll", "true");
    FileOutputStream out = new FileOutputStream(options.toFile());
    properties.store(out, null);
    out.close();
    Class anyOfTheModel = Class.forName("org.apache.hadoop.hive.metastore.model.MTable");
    ZipFile jar = new ZipFile(anyOfTheModel.getProtectionDomain().getCodeSource().getLocation().getPath());
    Files.copy(jar.getInputStream(jar.getEntry("package.jdo")), model);
    SchemaTool.main(new String[] {"-create", "-api", "JDO", "-props", options.toString(), "-ddlFile", ddl.toString(), model.toString()});
    Files.delete(options);
    return new String(Files.readAllBytes(ddl), "UTF-8");
  }

  private static void stop(String why) {
    System.out.println(why);
    System.exit(1);
  }
}
