//! Mistakes as people see them: in Helm 4, which hides the stderr of a post-renderer; in Helm 3; from `sparkwasm check`.

use std::process::Output;

use wasm_tests::{Helm, dist, root, sparkwasm, stderr};

/// Three mistakes, the last across components.
const MISTAKES: &str =
    "worker:\n  replicaCuont: 3\n  memory: 9g\nmaster:\n  podOverrides:\n    spec:\n      hostNetwork: true\n";

fn template(helm: &Helm, post_renderer: &str, flags: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let values = folder.path().join("values.yaml");
    std::fs::write(&values, MISTAKES).unwrap();
    let mut command = helm.command(&["template", "demo"]);
    command.arg(root().join("chart")).args(["--post-renderer", post_renderer, "--values"]).arg(&values).args(flags);
    command.output().unwrap()
}

fn assert_all_told(text: &str) {
    for part in [
        "3 mistakes in the values, nothing was written",
        "worker.replicaCuont: unknown key",
        "hint: did you mean replicaCount?",
        "worker.memory: 9216 MiB for executors",
        "master.podOverrides.spec.hostNetwork: Pod Security restricted would refuse the pod",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn helm_4_shows_all_mistakes_and_writes_nothing() {
    let output = template(Helm::four(), "sparkwasm", &["--skip-schema-validation"]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert_all_told(&stderr(&output));
}

#[test]
fn helm_4_shows_them_without_the_native_launcher_too() {
    let output = template(Helm::four_wasm_only(), "sparkwasm", &["--skip-schema-validation"]);
    assert!(!output.status.success());
    assert_all_told(&stderr(&output));
}

#[test]
fn helm_3_shows_all_mistakes_and_writes_nothing() {
    let launcher = dist("plugin/bin/sparkwasm");
    let output = template(Helm::three(), &launcher.to_string_lossy(), &["--skip-schema-validation"]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert_all_told(&stderr(&output));
}

#[test]
fn the_schema_names_a_misspelt_key_before_the_post_renderer_runs() {
    for (helm, post_renderer) in [
        (Helm::four(), "sparkwasm".to_owned()),
        (Helm::three(), dist("plugin/bin/sparkwasm").to_string_lossy().into_owned()),
    ] {
        let output = template(helm, &post_renderer, &[]);
        assert!(!output.status.success());
        let text = stderr(&output);
        assert!(text.contains("schema") && text.contains("replicaCuont"), "{text}");
    }
}

#[test]
fn helm_4_shows_why_the_plugin_itself_could_not_work() {
    let output = template_with_env(("SPARKWASM_PLUGIN", "/nowhere/plugin.wasm"));
    assert!(stderr(&output).contains("/nowhere/plugin.wasm"), "{}", stderr(&output));
    let output = template_with_env(("SPARKWASM_MEMORY_LIMIT_MIB", "1"));
    assert!(stderr(&output).contains("memory"), "{}", stderr(&output));
}

fn template_with_env((name, value): (&str, &str)) -> Output {
    let mut command = Helm::four().command(&["template", "demo"]);
    command.arg(root().join("chart")).args(["--post-renderer", "sparkwasm"]).env(name, value);
    let output = command.output().unwrap();
    assert!(!output.status.success());
    output
}

#[test]
fn check_gives_file_line_and_column_of_every_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let values = folder.path().join("my-values.yaml");
    std::fs::write(&values, MISTAKES).unwrap();
    let output = sparkwasm(&["check", "-f", values.to_str().unwrap(), "--output", "json"], "");
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let places: Vec<(&str, u64, u64)> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["path"].as_str().unwrap(), one["line"].as_u64().unwrap(), one["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        places,
        [("worker.replicaCuont", 2, 3), ("worker.memory", 3, 3), ("master.podOverrides.spec.hostNetwork", 7, 7)]
    );
}

#[test]
fn without_the_flag_the_intents_show_what_was_asked_for() {
    let mut command = Helm::four().command(&["template", "demo"]);
    let output = command.arg(root().join("chart")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for kind in
        ["SparkPlatform", "SparkConfiguration", "SparkMaster", "SparkWorker", "SparkShuffleService", "SparkAccess"]
    {
        assert!(text.contains(&format!("apiVersion: post-renderer-sparkwasm-required/v1\nkind: {kind}\n")), "{kind}");
    }
    assert!(!text.contains("StatefulSet"), "a template knows more than it should");
}
