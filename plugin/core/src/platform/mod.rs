//! Meaning that all components share, one file each.

pub mod access;
pub mod authentication;
pub mod database;
pub mod deployment;
pub mod disruption;
pub mod identity;
pub mod image;
pub mod kubernetes;
pub mod labels;
pub mod memory;
pub mod names;
pub mod object;
pub mod pod;
pub mod pod_settings;
pub mod ports;
pub mod postgresql;
pub mod probes;
pub mod quantity;
pub mod ranges;
pub mod resources;
pub mod s3;
pub mod secrets;
pub mod security;
pub mod service;
pub mod storage;
pub mod values;
