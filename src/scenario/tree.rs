//! The values of a scenario text, each with its place.
//!
//! A [`Tree`] is made by [`super::read`], changed by [`super::overrides`] and turned into the types of
//! the model by [`super::decode`].

use super::source::Span;
use crate::scalar::words::shortened;

/// The most values that one text may hold.
pub const MAX_NODES: u32 = 100_000;

/// All values of one text, and those that overrides put in.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The outermost value.
    pub root: Node,
    next: u32,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it is written, without the blanks and comments around it.
    pub span: Span,
    /// Its number in the tree; no two values have the same.
    pub id: u32,
    /// What is written there.
    pub value: Value,
    /// How it came into the tree.
    pub origin: Origin,
}

/// How a value came into the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is written in a file.
    Written,
    /// It is the text of a command-line argument, which needs no quotes where a text is wanted.
    Argument(Box<str>),
    /// It stands for the inner part of an override's path, and is a struct or a map as needed.
    Path,
}

/// The name of a field or the key of a map entry, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The name, without quotes.
    pub text: String,
    /// Where it is written, with its quotes.
    pub span: Span,
}

/// What is written.
#[derive(Clone, Debug)]
pub enum Value {
    /// `Name(key: value)` or `(key: value)`.
    Struct {
        /// The name before the parenthesis.
        name: Option<String>,
        /// The fields in the order of the text; no two have the same name.
        fields: Vec<(Key, Node)>,
    },
    /// `Name(value, value)` or `(value, value)`.
    Tuple {
        /// The name before the parenthesis.
        name: Option<String>,
        /// The values.
        items: Vec<Node>,
    },
    /// `[value, value]`.
    List(Vec<Node>),
    /// `{ "key": value }`; no two keys are the same.
    Map(Vec<(Key, Node)>),
    /// `"text"`.
    Str(String),
    /// A whole number.
    Int(i128),
    /// `true` or `false`.
    Bool(bool),
    /// `'c'`.
    Char(char),
    /// A bare name such as `LogOn`, or `()`.
    Unit {
        /// The name; none for `()`.
        name: Option<String>,
    },
    /// Something that is already reported as a problem.
    Invalid,
}

impl Tree {
    /// A tree of a value; `next` is a number above those of all its nodes.
    pub(super) fn new(root: Node, next: u32) -> Tree {
        Tree { root, next }
    }

    /// A number that no node of this tree has.
    pub(super) fn fresh(&mut self) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        id
    }
}

impl Node {
    /// The name that stands before the parenthesis or alone: `LogOn`, `Message`.
    pub fn name(&self) -> Option<&str> {
        match &self.value {
            Value::Struct { name, .. } | Value::Tuple { name, .. } | Value::Unit { name } => {
                name.as_deref()
            }
            _ => None,
        }
    }

    /// Where that name is written; for values without a name, where their bracket closes.
    pub fn name_span(&self) -> Span {
        match (self.name(), &self.origin) {
            (Some(name), Origin::Written) => self.span.part(0, name.len()),
            (None, Origin::Written) => self.span.last_byte(),
            _ => self.span,
        }
    }

    /// The fields of a struct or the entries of a map.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Struct { fields, .. } => fields,
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values of a list or tuple.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Tuple { items, .. } | Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a field or map entry.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(found, _)| found.text == key).map(|(_, node)| node)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// What the value is, in the words of messages: `the number 5`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Struct { name: Some(name), .. } => format!("`{}(…)`", shortened(name)),
            Value::Struct { .. } if self.origin == Origin::Path => "a value with parts".to_owned(),
            Value::Struct { name: None, .. } => "a struct `(field: …)`".to_owned(),
            Value::Tuple { name: Some(name), .. } => format!("`{}(…)`", shortened(name)),
            Value::Tuple { name: None, .. } => "a tuple `(…)`".to_owned(),
            Value::List(_) => "a list `[…]`".to_owned(),
            Value::Map(_) => "a map `{…}`".to_owned(),
            Value::Str(text) => format!("the text \"{}\"", shortened(text)),
            Value::Int(number) => format!("the number {number}"),
            Value::Bool(value) => format!("`{value}`"),
            Value::Char(letter) => format!("the letter '{}'", letter.escape_debug()),
            Value::Unit { name: Some(name) } => format!("the name `{}`", shortened(name)),
            Value::Unit { name: None } => "`()`".to_owned(),
            Value::Invalid => "something unreadable".to_owned(),
        }
    }
}
