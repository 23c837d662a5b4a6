//! A value of the model that remembers where it is written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::decode::LOCATED;
use super::source::{SourceId, Span};

/// A value and where it is written, for checks that come after decoding (dangling references).
///
/// Written, shown and compared as the value alone.
#[derive(Clone, Copy, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is written; none if it is a default or made by a program.
    pub span: Option<Span>,
}

impl<T> From<T> for Located<T> {
    fn from(value: T) -> Self {
        Located { value, span: None }
    }
}

impl<T: Default> Default for Located<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T> std::ops::Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    /// Only a scenario tree knows places; [`super::decode`] gives them under this name.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(LOCATED, &[], LocatedVisitor(PhantomData))
    }
}

struct LocatedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LocatedVisitor<T> {
    type Value = Located<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a scenario")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Located<T>, A::Error> {
        let incomplete = || A::Error::custom("a place is incomplete");
        let source: u32 = parts.next_element()?.ok_or_else(incomplete)?;
        let start = parts.next_element()?.ok_or_else(incomplete)?;
        let end = parts.next_element()?.ok_or_else(incomplete)?;
        let value = parts.next_element()?.ok_or_else(incomplete)?;
        let span = Span { source: SourceId::from_number(source), start, end };
        Ok(Located { value, span: Some(span) })
    }
}
