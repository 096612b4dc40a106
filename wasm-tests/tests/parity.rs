//! The same values give the same bytes in every host: the core natively, plugin.wasm in the launcher, in Helm 4's own
//! WebAssembly runtime, behind Helm 4's and Helm 3's `--post-renderer`, and without Helm by `sparkwasm template`.

use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine};
use pretty_assertions::assert_eq;
use wasm_tests::{Case, Helm, cases, dist, root, sparkwasm, stdout, without_helm4_empty_lines};

/// Objects of a user's own pass Helm's template engine, which only Helm has.
const NEEDS_HELM: &str = "extra-deploy";

fn native(stream: &str) -> String {
    sparkwasm_core::post_render(stream).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn what_leaves_is_what_is_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    for case in cases() {
        let launcher = dist("plugin/bin/sparkwasm");
        let made = without_jar(&stdout(&Helm::three().template(&case, Some(&launcher.to_string_lossy()))));
        let expected = case.folder.join("expected.yaml");
        if update {
            fs::write(&expected, &made).unwrap();
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(expected, made, "{}: if this is meant, run UPDATE=1 cargo test -p wasm-tests", case.name);
    }
}

/// The bytes of the jar are those of the JDK that compiled it.
fn without_jar(manifest: &str) -> String {
    let lines = manifest.lines().map(|line| match line.split_once(": ") {
        Some((key @ ("  spark-ext.jar" | "        checksum/spark-ext"), _)) => format!("{key}: <of the jar>\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_jar_arrives_as_it_was_built() {
    let case = cases().into_iter().find(|case| case.name == "object-store").unwrap();
    let made = stdout(&Helm::four().template(&case, Some("sparkwasm")));
    let sent = made.lines().find_map(|line| line.strip_prefix("  spark-ext.jar: ")).unwrap();
    let jar = fs::read(root().join("plugin/spark-ext/target/spark-ext.jar")).unwrap();
    assert_eq!(BASE64_STANDARD.decode(sent).unwrap(), jar);
    // a ConfigMap holds 1 MiB, and Helm keeps every revision, compressed, in a Secret that holds no more
    assert!(jar.len() < 100_000, "{} bytes", jar.len());
}

#[test]
fn native_and_the_guest_in_the_launcher_are_equal() {
    for case in cases() {
        for helm in [Helm::three(), Helm::four()] {
            let stream = helm.stream(&case);
            assert!(stream.contains("post-renderer-sparkwasm-required"), "{}: no intents", case.name);
            assert_eq!(native(&stream), stdout(&sparkwasm(&["render"], &stream)), "{}", case.name);
        }
    }
}

#[test]
fn helm_4_and_helm_3_and_no_helm_are_equal() {
    let launcher = dist("plugin/bin/sparkwasm");
    for case in cases() {
        let three = stdout(&Helm::three().template(&case, Some(&launcher.to_string_lossy())));
        let four = stdout(&Helm::four().template(&case, Some("sparkwasm")));
        let four = without_helm4_empty_lines(&four);
        if case.name == NEEDS_HELM {
            // Helm 4 sorts what comes back, Helm 3 does not: so what is not ours stands elsewhere among ours
            assert_eq!(sorted(&three), sorted(&four), "{}: Helm 4", case.name);
        } else {
            assert_eq!(three, four, "{}: Helm 4", case.name);
            assert_eq!(three, without_helm(&case), "{}: sparkwasm template", case.name);
        }
    }
}

fn sorted(manifest: &str) -> Vec<&str> {
    let mut documents: Vec<&str> = manifest.trim_start_matches("---\n").trim_end().split("\n---\n").collect();
    documents.sort_unstable();
    documents
}

fn without_helm(case: &Case) -> String {
    let values = case.values();
    let mut arguments = vec!["template", "--release", "demo", "--namespace", "data", "-f", values.to_str().unwrap()];
    arguments.extend(case.flags.iter().map(String::as_str));
    stdout(&sparkwasm(&arguments, ""))
}

#[test]
fn the_guest_in_helms_own_runtime_is_equal() {
    for case in cases().into_iter().step_by(4) {
        let native = stdout(&Helm::four().template(&case, Some("sparkwasm")));
        let wasm_only = stdout(&Helm::four_wasm_only().template(&case, Some("sparkwasm")));
        assert_eq!(native, wasm_only, "{}", case.name);
    }
}

#[test]
fn a_message_of_helm_gives_what_the_stream_gives() {
    let case = &cases()[0];
    let stream = Helm::four().stream(case);
    let message = serde_json::json!({"manifests": stream, "extraArgs": []}).to_string();
    let reply: serde_json::Value = serde_json::from_str(&stdout(&sparkwasm(&["render"], &message))).unwrap();
    assert_eq!(reply["manifests"].as_str().unwrap(), native(&stream));
}
