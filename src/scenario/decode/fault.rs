//! Faults on their way from a value to the place where they are reported.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

use super::State;
use crate::scalar::words::shortened;
use crate::scenario::problem::Problem;
use crate::scenario::source::Span;
use crate::scenario::tree::{Key, Node};

/// Why a value cannot be used.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is reported; the node with this number must be left out.
    Reported(u32),
    /// In the words of the type that refused it; the place is not known yet.
    Refused { message: String },
    /// Of the wrong type; what was expected, in serde's words.
    WrongType { expected: String },
    /// A field is missing; the struct is not known yet.
    Missing { field: &'static str },
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Reported(_) => f.write_str("reported"),
            Fault::Refused { message } => f.write_str(message),
            Fault::WrongType { expected } => write!(f, "expected {expected}"),
            Fault::Missing { field } => write!(f, "missing field `{field}`"),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        match message.strip_prefix("data did not match any variant of untagged ") {
            Some(expected) => Fault::WrongType { expected: expected.to_owned() },
            None => Fault::Refused { message },
        }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::WrongType { expected: expected.to_string() }
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::WrongType { expected: expected.to_string() }
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Self {
        Fault::Refused { message: format!("expected {}, found {found} values", words(expected)) }
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::Missing { field }
    }
}

/// The part of a tree that a fault is about.
pub(super) struct Place {
    id: u32,
    span: Span,
    found: String,
    help: Option<String>,
}

impl Place {
    pub(super) fn of(node: &Node) -> Place {
        Place { id: node.id, span: node.span, found: node.describe(), help: None }
    }

    /// With advice.
    pub(super) fn with_help(self, help: Option<String>) -> Place {
        Place { help, ..self }
    }

    /// A map key; leaving it out means leaving its entry out.
    pub(super) fn of_key(key: &Key, node: &Node) -> Place {
        let found = format!("the key `{}`", shortened(&key.text));
        Place { id: node.id, span: key.span, found, help: None }
    }
}

impl Fault {
    /// Reports a fault at the innermost place that it passes on its way out.
    pub(super) fn at(self, place: Place, state: &State<'_>) -> Fault {
        let message = match self {
            Fault::Reported(_) => return self,
            Fault::Refused { message } => message,
            Fault::WrongType { expected } => {
                format!("expected {}, found {}", words(&expected.as_str()), place.found)
            }
            Fault::Missing { field } => format!("missing field `{field}`"),
        };
        let problem = Problem::error(place.span, message);
        state.report(Problem { help: place.help, ..problem });
        Fault::Reported(place.id)
    }
}

/// What serde and its derives call expected, in the words of the format.
fn words(expected: &dyn Expected) -> String {
    let said = expected.to_string();
    let range = |least: &str, most: &str| format!("a whole number from {least} to {most}");
    match said.as_str() {
        "u8" => range("0", "255"),
        "u16" => range("0", "65535"),
        "u32" => range("0", "4294967295"),
        "u64" | "usize" => range("0", "18446744073709551615"),
        "i8" => range("-128", "127"),
        "i16" => range("-32768", "32767"),
        "i32" => range("-2147483648", "2147483647"),
        "i64" | "isize" => range("-9223372036854775808", "9223372036854775807"),
        "a string" | "string" => "a text in quotes".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list `[…]`".to_owned(),
        "a map" => "a map `{…}`".to_owned(),
        "unit" => "`()`".to_owned(),
        "a character" => "a letter in single quotes".to_owned(),
        other => {
            let kinds = [
                "struct variant ",
                "tuple variant ",
                "struct ",
                "tuple struct ",
                "unit struct ",
                "enum ",
            ];
            let kinds = kinds.iter();
            let named = kinds.into_iter().find_map(|kind| Some((kind, other.strip_prefix(kind)?)));
            match named {
                Some((&"struct ", name)) => format!("`{name}` as `(field: value, …)`"),
                Some((_, name)) => {
                    let name = name.rsplit("::").next().unwrap_or(name);
                    format!("`{name}`")
                }
                None => other.strip_prefix("a nonzero ").map_or_else(
                    || said.clone(),
                    |kind| words(&kind).replace("from 0 to", "from 1 to"),
                ),
            }
        }
    }
}
