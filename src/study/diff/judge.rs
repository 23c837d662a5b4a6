//! What differs between two records that belong together.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::from_str;

use super::lens::{Lens, View, item};
use crate::trace::{Object, Timestamp, Value};

/// The longest value that is shown, in characters.
const SHOWN_MAX: usize = 200;
/// The most fields of one record that are told apart.
const FIELDS_MAX: usize = 100;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldChange {
    /// Its path: `outputs.ESMREASON`.
    pub path: String,
    /// What the first record has there, shortened.
    pub from: Option<String>,
    /// What the second record has there, shortened.
    pub to: Option<String>,
    /// Whether both are digests or bytes.
    pub bytes: bool,
}

/// What differs between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) fields: Vec<FieldChange>,
    /// By how many nanoseconds the second is later.
    pub(super) shift: i64,
    /// By how many nanoseconds more the clock of the second is ahead of true time.
    pub(super) clock: i64,
}

/// Compares the times of two records.
pub(super) fn judge_times(a: &View<'_>, b: &View<'_>, lens: &Lens<'_>) -> Judgement {
    let (shift, local) = (b.at.t.wrapping_sub(a.at.t), b.at.local.wrapping_sub(a.at.local));
    let counts = |field, by| if lens.sees(field) && !lens.options.outcome { by } else { 0 };
    let (shift, clock) = (counts("t", shift), counts("local", local.wrapping_sub(shift)));
    Judgement { fields: Vec::new(), shift, clock }
}

/// Compares two records, but for their causes.
pub(super) fn judge(a: &View<'_>, b: &View<'_>, lens: &Lens<'_>) -> Judgement {
    let mut judgement = judge_times(a, b, lens);
    if lens.options.outcome {
        judgement.fields.extend(outcomes(a, b));
        return judgement;
    }
    let (shift, local) = (b.at.t.wrapping_sub(a.at.t), b.at.local.wrapping_sub(a.at.local));
    if a.at.task != b.at.task && lens.sees("task") {
        let told = |task: Option<u32>| task.map(|task| task.to_string());
        judgement.fields.push(change("task", told(a.at.task), told(b.at.task)));
    }
    if a.at.content(a.text) != b.at.content(b.text) {
        let mut fields = Changes { shifts: [shift, local], found: Vec::new() };
        if !fields.in_step(a, b, lens) {
            fields.records(&seen(a, lens), &seen(b, lens));
        }
        judgement.fields.append(&mut fields.found);
    }
    judgement
}

/// The fields that count, as they stand.
fn seen<'a>(view: &View<'a>, lens: &Lens<'_>) -> Vec<(&'a str, &'a str)> {
    view.fields().filter(|(name, _)| lens.sees(name)).collect()
}

/// A change of which both sides are as short as they are.
pub(super) fn change(path: &str, from: Option<String>, to: Option<String>) -> FieldChange {
    FieldChange { path: path.to_owned(), from, to, bytes: false }
}

fn outcomes(a: &View<'_>, b: &View<'_>) -> Option<FieldChange> {
    let (a, b) = (item(a), item(b));
    let told = |item: Option<crate::scenario::outcome::Item>| item.map(|item| item.to_string());
    (a != b).then(|| change("result", told(a), told(b)))
}

/// A name as it stands between its quotes, without escapes.
fn decoded(name: &str) -> String {
    if name.contains('\\') {
        return from_str(&format!("\"{name}\"")).unwrap_or_else(|_| name.to_owned());
    }
    name.to_owned()
}

/// A value as it stands; its line is canonical, so that it cannot fail to be one.
fn read(raw: &str) -> Value {
    from_str(raw).unwrap_or_else(|_| Value::Text(raw.to_owned().into()))
}

struct Changes {
    /// By how much later true time and local time are.
    shifts: [i64; 2],
    found: Vec<FieldChange>,
}

impl Changes {
    /// Fields as they stand. Mostly the same names stand in the same order, and only what differs is
    /// read; where they do not, nothing is found.
    fn in_step(&mut self, a: &View<'_>, b: &View<'_>, lens: &Lens<'_>) -> bool {
        let (mut a, mut b) = (a.fields(), b.fields());
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some((name, left)), Some((same, right))) if name == same => {
                    if left != right && lens.sees(name) {
                        self.values(&decoded(name), Some(&read(left)), Some(&read(right)));
                    }
                }
                _ => {
                    self.found.clear();
                    return false;
                }
            }
        }
    }

    /// Fields of which the names or their order differ, at least among those that do not count.
    fn records(&mut self, a: &[(&str, &str)], b: &[(&str, &str)]) {
        let object = |fields: &[(&str, &str)]| {
            let named = fields.iter().map(|(name, raw)| (decoded(name), read(raw)));
            named.fold(Object::new(), |object, (name, value)| object.with(name, value))
        };
        self.objects("", &object(a), &object(b));
        let same_order = a.iter().map(|field| field.0).eq(b.iter().map(|field| field.0));
        if self.found.is_empty() && !same_order {
            self.found.push(change("(order of the fields)", None, None));
        }
    }

    fn objects(&mut self, path: &str, a: &Object, b: &Object) {
        for (name, value) in a.iter() {
            self.values(&below(path, name), Some(value), b.get(name));
        }
        for (name, value) in b.iter().filter(|(name, _)| a.get(name).is_none()) {
            self.values(&below(path, name), None, Some(value));
        }
    }

    fn values(&mut self, path: &str, a: Option<&Value>, b: Option<&Value>) {
        match (a, b) {
            _ if a == b || self.found.len() >= FIELDS_MAX => (),
            (Some(Value::Object(a)), Some(Value::Object(b))) => self.objects(path, a, b),
            (Some(Value::List(a)), Some(Value::List(b))) if a.len() == b.len() => {
                for (at, (a, b)) in a.iter().zip(b).enumerate() {
                    self.values(&below(path, &at.to_string()), Some(a), Some(b));
                }
            }
            (Some(Value::Text(a)), Some(Value::Text(b))) if shifted(a, b, &self.shifts) => (),
            _ => self.found.push(FieldChange {
                path: path.to_owned(),
                from: a.map(shown),
                to: b.map(shown),
                bytes: [a, b].iter().flatten().all(|value| is_bytes(value)),
            }),
        }
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A digest, or bytes of at least that length, in hexadecimal.
fn is_bytes(value: &Value) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    value.as_text().is_some_and(|text| text.len() >= 64 && text.bytes().all(digit))
}

/// A value for people, on one line.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) if is_bytes(value) && text.len() == 64 => {
            return format!("sha256:{}", text.get(..12).unwrap_or(text));
        }
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("{} items", items.len()),
        Value::Object(object) => format!("{} values", object.iter().count()),
    };
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// Whether two texts are the same but for times in them, each of which is later by the same as true
/// time or as local time.
fn shifted(a: &str, b: &str, shifts: &[i64; 2]) -> bool {
    if shifts == &[0, 0] {
        return false;
    }
    let (mut a, mut b) = (a, b);
    loop {
        let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        if same == a.len() && same == b.len() {
            return true;
        }
        // The times begin at or before the first byte that differs: at most a time's length before.
        let from = same.saturating_sub(TIME_MAX);
        let starts = (from..=same).filter(|at| a.is_char_boundary(*at) && b.is_char_boundary(*at));
        let ends = starts.filter_map(|at| {
            let (left, right) = (leading_time(a.get(at..)?)?, leading_time(b.get(at..)?)?);
            let by = right.0.wrapping_sub(left.0);
            shifts.contains(&by).then_some((at + left.1, at + right.1))
        });
        match ends.min().filter(|(end, _)| *end > same) {
            Some((left, right)) => {
                a = a.get(left..).unwrap_or_default();
                b = b.get(right..).unwrap_or_default();
            }
            None => return false,
        }
    }
}

/// Length of the longest time, `2026-03-02T09:00:00.123456789Z`.
const TIME_MAX: usize = 30;

/// The time with which a text begins, and how long it is.
fn leading_time(text: &str) -> Option<(i64, usize)> {
    let length = text.get(..TIME_MAX.min(text.len())).unwrap_or(text).find('Z')? + 1;
    let time = text.get(..length)?.parse::<Timestamp>().ok()?;
    Some((time.to_nanoseconds()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::diff::Options;
    use crate::trace::Outline;

    fn fields(a: &str, b: &str) -> Vec<(String, Option<String>, Option<String>)> {
        fields_with(a, b, &Options::default())
    }

    fn fields_with(
        a: &str,
        b: &str,
        options: &Options,
    ) -> Vec<(String, Option<String>, Option<String>)> {
        let line = |fields: &str| {
            format!("{{\"n\":1,\"t\":\"2026-03-02T09:00:00Z\",\"kind\":\"k\"{fields}}}")
        };
        let (a, b) = (line(a), line(b));
        let view = |text| View { at: Outline::of(text).unwrap(), text };
        let judgement = judge(&view(&a), &view(&b), &Lens { options });
        judgement.fields.into_iter().map(|field| (field.path, field.from, field.to)).collect()
    }

    fn paths(a: &str, b: &str) -> Vec<String> {
        fields(a, b).into_iter().map(|field| field.0).collect()
    }

    #[test]
    fn fields_are_compared_by_name_and_named_by_path() {
        for (a, b, expected) in [
            (r#","a":1"#, r#","a":1"#, &[][..]),
            (r#","a":1"#, r#","a":2"#, &["a"]),
            (r#","a":1,"b":"x""#, r#","b":"x""#, &["a"]),
            (r#","b":"x""#, r#","a":1,"b":"y""#, &["b", "a"]),
            (r#","a":1,"b":1"#, r#","b":1,"a":1"#, &["(order of the fields)"]),
            (r#","o":{"x":1,"y":2}"#, r#","o":{"x":1,"y":3,"z":1}"#, &["o.y", "o.z"]),
            (r#","o":[1,{"a":1}]"#, r#","o":[1,{"a":2}]"#, &["o.1.a"]),
            (r#","o":[1,2]"#, r#","o":[1]"#, &["o"]),
            (r#","o":{"x":1}"#, r#","o":"x""#, &["o"]),
        ] {
            assert_eq!(paths(a, b), expected, "{a} {b}");
        }
        let found = fields(r#","a\"":"é\n""#, r#","a\"":7"#);
        let quoted = Some("\"é\\n\"".to_owned());
        assert_eq!(found, [("a\"".to_owned(), quoted, Some("7".to_owned()))]);
    }

    #[test]
    fn a_field_that_does_not_count_may_stand_on_one_side_alone() {
        let options = Options { ignore_fields: ["x".to_owned()].into(), ..Options::default() };
        for (a, b, expected) in [
            (r#","a":1,"x":7"#, r#","a":1"#, &[][..]),
            (r#","x":7,"a":1"#, r#","a":1,"b":"y""#, &["b"]),
            (r#","x":7,"a":1"#, r#","a":2"#, &["a"]),
            (r#","a":1,"x":7"#, r#","a":1,"x":8"#, &[]),
            (r#","x":7,"a":1,"b":1"#, r#","b":1,"a":1"#, &["(order of the fields)"]),
        ] {
            let found = fields_with(a, b, &options);
            let paths: Vec<&str> = found.iter().map(|field| &*field.0).collect();
            assert_eq!(paths, expected, "{a} {b}");
        }
    }

    #[test]
    fn times_inside_texts_may_shift_with_the_record() {
        let six = [360_000_000_000, 0];
        for (a, b, expected) in [
            ("2026-03-02T09:00:00Z", "2026-03-02T09:06:00Z", true),
            ("2026-03-02T09:59:00Z", "2026-03-02T10:05:00Z", true),
            ("600 s, until 2026-03-02T09:10:00Z", "600 s, until 2026-03-02T09:16:00Z", true),
            (
                "2026-03-02T09:00:00.5Z 2026-03-02T09:00:00Z é",
                "2026-03-02T09:06:00.5Z 2026-03-02T09:06:00Z é",
                true,
            ),
            ("2026-03-02T09:00:00Z", "2026-03-02T09:06:01Z", false),
            ("600 s, until 2026-03-02T09:10:00Z", "599 s, until 2026-03-02T09:16:00Z", false),
            ("2026-03-02T09:00:00Z", "2026-03-02T09:06:00Zz", false),
            ("é", "è", false),
            ("a", "", false),
        ] {
            assert_eq!(shifted(a, b, &six), expected, "{a} {b}");
        }
        assert!(!shifted("a", "b", &[0, 0]));
    }

    #[test]
    fn digests_are_told_from_other_values_and_values_are_short() {
        let digest = |letter: &str| format!(",\"sha256\":\"{}\"", letter.repeat(64));
        let found = fields(&digest("a"), &digest("b"));
        assert_eq!(found[0].1.as_deref(), Some("sha256:aaaaaaaaaaaa"));
        let long = fields(&format!(",\"x\":\"{}\"", "é".repeat(1000)), ",\"x\":1");
        assert_eq!(long[0].1.as_ref().unwrap().chars().count(), SHOWN_MAX + 1);
    }
}
