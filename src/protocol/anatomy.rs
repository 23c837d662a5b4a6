//! A token taken apart: its fields with their places, and what is wrong with it.
//!
//! Anatomy is for people and tools that look at bytes. It decides nothing: what a node accepts is the
//! business of the strict decoders.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

/// Most flaws that are told; a damaged message has few, a hostile one could have thousands.
pub const MOST_FLAWS: usize = 20;

/// One field of a token, or a group of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// Its name in the document that defines it; items of a list have their number: `[0]`.
    pub name: Cow<'static, str>,
    /// Its encoding: `INTEGER`, `SEQUENCE`, `octets`.
    pub form: &'static str,
    /// Where it begins, in octets from the start of the token.
    pub offset: u32,
    /// How many octets it has, with its tag and length where it has these.
    pub length: u32,
    /// Its value as a person reads it; none for a group.
    pub value: Option<String>,
    /// What the value means, where that is known: the name of a number, a time of day.
    pub meaning: Option<String>,
    /// What it is made of, in order of place.
    pub parts: Vec<Part>,
}

impl Part {
    /// A part without value and parts.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        form: &'static str,
        offset: usize,
        length: usize,
    ) -> Part {
        let octets = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Part {
            name: name.into(),
            form,
            offset: octets(offset),
            length: octets(length),
            value: None,
            meaning: None,
            parts: Vec::new(),
        }
    }

    /// The same part with a value.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<String>) -> Part {
        self.value = Some(value.into());
        self
    }

    /// The same part with what its value means.
    #[must_use]
    pub fn with_meaning(mut self, meaning: Option<impl Into<String>>) -> Part {
        self.meaning = meaning.map(Into::into);
        self
    }

    /// The part of this name directly below.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}

/// Something in a token that is not as its document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flaw {
    /// Where, in octets from the start of the token.
    pub offset: u32,
    /// The field, from the outermost: `GSSToken.AP-REQ.ticket.realm`.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

/// What a walk has found wrong, with the names that lead to where it is.
#[derive(Debug, Default)]
pub struct Flaws {
    found: Vec<Flaw>,
    path: Vec<Cow<'static, str>>,
}

impl Flaws {
    /// Nothing found yet.
    pub fn new() -> Flaws {
        Flaws::default()
    }

    /// Steps into a field; every [`Flaws::leave`] belongs to one of these.
    pub fn enter(&mut self, name: impl Into<Cow<'static, str>>) {
        self.path.push(name.into());
    }

    /// Steps out of the field entered last.
    pub fn leave(&mut self) {
        self.path.pop();
    }

    /// Notes a flaw in the field that was entered last.
    pub fn note(&mut self, offset: usize, problem: impl Into<String>) {
        if self.found.len() < MOST_FLAWS {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            self.found.push(Flaw { offset, path: self.path.join("."), problem: problem.into() });
        }
    }

    /// What was found, in the order of finding.
    pub fn into_found(self) -> Vec<Flaw> {
        self.found
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('?')
}
