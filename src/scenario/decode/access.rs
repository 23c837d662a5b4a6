//! The parts of values on their way to their types: entries, keys, items, variants.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::fault::{Fault, Place};
use super::{Outcome, Reader};
use crate::scalar::words::{shortened, suggestion};
use crate::scenario::problem::Problem;
use crate::scenario::tree::{Key, Node, Value};

/// A field or map entry under its valid name.
#[derive(Clone, Copy)]
pub(super) struct Entry<'t> {
    pub(super) text: &'t str,
    pub(super) key: &'t Key,
    pub(super) node: &'t Node,
}

/// The entries of a struct or map.
pub(super) struct Entries<'t, 's, 'p> {
    pub(super) reader: Reader<'t, 's, 'p>,
    pub(super) rest: std::vec::IntoIter<Entry<'t>>,
    pub(super) value: Option<&'t Node>,
}

impl<'t> MapAccess<'t> for Entries<'t, '_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        let Some(Entry { text, key, node }) = self.rest.next() else { return Ok(None) };
        self.value = Some(node);
        let place = || Place::of_key(key, node);
        let reader = KeyReader { text };
        seed.deserialize(reader).map(Some).map_err(|fault| fault.at(place(), self.reader.state))
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Outcome<V::Value> {
        let node = self.value.take().unwrap_or(self.reader.node);
        let child = self.reader.child(node);
        child.located(seed.deserialize(child))
    }
}

/// A map key on its way to its type.
struct KeyReader<'t> {
    text: &'t str,
}

macro_rules! number_keys {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
            match self.text.parse::<u64>() {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => match self.text.parse::<i64>() {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_str(self.text),
                },
            }
        })*
    };
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Fault;

    number_keys! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        enumeration: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        if variants.contains(&self.text) {
            let name: StrDeserializer<'_, Fault> = self.text.into_deserializer();
            return visitor.visit_enum(name);
        }
        let help = suggestion(self.text, variants.iter().copied());
        let help = help.map_or(String::new(), |help| format!(": {help}"));
        let message = format!("the key `{}` is not a valid `{enumeration}`{help}", self.text);
        Err(Fault::Refused { message })
    }

    serde::forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The values of a list or tuple.
pub(super) struct Items<'t, 's, 'p> {
    pub(super) reader: Reader<'t, 's, 'p>,
    pub(super) rest: std::slice::Iter<'t, Node>,
}

impl<'t> SeqAccess<'t> for Items<'t, '_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        let state = self.reader.state;
        let Some(node) = self.rest.find(|node| !state.is_left_out(node)) else { return Ok(None) };
        let child = self.reader.child(node);
        child.located(seed.deserialize(child)).map(Some)
    }
}

/// Source number, start and end of a value, then the value.
pub(super) struct LocatedParts<'t, 's, 'p> {
    pub(super) reader: Reader<'t, 's, 'p>,
    pub(super) place: [u32; 3],
    pub(super) given: usize,
}

impl<'t> SeqAccess<'t> for LocatedParts<'t, '_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        let part = self.place.get(self.given).copied();
        self.given += 1;
        match part {
            Some(number) => seed.deserialize(number.into_deserializer()).map(Some),
            None => seed.deserialize(self.reader).map(Some),
        }
    }
}

/// A value as an enum variant.
pub(super) struct Variant<'t, 's, 'p> {
    pub(super) reader: Reader<'t, 's, 'p>,
}

impl<'t, 's, 'p> EnumAccess<'t> for Variant<'t, 's, 'p> {
    type Error = Fault;
    type Variant = Reader<'t, 's, 'p>;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Outcome<(V::Value, Self::Variant)> {
        let name = self.reader.name().unwrap_or_default();
        let value = seed.deserialize(KeyReader { text: name })?;
        Ok((value, Reader { inside: true, ..self.reader }))
    }
}

impl<'t> VariantAccess<'t> for Reader<'t, '_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Outcome<()> {
        let written = self.node.name().unwrap_or_default();
        match &self.node.value {
            Value::Unit { .. } => Ok(()),
            Value::Tuple { items, .. } if items.is_empty() => Ok(()),
            _ => {
                let first_field = self.node.entries().first().map(|(key, _)| key.span);
                let first = first_field.or(self.node.items().first().map(|item| item.span));
                let message = format!("`{}` holds no values", shortened(written));
                let span = first.unwrap_or(self.node.span);
                self.state.report(Problem::error(span, message));
                Err(Fault::Reported(self.node.id))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Outcome<T::Value> {
        let written = self.node.name().unwrap_or_default();
        match &self.node.value {
            Value::Tuple { items, .. } => match items.as_slice() {
                [only] if self.state.is_left_out(only) => Err(Fault::Reported(self.node.id)),
                [only] => seed.deserialize(self.child(only)),
                [] => self.located(seed.deserialize(self)),
                _ => {
                    let message = format!("`{written}` holds one value, found {}", items.len());
                    self.located(Err(Fault::Refused { message }))
                }
            },
            _ => self.located(seed.deserialize(self)),
        }
    }

    fn tuple_variant<V: Visitor<'t>>(self, length: usize, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Tuple { items, .. } => self.read_tuple(items, length, visitor),
            _ => self.wrong_type(&visitor),
        }
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.read_struct("", fields, visitor)
    }
}

/// A variant as a map of one entry, for types that look at the value before they choose.
pub(super) struct VariantAsMap<'t, 's, 'p> {
    pub(super) name: Option<&'t str>,
    pub(super) access: Variant<'t, 's, 'p>,
}

impl<'t> MapAccess<'t> for VariantAsMap<'t, '_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        match self.name.take() {
            Some(text) => seed.deserialize(KeyReader { text }).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Outcome<V::Value> {
        let Variant { reader } = self.access;
        seed.deserialize(Reader { inside: true, ..reader })
    }
}
