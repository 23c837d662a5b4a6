//! The first pass over a text: is it RON, and is it of a reasonable size.

use std::cell::Cell;
use std::fmt;

use ron::Options;
use ron::error::SpannedError;
use ron::extensions::Extensions;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
};
use serde::de::{VariantAccess, Visitor};

use crate::scenario::tree::MAX_NODES;

/// The most that the depths of all values may add up to: the second pass looks at a value once for
/// every level above it.
const MAX_DEPTHS: u64 = 1_000_000;

/// Checks a whole text and returns the extensions that it turns on.
pub(super) fn census(text: &str, options: &Options) -> Result<Extensions, SpannedError> {
    let mut reader = ron::Deserializer::from_str_with_options(text, options)?;
    let counts = Counts::default();
    let census = Census { counts: &counts, depth: 1 };
    census.deserialize(&mut reader).map_err(|error| reader.span_error(error))?;
    reader.end().map_err(|error| reader.span_error(error))?;
    Ok(reader.extensions())
}

#[derive(Default)]
struct Counts {
    values: Cell<u32>,
    depths: Cell<u64>,
}

/// Counts values and builds nothing.
#[derive(Clone, Copy)]
struct Census<'a> {
    counts: &'a Counts,
    depth: u32,
}

impl<'de> DeserializeSeed<'de> for Census<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        let Counts { values, depths } = self.counts;
        values.set(values.get() + 1);
        depths.set(depths.get() + u64::from(self.depth));
        if values.get() > MAX_NODES {
            return Err(D::Error::custom(format!("more than {MAX_NODES} values in one text")));
        }
        if depths.get() > MAX_DEPTHS {
            return Err(D::Error::custom("too many values are nested deeply in one text"));
        }
        reader.deserialize_any(Census { depth: self.depth + 1, ..self })
    }
}

impl<'de> Visitor<'de> for Census<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        self.deserialize(reader)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        self.deserialize(reader)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        let (_, variant) = data.variant::<IgnoredAny>()?;
        variant.newtype_variant_seed(self)
    }
}
