//! A value taken apart by one level, its parts as the pieces of text that they are written in.

use std::fmt;

use ron::value::RawValue;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

pub(super) enum Parts<'a> {
    Bool(bool),
    Int(i128),
    Fraction,
    Bytes,
    Str(String),
    Char(char),
    Unit,
    Some(&'a RawValue),
    Items(Vec<&'a RawValue>),
    Entries(Vec<(KeyText<'a>, &'a RawValue)>),
}

pub(super) enum KeyText<'a> {
    Field(&'a str),
    Value(&'a RawValue),
}

/// Takes a value apart by one level; `map` if it is written in braces.
pub(super) struct PartsVisitor {
    pub(super) map: bool,
}

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parts<'de>, E> {
        Ok(Parts::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Parts<'de>, E> {
        Ok(Parts::Int(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Parts<'de>, E> {
        Ok(Parts::Int(number.into()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Parts<'de>, E> {
        Ok(Parts::Fraction)
    }

    fn visit_char<E>(self, letter: char) -> Result<Parts<'de>, E> {
        Ok(Parts::Char(letter))
    }

    fn visit_str<E>(self, text: &str) -> Result<Parts<'de>, E> {
        Ok(Parts::Str(text.to_owned()))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Parts<'de>, E> {
        Ok(Parts::Bytes)
    }

    fn visit_unit<E>(self) -> Result<Parts<'de>, E> {
        Ok(Parts::Unit)
    }

    fn visit_none<E>(self) -> Result<Parts<'de>, E> {
        Ok(Parts::Unit)
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<Parts<'de>, D::Error> {
        Deserialize::deserialize(reader).map(Parts::Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parts<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Parts::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key_seed(KeySeed { map: self.map })? {
            entries.push((key, map.next_value()?));
        }
        Ok(Parts::Entries(entries))
    }
}

/// Takes a field name as a name and a map key as a piece of the text.
struct KeySeed {
    map: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = KeyText<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<KeyText<'de>, D::Error> {
        if self.map {
            Deserialize::deserialize(reader).map(KeyText::Value)
        } else {
            reader.deserialize_identifier(self)
        }
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = KeyText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<KeyText<'de>, E> {
        Ok(KeyText::Field(name))
    }
}

/// The identifier that a value begins with.
pub(super) fn identifier(text: &str) -> Option<&str> {
    struct Name;
    impl<'de> Visitor<'de> for Name {
        type Value = &'de str;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a name")
        }

        fn visit_borrowed_str<E>(self, name: &'de str) -> Result<&'de str, E> {
            Ok(name)
        }
    }
    let mut reader = ron::Deserializer::from_str(text).ok()?;
    reader.deserialize_identifier(Name).ok()
}
