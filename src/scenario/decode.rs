//! From a [`Tree`] to the types of the model, reporting every mistake, not only the first.
//!
//! The types are plain serde derives. serde stops at the first error of a value, so a tree is decoded
//! again and again: each time the value at fault is reported and left out of the next attempt. A
//! struct that then lacks a field falls out silently, and so on upwards, until the rest decodes or
//! nothing is left. Unknown fields are reported when their struct is entered, where the valid names are
//! known; one that is clearly a misspelt field is read as that field, so that its content is judged too.

mod access;
mod fault;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Deserializer, Expected, Visitor};

use super::problem::{Problem, Problems};
use super::schema;
use super::source::Span;
use super::tree::{Key, Node, Origin, Tree, Value};
use crate::scalar::words::{nearest, shortened, suggestion};
use access::{Entries, Entry, Items, LocatedParts, Variant, VariantAsMap};
use fault::{Fault, Place};

/// The name under which [`super::located::Located`] asks for the place of its value.
pub(super) const LOCATED: &str = "regionsim::Located";

/// Decodes a tree, adding everything that is wrong to `problems`.
///
/// Whoever finds errors in `problems` afterwards must not run the value: parts may have been left out
/// of it. It is returned all the same if enough of it was usable, so that further checks can report
/// what else is wrong.
pub fn decode<T: DeserializeOwned + JsonSchema>(tree: &Tree, problems: &mut Problems) -> Option<T> {
    let state = State {
        left_out: RefCell::default(),
        problems: RefCell::new(problems),
        required: OnceCell::new(),
        find_required: schema::required_fields::<T>,
    };
    loop {
        let root = Reader { node: &tree.root, state: &state, inside: false };
        let at_fault = match T::deserialize(root) {
            Ok(value) => return Some(value),
            Err(fault) => fault.at(Place::of(&tree.root), &state),
        };
        let Fault::Reported(id) = at_fault else { return None };
        let first_time = state.left_out.borrow_mut().insert(id);
        if id == tree.root.id || !first_time || state.problems.borrow().is_full() {
            return None;
        }
    }
}

/// What the attempts have found so far.
struct State<'p> {
    left_out: RefCell<BTreeSet<u32>>,
    problems: RefCell<&'p mut Problems>,
    required: OnceCell<RequiredFields>,
    find_required: fn() -> RequiredFields,
}

/// The required fields of every struct of the model, by the sorted names of all its fields.
///
/// serde names only the first missing field of a struct; this tells the others.
pub(super) type RequiredFields = BTreeMap<Vec<String>, Vec<String>>;

impl State<'_> {
    fn report(&self, problem: Problem) {
        self.problems.borrow_mut().add(problem);
    }

    fn required(&self, valid: &[&str]) -> &[String] {
        let mut names: Vec<String> = valid.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        let required = self.required.get_or_init(self.find_required);
        required.get(&names).map_or(&[], Vec::as_slice)
    }

    fn is_left_out(&self, node: &Node) -> bool {
        matches!(node.value, Value::Invalid) || self.left_out.borrow().contains(&node.id)
    }
}

/// One value on its way to its type.
#[derive(Clone, Copy)]
struct Reader<'t, 's, 'p> {
    node: &'t Node,
    state: &'s State<'p>,
    /// The name of the node is that of an enum variant, and this is what the variant holds.
    inside: bool,
}

type Outcome<T> = Result<T, Fault>;

impl<'t, 's, 'p> Reader<'t, 's, 'p> {
    fn name(&self) -> Option<&'t str> {
        if self.inside { None } else { self.node.name() }
    }

    fn located<T>(&self, result: Outcome<T>) -> Outcome<T> {
        result.map_err(|fault| fault.at(Place::of(self.node), self.state))
    }

    fn wrong_type<T>(&self, expected: &dyn Expected) -> Outcome<T> {
        self.located(Err(Fault::WrongType { expected: expected.to_string() }))
    }

    fn wrong_type_with<T>(&self, expected: &dyn Expected, help: Option<String>) -> Outcome<T> {
        let fault = Fault::WrongType { expected: expected.to_string() };
        Err(fault.at(Place::of(self.node).with_help(help), self.state))
    }

    fn child(&self, node: &'t Node) -> Reader<'t, 's, 'p> {
        Reader { node, state: self.state, inside: false }
    }

    /// The fields of a struct; none if the value cannot be one.
    fn fields(&self) -> Option<&'t [(Key, Node)]> {
        match &self.node.value {
            Value::Struct { fields, .. } => Some(fields),
            Value::Tuple { items, .. } if items.is_empty() => Some(&[]),
            Value::Unit { name } if name.is_none() || self.inside => Some(&[]),
            _ => None,
        }
    }

    fn read_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        valid: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let written = self.name();
        let is_unit_of_name =
            written == Some(name) && matches!(self.node.value, Value::Unit { .. });
        let fields = match self.fields() {
            Some(fields) => fields,
            None if is_unit_of_name => &[],
            None => return self.wrong_type_with(&visitor, self.example(valid)),
        };
        if let Some(written) = written.filter(|written| *written != name) {
            let message = format!("expected `{name}(…)`, found `{written}(…)`");
            let help = format!("write `{name}(…)`, or leave the name out");
            self.state.report(Problem::error(self.node.name_span(), message).help(help));
        }
        let shown = if self.inside { self.node.name().unwrap_or(name) } else { name };
        let (entries, left_out) = self.judge_fields(shown, valid, fields);
        let present: BTreeSet<&str> =
            entries.iter().map(|entry| entry.text).chain(left_out).collect();
        let access = Entries { reader: self, rest: entries.into_iter(), value: None };
        visitor.visit_map(access).map_err(|fault| match fault {
            Fault::Missing { field } => self.missing(shown, field, valid, &present),
            other => other.at(Place::of(self.node), self.state),
        })
    }

    /// How a variant with fields is written, where something else stands in its parentheses.
    fn example(&self, valid: &[&str]) -> Option<String> {
        let name = self.node.name().filter(|_| self.inside)?;
        let fields: Vec<String> = valid.iter().map(|field| format!("{field}: …")).collect();
        Some(format!("write `{}({})`", shortened(name), fields.join(", ")))
    }

    /// The usable fields, under their valid names, and the names of those that are left out.
    fn judge_fields(
        &self,
        name: &str,
        valid: &'static [&'static str],
        fields: &'t [(Key, Node)],
    ) -> (Vec<Entry<'t>>, BTreeSet<&'t str>) {
        let mut entries = Vec::with_capacity(fields.len());
        let mut left_out = BTreeSet::new();
        let mut absent: Vec<&'static str> = valid.to_vec();
        absent.retain(|name| !fields.iter().any(|(key, _)| key.text == *name));
        for (key, node) in fields {
            let mut text = key.text.as_str();
            if !valid.contains(&text) {
                self.state.report(unknown_field(name, key, valid));
                if self.state.problems.borrow().is_full() {
                    break;
                }
                let Some(meant) = nearest(text, absent.iter().copied()) else { continue };
                absent.retain(|name| *name != meant);
                text = meant;
            }
            if self.state.is_left_out(node) {
                left_out.insert(text);
            } else {
                entries.push(Entry { text, key, node });
            }
        }
        (entries, left_out)
    }

    /// Reports the missing fields, except those that are there and reported themselves.
    fn missing(&self, name: &str, first: &str, valid: &[&str], present: &BTreeSet<&str>) -> Fault {
        let required = self.state.required(valid).iter().map(String::as_str);
        for field in std::iter::once(first).chain(required.filter(|field| *field != first)) {
            if !present.contains(field) {
                let message = format!("missing field `{field}` in `{name}`");
                self.state.report(Problem::error(self.node.name_span(), message));
            }
        }
        Fault::Reported(self.node.id)
    }

    fn read_items<V: Visitor<'t>>(self, items: &'t [Node], visitor: V) -> Outcome<V::Value> {
        let items = Items { reader: self, rest: items.iter() };
        self.located(visitor.visit_seq(items))
    }

    /// Values of a fixed number: if one of them is left out, all are.
    fn read_tuple<V: Visitor<'t>>(
        self,
        items: &'t [Node],
        length: usize,
        visitor: V,
    ) -> Outcome<V::Value> {
        if items.iter().any(|item| self.state.is_left_out(item)) {
            return Err(Fault::Reported(self.node.id));
        }
        if items.len() != length {
            let message = format!("expected {length} values, found {}", items.len());
            return self.located(Err(Fault::Refused { message }));
        }
        self.read_items(items, visitor)
    }

    fn read_map<V: Visitor<'t>>(self, entries: &'t [(Key, Node)], visitor: V) -> Outcome<V::Value> {
        let usable: Vec<Entry<'t>> = entries
            .iter()
            .filter(|(_, node)| !self.state.is_left_out(node))
            .map(|(key, node)| Entry { text: &key.text, key, node })
            .collect();
        let access = Entries { reader: self, rest: usable.into_iter(), value: None };
        self.located(visitor.visit_map(access))
    }

    fn read_located<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        let Span { source, start, end } = self.node.span;
        let place = [source.number(), start, end];
        self.located(visitor.visit_seq(LocatedParts { reader: self, place, given: 0 }))
    }

    fn read_text<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match (&self.node.value, &self.node.origin) {
            (Value::Str(text), _) => self.located(visitor.visit_str(text)),
            (Value::Map(_) | Value::Struct { .. } | Value::List(_) | Value::Tuple { .. }, _) => {
                self.wrong_type(&visitor)
            }
            (_, Origin::Argument(text)) => self.located(visitor.visit_str(text)),
            (value, _) => {
                let expected: &dyn Expected = &visitor;
                // A text with a syntax of its own names it; there quotes alone would not help.
                let bare = match value {
                    Value::Unit { name: Some(name) } => Some(name.clone()),
                    Value::Int(number) if expected.to_string() == "a string" => {
                        Some(number.to_string())
                    }
                    _ => None,
                };
                let short = bare.filter(|bare| shortened(bare) == *bare);
                let help = short.map(|bare| format!("put it in quotes: `\"{bare}\"`"));
                self.wrong_type_with(expected, help)
            }
        }
    }

    fn read_number<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        let Value::Int(number) = self.node.value else { return self.wrong_type(&visitor) };
        let result = match (u64::try_from(number), i64::try_from(number)) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, Ok(number)) => visitor.visit_i64(number),
            _ => visitor.visit_i128(number),
        };
        self.located(result)
    }
}

fn unknown_field(name: &str, key: &Key, valid: &'static [&'static str]) -> Problem {
    let message = format!("unknown field `{}` in `{name}`", shortened(&key.text));
    let problem = Problem::error(key.span, message);
    if valid.is_empty() {
        return problem.help(format!("`{name}` has no fields"));
    }
    problem.suggest(&key.text, valid.iter().copied())
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
            self.read_number(visitor)
        })*
    };
}

impl<'t> Deserializer<'t> for Reader<'t, '_, '_> {
    type Error = Fault;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Str(_) => self.read_text(visitor),
            Value::Int(_) => self.read_number(visitor),
            Value::Bool(value) => self.located(visitor.visit_bool(*value)),
            Value::Char(letter) => self.located(visitor.visit_char(*letter)),
            Value::Unit { name } => self.located(match name.as_deref() {
                Some("None") => visitor.visit_none(),
                Some(name) if !self.inside => visitor.visit_str(name),
                _ => visitor.visit_unit(),
            }),
            Value::List(items) => self.read_items(items, visitor),
            Value::Map(entries) => self.read_map(entries, visitor),
            // As in self-describing formats: a variant is a map of one entry, its name.
            Value::Struct { .. } | Value::Tuple { .. } if self.name().is_some() => {
                let access = Variant { reader: self };
                self.located(visitor.visit_map(VariantAsMap { name: self.name(), access }))
            }
            Value::Struct { fields, .. } => self.read_map(fields, visitor),
            Value::Tuple { items, .. } => match items.as_slice() {
                [only] if self.inside => self.child(only).deserialize_any(visitor),
                items => self.read_items(items, visitor),
            },
            Value::Invalid => Err(Fault::Reported(self.node.id)),
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match self.node.value {
            Value::Bool(value) => self.located(visitor.visit_bool(value)),
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_char<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match self.node.value {
            Value::Char(letter) => self.located(visitor.visit_char(letter)),
            _ => self.read_text(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        self.read_text(visitor)
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        self.read_text(visitor)
    }

    fn deserialize_bytes<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        self.read_text(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        self.read_text(visitor)
    }

    fn deserialize_identifier<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Unit { name: Some(name) } if name == "None" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Unit { name: None } => visitor.visit_unit(),
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Unit { .. } if self.name().is_none_or(|written| written == name) => {
                visitor.visit_unit()
            }
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        // The name of a newtype may be written, and need not be.
        let inner = match &self.node.value {
            Value::Tuple { items, .. } if self.name() == Some(name) => items.first(),
            _ => None,
        };
        if inner.is_some_and(|inner| self.state.is_left_out(inner)) {
            return Err(Fault::Reported(self.node.id));
        }
        let reader = inner.map_or(self, |inner| self.child(inner));
        self.located(visitor.visit_newtype_struct(reader))
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::List(items) => self.read_items(items, visitor),
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'t>>(self, length: usize, visitor: V) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Tuple { items, .. } if self.name().is_none() => {
                self.read_tuple(items, length, visitor)
            }
            Value::List(items) => self.read_tuple(items, length, visitor),
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Outcome<V::Value> {
        match &self.node.value {
            Value::Tuple { items, .. } if self.name().is_none_or(|written| written == name) => {
                self.read_tuple(items, length, visitor)
            }
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Outcome<V::Value> {
        let expected = (&visitor as &dyn Expected).to_string();
        match &self.node.value {
            Value::Map(entries) => self.read_map(entries, visitor),
            Value::Struct { fields, .. } if self.node.origin == Origin::Path => {
                self.read_map(fields, visitor)
            }
            // serde asks for a map where a struct includes the fields of another one.
            _ if expected.starts_with("struct ") => match self.fields() {
                Some(fields) => self.read_map(fields, visitor),
                None => self.wrong_type(&visitor),
            },
            _ => self.wrong_type(&visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        if name == LOCATED {
            self.read_located(visitor)
        } else {
            self.read_struct(name, fields, visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        enumeration: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let Some(written) = self.name() else {
            let help =
                match self.node.as_str().and_then(|text| nearest(text, variants.iter().copied())) {
                    Some(near) => Some(format!("write `{near}` without quotes")),
                    None => suggestion("", variants.iter().copied()),
                };
            let expected = format!("enum {enumeration}");
            return self.wrong_type_with(&expected.as_str(), help);
        };
        if !variants.contains(&written) {
            let message = format!("`{}` is not a valid `{enumeration}`", shortened(written));
            let problem = Problem::error(self.node.name_span(), message);
            self.state.report(problem.suggest(written, variants.iter().copied()));
            return Err(Fault::Reported(self.node.id));
        }
        self.located(visitor.visit_enum(Variant { reader: self }))
    }
}
