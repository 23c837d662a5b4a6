//! What a node notes: a kind, a task number where there is one, and named values in a fixed order.
//!
//! ```
//! use regionsim::trace::Record;
//!
//! let record = Record::new("exec.end").task(42).text("command", "VERIFY TOKEN").int("resp2", 61);
//! assert_eq!(record.get("resp2").and_then(|value| value.as_int()), Some(61));
//! ```

use std::borrow::Cow;

use super::timestamp::Timestamp;
use crate::check::{Check, Rounding};

/// The name of a field: static where the program notes it, owned where a trace is read back.
pub type Name = Cow<'static, str>;

/// A value of a field. There are no floats, booleans or nulls: a field that has no value is left out,
/// and a yes-or-no question is answered by the texts `yes` and `no`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number, in the unit that the table of kinds gives to the field.
    Int(i64),
    /// Text, without secrets.
    Text(Cow<'static, str>),
    /// Values in order.
    List(Vec<Value>),
    /// Named values in order.
    Object(Object),
}

impl Value {
    /// The number, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(value) = self { Some(*value) } else { None }
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The values of a list, if this is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Value::List(values) = self { Some(values) } else { None }
    }

    /// The named values of an object, if this is one.
    pub fn as_object(&self) -> Option<&Object> {
        if let Value::Object(object) = self { Some(object) } else { None }
    }
}

/// Named values in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    fields: Vec<(Name, Value)>,
}

impl Object {
    /// No values yet.
    pub fn new() -> Self {
        Object::default()
    }

    fn with_capacity(fields: usize) -> Self {
        Object { fields: Vec::with_capacity(fields) }
    }

    /// Adds a value of any shape.
    #[must_use]
    pub fn with(mut self, name: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.push(name.into(), value.into());
        self
    }

    /// Adds a value at the end, in place.
    pub fn push(&mut self, name: Name, value: Value) {
        self.fields.push((name, value));
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(super) fn into_fields(self) -> Vec<(Name, Value)> {
        self.fields
    }
}

/// What a node notes. Who and when is added by the engine and makes a [`Line`](super::Line) of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The dotted kind, a row of [`kinds::KINDS`](super::kinds::KINDS).
    pub kind: Cow<'static, str>,
    /// The task that the record is about.
    pub task: Option<u32>,
    /// The values, in the order of the table of kinds. Their names are none of the line's own (`n`,
    /// `t`, `local`, `node`, `task`, `cause`, `also`, `kind`).
    pub fields: Object,
}

impl Record {
    /// A record without values.
    pub fn new(kind: &'static str) -> Self {
        Record { kind: Cow::Borrowed(kind), task: None, fields: Object::with_capacity(8) }
    }

    /// The `check` record of a decision: all that was compared, in a fixed order.
    pub fn from_check(check: &Check) -> Self {
        check.clone().into()
    }

    /// Sets the task number.
    #[must_use]
    pub fn task(mut self, task: u32) -> Self {
        self.task = Some(task);
        self
    }

    /// Adds a value of any shape.
    #[must_use]
    pub fn with(mut self, name: impl Into<Name>, value: impl Into<Value>) -> Self {
        self.fields.push(name.into(), value.into());
        self
    }

    /// Adds a value if there is one.
    #[must_use]
    pub fn maybe(self, name: impl Into<Name>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds text.
    #[must_use]
    pub fn text(self, name: impl Into<Name>, text: impl Into<Cow<'static, str>>) -> Self {
        self.with(name, Value::Text(text.into()))
    }

    /// Adds a number.
    #[must_use]
    pub fn int(self, name: impl Into<Name>, value: impl Into<i64>) -> Self {
        self.with(name, Value::Int(value.into()))
    }

    /// Adds a count. Beyond 2^63 - 1, which nothing that fits in memory reaches, it stays there.
    #[must_use]
    pub fn count(self, name: impl Into<Name>, count: u64) -> Self {
        self.with(name, Value::Int(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    /// Adds `yes` or `no`.
    #[must_use]
    pub fn yes_no(self, name: impl Into<Name>, yes: bool) -> Self {
        self.with(name, if yes { "yes" } else { "no" })
    }

    /// Adds a time, in nanoseconds since 1970, as its RFC 3339 text.
    #[must_use]
    pub fn time(self, name: impl Into<Name>, nanoseconds: i64) -> Self {
        self.with(name, Timestamp::from_nanoseconds(nanoseconds).to_string())
    }

    /// Adds values in order.
    #[must_use]
    pub fn list<V: Into<Value>>(
        self,
        name: impl Into<Name>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.with(name, Value::List(values.into_iter().map(Into::into).collect()))
    }

    /// Adds named values.
    #[must_use]
    pub fn object(self, name: impl Into<Name>, object: Object) -> Self {
        self.with(name, object)
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }
}

fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Exact => "exact",
        Rounding::WholeSeconds => "whole seconds",
    }
}

impl From<Check> for Record {
    fn from(check: Check) -> Self {
        let Check { rule, subject, against, limit, rounding, passed, margin, about } = check;
        let mut fields = Object::with_capacity(12)
            .with("rule", rule.id)
            .with("source", rule.source)
            .with("mark", rule.mark.word())
            .with("subject", subject.name)
            .with("subject_value", subject.value)
            .with("against", against.name)
            .with("against_value", against.value);
        if let Some(limit) = limit {
            fields = fields.with("limit", limit);
        }
        fields = fields
            .with("rounding", rounding_word(rounding))
            .with("verdict", if passed { "passed" } else { "failed" });
        if let Some(margin) = margin {
            fields = fields.with("margin", margin.value);
            if !margin.unit.word().is_empty() {
                fields = fields.with("unit", margin.unit.word());
            }
        }
        if !about.is_empty() {
            let facts = about.into_iter();
            let facts = facts.fold(Object::new(), |facts, fact| facts.with(fact.name, fact.value));
            fields = fields.with("about", facts);
        }
        Record { kind: Cow::Borrowed("check"), task: None, fields }
    }
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $to:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        }
    )*};
}

value_from! {
    i64 => |value| Value::Int(value);
    i32 => |value| Value::Int(value.into());
    u32 => |value| Value::Int(value.into());
    u16 => |value| Value::Int(value.into());
    u8 => |value| Value::Int(value.into());
    &'static str => |text| Value::Text(Cow::Borrowed(text));
    String => |text| Value::Text(Cow::Owned(text));
    Cow<'static, str> => |text| Value::Text(text);
    Vec<Value> => |values| Value::List(values);
    Object => |object| Value::Object(object);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Mark, Operand, Rule, Unit};

    static RULE: Rule = Rule {
        id: "kerberos.skew",
        text: "Clocks agree.",
        source: "RFC 4120 3.2.3",
        mark: Mark::Documented,
    };

    fn names(record: &Record) -> Vec<&str> {
        record.fields.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_check_says_all_that_was_compared_in_a_fixed_order() {
        let record = Record::from_check(&Check::within_seconds(
            &RULE,
            ("authenticator time", 1000),
            ("server time", 1301),
            300,
        ));
        assert_eq!(
            names(&record),
            [
                "rule",
                "source",
                "mark",
                "subject",
                "subject_value",
                "against",
                "against_value",
                "limit",
                "rounding",
                "verdict",
                "margin",
                "unit"
            ]
        );
        let text = |name| record.get(name).and_then(Value::as_text);
        assert_eq!(text("rounding"), Some("whole seconds"));
        assert_eq!(text("verdict"), Some("failed"));
        assert_eq!(text("limit"), Some("300 s"));
        assert_eq!(record.get("margin"), Some(&Value::Int(-1)));
    }

    #[test]
    fn a_check_without_order_has_no_margin_and_a_count_no_unit() {
        let operand = |value: &'static str| Operand::new("realm", value);
        let same = Check::equal(&RULE, (operand("A"), &"A"), (operand("A"), &"A"));
        assert_eq!(names(&Record::from_check(&same)).last(), Some(&"verdict"));
        let count = Check::at_most(&RULE, (operand("3"), 3), (operand("4"), 4), Unit::Count);
        let facts = [Operand::new("user", "ALICE"), Operand::new("class", "TCICSTRN")];
        let record = Record::from_check(&count.clone().about(facts));
        assert_eq!(names(&record).last(), Some(&"about"));
        let about = record.get("about").and_then(Value::as_object);
        assert_eq!(about.and_then(|about| about.get("class")?.as_text()), Some("TCICSTRN"));
        assert_eq!(names(&Record::from_check(&count)).last(), Some(&"margin"));
    }

    #[test]
    fn builders_keep_order_and_leave_out_what_is_absent() {
        let record = Record::new("exec.end")
            .task(42)
            .text("command", "VERIFY TOKEN")
            .maybe("userid", None::<String>)
            .count("length", u64::MAX)
            .yes_no("mutual", true)
            .time("endtime", 1_500_000_000)
            .list("flags", ["INITIAL", "PRE-AUTHENT"])
            .object("options", Object::new().with("TOKENLEN", 12));
        assert_eq!(names(&record), ["command", "length", "mutual", "endtime", "flags", "options"]);
        assert_eq!(record.get("length"), Some(&Value::Int(i64::MAX)));
        assert_eq!(record.get("endtime"), Some(&Value::from("1970-01-01T00:00:01.5Z")));
        let options = record.get("options").and_then(Value::as_object);
        assert_eq!(options.and_then(|object| object.get("TOKENLEN")), Some(&Value::Int(12)));
    }
}
