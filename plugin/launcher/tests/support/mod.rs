//! What the tests share: tiny guests written as text, and the command in a world of its own.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// The imports and helpers of a guest; `%s` is where its functions go.
const MODULE: &str = r#"(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "log_warn" (func $log_warn (param i64)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (memory 1)
  (data (i32.const 64) "%data")
  ;; Copies the data, of which there are $length bytes, into a block.
  (func $say (param $length i64) (result i64) (local $at i64) (local $i i64)
    (local.set $at (call $alloc (local.get $length)))
    (loop $next
      (if (i64.lt_u (local.get $i) (local.get $length)) (then
        (call $store_u8 (i64.add (local.get $at) (local.get $i)) (i32.load8_u (i32.add (i32.const 64) (i32.wrap_i64 (local.get $i)))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next))))
    (local.get $at))
  ;; Copies the input into a block and makes it the output: whole words, then the bytes that remain.
  (func $echo (local $at i64) (local $i i64) (local $length i64)
    (local.set $length (call $input_length))
    (local.set $at (call $alloc (local.get $length)))
    (loop $words
      (if (i64.le_u (i64.add (local.get $i) (i64.const 8)) (local.get $length)) (then
        (call $store_u64 (i64.add (local.get $at) (local.get $i)) (call $input_load_u64 (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 8)))
        (br $words))))
    (loop $bytes
      (if (i64.lt_u (local.get $i) (local.get $length)) (then
        (call $store_u8 (i64.add (local.get $at) (local.get $i)) (call $input_load_u8 (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $bytes))))
    (call $output_set (local.get $at) (local.get $length)))
  (func $recurse (param i32) (result i32)
    (i32.add (i32.const 1) (call $recurse (i32.add (local.get 0) (i32.const 1)))))
  %functions)"#;

/// Puts its input out.
pub const ECHO: &str = r#"(func (export "helm_plugin_main") (result i32) (call $echo) (i32.const 0))"#;

/// A folder with a plugin, a cache and an environment that only the test knows.
pub struct World {
    pub root: TempDir,
}

impl World {
    /// A world whose plugin has these `functions`, and `data` to say.
    pub fn new(functions: &str, data: &str) -> Self {
        let world = Self { root: tempfile::tempdir().unwrap() };
        world.plugin(functions, data);
        world
    }

    /// Replaces the plugin.
    pub fn plugin(&self, functions: &str, data: &str) {
        self.module(&MODULE.replace("%data", data).replace("%functions", functions));
    }

    /// Replaces the plugin by any module.
    pub fn module(&self, text: &str) {
        std::fs::write(self.path("plugin.wasm"), wat::parse_str(text).unwrap()).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The cache folder that is tried first.
    pub fn cache(&self) -> PathBuf {
        self.path("cache/sparkwasm")
    }

    /// `sparkwasm` in this world.
    pub fn sparkwasm(&self, arguments: &[&str]) -> Command {
        Command::from_std(self.process(arguments))
    }

    /// The same, to be started and waited for by hand.
    pub fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("sparkwasm"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("TMPDIR", self.path("temporary"))
            .env("SPARKWASM_PLUGIN", self.path("plugin.wasm"));
        command
    }

    /// Renders `input` and expects it back.
    pub fn expect_echo(&self, input: &str) {
        self.sparkwasm(&["render"]).write_stdin(input).assert().success().stdout(input.to_owned());
    }

    /// Renders and gives what stderr says; expects exit code `code` and nothing on stdout.
    pub fn expect_failure(&self, code: i32) -> String {
        let result = self.sparkwasm(&["render"]).write_stdin("input").assert().code(code).stdout("");
        String::from_utf8(result.get_output().stderr.clone()).unwrap()
    }
}

/// The compiled files in `folder`.
pub fn compiled(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    found.retain(|path: &PathBuf| path.extension().is_some_and(|extension| extension == "cwasm"));
    found.sort();
    found
}
