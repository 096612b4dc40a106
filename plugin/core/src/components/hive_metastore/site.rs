//! The metastore's configuration folder.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::values::HiveMetastoreValues;
use crate::components::configuration::Files;
use crate::instance::Instance;
use crate::platform::database::Database;
use crate::platform::object::sorted;
use crate::texts::text;

/// The environment variable with the database's password.
pub(super) const PASSWORD: &str = "METASTORE_DB_PASSWORD";

/// All files of the folder. `logging` is the text of Spark's `log4j2.properties`.
pub(super) fn files(
    instance: &Instance,
    values: &HiveMetastoreValues,
    database: &Database<'_>,
    logging: &str,
) -> Files {
    sorted([
        ("hive-site.xml".into(), xml(&settings(instance, values, database))),
        ("hive-log4j2.properties".into(), format!("{logging}{LOGGING}")),
        (super::objects::SCHEMA.into(), text!("components/hive_metastore/Schema.java")),
    ])
}

/// What each connection says, and the probes make many; and a connection that is closed is no error.
const LOGGING: &str = "logger.thrift.name = org.apache.thrift.server.TThreadPoolServer
logger.thrift.level = off
appender.console.filter.connections.type = RegexFilter
appender.console.filter.connections.regex = .*(thread local RawStore|Opening raw store|ObjectStore, initialize called|Initialized ObjectStore|Using direct SQL).*
appender.console.filter.connections.onMatch = DENY
appender.console.filter.connections.onMismatch = NEUTRAL
";

/// Derived ones, then the user's over them.
fn settings(instance: &Instance, values: &HiveMetastoreValues, database: &Database<'_>) -> BTreeMap<String, String> {
    // Hadoop's Configuration puts the environment's value in, so that the password stays in its Secret
    let password = format!("${{env.{PASSWORD}}}");
    let mut settings: BTreeMap<String, String> = sorted(
        [
            ("javax.jdo.option.ConnectionURL", database.jdbc()),
            ("javax.jdo.option.ConnectionDriverName", "org.postgresql.Driver".into()),
            ("javax.jdo.option.ConnectionUserName", database.username.into()),
            ("javax.jdo.option.ConnectionPassword", password),
            ("hive.metastore.warehouse.dir", values.warehouse.url()),
            // an init container makes the tables; the server only looks that they are of its version
            ("hive.metastore.schema.verification", "true".into()),
            ("datanucleus.schema.autoCreateAll", "false".into()),
            // of the pools among Spark's jars the one that notices a restarted database before it uses a dead connection
            ("datanucleus.connectionPoolingType", "HikariCP".into()),
            // its library is not among Spark's jars
            ("hive.async.log.enabled", "false".into()),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    let s3 = instance.platform.s3.spark_conf().into_iter();
    settings.extend(s3.filter_map(|(key, value)| Some((key.strip_prefix("spark.hadoop.")?.to_owned(), value))));
    for (key, value) in &values.config {
        if value.0.is_empty() {
            settings.remove(key);
        } else {
            settings.insert(key.clone(), value.0.clone());
        }
    }
    settings
}

fn xml(settings: &BTreeMap<String, String>) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?>\n<configuration>\n");
    for (key, value) in settings {
        // writing to a String cannot fail
        let _ = writeln!(text, "  <property><name>{}</name><value>{}</value></property>", escaped(key), escaped(value));
    }
    text + "</configuration>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
