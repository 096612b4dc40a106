//! Reading a tree of values into types, told where a value does not fit and which keys nobody asked for.
//!
//! A serde deserializer of its own, because of what it says: the path and the kind of a mistake as data and not as text,
//! and every key that a Kubernetes type does not know (k8s-openapi passes over them, so a misspelt one would be lost).
//! serde_path_to_error with serde_ignored tell less and add 100 kB to plugin.wasm, since each wraps every type again.

mod edit;
mod error;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Number, Value};

pub use edit::{get, set};
pub use error::{Error, Fault, Mistake};

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
    let result = T::deserialize(Tree { value, place: &Place::Root, ignored: &ignored, keys: Keys::All });
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

#[derive(Clone, Copy)]
struct Tree<'p, 'de> {
    value: &'de Value,
    place: &'p Place<'p>,
    ignored: &'p RefCell<Vec<Path>>,
    keys: Keys<'p>,
}

impl Tree<'_, '_> {
    #[inline(never)]
    fn mismatch(&self, expected: &dyn Expected) -> Error {
        de::Error::invalid_type(unexpected(self.value), expected)
    }

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

impl<'de> Deserializer<'de> for Tree<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter().enumerate(), tree: self }),
            Value::Object(map) => visitor.visit_map(Entries { rest: map.iter(), next: None, tree: self }),
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
        let Value::String(text) = self.value else { return Err(self.mismatch(&"a string")) };
        visitor.visit_enum(text.as_str().into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // a null says nothing in Kubernetes, so that it may stand anywhere
        if !self.value.is_null() {
            self.ignored.borrow_mut().push(self.place.path());
        }
        visitor.visit_unit()
    }

    // One branch each and not `deserialize_any`: these are compiled anew for every type.

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Object(map) = self.value else { return Err(self.mismatch(&visitor)) };
        visitor.visit_map(Entries { rest: map.iter(), next: None, tree: self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Keys::Known(known) = self.keys {
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
        let Value::Array(items) = self.value else { return Err(self.mismatch(&visitor)) };
        visitor.visit_seq(Items { items: items.iter().enumerate(), tree: self })
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::String(text) = self.value else { return Err(self.mismatch(&visitor)) };
        visitor.visit_borrowed_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Bool(flag) = self.value else { return Err(self.mismatch(&visitor)) };
        visitor.visit_bool(*flag)
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
    items: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
    tree: Tree<'p, 'de>,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((index, value)) = self.items.next() else { return Ok(None) };
        let place = Place::Index(self.tree.place, index);
        let tree = Tree { value, place: &place, ignored: self.tree.ignored, keys: Keys::All };
        seed.deserialize(tree).map(Some).map_err(|error| tree.placed(error))
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
        let result = seed.deserialize(Tree { keys, ..self.tree }).map(Some);
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
    next: Option<(&'de str, &'de Value)>,
    tree: Tree<'p, 'de>,
}

impl<'de> Entries<'_, 'de> {
    /// Never inline: else it is in the code of every type.
    #[inline(never)]
    fn next_key(&mut self) -> Option<&'de str> {
        let keys = self.tree.keys;
        let is_seen = |key: &str| match keys {
            Keys::All => true,
            Keys::Known(known) => known.get().contains(&key),
            Keys::Except(others) => !others.contains(&key),
        };
        let (key, value) = self.rest.find(|(key, _)| is_seen(key))?;
        self.next = Some((key, value));
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(key) = self.next_key() else { return Ok(None) };
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (key, value) = self.next.take().unwrap_or(("", &Value::Null));
        let place = Place::Key(self.tree.place, key);
        let tree = Tree { value, place: &place, ignored: self.tree.ignored, keys: Keys::All };
        seed.deserialize(tree).map_err(|error| tree.placed(error))
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
