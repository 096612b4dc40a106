//! Chart and plugin are released together; of different minor versions they refuse each other.

use crate::diagnostic::{Diagnostics, Path};

/// Compares the chart's version with ours.
pub fn check(chart: &str, problems: &mut Diagnostics) {
    if minor(chart) != minor(crate::VERSION) {
        problems.add(
            Path::default(),
            format!("the chart is version {chart}, but the plugin sparkwasm is version {}", crate::VERSION),
            format!("install the plugin of the chart's version: helm plugin uninstall sparkwasm && helm plugin install <sparkwasm {chart}>"),
        );
    }
}

/// `1.2` of `1.2.3-rc.1`.
fn minor(version: &str) -> Option<&str> {
    let (at, _) = version.match_indices('.').nth(1)?;
    version.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_patch_is_taken_and_another_minor_version_is_not() {
        let (head, _) = crate::VERSION.rsplit_once('.').unwrap();
        let mut problems = Diagnostics::default();
        check(&format!("{head}.99"), &mut problems);
        assert!(problems.is_empty());
        check("99.1.0", &mut problems);
        assert!(problems.to_string().contains("helm plugin install"));
    }
}
