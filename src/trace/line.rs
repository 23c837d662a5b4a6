//! One line of a trace: a record with its number, its times, who noted it and what caused it.

use std::sync::Arc;

use super::json::{append_count, append_field, append_list, append_string};
use super::record::{Name, Object, Record, Value};
use super::timestamp::Timestamp;

/// The names of the fields that every line may have, in their order; no record uses them.
pub const LINE_FIELDS: [&str; 8] = ["n", "t", "local", "node", "task", "cause", "also", "kind"];

/// A record in its place in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Record number, from 1 without gaps.
    pub n: u64,
    /// True time in nanoseconds since 1970, UTC.
    pub t: i64,
    /// The node's own time in nanoseconds since 1970; written only where it differs from `t`.
    pub local: Option<i64>,
    /// The node that noted it.
    pub node: Option<Arc<str>>,
    /// The number of the record that led to this one, less than `n`.
    pub cause: Option<u64>,
    /// Further records that led to this one, each less than `n`.
    pub also: Vec<u64>,
    /// What was noted.
    pub record: Record,
}

impl Line {
    /// A line that nothing caused, at a true time, of no node.
    pub fn new(n: u64, t: i64, record: Record) -> Self {
        Line { n, t, local: None, node: None, cause: None, also: Vec::new(), record }
    }

    /// Appends the line as canonical JSON, without the line end.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"n\":");
        append_count(out, self.n);
        out.extend_from_slice(b",\"t\":");
        append_time(out, self.t);
        if let Some(local) = self.local.filter(|local| *local != self.t) {
            out.extend_from_slice(b",\"local\":");
            append_time(out, local);
        }
        if let Some(node) = &self.node {
            out.extend_from_slice(b",\"node\":");
            append_string(out, node);
        }
        if let Some(task) = self.record.task {
            out.extend_from_slice(b",\"task\":");
            append_count(out, task.into());
        }
        if let Some(cause) = self.cause {
            out.extend_from_slice(b",\"cause\":");
            append_count(out, cause);
        }
        if !self.also.is_empty() {
            out.extend_from_slice(b",\"also\":");
            append_list(out, &self.also, |out, n| append_count(out, *n));
        }
        out.extend_from_slice(b",\"kind\":");
        append_string(out, &self.record.kind);
        for (name, value) in self.record.fields.iter() {
            append_field(out, ",", name, value);
        }
        out.push(b'}');
    }

    /// Reads one line, without the line end. What is not byte for byte as [`Line::append_to`] writes
    /// it is refused; the error says what was expected.
    pub fn parse(text: &str) -> Result<Line, String> {
        let object: Object = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let line = from_object(object)?;
        let mut again = Vec::with_capacity(text.len());
        line.append_to(&mut again);
        if again != text.as_bytes() {
            return Err("the line is not in canonical form".to_owned());
        }
        line.check_order()?;
        Ok(line)
    }

    /// Causes come before what they cause.
    pub(super) fn check_order(&self) -> Result<(), String> {
        match self.cause.iter().chain(&self.also).find(|cause| **cause == 0 || **cause >= self.n) {
            Some(cause) => Err(format!("record {} cannot be caused by record {cause}", self.n)),
            None => Ok(()),
        }
    }
}

/// Appends a time in quotes.
fn append_time(out: &mut Vec<u8>, nanoseconds: i64) {
    out.push(b'"');
    Timestamp::from_nanoseconds(nanoseconds).append_to(out);
    out.push(b'"');
}

/// Sorts the line's own fields from the record's; their order is judged by writing them again.
fn from_object(object: Object) -> Result<Line, String> {
    let mut own: [Option<Value>; LINE_FIELDS.len()] = Default::default();
    let mut rest = Object::new();
    for (name, value) in object.into_fields() {
        match LINE_FIELDS.iter().position(|field| *field == name) {
            Some(at) if own[at].is_none() => own[at] = Some(value),
            Some(_) => return Err(format!("field {name} stands twice")),
            None => rest.push(name, value),
        }
    }
    let [n, t, local, node, task, cause, also, kind] = own;
    let task = task.map(|value| as_count(&value)).transpose()?;
    let task = task.map(u32::try_from).transpose().map_err(|_| "task number above 2^32 - 1")?;
    Ok(Line {
        n: as_count(&n.ok_or("field n is missing")?)?,
        t: as_time(&t.ok_or("field t is missing")?)?,
        local: local.map(|value| as_time(&value)).transpose()?,
        node: node.map(as_name).transpose()?.map(|name| Arc::from(name.as_ref())),
        cause: cause.map(|value| as_count(&value)).transpose()?,
        also: as_counts(also)?,
        record: Record { kind: as_name(kind.ok_or("field kind is missing")?)?, task, fields: rest },
    })
}

fn as_count(value: &Value) -> Result<u64, String> {
    let count = value.as_int().and_then(|value| u64::try_from(value).ok());
    count.ok_or_else(|| "expected a number, zero or more".to_owned())
}

fn as_counts(value: Option<Value>) -> Result<Vec<u64>, String> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::List(values)) => values.iter().map(as_count).collect(),
        Some(_) => Err("expected a list of record numbers".to_owned()),
    }
}

fn as_name(value: Value) -> Result<Name, String> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err("expected a string".to_owned()),
    }
}

fn as_time(value: &Value) -> Result<i64, String> {
    let time = value.as_text().and_then(|text| text.parse::<Timestamp>().ok());
    let time = time.and_then(Timestamp::to_nanoseconds);
    time.ok_or_else(|| "expected a time such as 2026-03-02T09:00:00.5Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line) -> String {
        let mut out = Vec::new();
        line.append_to(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn full() -> Line {
        Line {
            n: 9,
            t: 1_772_442_000_000_000_000,
            local: Some(1_772_441_999_500_000_000),
            node: Some("CICSPRD1".into()),
            cause: Some(8),
            also: vec![2, 5],
            record: Record::new("exec.end")
                .task(42)
                .text("command", "VERIFY TOKEN")
                .int("resp", 70),
        }
    }

    #[test]
    fn all_fields_stand_in_their_order() {
        let expected = concat!(
            r#"{"n":9,"t":"2026-03-02T09:00:00Z","local":"2026-03-02T08:59:59.5Z","#,
            r#""node":"CICSPRD1","task":42,"cause":8,"also":[2,5],"kind":"exec.end","#,
            r#""command":"VERIFY TOKEN","resp":70}"#,
        );
        assert_eq!(text(&full()), expected);
        assert_eq!(Line::parse(expected), Ok(full()));
    }

    #[test]
    fn what_is_absent_is_left_out_and_equal_times_stand_once() {
        let mut line = Line::new(1, 0, Record::new("timer"));
        line.local = Some(0);
        assert_eq!(text(&line), r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"timer"}"#);
    }

    #[test]
    fn other_forms_of_the_same_line_are_refused() {
        for line in [
            r#"{"t":"1970-01-01T00:00:00Z","n":1,"kind":"timer"}"#,
            r#"{"n":1, "t":"1970-01-01T00:00:00Z","kind":"timer"}"#,
            r#"{"n":01,"t":"1970-01-01T00:00:00Z","kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00.0Z","kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","local":"1970-01-01T00:00:00Z","kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","also":[],"kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"tim\u0065r"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"timer","n":1}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"timer","cause":0}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","cause":1,"kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","also":[0],"kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","task":4294967296,"kind":"timer"}"#,
            r#"{"n":1,"t":"9999-01-01T00:00:00Z","kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z"}"#,
            r#"{"n":1,"kind":"timer"}"#,
            r#"{"n":-1,"t":"1970-01-01T00:00:00Z","kind":"timer"}"#,
            r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"timer"}{}"#,
            "[]",
            "",
        ] {
            assert!(Line::parse(line).is_err(), "{line}");
        }
    }
}
