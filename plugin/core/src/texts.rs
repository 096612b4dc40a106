//! Texts that the core carries: programs that run in pods, examples, the chart's defaults. Written by `build.rs`, which
//! compresses them with the feature `packed-texts`.

/// The text of a file below `src/`, or `values.yaml` without its comments.
macro_rules! text {
    ($path:literal) => {
        $crate::texts::inflated(include_bytes!(concat!(core::env!("OUT_DIR"), "/", $path)))
    };
}
pub(crate) use text;

/// What `build.rs` wrote, which a test reads, so that no error is left to tell.
pub fn inflated(written: &[u8]) -> String {
    #[cfg(feature = "packed-texts")]
    let bytes = lz4_flex::decompress_size_prepended(written).unwrap_or_default();
    #[cfg(not(feature = "packed-texts"))]
    let bytes = written.to_vec();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_is_that_of_its_file() {
        assert_eq!(text!("platform/database/connect.py"), include_str!("platform/database/connect.py"));
        assert_eq!(
            text!("components/airflow/jobs/train_synthetic.py"),
            include_str!("components/airflow/jobs/train_synthetic.py")
        );
    }
}
