//! Ports of a container.

use crate::diagnostic::{Diagnostics, Path};

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
