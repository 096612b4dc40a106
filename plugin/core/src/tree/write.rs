//! Types into a tree: what `serde_json::to_value` does, in less code for each of the fields of Kubernetes' types.
//!
//! There each field's type brings the whole of putting an entry into a map; here that is one function for all, which
//! makes plugin.wasm smaller.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// The tree of a typed value; none where a type refuses to be written, or has a form that Kubernetes' types do not have.
pub fn write(typed: &impl Serialize) -> Option<Value> {
    typed.serialize(Writer).ok()
}

/// Nobody asks why: it does not happen to the types that are written.
#[derive(Debug)]
struct Unwritable;

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl std::error::Error for Unwritable {}

impl fmt::Display for Unwritable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("cannot be written")
    }
}

type Written = Result<Value, Unwritable>;

struct Writer;

struct List(Vec<Value>);

struct Fields {
    map: Map<String, Value>,
    key: String,
}

impl Fields {
    #[inline(never)]
    fn new(length: usize) -> Self {
        Self { map: Map::with_capacity(length), key: String::new() }
    }

    /// Never inline: else it is in the code of every field of every type.
    #[inline(never)]
    fn put(&mut self, key: &str, value: Value) {
        self.map.insert(key.to_owned(), value);
    }
}

#[inline(never)]
fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

impl Serializer for Writer {
    type Ok = Value;
    type Error = Unwritable;
    type SerializeSeq = List;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeTuple = Impossible<Value, Unwritable>;
    type SerializeTupleStruct = Impossible<Value, Unwritable>;
    type SerializeTupleVariant = Impossible<Value, Unwritable>;
    type SerializeStructVariant = Impossible<Value, Unwritable>;

    fn serialize_bool(self, flag: bool) -> Written {
        Ok(Value::Bool(flag))
    }

    fn serialize_i8(self, number: i8) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Written {
        Ok(Value::Number(number.into()))
    }

    fn serialize_u8(self, number: u8) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Written {
        Ok(Value::Number(number.into()))
    }

    fn serialize_f32(self, number: f32) -> Written {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Written {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn serialize_char(self, letter: char) -> Written {
        Ok(Value::String(letter.into()))
    }

    fn serialize_str(self, given: &str) -> Written {
        Ok(text(given))
    }

    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(Unwritable)
    }

    fn serialize_none(self) -> Written {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        Ok(text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        Err(Unwritable)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List, Unwritable> {
        Ok(List(Vec::with_capacity(length.unwrap_or(0))))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Fields, Unwritable> {
        Ok(Fields::new(length.unwrap_or(0)))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields, Unwritable> {
        Ok(Fields::new(length))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        Err(Unwritable)
    }
}

impl ser::SerializeSeq for List {
    type Ok = Value;
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.0.push(value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Written {
        Ok(Value::Array(self.0))
    }
}

impl ser::SerializeStruct for Fields {
    type Ok = Value;
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unwritable> {
        self.put(key, value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Written {
        Ok(Value::Object(self.map))
    }
}

impl ser::SerializeMap for Fields {
    type Ok = Value;
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        let Value::String(key) = key.serialize(Writer)? else { return Err(Unwritable) };
        self.key = key;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        let key = std::mem::take(&mut self.key);
        self.map.insert(key, value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Written {
        Ok(Value::Object(self.map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::PodSpec;
    use serde_json::json;

    #[test]
    fn a_type_is_written_as_serde_json_writes_it() {
        let given = json!({
            "containers": [{
                "name": "a",
                "livenessProbe": {"httpGet": {"port": "ui"}, "periodSeconds": 5},
                "ports": [{"containerPort": 80}],
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
                "stdin": true,
            }],
            "nodeSelector": {"b": "c", "a": "d"},
            "volumes": [{"name": "v", "emptyDir": {}}],
        });
        let typed: PodSpec = serde_json::from_value(given).unwrap();
        assert_eq!(write(&typed), serde_json::to_value(&typed).ok());
        let keys: Vec<_> = write(&typed).unwrap().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["containers", "nodeSelector", "volumes"]);
    }

    #[test]
    fn what_has_no_form_in_kubernetes_is_refused() {
        assert_eq!(write(&(1, 2)), None);
        assert_eq!(write(&std::collections::BTreeMap::from([(1, 2)])), None);
    }
}
