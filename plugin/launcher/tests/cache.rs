//! The compiled plugin on disk: kept, checked, made again when anything is wrong with it, and never in the way.

mod support;

use std::fs;
use std::path::Path;

use support::{ECHO, World, compiled};

/// A world with one compiled file, and that file.
fn warm() -> (World, std::path::PathBuf) {
    let world = World::new(ECHO, "");
    world.expect_echo("a: b");
    let files = compiled(&world.cache());
    assert_eq!(files.len(), 1, "{files:?}");
    let file = files.into_iter().next().unwrap();
    (world, file)
}

/// What `compile` says of the plugin: whether it found a usable file.
fn says_compiled_already(world: &World) -> bool {
    let result = world.sparkwasm(&["compile"]).assert().success();
    String::from_utf8_lossy(&result.get_output().stdout).contains("compiled already")
}

#[test]
fn a_second_run_uses_the_file_of_the_first() {
    let (world, file) = warm();
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    world.expect_echo("c: d");
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written);
    assert!(says_compiled_already(&world));
}

#[test]
fn a_damaged_file_is_replaced() {
    let (world, file) = warm();
    let good = fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let last = good.len() - 1;
    let mut damages: Vec<Vec<u8>> = [0, 100, last / 4, last / 2, last - 40, last - 20, last].map(flipped).into();
    damages.extend([good[..last].to_vec(), good[..20].to_vec(), Vec::new(), b"garbage".to_vec(), vec![0x7f; 5000]]);
    damages.push([&good[..], b"x"].concat());
    for (number, damage) in damages.iter().enumerate() {
        fs::write(&file, damage).unwrap();
        let result = world.sparkwasm(&["render"]).write_stdin("a: b").assert().success().stdout("a: b");
        assert!(result.get_output().stderr.is_empty(), "damage {number} is not the user's concern");
        assert_ne!(&fs::read(&file).unwrap(), damage, "damage {number}");
        assert!(says_compiled_already(&world), "damage {number}");
    }
}

#[test]
fn a_file_of_another_plugin_under_this_name_is_not_used() {
    let (world, file) = warm();
    world.plugin(r#"(func (export "helm_plugin_main") (result i32) (i32.const 0))"#, "");
    world.sparkwasm(&["render"]).write_stdin("a: b").assert().success().stdout("");
    let other = compiled(&world.cache())
        .into_iter()
        .find(|path| *path != file)
        .expect("a changed plugin has a file of its own");
    fs::copy(&file, &other).unwrap();
    world.sparkwasm(&["render"]).write_stdin("a: b").assert().success().stdout("");
}

#[test]
fn old_files_are_pruned() {
    let world = World::new(ECHO, "");
    for number in 0..6 {
        world.plugin(ECHO, &number.to_string());
        world.expect_echo("a: b");
    }
    assert_eq!(compiled(&world.cache()).len(), 4);
    assert!(says_compiled_already(&world), "the newest stays");
}

#[test]
fn eight_at_once_on_an_empty_cache_all_succeed() {
    use std::io::Write as _;
    use std::process::Stdio;
    let world = World::new(ECHO, "");
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = world.process(&["render"]);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(b"a: b").unwrap();
            child
        })
        .collect();
    for child in children {
        let result = child.wait_with_output().unwrap();
        assert!(result.status.success() && result.stdout == b"a: b" && result.stderr.is_empty(), "{result:?}");
    }
    assert_eq!(compiled(&world.cache()).len(), 1);
    let left: Vec<_> = fs::read_dir(world.cache()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the file and the lock, nothing unfinished: {left:?}");
}

#[test]
fn a_cache_that_is_a_file_sends_us_to_the_temporary_folder() {
    let world = World::new(ECHO, "");
    fs::create_dir(world.path("cache")).unwrap();
    fs::write(world.cache(), "in the way").unwrap();
    world.expect_echo("a: b");
    assert_eq!(compiled_below(&world.path("temporary")), 1);
    assert!(says_compiled_already(&world));
}

#[test]
fn without_any_folder_it_still_renders_and_says_why_it_is_slow() {
    let world = World::new(ECHO, "");
    fs::write(world.path("cache"), "in the way").unwrap();
    fs::write(world.path("temporary"), "in the way").unwrap();
    let result = world.sparkwasm(&["render"]).write_stdin("a: b").assert().success().stdout("a: b");
    let text = String::from_utf8_lossy(&result.get_output().stderr);
    assert!(text.contains("note:") && text.contains("XDG_CACHE_HOME"), "{text}");
}

fn compiled_below(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().map(|entry| compiled(&entry.unwrap().path()).len()).sum()
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn only_the_user_can_read_and_write_what_we_keep() {
        let (world, file) = warm();
        assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(world.cache()).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_that_others_can_write_is_not_trusted() {
        let (world, file) = warm();
        for mode in [0o620, 0o602] {
            allow(&file, mode);
            assert!(!says_compiled_already(&world), "mode {mode:o}");
            assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "it is replaced");
        }
    }

    #[test]
    fn a_folder_that_others_can_write_is_not_trusted() {
        let (world, _) = warm();
        allow(&world.cache(), 0o770);
        assert!(!says_compiled_already(&world));
        assert_eq!(compiled_below(&world.path("temporary")), 1, "the next place is used");
    }

    #[test]
    fn a_folder_that_is_a_link_is_not_trusted() {
        let (world, _) = warm();
        let real = world.path("elsewhere");
        fs::rename(world.cache(), &real).unwrap();
        symlink(&real, world.cache()).unwrap();
        assert!(!says_compiled_already(&world));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_passed_over() {
        let world = World::new(ECHO, "");
        fs::create_dir_all(world.cache()).unwrap();
        if fs::metadata(world.cache()).unwrap().uid() == 0 {
            eprintln!("skipped: root writes everywhere");
            return;
        }
        allow(&world.cache(), 0o500);
        world.expect_echo("a: b");
        assert_eq!(compiled_below(&world.path("temporary")), 1);
    }
}
