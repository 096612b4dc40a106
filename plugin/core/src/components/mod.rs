//! One room per component: its values, its checks, its objects.

pub mod airflow;
pub mod client;
pub mod configuration;
mod daemon;
pub mod extension;
pub mod history_server;
pub mod hive_metastore;
pub mod ingress;
pub mod master;
pub mod mlflow;
pub mod network_policy;
pub mod shuffle_service;
pub mod worker;
