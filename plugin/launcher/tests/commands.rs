//! The commands that people type: what they print, and with which exit code they end.

mod support;

use std::fs;

use support::{ECHO, World};

/// Answers `check` and `template` with its input, so that a test sees the request; `version` with its data.
const ASKED: &str = r#"
  (func (export "template") (result i32) (call $echo) (i32.const 0))
  (func (export "version") (result i32) (call $output_set (call $say (i64.const 5)) (i64.const 5)) (i32.const 0))"#;

/// A plugin whose `check` gives `report`.
fn reporting(report: &str) -> World {
    let length = report.len();
    let check = format!(
        r#"(func (export "check") (result i32)
            (call $output_set (call $say (i64.const {length})) (i64.const {length})) (i32.const 0))"#
    );
    World::new(&check, &report.replace('\\', "\\\\").replace('"', "\\\""))
}

fn stdout(world: &World, arguments: &[&str]) -> String {
    let result = world.sparkwasm(arguments).assert().success();
    String::from_utf8(result.get_output().stdout.clone()).unwrap()
}

#[test]
fn help_shows_each_command_with_examples() {
    let world = World::new("", "");
    let help = stdout(&world, &["--help"]);
    for word in [
        "render",
        "check",
        "template",
        "schema",
        "explain",
        "version",
        "completion",
        "Examples:",
        "--memory-limit-mib <MIB>",
    ] {
        assert!(help.contains(word), "{word}");
    }
    assert!(!help.contains("compile  "), "a hidden command");
    assert!(!stdout(&world, &["-h"]).contains("--memory-limit-mib <MIB>"), "short help is short");
    assert!(stdout(&world, &["check", "--help"]).contains("sparkwasm check -f values.yaml"));
}

#[test]
fn a_wrong_command_line_says_so_on_stderr() {
    let world = World::new(ECHO, "");
    for arguments in
        [&["render", "--nonsense"][..], &["render", "extra"], &["nonsense"], &["--time-limit-seconds", "0", "render"]]
    {
        let result = world.sparkwasm(arguments).write_stdin("a: b").assert().code(2).stdout("");
        assert!(!result.get_output().stderr.is_empty());
    }
}

#[test]
fn without_a_command_a_pipe_is_rendered() {
    let world = World::new(ECHO, "");
    world.sparkwasm(&[]).write_stdin("a: b").assert().success().stdout("a: b");
    let plugin = world.path("plugin.wasm");
    let given = ["--plugin", plugin.to_str().unwrap()];
    world.sparkwasm(&given).env_remove("SPARKWASM_PLUGIN").write_stdin("a: b").assert().success().stdout("a: b");
}

#[test]
fn a_missing_plugin_is_looked_for_and_named() {
    let world = World::new("", "");
    let run = |arguments: &[&str], variable: &str| {
        let result = world.sparkwasm(arguments).env("SPARKWASM_PLUGIN", variable).write_stdin("").assert().code(3);
        String::from_utf8(result.get_output().stderr.clone()).unwrap()
    };
    assert!(run(&["render"], "").contains("share/sparkwasm/plugin.wasm"));
    assert!(run(&["render"], "/nowhere.wasm").contains("SPARKWASM_PLUGIN names /nowhere.wasm"));
    assert!(run(&["render", "--plugin", "/other.wasm"], "/nowhere.wasm").contains("--plugin names /other.wasm"));
}

#[test]
fn the_question_carries_files_and_release() {
    let world = World::new(ASKED, "");
    let file = world.path("values.yaml");
    fs::write(&file, "a: \"b\"\n").unwrap();
    let file = file.to_str().unwrap();
    let arguments = [
        "template",
        "-f",
        file,
        "-f",
        "-",
        "--release",
        "r",
        "-n",
        "n",
        "--kube-version",
        "v1.37.0",
        "-a",
        "x/v1,y/v2",
    ];
    let result = world.sparkwasm(&arguments).write_stdin("c: d").assert().success();
    let request: serde_json::Value = serde_json::from_slice(&result.get_output().stdout).unwrap();
    let expected = serde_json::json!({
        "files": [{"name": file, "text": "a: \"b\"\n"}, {"name": "<stdin>", "text": "c: d"}],
        "release": {"name": "r", "namespace": "n"},
        "kubeVersion": "v1.37.0",
        "apiVersions": ["x/v1", "y/v2"],
    });
    assert_eq!(request, expected);
    let bare: serde_json::Value = serde_json::from_str(&stdout(&world, &["template"])).unwrap();
    assert_eq!((&bare["files"], &bare["kubeVersion"]), (&serde_json::json!([]), &serde_json::Value::Null));
    world.sparkwasm(&["template", "-f", "/nowhere.yaml"]).assert().code(3).stdout("");
}

#[test]
fn check_prints_the_report_and_ends_with_its_verdict() {
    let world = reporting(r#"{"ok":false,"diagnostics":[{"path":"a"}],"text":"a: is wrong"}"#);
    world.sparkwasm(&["check"]).assert().code(1).stdout("a: is wrong\n");
    let result = world.sparkwasm(&["check", "--output", "json"]).assert().code(1);
    let report: serde_json::Value = serde_json::from_slice(&result.get_output().stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["path"], "a");
    reporting(r#"{"ok":true,"diagnostics":[],"text":"fine"}"#).sparkwasm(&["check"]).assert().code(0).stdout("fine\n");
    reporting("nonsense").sparkwasm(&["check"]).assert().code(3).stdout("");
}

#[test]
fn version_tells_all_that_runs() {
    let world = World::new(ASKED, "1.2.3");
    let first = stdout(&world, &["version"]);
    for word in [env!("CARGO_PKG_VERSION"), "1.2.3", "plugin.wasm", "wasmtime 48", "made now and kept", ".cwasm"] {
        assert!(first.contains(word), "{word} is not in {first}");
    }
    assert!(stdout(&world, &["--version"]).contains("kept from an earlier run"));
    assert_eq!(stdout(&world, &["version", "--short"]), concat!(env!("CARGO_PKG_VERSION"), "\n"));
    let json: serde_json::Value = serde_json::from_str(&stdout(&world, &["version", "-o", "json"])).unwrap();
    assert_eq!(json["plugin"]["version"], "1.2.3");
    assert!(stdout(&world, &["version", "--plugin", "/nowhere"]).contains("/nowhere, which is not a file"));
}

#[test]
fn the_engine_is_the_one_that_cargo_resolved() {
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let version = lock.split_once("name = \"wasmtime\"\nversion = \"").unwrap().1.split('"').next().unwrap();
    let world = World::new(ASKED, "1.2.3");
    assert!(
        stdout(&world, &["version"]).contains(&format!("wasmtime {version}\n")),
        "update engine::NAME to {version}"
    );
}

#[test]
fn compile_says_what_it_did() {
    let world = World::new(ECHO, "");
    assert!(stdout(&world, &["compile"]).starts_with("compiled /"));
    assert!(stdout(&world, &["compile"]).contains("is compiled already"));
}

#[test]
fn completion_is_there_for_each_shell() {
    let world = World::new("", "");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&world, &["completion", shell]);
        assert!(script.contains("sparkwasm") && script.contains("explain"), "{shell}");
    }
    world.sparkwasm(&["completion", "nonsense"]).assert().code(2);
}

#[test]
fn the_schema_is_the_charts() {
    let file = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../chart/values.schema.json")).unwrap();
    assert_eq!(stdout(&World::new("", ""), &["schema"]), file);
}

#[test]
fn each_top_level_key_of_the_chart_is_explained() {
    let world = World::new("", "");
    let schema: serde_json::Value = serde_json::from_str(&stdout(&world, &["schema"])).unwrap();
    let top = stdout(&world, &["explain"]);
    for key in schema["properties"].as_object().into_iter().flat_map(serde_json::Map::keys) {
        assert!(top.contains(&format!("  {key} <")), "{key} is not in {top}");
        assert!(stdout(&world, &["explain", key]).contains(&format!("PATH:     {key}\n")));
    }
    let result = world.sparkwasm(&["explain", "no.such.key"]).assert().code(1).stdout("");
    assert!(String::from_utf8_lossy(&result.get_output().stderr).contains("no key \"no\""));
}

#[cfg(unix)]
#[test]
fn a_reader_that_left_is_no_crash() {
    use std::io::Write as _;
    use std::process::Stdio;
    let world = World::new(ECHO, "");
    let mut command = world.process(&["render"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all("a: b\n".repeat(100_000).as_bytes()).unwrap();
    let result = child.wait_with_output().unwrap();
    assert_eq!((result.status.code(), String::from_utf8_lossy(&result.stderr).as_ref()), (Some(141), ""));
}
