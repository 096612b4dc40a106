//! Web UIs outside the cluster: Ingress, HTTPRoute or Route, each UI under a host of its own.
//!
//! Workers' and applications' UIs need none: the master's is their reverse proxy (`spark.ui.reverseProxy`). Several UIs
//! under paths of one host are not offered: Spark's pages hold only where something before them strips the path and
//! rewrites redirects (`spark.ui.reverseProxyUrl`), for which an Ingress has no field.

mod objects;
mod validate;
mod values;

pub use objects::objects;
pub use validate::validate;
pub use values::IngressValues;

/// `app.kubernetes.io/component`.
pub const COMPONENT: &str = "ingress";

/// A web UI that can be published.
#[derive(Debug, Clone)]
pub struct Ui {
    /// Its key in `ingress.hosts`.
    pub key: &'static str,
    /// The Service that leads to it.
    pub service: String,
    /// The port of that Service.
    pub port: u16,
}
