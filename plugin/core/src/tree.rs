//! Reading a tree of values into types, told where a value does not fit and which keys nobody asked for.
//!
//! A serde deserializer of its own, because of what it says: the path and the kind of a mistake as data and not as text,
//! and every key that a Kubernetes type does not know (k8s-openapi passes over them, so a misspelt one would be lost).
//! serde_path_to_error with serde_ignored tell less and add 100 kB to plugin.wasm, since each wraps every type again.

mod edit;
mod error;
mod fingerprint;
mod write;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Map, Number, Value};

pub use edit::{get, set};
pub use error::{Error, Fault, Mistake};
pub use fingerprint::fingerprint;
pub use write::write;

use crate::diagnostic::Path;

/// The name by which a type asks to be read in two halves.
const HALVES: &str = "sparkwasm_core::Halves";

/// Reads one mapping as two structs: the first takes the keys that it knows, the second all others.
pub fn halves<'de, A: Deserialize<'de>, B: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<(A, B), D::Error> {
    struct Both<A, B>(PhantomData<(A, B)>);

    impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Visitor<'de> for Both<A, B> {
        type Value = (A, B);

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a mapping")
        }

        fn visit_seq<S: SeqAccess<'de>>(self, mut parts: S) -> Result<(A, B), S::Error> {
            match (parts.next_element()?, parts.next_element()?) {
                (Some(first), Some(second)) => Ok((first, second)),
                _ => Err(de::Error::custom("two halves were expected")),
            }
        }
    }

    deserializer.deserialize_tuple_struct(HALVES, 2, Both(PhantomData))
}

/// Reads `value`; beside it, or beside the first error, the paths of the keys that nobody asked for.
pub fn read<'de, T: Deserialize<'de>>(value: &'de Value) -> (Result<T, Error>, Vec<Path>) {
    let ignored = RefCell::new(Vec::new());
    let at = At { place: Place::Root, ignored: &ignored, keys: Keys::All };
    let result = T::deserialize(Tree { value, at: &at });
    (result, ignored.into_inner())
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn path(&self) -> Path {
        match self {
            Place::Root => Path::default(),
            Place::Key(parent, key) => parent.path().key(*key),
            Place::Index(parent, index) => parent.path().index(*index),
        }
    }
}

/// Which keys of a mapping a struct is to see.
#[derive(Clone, Copy)]
enum Keys<'p> {
    All,
    /// Those that it knows; it leaves word of them.
    Known(&'p Cell<&'static [&'static str]>),
    /// All but those.
    Except(&'static [&'static str]),
}

/// Where a value stands, and how it is read. What all the values of one mapping or list have in common is written once,
/// by code that is not anew in every type.
#[derive(Clone, Copy)]
struct At<'p> {
    place: Place<'p>,
    ignored: &'p RefCell<Vec<Path>>,
    keys: Keys<'p>,
}

impl At<'_> {
    /// The innermost place that an error passes is where it belongs.
    #[inline(never)]
    fn placed(&self, mut error: Error) -> Error {
        if !error.0.placed {
            error.0.path = self.place.path();
            error.0.placed = true;
        }
        error
    }
}

#[derive(Clone, Copy)]
struct Tree<'p, 'de> {
    value: &'de Value,
    at: &'p At<'p>,
}

// What is asked of a value, apart from its type; never inline: else it is in the code of every type.
impl<'p, 'de: 'p> Tree<'p, 'de> {
    #[inline(never)]
    fn mismatch(self, expected: &dyn Expected) -> Error {
        de::Error::invalid_type(unexpected(self.value), expected)
    }

    #[inline(never)]
    fn entries(self, expected: &dyn Expected) -> Result<Entries<'p, 'de>, Error> {
        let Value::Object(map) = self.value else { return Err(self.mismatch(expected)) };
        Ok(self.entries_of(map))
    }

    fn entries_of(self, map: &'de Map<String, Value>) -> Entries<'p, 'de> {
        let at = At { keys: Keys::All, ..*self.at };
        Entries { rest: map.iter(), value: &Value::Null, parent: self.at, at }
    }

    #[inline(never)]
    fn items(self, expected: &dyn Expected) -> Result<Items<'p, 'de>, Error> {
        let Value::Array(items) = self.value else { return Err(self.mismatch(expected)) };
        Ok(self.items_of(items))
    }

    fn items_of(self, items: &'de [Value]) -> Items<'p, 'de> {
        let at = At { keys: Keys::All, ..*self.at };
        Items { rest: items.iter().enumerate(), parent: self.at, at }
    }

    #[inline(never)]
    fn text(self, expected: &dyn Expected) -> Result<&'de str, Error> {
        let Value::String(text) = self.value else { return Err(self.mismatch(expected)) };
        Ok(text)
    }

    #[inline(never)]
    fn flag(self, expected: &dyn Expected) -> Result<bool, Error> {
        let Value::Bool(flag) = self.value else { return Err(self.mismatch(expected)) };
        Ok(*flag)
    }
}

impl<'p, 'de: 'p> Deserializer<'de> for Tree<'p, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(self.items_of(items)),
            Value::Object(map) => visitor.visit_map(self.entries_of(map)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.text(&"a string")?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // a null says nothing in Kubernetes, so that it may stand anywhere
        if !self.value.is_null() {
            self.at.ignored.borrow_mut().push(self.at.place.path());
        }
        visitor.visit_unit()
    }

    // One branch each and not `deserialize_any`: these are compiled anew for every type.

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let entries = self.entries(&visitor)?;
        visitor.visit_map(entries)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Keys::Known(known) = self.at.keys {
            known.set(fields);
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == HALVES {
            visitor.visit_seq(Halves { tree: self, first: Cell::new(&[]), is_second: false })
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = self.items(&visitor)?;
        visitor.visit_seq(items)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.text(&visitor)?;
        visitor.visit_borrowed_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let flag = self.flag(&visitor)?;
        visitor.visit_bool(flag)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = self.value else { return Err(self.mismatch(&visitor)) };
        visit_number(number, visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i32(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple identifier
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Error> {
    match (number.as_u64(), number.as_i64()) {
        (Some(value), _) => visitor.visit_u64(value),
        (None, Some(value)) => visitor.visit_i64(value),
        (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
    }
}

fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => {
            number.as_u64().map_or_else(|| Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)), Unexpected::Unsigned)
        }
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

struct Items<'p, 'de> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
    parent: &'p At<'p>,
    /// Of the item that is read.
    at: At<'p>,
}

impl<'de> Items<'_, 'de> {
    /// Never inline: else it is in the code of every type.
    #[inline(never)]
    fn next_item(&mut self) -> Option<&'de Value> {
        let (index, value) = self.rest.next()?;
        self.at.place = Place::Index(&self.parent.place, index);
        Some(value)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(value) = self.next_item() else { return Ok(None) };
        seed.deserialize(Tree { value, at: &self.at }).map(Some).map_err(|error| self.at.placed(error))
    }
}

struct Halves<'p, 'de> {
    tree: Tree<'p, 'de>,
    first: Cell<&'static [&'static str]>,
    is_second: bool,
}

impl<'de> SeqAccess<'de> for Halves<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let first = self.first.get();
        let keys = if self.is_second { Keys::Except(first) } else { Keys::Known(&self.first) };
        self.is_second = true;
        let at = At { keys, ..*self.tree.at };
        let result = seed.deserialize(Tree { at: &at, ..self.tree }).map(Some);
        result.map_err(|mut error| {
            // one of its own, which no place below has taken: the other half's keys would do too
            if let (false, Fault::UnknownKey { known, .. }) = (error.0.placed, &mut error.0.fault) {
                known.extend(first);
            }
            error
        })
    }
}

struct Entries<'p, 'de> {
    rest: serde_json::map::Iter<'de>,
    parent: &'p At<'p>,
    /// The entry that is read, and where it stands.
    value: &'de Value,
    at: At<'p>,
}

impl<'p, 'de: 'p> Entries<'p, 'de> {
    /// Never inline: else it is in the code of every type.
    #[inline(never)]
    fn next_key(&mut self) -> Option<&'de str> {
        let keys = self.parent.keys;
        let is_seen = |key: &str| match keys {
            Keys::All => true,
            Keys::Known(known) => known.get().contains(&key),
            Keys::Except(others) => !others.contains(&key),
        };
        let (key, value) = self.rest.find(|(key, _)| is_seen(key))?;
        self.value = value;
        self.at.place = Place::Key(&self.parent.place, key);
        Some(key)
    }
}

impl<'p, 'de: 'p> MapAccess<'de> for Entries<'p, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(key) = self.next_key() else { return Ok(None) };
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Tree { value: self.value, at: &self.at }).map_err(|error| self.at.placed(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::{PodSpec, Toleration};
    use serde_json::json;

    fn error<T: for<'de> Deserialize<'de> + fmt::Debug>(value: &Value) -> Mistake {
        *read::<T>(value).0.unwrap_err().0
    }

    fn ignored<T: for<'de> Deserialize<'de>>(value: &Value) -> Vec<String> {
        read::<T>(value).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_with_its_path() {
        let found = error::<PodSpec>(&json!({"containers": [{"name": "a", "ports": [{"containerPort": "x"}]}]}));
        assert_eq!(found.path.to_string(), "containers[0].ports[0].containerPort");
        assert_eq!(
            found.fault,
            Fault::Mismatch { given: "the string \"x\"".into(), expected: "a whole number".into() }
        );
        assert_eq!(error::<PodSpec>(&json!({"containers": {}})).path.to_string(), "containers");
        assert_eq!(error::<Vec<u16>>(&json!([1, 70000])).path.to_string(), "[1]");
    }

    #[test]
    fn every_key_that_a_kubernetes_type_does_not_know_is_named() {
        assert_eq!(
            ignored::<Toleration>(&json!({"key": "a", "effetc": "NoSchedule", "oprator": "Exists"})),
            ["effetc", "oprator"]
        );
        assert_eq!(
            ignored::<PodSpec>(&json!({"containers": [{"name": "a", "resources": {"limit": {}}}]})),
            ["containers[0].resources.limit"]
        );
        assert!(ignored::<PodSpec>(&json!({"containers": [{"name": "a", "resources": {"limits": {"x.io/gpu": 1}}, "livenessProbe": null, "nope": null}]})).is_empty());
    }
}
