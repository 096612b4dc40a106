//! stdin and stdout of a host that has WASI: Helm 4 gives them to a plugin of type `cli/v1`.
//!
//! Two imports only, declared here, so that the module needs neither WASI's start-up nor its files, clock or environment.

#![allow(unsafe_code, reason = "imports from the host")]

#[repr(C)]
struct IoVec {
    at: *mut u8,
    length: usize,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn fd_read(fd: i32, iovs: *const IoVec, count: usize, read: *mut usize) -> i32;
    fn fd_write(fd: i32, iovs: *const IoVec, count: usize, written: *mut usize) -> i32;
}

/// All of stdin; the error is WASI's errno.
pub(crate) fn read_stdin() -> Result<String, i32> {
    const NOT_UTF8: i32 = 25; // EILSEQ
    let mut bytes = Vec::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let mut read = 0;
        let iov = IoVec { at: buffer.as_mut_ptr(), length: buffer.len() };
        // SAFETY: the host writes at most `length` bytes at `at`, and a count at `read`, both alive here
        let errno = unsafe { fd_read(0, &raw const iov, 1, &raw mut read) };
        match (errno, buffer.get(..read)) {
            (0, Some([])) => return String::from_utf8(bytes).map_err(|_| NOT_UTF8),
            (0, Some(part)) => bytes.extend_from_slice(part),
            (errno, _) => return Err(errno),
        }
    }
}

/// Writes all of `text` to stdout; the error is WASI's errno.
pub(crate) fn write_stdout(text: &str) -> Result<(), i32> {
    const NO_PROGRESS: i32 = 29; // EIO
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let mut written = 0;
        let iov = IoVec { at: rest.as_ptr().cast_mut(), length: rest.len() };
        // SAFETY: the host only reads `length` bytes at `at`, and writes a count at `written`, both alive here
        let errno = unsafe { fd_write(1, &raw const iov, 1, &raw mut written) };
        match (errno, rest.get(written..)) {
            (0, Some(behind)) if written > 0 => rest = behind,
            (0, _) => return Err(NO_PROGRESS),
            (errno, _) => return Err(errno),
        }
    }
    Ok(())
}
