//! Secrets whose values nobody gave. The core has no randomness and sees no secret, so the chart's template
//! `secrets.yaml` makes them, once, and keeps what is there; both sides only know what they are called.

use crate::instance::Instance;

/// The name of the Secret with a component's generated passwords; the same text as in `secrets.yaml`. Not by the
/// fullname, whose rules only Rust knows: a Secret's name may be long.
pub fn generated(instance: &Instance, component: &str) -> String {
    format!("{}-{}-{component}", instance.release.name, instance.chart.name)
}

/// The Secret that the user named, else the generated one.
pub fn chosen(instance: &Instance, component: &str, existing: &str) -> String {
    if existing.is_empty() { generated(instance, component) } else { existing.to_owned() }
}
