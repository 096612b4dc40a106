//! The texts of the configuration files.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::values::{ConfigurationValues, Scalar};
use crate::instance::Instance;
use crate::platform::object::sorted;

/// File name to text.
pub type Files = BTreeMap<String, String>;

/// A Spark property.
pub type Property = (&'static str, String);

/// All files of the folder. `derived` are the properties that other components ask for.
pub fn files(instance: &Instance, values: &ConfigurationValues, derived: Vec<Property>) -> Files {
    sorted([
        ("spark-defaults.conf".into(), spark_defaults(&spark_conf(instance, values, derived))),
        ("log4j2.properties".into(), log4j2(values)),
        ("spark-env.sh".into(), spark_env(values)),
    ])
}

/// The Spark properties: derived ones, then the user's over them.
fn spark_conf(instance: &Instance, values: &ConfigurationValues, derived: Vec<Property>) -> BTreeMap<String, String> {
    let mut conf = sorted(
        [
            // UIs of workers and applications are reached through the master's: pod addresses mean nothing to a browser
            ("spark.ui.reverseProxy", "true"),
            // the master's UI is at the root of wherever the browser sees it: links from there hold for any host, port and scheme
            ("spark.ui.reverseProxyUrl", "/"),
            // a worker that is gone is noticed after 20 s, not 60: recovery waits as long
            ("spark.worker.timeout", "20"),
            // the REST submission server cannot authenticate and is not used by spark-submit in client mode
            ("spark.master.rest.enabled", "false"),
            // on scale-in executors finish their tasks; blocks stay with the shuffle service, which moving them would break
            ("spark.decommission.enabled", "true"),
            ("spark.storage.decommission.enabled", "false"),
            // fixed, so that a NetworkPolicy or a Service can name them
            ("spark.driver.port", "7078"),
            ("spark.driver.blockManager.port", "7079"),
            // spark-submit makes ivy's folders even without packages; the root is read-only
            ("spark.jars.ivy", "/tmp/.ivy2"),
            // a restarted master has its old name and a new address; the JVM remembers an address for 30 s by default
            ("spark.driver.extraJavaOptions", "-Dsun.net.inetaddr.ttl=3 -Dsun.net.inetaddr.negative.ttl=1"),
            ("spark.executor.extraJavaOptions", "-Dsun.net.inetaddr.ttl=3 -Dsun.net.inetaddr.negative.ttl=1"),
        ]
        .map(|(key, value): (&str, &str)| (key.to_owned(), value.to_owned())),
    );
    let (s3, security) = (&instance.platform.s3, &instance.platform.security);
    conf.extend(
        s3.spark_conf().into_iter().chain(security.spark_conf()).chain(derived).map(|(key, value)| (key.into(), value)),
    );
    if values.event_log.enabled && s3.is_configured() {
        conf.insert("spark.eventLog.enabled".into(), "true".into());
        conf.insert("spark.eventLog.dir".into(), values.event_log.directory());
    }
    for (key, Scalar(value)) in &values.spark_conf {
        if value.is_empty() {
            conf.remove(key);
        } else {
            conf.insert(key.clone(), value.clone());
        }
    }
    conf
}

/// `spark-defaults.conf` is a Java properties file (`Utils.getPropertiesFromFile`): a backslash escapes.
fn spark_defaults(conf: &BTreeMap<String, String>) -> String {
    let width = conf.keys().map(String::len).max().unwrap_or(0);
    conf.iter().fold(String::new(), |mut text, (key, value)| {
        let key = key.replace('\\', "\\\\").replace(':', "\\:").replace('=', "\\=").replace(' ', "\\ ");
        // writing to a String cannot fail
        let _ = writeln!(text, "{key:width$} {}", value.replace('\\', "\\\\"));
        text
    })
}

fn log4j2(values: &ConfigurationValues) -> String {
    let mut text = format!(
        "# to stderr only: the root is read-only, and Kubernetes keeps the logs
rootLogger.level = {}
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}} %p %c{{1}}: %m%n%ex
# Jetty says much of little
logger.jetty.name = org.sparkproject.jetty
logger.jetty.level = warn
",
        values.log4j2.root_level
    );
    for (number, (logger, level)) in values.log4j2.loggers.iter().enumerate() {
        let _ = writeln!(text, "logger.own{number}.name = {logger}\nlogger.own{number}.level = {level}");
    }
    text
}

/// `spark-env.sh`, sourced by bash: values in single quotes, so that nothing in them is run.
fn spark_env(values: &ConfigurationValues) -> String {
    let own = values
        .spark_env
        .iter()
        .map(|(key, Scalar(value))| format!("export {key}='{}'\n", value.replace('\'', r"'\''")));
    std::iter::once("# sparkEnv of the values; read by every Spark process of the chart\n".to_owned())
        .chain(own)
        .collect()
}
