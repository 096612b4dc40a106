//! Owns "did you mean": what to offer for a path that the schema does not have.

use super::DEPTH;
use super::node::Node;

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.8;
const MOST: usize = 5;

/// The message for `key`, which `node`, found at `above`, does not have.
pub(super) fn instead(top: &Node, node: &Node, above: &[&str], key: &str) -> String {
    let keys = node.keys();
    let place = if above.is_empty() { "the values have".to_owned() } else { format!("{} has", above.join(".")) };
    let mut text = format!("{place} no key {key:?}");
    let mut offers = alike(above, keys.iter().map(|(name, _)| *name), key);
    if offers.is_empty() {
        named(top, key, &mut Vec::new(), &mut Vec::new(), &mut offers);
    }
    offers.truncate(MOST);
    if !offers.is_empty() {
        text.push_str("\nDid you mean ");
        text.push_str(&offers.join(", or "));
        text.push('?');
    } else if !keys.is_empty() {
        text.push_str("\nIts keys: ");
        text.push_str(&keys.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "));
    } else if !node.description().is_empty() {
        // a type that is described elsewhere, and by its description where
        text.push_str("\nIt takes: ");
        text.push_str(node.description());
    }
    text
}

fn alike<'a>(above: &[&str], names: impl Iterator<Item = &'a str>, key: &str) -> Vec<String> {
    let wanted = key.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted);
    let mut found: Vec<(f64, &str)> =
        names.map(|name| (likeness(name), name)).filter(|(like, _)| *like >= ALIKE).collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.iter().map(|(_, name)| above.iter().chain([name]).copied().collect::<Vec<_>>().join(".")).collect()
}

/// The paths anywhere below `node` that end in `key`: a deep key asked for without what leads to it.
fn named<'a>(
    node: &Node<'a>,
    key: &str,
    above: &mut Vec<&'a str>,
    references: &mut Vec<&'a str>,
    found: &mut Vec<String>,
) {
    if above.len() >= DEPTH || found.len() >= MOST {
        return;
    }
    for (name, child) in node.keys() {
        above.push(name);
        if name.eq_ignore_ascii_case(key) {
            found.push(above.join("."));
        }
        let reference = child.reference();
        if !reference.is_some_and(|reference| references.contains(&reference)) {
            references.extend(reference);
            named(&child, key, above, references, found);
            references.truncate(references.len() - usize::from(reference.is_some()));
        }
        above.pop();
    }
}
