//! The project's own promises about its shape, held by tests: thin templates, one version, what plugin.wasm may ask for.

use std::fs;

use sparkwasm_core::sections;
use wasm_tests::{dist, root};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Templates that are no intents: what is not sent to the post-renderer, plain objects of the user's, and the one exception,
/// generated Secrets, which the next test holds to what they may do.
const PLAIN: [&str; 3] = ["NOTES.txt", "extra-deploy.yaml", GENERATED_SECRETS];
const GENERATED_SECRETS: &str = "secrets.yaml";

#[test]
fn templates_hold_no_logic_but_enabled() {
    for entry in fs::read_dir(root().join("chart/templates")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if PLAIN.contains(&name.as_str()) {
            continue;
        }
        let text = read(&format!("chart/templates/{name}"));
        assert!(text.lines().count() <= 25, "{name} is not thin");
        for action in text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
            let action = action.trim_matches(['-', ' ', '\n']);
            let is_plain = ["include ", "define ", "end", "/*", ".", "toYaml .spec", "$shared := pick ", "- /*"]
                .iter()
                .any(|start| action.starts_with(start));
            let is_enabled = action.starts_with("if .Values.") && action.ends_with(".enabled");
            assert!(is_plain || is_enabled, "{name}: {{{{ {action} }}}}");
        }
    }
}

/// They make Secrets and nothing else, keep what is there, and know of the values only who needs one.
#[test]
fn the_template_of_generated_secrets_makes_secrets_and_keeps_them() {
    let text = read(&format!("chart/templates/{GENERATED_SECRETS}"));
    let lines = || text.lines().map(str::trim);
    assert_eq!(lines().filter(|line| line.starts_with("kind:")).collect::<Vec<_>>(), ["kind: Secret"]);
    assert!(lines().any(|line| line == "helm.sh/resource-policy: keep"));
    assert_eq!(text.matches("randAlphaNum").count(), 1, "one place that makes a value");
    assert!(text.contains(r#"lookup "v1" "Secret""#) && text.matches("index $kept . | default (include").count() == 2);
    for value in text.split(".Values.").skip(1).filter_map(|rest| rest.split([' ', ')']).next()) {
        let known =
            [".enabled", ".auth.existingSecret", ".auth.secretKeys", ".secretKeys.userPasswordKey", "nameOverride"];
        assert!(known.iter().any(|end| value.ends_with(end)), ".Values.{value}");
    }
}

#[test]
fn each_section_has_its_template() {
    for section in sections::ALL {
        let text = read(&format!("chart/templates/{}", section.template));
        assert!(text.contains(&format!("\"kind\" \"{}\"", section.kind)), "{}", section.template);
    }
}

#[test]
fn chart_and_plugin_have_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(sparkwasm_core::defaults::chart("version"), version);
    for file in ["helm-plugin.yaml", "plugin/guest/helm-cli.yaml", "plugin/guest/helm-postrenderer.yaml"] {
        assert!(read(file).lines().any(|line| line == format!("version: {version}")), "{file}");
    }
}

#[test]
fn plugin_wasm_asks_for_no_file_network_clock_or_environment() {
    let wasm = fs::read(dist("plugin/plugin.wasm")).unwrap();
    let mut asked = 0;
    for payload in wasmparser::Parser::new(0).parse_all(&wasm) {
        if let wasmparser::Payload::ImportSection(section) = payload.unwrap() {
            for import in section.into_imports() {
                let import = import.unwrap();
                let allowed = match import.module {
                    "extism:host/env" => !import.name.starts_with("http"),
                    "wasi_snapshot_preview1" => matches!(import.name, "fd_read" | "fd_write"),
                    _ => false,
                };
                assert!(allowed, "{}.{}", import.module, import.name);
                asked += 1;
            }
        }
    }
    assert!(asked > 0);
}

#[test]
fn plugin_wasm_is_small() {
    assert!(fs::metadata(dist("plugin/plugin.wasm")).unwrap().len() <= 1280 << 10);
}

#[test]
fn the_doors_hold_no_domain_word() {
    for folder in ["plugin/guest/src", "plugin/preview/src", "plugin/launcher/src"] {
        for file in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&file).unwrap().to_lowercase().replace("sparkwasm", "");
            for word in ["spark", "airflow", "mlflow", "statefulset", "configmap", "podspec"] {
                assert!(!text.contains(word), "{}: {word}", file.display());
            }
        }
    }
}

fn rust_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs"))
        .collect()
}
