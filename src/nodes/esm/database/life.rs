//! Lifetimes of tickets, as KERB segments and the realm set them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::Duration;

/// A lifetime in seconds, 1 to 2 147 483 647 as the KERB operands allow. Files write it as a number of
/// seconds or with a unit: `600`, `"600s"`, `"10m"`, `"10h"`, `"1d"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TicketLife(i32);

impl TicketLife {
    /// The least lifetime that can be set.
    pub const LEAST: TicketLife = TicketLife(1);

    /// A lifetime of so many seconds; `None` outside 1 to 2 147 483 647.
    pub fn from_seconds(seconds: i64) -> Option<TicketLife> {
        i32::try_from(seconds).ok().filter(|seconds| *seconds >= 1).map(TicketLife)
    }

    /// The lifetime in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.0)
    }

    pub(super) const fn constant(seconds: i32) -> TicketLife {
        TicketLife(seconds)
    }

    fn parse(text: &str) -> Option<TicketLife> {
        let nanoseconds = text.parse::<Duration>().ok()?.nanoseconds();
        const SECOND: i64 = 1_000_000_000;
        if nanoseconds % SECOND != 0 {
            return None;
        }
        TicketLife::from_seconds(nanoseconds / SECOND)
    }
}

impl fmt::Display for TicketLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

impl Serialize for TicketLife {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TicketLife {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LifeVisitor)
    }
}

struct LifeVisitor;

impl Visitor<'_> for LifeVisitor {
    type Value = TicketLife;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a lifetime of 1 to 2147483647 seconds, as 600 or \"10m\" (units s m h d)")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<TicketLife, E> {
        TicketLife::from_seconds(value).ok_or_else(|| E::custom(format!("{value} is no lifetime")))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<TicketLife, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TicketLife, E> {
        TicketLife::parse(text).ok_or_else(|| E::custom(format!("\"{text}\" is no lifetime")))
    }
}

impl JsonSchema for TicketLife {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TicketLife".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A lifetime: seconds, or a number with a unit s, m, h or d.",
            "oneOf": [
                { "type": "integer", "minimum": 1, "maximum": 2_147_483_647 },
                { "type": "string", "pattern": "^[0-9]+[smhd]$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_written_with_or_without_a_unit() {
        for (text, seconds) in
            [("600", 600), ("\"10m\"", 600), ("\"2h\"", 7200), ("\"1d\"", 86_400)]
        {
            assert_eq!(ron::from_str::<TicketLife>(text).unwrap().seconds(), seconds);
        }
        for text in [
            "0",
            "-1",
            "\"0s\"",
            "\"10\"",
            "\"m\"",
            "\"+5m\"",
            "\"1w\"",
            "2147483648",
            "\"99999999999999999999d\"",
        ] {
            assert!(ron::from_str::<TicketLife>(text).is_err(), "{text}");
        }
        let most = TicketLife::from_seconds(2_147_483_647).unwrap();
        assert_eq!(ron::from_str::<TicketLife>(&ron::to_string(&most).unwrap()).unwrap(), most);
    }
}
