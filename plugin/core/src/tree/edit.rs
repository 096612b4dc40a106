//! Values by their path in a tree.

use serde_json::{Map, Value};

use crate::diagnostic::{Path, Step};

/// The value at a path.
pub fn get<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// Puts a value at a path, or removes what is there; false when there is nothing to change.
pub fn set(value: &mut Value, path: &Path, new: Option<Value>) -> bool {
    let Some((last, before)) = path.steps().split_last() else {
        let Some(new) = new.filter(|new| new != value) else { return false };
        *value = new;
        return true;
    };
    let parent = before.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    });
    match (parent, last, new) {
        (Some(Value::Object(map)), Step::Key(key), new) => replace(map, key, new),
        (Some(Value::Array(items)), Step::Index(index), _) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

fn replace(map: &mut Map<String, Value>, key: &str, new: Option<Value>) -> bool {
    match new {
        Some(new) if map.get(key) == Some(&new) => false,
        Some(new) => {
            map.insert(key.to_owned(), new);
            true
        }
        None => map.shift_remove(key).is_some(),
    }
}
