//! From the text of a scenario to a [`Tree`], with the `ron` crate as the only judge of the syntax.
//!
//! `ron` reports the place of the first syntax error but none of correct values. The text is therefore
//! read twice. The first pass runs over all of it, finds syntax errors and counts values, so that
//! nothing hostile goes further. The second goes level by level: it takes every part of a value as the
//! piece of the text that it is written in (`RawValue`); where that piece lies in memory is where the
//! value stands in the text.

mod census;
mod parts;
mod syntax;

use std::collections::BTreeMap;

use ron::Options;
use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::de::Deserializer;

use super::problem::{Problem, Problems};
use super::source::{SourceId, Sources, Span};
use super::tree::{Key, Node, Origin, Tree, Value};
use crate::scalar::words::shortened;
use census::census;
use parts::{KeyText, Parts, PartsVisitor, identifier};
use syntax::{fraction_problem, syntax_problem};

/// How deep `ron` may go. It counts two steps for most levels of brackets.
const RECURSION_LIMIT: usize = 80;

/// Reads a whole text.
///
/// Reports syntax errors (the first one only, because what follows it cannot be told), and every
/// duplicate field, duplicate key, fraction or byte string. Returns a tree unless the syntax is wrong.
pub fn parse(sources: &Sources, source: SourceId, problems: &mut Problems) -> Option<Tree> {
    let mut next = 0;
    let root = parse_piece(sources, sources.whole(source), &mut next, problems)?;
    Some(Tree::new(root, next))
}

/// Reads a part of a text that must be one value; `next` numbers the nodes.
pub(super) fn parse_piece(
    sources: &Sources,
    span: Span,
    next: &mut u32,
    problems: &mut Problems,
) -> Option<Node> {
    let text = sources.excerpt(span);
    let options = Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_recursion_limit(RECURSION_LIMIT);
    let extensions = match census(text, &options) {
        Ok(extensions) => extensions,
        Err(error) => {
            problems.add(syntax_problem(text, span, &error));
            return None;
        }
    };
    let options = options.with_default_extension(extensions);
    let mut builder = Builder { text, span, options, next, problems };
    Some(builder.node(text))
}

/// The second pass.
struct Builder<'a> {
    text: &'a str,
    span: Span,
    options: Options,
    next: &'a mut u32,
    problems: &'a mut Problems,
}

impl<'a> Builder<'a> {
    /// The value that a piece of the text holds, blanks and comments around it allowed.
    fn node(&mut self, piece: &'a str) -> Node {
        let id = *self.next;
        *self.next = self.next.saturating_add(1);
        let Some((trimmed, shape)) = self.shape(piece) else {
            let span = self.span_of(piece);
            self.problems.add(Problem::error(span, "this cannot be read as one value"));
            return Node { span, id, value: Value::Invalid, origin: Origin::Written };
        };
        let span = self.span_of(trimmed);
        let value = self.value(span, trimmed, shape);
        Node { span, id, value, origin: Origin::Written }
    }

    /// The piece without what surrounds its value, and the parts of the value.
    fn shape(&self, piece: &'a str) -> Option<(&'a str, Shape<'a>)> {
        let open = |text| ron::Deserializer::from_str_with_options(text, &self.options).ok();
        let mut blanks = open(piece)?;
        // `end` skips blanks and comments; that something follows them is what is wanted here.
        let _ = blanks.end();
        let inner = blanks.remainder();
        let mut reader = open(inner)?;
        let parts = reader.deserialize_any(PartsVisitor { map: inner.starts_with('{') }).ok()?;
        let length = inner.len() - reader.remainder().len();
        let name = match (&parts, inner.chars().next()?) {
            (_, '(' | '[' | '{' | '"') => None,
            (Parts::Unit | Parts::Items(_) | Parts::Entries(_), _) => identifier(inner),
            _ => None,
        };
        // Behind a bare name `ron` skips blanks too.
        let length = match (&parts, name) {
            (Parts::Unit, Some(name)) => inner.find(name)? + name.len(),
            _ => length,
        };
        Some((inner.get(..length)?, Shape { name, parts }))
    }

    fn value(&mut self, span: Span, text: &'a str, shape: Shape<'a>) -> Value {
        let name = shape.name.map(str::to_owned);
        match shape.parts {
            Parts::Bool(value) => Value::Bool(value),
            Parts::Int(number) => Value::Int(number),
            Parts::Str(text) => Value::Str(text),
            Parts::Char(letter) => Value::Char(letter),
            Parts::Unit => Value::Unit { name },
            Parts::Some(inner) => self.node(inner.get_ron()).value,
            Parts::Items(items) => {
                let items = items.into_iter().map(|item| self.node(item.get_ron())).collect();
                if text.starts_with('[') {
                    Value::List(items)
                } else {
                    Value::Tuple { name, items }
                }
            }
            Parts::Entries(entries) => {
                let fields = self.entries(entries, text.starts_with('{'));
                if text.starts_with('{') {
                    Value::Map(fields)
                } else {
                    Value::Struct { name, fields }
                }
            }
            Parts::Fraction => self.refuse(fraction_problem(span, text)),
            Parts::Bytes => {
                let problem = Problem::error(span, "byte strings are not used here");
                self.refuse(problem.help("write bytes in hexadecimal digits, in quotes"))
            }
        }
    }

    /// Fields or map entries; a name that was there before is reported and left out.
    fn entries(
        &mut self,
        entries: Vec<(KeyText<'a>, &'a RawValue)>,
        map: bool,
    ) -> Vec<(Key, Node)> {
        let mut kept: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        for (key, value) in entries {
            let Some(key) = self.key(key) else { continue };
            let node = self.node(value.get_ron());
            if let Some(first) = places.get(&key.text) {
                let what = if map { "key" } else { "field" };
                let message = format!("duplicate {what} `{}`", shortened(&key.text));
                self.problems.add(Problem::error(key.span, message).also(*first, "first here"));
                continue;
            }
            places.insert(key.text.clone(), key.span);
            kept.push((key, node));
        }
        kept
    }

    /// A field name, or a map key: a text, a bare name or a number.
    fn key(&mut self, key: KeyText<'a>) -> Option<Key> {
        let raw = match key {
            KeyText::Field(name) => {
                return Some(Key { text: name.to_owned(), span: self.span_of(name) });
            }
            KeyText::Value(raw) => raw.get_ron(),
        };
        let (trimmed, shape) = self.shape(raw)?;
        let span = self.span_of(trimmed);
        let text = match (shape.parts, shape.name) {
            (Parts::Str(text), _) => text,
            (Parts::Int(number), _) => number.to_string(),
            (Parts::Unit, Some(name)) => name.to_owned(),
            _ => {
                let message = "a key must be a text in quotes, a name or a number";
                self.problems.add(Problem::error(span, message));
                return None;
            }
        };
        Some(Key { text, span })
    }

    fn refuse(&mut self, problem: Problem) -> Value {
        self.problems.add(problem);
        Value::Invalid
    }

    /// Where a piece stands: how far in memory it lies behind the start of the text.
    fn span_of(&self, piece: &str) -> Span {
        let offset = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.span.part(offset, piece.len())
    }
}

/// A value taken apart by one level.
struct Shape<'a> {
    name: Option<&'a str>,
    parts: Parts<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Tree>, Sources, Vec<String>) {
        let mut sources = Sources::new();
        let mut problems = Problems::new();
        let source = sources.add("f", text).unwrap();
        let tree = parse(&sources, source, &mut problems);
        let lines = problems.lines(&sources);
        (tree, sources, lines)
    }

    /// Every value with the text at its place, depth first.
    fn outline(node: &Node, sources: &Sources, lines: &mut Vec<String>) {
        lines.push(format!("{} = {}", sources.excerpt(node.span), node.describe()));
        for (key, child) in node.entries() {
            lines.push(format!("{}:", sources.excerpt(key.span)));
            outline(child, sources, lines);
        }
        node.items().iter().for_each(|item| outline(item, sources, lines));
    }

    #[test]
    fn places_leave_out_blanks_and_comments() {
        let text = " /*1*/ Foo/*2*/( /*3*/ a /*4*/:/*5*/ 1 /*6*/ , b: Bar // 7\n , c: {X: Some(-2), \"y\\n\": r#z}) // 8";
        let (tree, sources, problems) = read(text);
        assert_eq!(problems, [""; 0]);
        let mut lines = Vec::new();
        let root = tree.unwrap().root;
        for (key, child) in root.entries() {
            lines.push(sources.excerpt(key.span).to_owned());
            outline(child, &sources, &mut lines);
        }
        let expected = [
            "a",
            "1 = the number 1",
            "b",
            "Bar = the name `Bar`",
            "c",
            "{X: Some(-2), \"y\\n\": r#z} = a map `{…}`",
            "X:",
            "Some(-2) = the number -2",
            "\"y\\n\":",
            "r#z = the name `z`",
        ];
        assert_eq!(lines, expected);
        assert!(sources.excerpt(root.span).starts_with("Foo/*2*/("));
        assert_eq!(sources.excerpt(root.name_span()), "Foo");
    }

    #[test]
    fn tuples_lists_and_empty_brackets_are_told_apart() {
        let (tree, sources, problems) = read("[(), (1), (1, 'x',), A(), A(true), [], {}]");
        assert_eq!(problems, [""; 0]);
        let mut lines = Vec::new();
        outline(&tree.unwrap().root, &sources, &mut lines);
        let expected = [
            "[(), (1), (1, 'x',), A(), A(true), [], {}] = a list `[…]`",
            "() = `()`",
            "(1) = a tuple `(…)`",
            "1 = the number 1",
            "(1, 'x',) = a tuple `(…)`",
            "1 = the number 1",
            "'x' = the letter 'x'",
            "A() = `A(…)`",
            "A(true) = `A(…)`",
            "true = `true`",
            "[] = a list `[…]`",
            "{} = a map `{…}`",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_is_no_value_here_is_refused_where_it_stands() {
        let text = "[1.5, NaN, 1..2, b\"x\", 99999999999999999999, -0.0, {[1]: 2}]";
        let (tree, _, problems) = read(text);
        assert!(tree.is_some());
        let places: Vec<&str> = problems.iter().filter_map(|line| line.split(':').nth(2)).collect();
        assert_eq!(places, ["2", "7", "12", "18", "24", "46", "53"], "{problems:#?}");
    }
}
