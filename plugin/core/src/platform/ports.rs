//! Ports of a container.

use serde::Deserialize;

use crate::diagnostic::{Diagnostics, Path};

/// `containerPorts` of a Spark daemon.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerPorts {
    /// RPC among master, workers and drivers.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub rpc: u16,
    /// Web UI.
    #[cfg_attr(feature = "schema", schemars(range(min = 1024, max = 65535)))]
    pub http: u16,
}

/// Each from 1024 (a lower one needs a privilege that no pod has here), none twice.
pub fn validate(path: &Path, ports: &[(&str, u16)], problems: &mut Diagnostics) {
    for (position, (name, port)) in ports.iter().enumerate() {
        if *port < 1024 {
            problems.add(
                path.key(*name),
                format!("{port} needs a privilege that no pod has here"),
                "choose a port from 1024 to 65535",
            );
        }
        if let Some((other, _)) = ports.iter().take(position).find(|(_, earlier)| earlier == port) {
            problems.add(path.key(*name), format!("{port} is also the port of {other}"), "give each its own");
        }
    }
}
