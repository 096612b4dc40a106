//! Owns the folder of compiled files: where it may be, whom we trust, and how many files stay.

use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy as _;

/// What a compiled file is called behind its key.
pub(super) const SUFFIX: &str = ".cwasm";
/// What a file is called while it is written.
pub(super) const UNFINISHED: &str = ".unfinished";
/// How many compiled plugins stay: a version in use, the one before, and the same again of another installation.
const KEPT: usize = 4;

/// The folders to look in, best first.
pub(super) fn places() -> impl Iterator<Item = PathBuf> {
    let own = std::iter::once_with(etcetera::choose_base_strategy).flatten();
    own.map(|base| base.cache_dir().join("sparkwasm")).chain(std::iter::once_with(temporary))
}

/// For users without a home that can be written, as in many containers. Named by user, as all users share its parent.
fn temporary() -> PathBuf {
    #[cfg(unix)]
    let name = format!("sparkwasm-{}", rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    let name = "sparkwasm";
    std::env::temp_dir().join(name)
}

/// The first folder that takes files, made if need be.
pub(super) fn writable() -> Option<PathBuf> {
    places().find(|place| make(place).is_ok() && is_ours(place) && tempfile::tempfile_in(place).is_ok())
}

fn make(place: &Path) -> std::io::Result<()> {
    if let Some(parent) = place.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(place) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Whether `place` is a real folder that only this user can write.
pub(super) fn is_ours(place: &Path) -> bool {
    std::fs::symlink_metadata(place).is_ok_and(|found| found.is_dir() && only_we_write(&found))
}

/// Whether nobody but this user can write what `found` describes. Compiled files are native code that we run.
#[cfg(unix)]
pub(super) fn only_we_write(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0
}

/// Elsewhere the user's own cache folder is protected by what it inherits.
#[cfg(not(unix))]
pub(super) fn only_we_write(_: &Metadata) -> bool {
    true
}

/// Waits until no other process compiles into `place`; others wait until the file is dropped.
/// `None` where locks do not work: then several may compile, which is slower, not wrong.
pub(super) fn turn(place: &Path) -> Option<File> {
    let file = File::create(place.join("lock")).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// Removes compiled files beyond the newest few, and what a killed process left half-written.
pub(super) fn prune(place: &Path, keep: &str) {
    let Ok(entries) = std::fs::read_dir(place) else {
        return;
    };
    let mut compiled = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let Ok(changed) = entry.metadata().and_then(|found| found.modified()) else {
            continue;
        };
        if name.ends_with(SUFFIX) && name != keep {
            compiled.push((changed, entry.path()));
        } else if name.ends_with(UNFINISHED) && is_old(changed) {
            remove(&entry.path());
        }
    }
    compiled.sort();
    let surplus = (compiled.len() + 1).saturating_sub(KEPT);
    compiled.iter().take(surplus).for_each(|(_, path)| remove(path));
}

fn is_old(changed: SystemTime) -> bool {
    changed.elapsed().is_ok_and(|age| age > Duration::from_hours(1))
}

fn remove(path: &Path) {
    // Another process may have done it, or may run it on a system that then refuses; the next pruning sees it again.
    let _ = std::fs::remove_file(path);
}
