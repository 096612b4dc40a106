//! Owns one compiled file: its name, its checksum, who may have written it, and the writing that never shows half of one.
//!
//! A file is the compiled module followed by a trailer: a mark and an XXH3 checksum of the name and the module.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use xxhash_rust::xxh3::Xxh3;

use super::folder;

const MARK: &[u8; 16] = b"sparkwasm entry1";
const TRAILER: usize = MARK.len() + size_of::<u128>();
/// Files are read in pieces of this size, into one place. Memory that was never touched is what costs most at start-up:
/// reading a whole plugin took five times as long.
const PIECE: usize = 32 << 10;

/// What the compiled file of a plugin with the bytes of `wasm` is called: anything that changes the compiled form is in
/// it, but for the processor; the engine refuses a file made for another one, and it is made again.
pub(super) fn name(wasm: impl Read) -> Result<String> {
    let mut checksum = Xxh3::new();
    digest(wasm, &mut checksum)?;
    let sum = checksum.digest128();
    let engine = crate::engine::NAME.replace(' ', "-");
    Ok(format!("{sum:032x}-{}-{engine}-{}{}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH, folder::SUFFIX))
}

/// The file `name` in `place`, if only this user could have written it and every byte is what was written.
pub(super) fn open(place: &Path, name: &str) -> Option<File> {
    if !folder::is_ours(place) {
        return None;
    }
    let mut options = OpenOptions::new();
    options.read(true);
    // Windows maps a file as code only when it was opened for that: FILE_GENERIC_READ | FILE_GENERIC_EXECUTE.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::access_mode(&mut options, 0x0012_00a9);
    let file = options.open(place.join(name)).ok()?;
    let found = file.metadata().ok()?;
    let trusted = found.is_file() && folder::only_we_write(&found);
    (trusted && is_intact(&file, found.len(), name)).then_some(file)
}

fn is_intact(mut file: &File, length: u64, name: &str) -> bool {
    let Some(compiled) = length.checked_sub(TRAILER as u64) else {
        return false;
    };
    let mut checksum = named(name);
    let mut end = [0; TRAILER];
    digest(file.take(compiled), &mut checksum).is_ok_and(|read| read == compiled)
        && file.read_exact(&mut end).is_ok()
        && end == trailer(&checksum)
}

/// A checksum to which the name belongs, so that a file moved to another name is damaged.
fn named(name: &str) -> Xxh3 {
    let mut checksum = Xxh3::new();
    checksum.update(name.as_bytes());
    checksum
}

/// Adds all that `source` gives to `checksum`; returns how much that was.
fn digest(mut source: impl Read, checksum: &mut Xxh3) -> std::io::Result<u64> {
    let mut piece = vec![0; PIECE];
    let mut total = 0;
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => return Ok(total),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        checksum.update(&piece[..read]);
        total += read as u64;
    }
}

fn trailer(checksum: &Xxh3) -> [u8; TRAILER] {
    let mut trailer = [0; TRAILER];
    let (mark, sum) = trailer.split_at_mut(MARK.len());
    mark.copy_from_slice(MARK);
    sum.copy_from_slice(&checksum.digest128().to_le_bytes());
    trailer
}

/// Keeps `compiled` as the file `name` in `place`. A reader sees the old file or the new one, never a part.
pub(super) fn save(place: &Path, name: &str, compiled: &[u8]) -> Result<()> {
    let mut checksum = named(name);
    checksum.update(compiled);
    // tempfile makes files that only their owner can read and write.
    let mut file = tempfile::Builder::new().suffix(folder::UNFINISHED).tempfile_in(place)?;
    file.write_all(compiled)?;
    file.write_all(&trailer(&checksum))?;
    file.persist(place.join(name)).context("cannot put the compiled file in its place")?;
    Ok(())
}
