//! Every kind of record and its fields, in one table; the reference text and the check of a record
//! both come from it.

mod common;
mod fields;
mod table;

use std::fmt::Write;

use super::record::{Record, Value};
pub use common::LINE;
pub use table::KINDS;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// The dotted name.
    pub name: &'static str,
    /// When it is noted.
    pub meaning: &'static str,
    /// Its fields in the order in which they stand.
    pub fields: &'static [Field],
}

/// A field of a kind.
#[derive(Debug)]
pub struct Field {
    /// The name in the line.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// The unit of a number; empty for plain numbers and everything else.
    pub unit: &'static str,
    /// Whether a record can stand without it.
    pub optional: bool,
    /// What it says.
    pub meaning: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A whole number.
    Integer,
    /// Any text.
    Text,
    /// `yes` or `no`.
    YesNo,
    /// RFC 3339 in UTC, to the second or finer.
    Time,
    /// SHA-256, 64 lower-case hexadecimal digits.
    Digest,
    /// Whole bytes in lower-case hexadecimal; only in traces marked secret.
    Bytes,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Integers,
    /// A list of values under names of their own.
    Objects,
    /// Values under names of their own, such as the options of a command.
    Object,
}

impl Shape {
    fn word(self) -> &'static str {
        match self {
            Shape::Integer => "integer",
            Shape::Text => "text",
            Shape::YesNo => "yes or no",
            Shape::Time => "time",
            Shape::Digest => "SHA-256",
            Shape::Bytes => "bytes, secret",
            Shape::Texts => "list of texts",
            Shape::Integers => "list of integers",
            Shape::Objects => "list of objects",
            Shape::Object => "object",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Shape::Integer, Value::Int(_)) | (Shape::Object, Value::Object(_)) => true,
            (Shape::Texts, Value::List(values)) => {
                values.iter().all(|value| matches!(value, Value::Text(_)))
            }
            (Shape::Integers, Value::List(values)) => {
                values.iter().all(|value| matches!(value, Value::Int(_)))
            }
            (Shape::Objects, Value::List(values)) => {
                values.iter().all(|value| matches!(value, Value::Object(_)))
            }
            (shape, Value::Text(text)) => shape.fits_text(text),
            _ => false,
        }
    }

    fn fits_text(self, text: &str) -> bool {
        match self {
            Shape::Text => true,
            Shape::YesNo => matches!(text, "yes" | "no"),
            Shape::Time => text.parse::<super::Timestamp>().is_ok(),
            Shape::Digest => text.len() == 64 && is_hexadecimal(text),
            Shape::Bytes => text.len().is_multiple_of(2) && is_hexadecimal(text),
            _ => false,
        }
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The table for programs.
pub fn json() -> serde_json::Value {
    let fields = |fields: &[Field]| -> Vec<serde_json::Value> {
        let field = |field: &Field| {
            serde_json::json!({
                "name": field.name,
                "shape": field.shape.word(),
                "unit": field.unit,
                "optional": field.optional,
                "meaning": field.meaning,
            })
        };
        fields.iter().map(field).collect()
    };
    let kinds: Vec<serde_json::Value> = KINDS
        .iter()
        .map(|kind| {
            serde_json::json!({
                "kind": kind.name,
                "meaning": kind.meaning,
                "fields": fields(kind.fields),
            })
        })
        .collect();
    serde_json::json!({ "line": fields(LINE), "kinds": kinds })
}

/// The row of a kind.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Whether a record is what its row says: a known kind, known fields in their order, none missing,
/// each of its shape, and whole bytes only in a trace marked `secret`.
///
/// # Errors
///
/// What is wrong, for the person who notes that record: correct it or the table.
pub fn check(record: &Record, secret: bool) -> Result<(), String> {
    let name = record.kind.as_ref();
    let kind = find(name).ok_or_else(|| format!("kind {name} is not in the table of kinds"))?;
    let mut rows = kind.fields.iter();
    for (field, value) in record.fields.iter() {
        let row = loop {
            match rows.next() {
                Some(row) if row.name == field => break row,
                Some(row) if row.optional => (),
                Some(row) => {
                    return Err(format!("{name}: {field} stands where {} is due", row.name));
                }
                None => {
                    return Err(format!("{name}: {field} is not in the table, or out of order"));
                }
            }
        };
        if !row.shape.fits(value) {
            return Err(format!("{name}: {field} is not of shape {}", row.shape.word()));
        }
        if row.shape == Shape::Bytes && !secret {
            return Err(format!("{name}: {field} has whole bytes, the trace is not secret"));
        }
    }
    match rows.find(|row| !row.optional) {
        Some(row) => Err(format!("{name}: {} is missing", row.name)),
        None => Ok(()),
    }
}

/// The reference of all kinds and fields, for a terminal of 100 columns.
pub fn reference() -> String {
    let mut out = String::from("Every record\n");
    append_fields(&mut out, LINE);
    for kind in KINDS {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n{}: {}\n", kind.name, kind.meaning);
        append_fields(&mut out, kind.fields);
    }
    out
}

fn append_fields(out: &mut String, fields: &[Field]) {
    for Field { name, shape, unit, optional, meaning } in fields {
        let shape = if unit.is_empty() { shape.word() } else { unit };
        let optional = if *optional { "optional" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {name:<16} {shape:<16} {optional:<8} {meaning}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Check, Mark, Rule};
    use crate::trace::{LINE_FIELDS, Object};
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_free_of_the_names_of_the_line() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        let line: Vec<&str> = LINE.iter().map(|field| field.name).collect();
        assert_eq!(line, LINE_FIELDS);
        for kind in KINDS {
            let fields: BTreeSet<&str> = kind.fields.iter().map(|field| field.name).collect();
            assert_eq!(fields.len(), kind.fields.len(), "{}", kind.name);
            for field in kind.fields {
                assert!(!LINE_FIELDS.contains(&field.name), "{} {}", kind.name, field.name);
                assert!(field.unit.is_empty() || field.shape == Shape::Integer);
                assert!(field.shape != Shape::Bytes || field.optional);
                assert!(field.meaning.ends_with('.') && kind.meaning.ends_with('.'));
            }
        }
    }

    #[test]
    fn the_reference_names_every_kind_and_field() {
        let text = reference();
        for kind in KINDS {
            assert!(text.contains(&format!("\n{}: {}\n", kind.name, kind.meaning)));
        }
        let rows = KINDS.iter().map(|kind| kind.fields.len()).sum::<usize>() + LINE.len();
        assert_eq!(text.lines().filter(|line| line.starts_with("  ")).count(), rows);
    }

    #[test]
    fn every_form_of_a_check_is_in_the_table() {
        static RULE: Rule = Rule { id: "r", text: "", source: "s", mark: Mark::Documented };
        let operand = |value: &'static str| crate::check::Operand::new("x", value);
        let holds = Check::holds(&RULE, operand("a"), operand("b"), false);
        let skew = Check::within_seconds(&RULE, ("a", 0), ("b", 1), 300);
        for check_taken in [&holds, &skew] {
            assert_eq!(check(&Record::from_check(check_taken), false), Ok(()));
        }
    }

    #[test]
    fn a_record_that_is_not_in_the_table_is_told() {
        let end = || Record::new("exec.end").text("command", "RETURN");
        let due = |record: &Record| check(record, false).unwrap_err();
        assert_eq!(check(&end().text("resp", "NORMAL").int("resp2", 0), false), Ok(()));
        assert!(due(&Record::new("exec.middle")).contains("not in the table of kinds"));
        assert!(due(&end()).contains("resp is missing"));
        assert!(due(&end().int("speed", 1)).contains("speed stands where resp is due"));
        let timer = || Record::new("timer");
        assert!(due(&timer().time("set_for", 0).int("speed", 1)).contains("speed"));
        assert!(due(&Record::new("exec.end").int("command", 1)).contains("shape text"));
        assert!(due(&timer().text("set_for", "soon")).contains("time"));
        let list = |value: Value| {
            Record::new("task.end").text("transaction", "A").list("containers", [value])
        };
        assert_eq!(check(&list(Value::Object(Object::new())), false), Ok(()));
        assert!(due(&list(1.into())).contains("list of objects"));
    }

    #[test]
    fn whole_bytes_need_a_secret_trace() {
        let send = Record::new("net.send").text("to", "A").text("what", "start").int("bytes", 1);
        let whole = send.clone().text("data", "ff");
        assert_eq!(check(&send, false), Ok(()));
        assert!(check(&whole, false).unwrap_err().contains("not secret"));
        assert_eq!(check(&whole, true), Ok(()));
        assert!(check(&send.text("data", "fg"), true).is_err());
    }
}
