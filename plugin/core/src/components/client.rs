//! What a driver needs that is none of the chart's own pods (a job's pod, a notebook, a scheduler's task): a ConfigMap that
//! it mounts as its `SPARK_CONF_DIR`. Nothing else has to be said to `spark-submit` or PySpark.

use k8s_openapi::api::core::v1::ConfigMap;

use super::configuration::{self, ConfigurationValues, Property};
use super::master::{self, MasterValues};
use crate::instance::Instance;
use crate::platform::labels::metadata;
use crate::platform::object::Object;

/// `app.kubernetes.io/component` and the part of the names.
const COMPONENT: &str = "client";

/// Finds the address that executors reach the driver at: a pod's name has no DNS record, so it must be the pod's own
/// address, which no file can know. `bin/load-spark-env.sh` exports what is set here, for spark-submit and, since that
/// starts its JVM, for PySpark too; Spark puts it into `spark.driver.host` (`ConfigReader`, `${env:…}`).
const DRIVER_HOST: &str = "# where executors reach the driver: this pod's address; set SPARK_DRIVER_HOST for another
if [ -z \"$SPARK_DRIVER_HOST\" ]; then
  SPARK_DRIVER_HOST=${POD_IP:-$(hostname -i 2>/dev/null || getent hosts \"$HOSTNAME\")}
  SPARK_DRIVER_HOST=${SPARK_DRIVER_HOST%% *}
fi
";

/// The ConfigMap's name.
pub fn name(instance: &Instance) -> String {
    instance.names.of(COMPONENT)
}

/// The ConfigMap. `derived` are the properties that other components ask for.
pub fn object(
    instance: &Instance,
    values: &ConfigurationValues,
    master: &MasterValues,
    derived: Vec<Property>,
) -> Object {
    let mut own = vec![
        ("spark.master", master::url(instance, master)),
        ("spark.driver.host", "${env:SPARK_DRIVER_HOST}".into()),
        ("spark.driver.bindAddress", "0.0.0.0".into()),
    ];
    own.extend(instance.platform.security.client_conf());
    let mut files = configuration::files(instance, values, [derived, own].concat());
    files.entry("spark-env.sh".into()).or_default().insert_str(0, DRIVER_HOST);
    Object::new(&ConfigMap {
        metadata: metadata(instance, COMPONENT, name(instance)),
        data: Some(files),
        ..ConfigMap::default()
    })
}
