//! What objects are called. Every name starts with one `fullname` per installation.

use sha2::{Digest, Sha256};

/// Longest fullname: a StatefulSet's pods carry its name and 11 characters in the label `controller-revision-hash`, which
/// holds 63. The names of Services are shorter.
const LONGEST: usize = 63 - 11 - "-hive-metastore-db".len();

/// The names of one installation.
#[derive(Debug, Clone)]
pub struct Names {
    fullname: String,
}

impl Names {
    /// By Helm's convention: `fullnameOverride`, or the release where it contains the chart's name, or both joined.
    /// A longer name is cut and ends with a hash, so that two long releases do not meet in one name.
    pub fn new(release: &str, chart: &str, name_override: &str, fullname_override: &str) -> Self {
        let name = if name_override.is_empty() { chart } else { name_override };
        let full = match () {
            () if !fullname_override.is_empty() => fullname_override.to_owned(),
            () if release.contains(name) => release.to_owned(),
            () => format!("{release}-{name}"),
        };
        Self { fullname: shorten(&full) }
    }

    /// The common start of all names.
    pub fn fullname(&self) -> &str {
        &self.fullname
    }

    /// The name of a part, such as `demo-spark-standalone-worker`.
    pub fn of(&self, part: &str) -> String {
        format!("{}-{part}", self.fullname)
    }

    /// The headless Service that gives the pods of a part their DNS names.
    pub fn headless(&self, part: &str) -> String {
        format!("{}-{part}-headless", self.fullname)
    }
}

fn shorten(full: &str) -> String {
    if full.len() <= LONGEST {
        return full.trim_end_matches('-').to_owned();
    }
    let hash = hex(&Sha256::digest(full.as_bytes()), 6);
    let kept: String = full.chars().take(LONGEST - 7).collect();
    format!("{}-{hash}", kept.trim_end_matches(['-', '.']))
}

/// The first `length` hexadecimal digits.
pub fn hex(bytes: &[u8], length: usize) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(length)
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// The words of several texts, with single spaces.
pub fn words(texts: &[&str]) -> String {
    texts.iter().flat_map(|text| text.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// Whether Kubernetes takes it as the name of a Service (RFC 1035 label).
pub fn is_label(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_name_is_not_doubled() {
        assert_eq!(Names::new("demo", "spark-standalone", "", "").fullname(), "demo-spark-standalone");
        assert_eq!(Names::new("spark-standalone", "spark-standalone", "", "").fullname(), "spark-standalone");
        assert_eq!(Names::new("demo", "spark-standalone", "spark", "").fullname(), "demo-spark");
        assert_eq!(Names::new("demo", "spark-standalone", "spark", "x").of("master"), "x-master");
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (a, b) = ("a".repeat(53), "a".repeat(52) + "b");
        let (a, b) = (Names::new(&a, "spark-standalone", "", ""), Names::new(&b, "spark-standalone", "", ""));
        assert_ne!(a.fullname(), b.fullname());
        assert!(a.headless("worker").len() <= 63, "{}", a.headless("worker"));
        assert!(a.of("hive-metastore-db").len() <= 52);
        assert!(is_label(&a.headless("worker")));
    }
}
