//! Generated Secrets: made by Helm alone, called as the objects that use them expect, and in no other host.
//!
//! That Helm keeps the value it finds in a cluster is tested against recorded answers, in wasm-tests/apiserver.

use std::fs;

use wasm_tests::{Case, Helm, dist, sparkwasm, stdout};

/// Values that need a generated password.
const METASTORE: &str = "s3: {endpoint: 'http://minio:9000'}\nhiveMetastore: {enabled: true}\n";

/// A case of its own, since its output differs each time.
fn case(values: &str) -> (tempfile::TempDir, Case) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("values.yaml"), values).unwrap();
    let case = Case { name: "generated".into(), folder: folder.path().to_owned(), flags: Vec::new() };
    (folder, case)
}

fn rendered(values: &str) -> [String; 2] {
    let (_folder, case) = case(values);
    let launcher = dist("plugin/bin/sparkwasm");
    [(Helm::three(), launcher.to_str().unwrap()), (Helm::four(), "sparkwasm")]
        .map(|(helm, post_renderer)| stdout(&helm.template(&case, Some(post_renderer))))
}

fn secrets(manifest: &str) -> Vec<&str> {
    manifest.split("---\n").filter(|document| document.contains("\nkind: Secret\n")).collect()
}

fn field<'a>(document: &'a str, key: &str) -> &'a str {
    let line = document.lines().find_map(|line| line.trim().strip_prefix(key));
    line.unwrap_or_else(|| panic!("no {key} in\n{document}")).trim().trim_matches('"')
}

#[test]
fn helm_makes_the_secret_that_the_pods_name() {
    for more in
        ["", "nameOverride: spark\n", "fullnameOverride: x\n", &format!("nameOverride: {}\n", "long".repeat(20))]
    {
        for manifest in rendered(&format!("{METASTORE}{more}")) {
            let [secret] = secrets(&manifest)[..] else { panic!("not one Secret in\n{manifest}") };
            let name = field(secret, "name:");
            assert_eq!(
                manifest.matches(&format!("key: password\n              name: {name}\n")).count(),
                3,
                "{manifest}"
            );
            assert_eq!(field(secret, "helm.sh/resource-policy:"), "keep");
            let password = field(secret, "\"password\":");
            assert_eq!(password.len(), 44, "32 characters in base64: {password}");
        }
    }
}

#[test]
fn each_password_is_another() {
    let [three, four] = rendered(METASTORE);
    assert_ne!(secrets(&three)[0].lines().last(), secrets(&four)[0].lines().last());
}

#[test]
fn airflow_and_mlflow_have_keys_of_their_own() {
    let values = "s3: {endpoint: 'http://minio:9000'}\nairflow: {enabled: true}\nmlflow: {enabled: true, auth: {enabled: true}}\n";
    for manifest in rendered(values) {
        let of = |end: &str| {
            let name = format!("demo-spark-standalone-{end}");
            let made = secrets(&manifest).into_iter().find(|secret| field(secret, "name:") == name);
            made.unwrap_or_else(|| panic!("no {name} in\n{manifest}"))
        };
        assert_eq!(secrets(&manifest).len(), 4);
        for (end, keys) in [
            ("airflow", vec!["password", "session-key", "jwt-key", "fernet-key"]),
            ("airflow-db", vec!["password"]),
            ("mlflow", vec!["password", "form-key"]),
            ("mlflow-db", vec!["password"]),
        ] {
            for key in keys {
                // 32 letters and digits in base64; a Fernet key is that itself, and so 44 characters in base64
                let length = if key == "fernet-key" { 60 } else { 44 };
                assert_eq!(field(of(end), &format!("\"{key}\":")).len(), length, "{end} {key}");
            }
            // whoever refers to a generated Secret calls it as the template does, and by a key that it has
            assert!(manifest.contains(&format!("\n              name: demo-spark-standalone-{end}\n")), "{end}");
        }
    }
}

#[test]
fn a_named_secret_or_no_need_of_one_makes_none() {
    for values in [
        String::new(),
        format!("{METASTORE}  postgresql: {{auth: {{existingSecret: mine}}}}\n")
            .replace("{enabled: true}\n", "\n  enabled: true\n"),
    ] {
        for manifest in rendered(&values) {
            assert!(secrets(&manifest).is_empty(), "{manifest}");
        }
    }
}

#[test]
fn without_helm_there_is_everything_but_the_secret() {
    let (_folder, case) = case(METASTORE);
    let values = case.values();
    let arguments = ["template", "--release", "demo", "--namespace", "data", "-f", values.to_str().unwrap()];
    let alone = stdout(&sparkwasm(&arguments, ""));
    assert!(secrets(&alone).is_empty());
    let [three, _] = rendered(METASTORE);
    let ours = |manifest: &str| {
        let mut documents: Vec<String> = manifest
            .split("---\n")
            .filter(|document| !document.trim().is_empty() && !document.contains("\nkind: Secret\n"))
            .map(|document| document.trim().to_owned())
            .collect();
        documents.sort_unstable();
        documents
    };
    assert_eq!(ours(&alone), ours(&three));
}
