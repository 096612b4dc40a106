//! Documents that are not ours leave byte for byte, in order, whatever odd YAML they are.

use wasm_tests::{sparkwasm, stdout};

/// YAML that is valid, and easily broken by reading and writing it again.
const ODD: &str = include_str!("foreign/odd.yaml");

fn assert_unchanged(stream: &str) {
    assert_eq!(sparkwasm_core::post_render(stream).unwrap(), stream);
    assert_eq!(stdout(&sparkwasm(&["render"], stream)), stream);
}

#[test]
fn odd_but_valid_yaml() {
    assert_unchanged(ODD);
}

#[test]
fn line_ends_of_windows_no_end_and_byte_order_marks() {
    assert_unchanged(&ODD.replace('\n', "\r\n"));
    assert_unchanged(ODD.trim_end());
    assert_unchanged(&format!("\u{feff}{ODD}"));
    assert_unchanged("");
    assert_unchanged("---\n---\n\n---\n");
}

#[test]
fn what_is_no_yaml_at_all() {
    assert_unchanged("{{ not: [yaml\n---\n\t- x: : :\n\"");
}

#[test]
fn a_large_stream() {
    let many = ODD.repeat(1000);
    assert!(many.len() > 1_000_000);
    assert_unchanged(&many);
}

/// Rendered output of other charts, such as a large public one: `FOREIGN=a.yaml:b.yaml cargo test -p wasm-tests`.
#[test]
fn streams_given_by_the_environment() {
    for file in std::env::var("FOREIGN").unwrap_or_default().split(':').filter(|file| !file.is_empty()) {
        assert_unchanged(&std::fs::read_to_string(file).unwrap());
    }
}

#[test]
fn around_our_documents() {
    let case = &wasm_tests::cases()[0];
    for helm in [wasm_tests::Helm::three(), wasm_tests::Helm::four()] {
        let ours = helm.stream(case);
        let ours = if ours.starts_with("---") { ours } else { format!("---\n{ours}") };
        let alone = sparkwasm_core::post_render(&ours).unwrap();
        let around = format!("{ODD}{ours}{ODD}");
        assert_eq!(sparkwasm_core::post_render(&around).unwrap(), format!("{ODD}{alone}{ODD}"));
        assert_eq!(stdout(&sparkwasm(&["render"], &around)), format!("{ODD}{alone}{ODD}"));
    }
}
