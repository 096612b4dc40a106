//! The script that tells Spark of a worker's GPUs, run as Spark runs it. Without a GPU here, `nvidia-smi` is a stand-in.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use wasm_tests::{executable, root};

/// The addresses that it prints, with these variables and a `nvidia-smi` of these lines.
fn addresses(variables: &[(&str, &str)], nvidia_smi: Option<&str>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("discover-gpus.sh");
    let source = root().join("plugin/core/src/components/worker/gpu/discover-gpus.sh");
    executable(&script, &fs::read_to_string(source).unwrap());
    if let Some(lines) = nvidia_smi {
        executable(&folder.path().join("nvidia-smi"), &format!("#!/bin/sh\n{lines}\n"));
    }
    let output = Command::new(&script)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["name"], "gpu");
    printed["addresses"].clone()
}

#[test]
fn the_amount_counts_where_nothing_else_says() {
    assert_eq!(addresses(&[("WORKER_GPU_AMOUNT", "3")], None), json!(["0", "1", "2"]));
    for visible in ["", "all", "none", "void"] {
        let variables = [("WORKER_GPU_AMOUNT", "1"), ("NVIDIA_VISIBLE_DEVICES", visible)];
        assert_eq!(addresses(&variables, None), json!(["0"]), "{visible}");
    }
}

#[test]
fn visible_devices_are_numbered_from_0_in_the_container() {
    for visible in ["GPU-4d2f,GPU-a7c1", "3,5"] {
        let variables = [("WORKER_GPU_AMOUNT", "1"), ("NVIDIA_VISIBLE_DEVICES", visible)];
        assert_eq!(addresses(&variables, None), json!(["0", "1"]), "{visible}");
    }
}

#[test]
fn nvidia_smi_knows_best_unless_it_fails() {
    let variables = [("WORKER_GPU_AMOUNT", "2"), ("NVIDIA_VISIBLE_DEVICES", "all")];
    assert_eq!(addresses(&variables, Some("printf '0\\n1\\n2\\n'")), json!(["0", "1", "2"]));
    for failure in ["exit 9", "echo 'No devices were found'", "echo 'NVIDIA-SMI has failed'; exit 9"] {
        assert_eq!(addresses(&variables, Some(failure)), json!(["0", "1"]), "{failure}");
    }
}

#[test]
fn parts_of_a_gpu_have_names_for_addresses() {
    let variables = [("WORKER_GPU_AMOUNT", "2"), ("NVIDIA_VISIBLE_DEVICES", "MIG-81e,MIG-82f")];
    assert_eq!(addresses(&variables, Some("echo 0")), json!(["MIG-81e", "MIG-82f"]));
}
