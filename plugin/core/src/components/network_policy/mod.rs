//! NetworkPolicies: each pod accepts what the installation needs, and nothing else.

mod flows;
mod objects;
mod values;

pub use flows::{Flow, Installed, Party, Ports, flows};
pub use objects::objects;
pub use values::NetworkPolicyValues;
