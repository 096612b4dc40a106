//! The metastore's objects.

use k8s_openapi::api::core::v1::{ConfigMap, Container, Service};

use super::site::{self, PASSWORD};
use super::values::HiveMetastoreValues;
use super::{COMPONENT, DATABASE, probes};
use crate::components::configuration::{self, Files, Property};
use crate::components::daemon::{self, USER};
use crate::instance::Instance;
use crate::platform::database::Database;
use crate::platform::labels::{annotate, metadata};
use crate::platform::object::Object;
use crate::platform::pod::{PodParts, config_map_volume, empty_dir, mount};
use crate::platform::{disruption, memory, ports, postgresql};

/// Where its configuration is.
const FOLDER: &str = "/etc/hive";
/// The program that makes the tables.
pub(super) const SCHEMA: &str = "Schema.java";

/// What lets Spark SQL use it.
pub fn spark_conf(instance: &Instance, values: &HiveMetastoreValues) -> Vec<Property> {
    vec![
        ("spark.sql.catalogImplementation", "hive".into()),
        ("spark.sql.warehouse.dir", values.warehouse.url()),
        (
            "spark.hadoop.hive.metastore.uris",
            format!("thrift://{}:{}", instance.host(COMPONENT), values.service.ports.thrift),
        ),
    ]
}

/// All of them. `spark` are Spark's configuration files.
pub fn objects(instance: &Instance, values: &HiveMetastoreValues, spark: &Files) -> Vec<Object> {
    let database = Database::chosen(instance, DATABASE, &values.postgresql, &values.external_database);
    let logging = spark.get("log4j2.properties").map(String::as_str).unwrap_or_default();
    let files = site::files(instance, values, &database, logging);
    let pod = parts(instance, values, &database, &files);
    let mut objects = vec![
        service(instance, values),
        Object::new(&ConfigMap {
            metadata: metadata(instance, COMPONENT, instance.names.of(COMPONENT)),
            data: Some(files),
            ..ConfigMap::default()
        }),
        daemon::deployment(instance, values.replica_count, values.pod(), pod),
    ];
    objects.extend(disruption::object(instance, COMPONENT, &values.pdb));
    if values.postgresql.enabled {
        objects.extend(postgresql::objects(instance, DATABASE, &values.postgresql));
    }
    objects
}

fn service(instance: &Instance, values: &HiveMetastoreValues) -> Object {
    let mut meta = metadata(instance, COMPONENT, instance.names.of(COMPONENT));
    annotate(&mut meta, &values.service.annotations);
    Object::with_spec::<Service>(
        &meta,
        &ports::service(instance, COMPONENT, &[("thrift", values.service.ports.thrift)]),
    )
}

fn parts<'a>(
    instance: &'a Instance,
    values: &HiveMetastoreValues,
    database: &Database<'_>,
    files: &Files,
) -> PodParts<'a> {
    PodParts {
        init_containers: vec![schema(instance, values, database)],
        volumes: vec![config_map_volume("hive-conf", instance.names.of(COMPONENT)), empty_dir("tmp", "", "")],
        annotations: configuration::checksum(files),
        ..PodParts::new(COMPONENT, &instance.platform.image, server(instance, values, database), USER)
    }
}

/// Waits for the database and makes the tables where they are missing. Janino, which Spark has among its jars, runs the
/// program from its source.
fn schema(instance: &Instance, values: &HiveMetastoreValues, database: &Database<'_>) -> Container {
    let program = format!("{FOLDER}/{SCHEMA}");
    let arguments = ["-Xmx256m", "-XX:+UseSerialGC"];
    Container {
        name: "schema".into(),
        resources: Some(values.resources.0.clone()), // it runs before the server, and so in its place
        ..java(instance, database, &arguments, &["org.codehaus.janino.SimpleCompiler", &program, "Schema"])
    }
}

fn server(instance: &Instance, values: &HiveMetastoreValues, database: &Database<'_>) -> Container {
    let port = values.container_ports.thrift;
    let heap = format!("-Xmx{}m", memory::heap(&values.daemon_memory, &values.resources.0));
    let options = [heap.as_str(), memory::DAEMON_JAVA_OPTIONS, &values.extra_java_options];
    let options: Vec<&str> = options.into_iter().flat_map(str::split_whitespace).collect();
    let class = ["org.apache.hadoop.hive.metastore.HiveMetaStore", "-p", &port.to_string()];
    let mut container = java(instance, database, &options, &class);
    container.env.get_or_insert_default().extend(instance.platform.s3.env()); // it makes the folders of tables itself
    Container {
        name: COMPONENT.into(),
        ports: Some(daemon::container_ports(&[("thrift", port)])),
        startup_probe: values.startup_probe.probe(&probes::is_of_use(port)),
        readiness_probe: values.readiness_probe.probe(&probes::is_of_use(port)),
        liveness_probe: values.liveness_probe.probe(&probes::is_alive(port)),
        ..container
    }
}

/// A JVM with Spark's jars and the metastore's configuration.
fn java(instance: &Instance, database: &Database<'_>, options: &[&str], class: &[&str]) -> Container {
    let classpath = format!("{FOLDER}:{}/jars/*", instance.platform.spark_home);
    let arguments = [options, &["-cp", &classpath], class].concat();
    Container {
        command: Some(
            ["/bin/bash", "-c", "exec \"${JAVA_HOME:+$JAVA_HOME/bin/}java\" \"$@\"", "java"].map(str::to_owned).into(),
        ),
        args: Some(arguments.into_iter().map(str::to_owned).collect()),
        env: Some(vec![database.password(PASSWORD)]),
        volume_mounts: Some(vec![mount("hive-conf", FOLDER, true), mount("tmp", "/tmp", false)]),
        ..Container::default()
    }
}
