//! The launcher as a host: what goes through, what a plugin can do wrong, and what the user then reads.

mod support;

use support::{ECHO, World};

/// A plugin whose `helm_plugin_main` is `body`.
fn main_is(body: &str) -> World {
    World::new(&format!(r#"(func (export "helm_plugin_main") (result i32) {body})"#), "")
}

#[track_caller]
fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
    assert!(text.starts_with("sparkwasm: "), "{text:?}");
}

#[test]
fn bytes_pass_unchanged_at_every_length_around_a_word() {
    let world = World::new(ECHO, "");
    for length in [0, 1, 7, 8, 9, 15, 16, 17] {
        world.expect_echo(&"x".repeat(length));
    }
    let large: String = (0..100_000).map(|i| char::from(b'a' + u8::try_from(i % 26).unwrap())).collect();
    world.expect_echo(&large);
}

#[test]
fn a_plugin_that_refuses_is_heard_on_stderr_alone() {
    let refuse = r#"(func (export "helm_plugin_main") (result i32)
        (call $echo) (call $error_set (call $say (i64.const 13))) (i32.const 1))"#;
    let world = World::new(refuse, "wrong: a: b/c");
    assert_eq!(world.expect_failure(1), "sparkwasm: wrong: a: b/c\n");
}

#[test]
fn a_plugin_that_fails_without_a_reason_is_broken() {
    assert_says(&main_is("(i32.const 7)").expect_failure(3), &["status 7", "no reason"]);
}

#[test]
fn a_warning_goes_to_stderr_and_changes_nothing() {
    let warn = r#"(func (export "helm_plugin_main") (result i32)
        (call $log_warn (call $say (i64.const 7))) (call $echo) (i32.const 0))"#;
    let world = World::new(warn, "careful");
    world.sparkwasm(&["render"]).write_stdin("a: b").assert().success().stdout("a: b").stderr("sparkwasm: careful\n");
}

#[test]
fn an_endless_loop_is_stopped() {
    let world = main_is("(loop $forever (br $forever)) (i32.const 0)");
    let result = world.sparkwasm(&["render", "--time-limit-seconds", "1"]).write_stdin("").assert().code(3).stdout("");
    let text = String::from_utf8(result.get_output().stderr.clone()).unwrap();
    assert_says(&text, &["time limit of 1 s", "SPARKWASM_TIME_LIMIT_SECONDS=3", "--time-limit-seconds 3"]);
}

#[test]
fn a_plugin_that_grows_is_stopped() {
    let grow = "(loop $more (drop (memory.grow (i32.const 16))) (br $more)) (i32.const 0)";
    assert_says(&main_is(grow).expect_failure(3), &["memory limit of 256 MiB", "SPARKWASM_MEMORY_LIMIT_MIB=512"]);
}

#[test]
fn a_plugin_that_takes_too_much_exchanged_memory_is_stopped() {
    let take = "(loop $more (drop (call $alloc (i64.const 1000000))) (br $more)) (i32.const 0)";
    assert_says(&main_is(take).expect_failure(3), &["memory limit of 256 MiB"]);
}

#[test]
fn limits_come_from_the_environment_and_flags_win() {
    let world = main_is("(drop (memory.grow (i32.const 160))) (i32.const 0)");
    let run = |arguments: &[&str]| {
        let mut command = world.sparkwasm(arguments);
        command.env("SPARKWASM_MEMORY_LIMIT_MIB", "5").write_stdin("");
        command.assert()
    };
    run(&["render"]).code(3);
    run(&[]).code(3);
    run(&["render", "--memory-limit-mib", "20"]).success();
    world.sparkwasm(&["render"]).write_stdin("").assert().success();
    let wrong = world.sparkwasm(&["render"]).env("SPARKWASM_TIME_LIMIT_SECONDS", "0").write_stdin("").assert().code(3);
    assert_says(&String::from_utf8_lossy(&wrong.get_output().stderr), &["SPARKWASM_TIME_LIMIT_SECONDS", "above 0"]);
}

#[test]
fn input_beyond_the_memory_limit_is_refused() {
    let world = World::new(ECHO, "");
    let mut command = world.sparkwasm(&["render", "--memory-limit-mib", "1"]);
    let result = command.write_stdin("x".repeat((1 << 20) + 1)).assert().code(3).stdout("");
    assert_says(&String::from_utf8_lossy(&result.get_output().stderr), &["stdin", "1 MiB"]);
}

#[test]
fn an_unknown_import_is_named() {
    let world = World::new(ECHO, "");
    for (module, name) in
        [("wasi_snapshot_preview1", "clock_time_get"), ("extism:host/env", "http_request"), ("env", "f")]
    {
        world.module(&format!(r#"(module (import "{module}" "{name}" (func)))"#));
        assert_says(&world.expect_failure(3), &[module, name, "does not give", "no files, network, clock"]);
    }
}

#[test]
fn an_import_of_another_type_is_refused() {
    let world = World::new(ECHO, "");
    world.module(r#"(module (import "extism:host/env" "alloc" (func)) (func (export "helm_plugin_main") (result i32) (i32.const 0)))"#);
    assert_says(&world.expect_failure(3), &["incompatible import type", "alloc"]);
}

#[test]
fn reading_files_fails_within_the_plugin() {
    let world =
        main_is("(i32.ne (i32.const 8) (call $fd_read (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))");
    world.sparkwasm(&["render"]).write_stdin("").assert().success();
}

#[test]
fn nothing_is_read_outside_of_what_was_given() {
    let read_block = "(drop (call $load_u64 (i64.add (call $alloc (i64.const 8)) (i64.const 1)))) (i32.const 0)";
    assert_says(&main_is(read_block).expect_failure(3), &["read 8 bytes at offset", "outside"]);
    let write_null = "(call $store_u8 (i64.const 0) (i32.const 1)) (i32.const 0)";
    assert_says(&main_is(write_null).expect_failure(3), &["wrote 1 bytes at offset 0", "outside"]);
    let read_input = "(drop (call $input_load_u8 (i64.const 5))) (i32.const 0)";
    assert_says(&main_is(read_input).expect_failure(3), &["offset 5 of an input of 5 bytes"]);
    let put_out = "(call $output_set (i64.const 16) (i64.const -1)) (i32.const 0)";
    assert_says(&main_is(put_out).expect_failure(3), &["outside"]);
}

#[test]
fn a_trap_is_a_crash_of_the_plugin() {
    assert_says(&main_is("unreachable").expect_failure(3), &["helm_plugin_main", "crashed", "panic"]);
    let divide = "(i32.div_u (i32.const 1) (i32.const 0))";
    assert_says(&main_is(divide).expect_failure(3), &["crashed: integer divide by zero"]);
    let beyond = "(i32.load (i32.const 65536))";
    assert_says(&main_is(beyond).expect_failure(3), &["crashed: out of bounds memory access"]);
    let deep = "(call $recurse (i32.const 0))";
    assert_says(&main_is(deep).expect_failure(3), &["call stack overflowed"]);
}

#[test]
fn a_crash_tells_the_last_words() {
    let panic =
        r#"(func (export "helm_plugin_main") (result i32) (call $error_set (call $say (i64.const 4))) unreachable)"#;
    assert_says(&World::new(panic, "ouch").expect_failure(3), &["crashed", "Its last words: ouch"]);
}

#[test]
fn a_plugin_without_the_function_is_refused() {
    assert_says(&World::new("", "").expect_failure(3), &["helm_plugin_main"]);
    let world = World::new(ECHO, "");
    std::fs::write(world.path("plugin.wasm"), "not wasm").unwrap();
    assert_says(&world.expect_failure(3), &["cannot compile the plugin", "plugin.wasm"]);
}
