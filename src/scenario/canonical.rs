//! The canonical form of a model: what a scenario is, whatever its files look like.
//!
//! Comments, blanks, the order of map entries and the place on disk are gone, defaults are filled in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::overrides::joined;

/// The canonical form of a value, the keys of all objects sorted.
///
/// # Errors
/// The type cannot be written as JSON (a map with keys that are no texts): a mistake in the model, never
/// of a user.
pub fn canonical<T: Serialize>(value: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(value).map(sorted)
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<(String, Value)> = entries.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            let sorted = entries.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(sorted.collect::<Map<String, Value>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// The BLAKE3 digest of a canonical form, in 64 hexadecimal digits.
pub fn digest(value: &Value) -> String {
    blake3::hash(value.to_string().as_bytes()).to_hex().to_string()
}

/// The paths at which two canonical forms differ, as [`super::overrides`] writes paths.
///
/// Elements of lists are compared by their `name` where they have one, else by index. Enum variants
/// appear with their name (`script.queued.do.Start.region`); [`super::overrides::normal`] removes it.
/// Something that only one of the two has is one difference, not one for each of its parts.
pub fn differences(a: &Value, b: &Value) -> Vec<String> {
    changes(a, b).into_iter().map(|change| change.path).collect()
}

/// What stands at one path in one canonical form and in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// The path.
    pub path: String,
    /// What the first has there.
    pub from: Option<&'a Value>,
    /// What the second has there.
    pub to: Option<&'a Value>,
}

/// The [`differences`] of two canonical forms with the values of both.
pub fn changes<'a>(a: &'a Value, b: &'a Value) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    compare(String::new(), Some(a), Some(b), &mut found);
    found
}

fn compare<'a>(
    path: String,
    from: Option<&'a Value>,
    to: Option<&'a Value>,
    found: &mut Vec<Change<'a>>,
) {
    match (from, to) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let only_b = b.iter().filter(|(key, _)| !a.contains_key(*key));
            for (key, value) in a {
                compare(joined(&path, key), Some(value), b.get(key), found);
            }
            for (key, value) in only_b {
                compare(joined(&path, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a != b => {
            compare_lists(&path, a, b, found);
            if moved(a, b) {
                // Elements that both have stand in another order: the list itself differs.
                found.push(Change { path, from, to });
            }
        }
        _ if from == to => {}
        _ => found.push(Change { path, from, to }),
    }
}

fn compare_lists<'a>(path: &str, a: &'a [Value], b: &'a [Value], found: &mut Vec<Change<'a>>) {
    let (a, b) = (labelled(a), labelled(b));
    let in_b: BTreeMap<&str, &Value> = b.iter().map(|(label, v)| (label.as_str(), *v)).collect();
    let in_a: BTreeSet<&str> = a.iter().map(|(label, _)| label.as_str()).collect();
    for (label, value) in &a {
        let other = in_b.get(label.as_str()).copied();
        compare(joined(path, label), Some(value), other, found);
    }
    for (label, value) in b.iter().filter(|(label, _)| !in_a.contains(label.as_str())) {
        compare(joined(path, label), None, Some(value), found);
    }
}

/// Whether elements that both lists have stand in another order.
fn moved(a: &[Value], b: &[Value]) -> bool {
    let b = labelled(b);
    let in_b: BTreeMap<&str, usize> =
        b.iter().enumerate().map(|(at, (label, _))| (label.as_str(), at)).collect();
    let a = labelled(a);
    !a.iter().filter_map(|(label, _)| in_b.get(label.as_str())).is_sorted()
}

/// The elements of a list by the names that paths use: their own, if no element before has it.
fn labelled(items: &[Value]) -> Vec<(String, &Value)> {
    let mut names = BTreeSet::new();
    let label = |(index, item): (usize, _)| {
        let name = own_name(item).filter(|name| names.insert(*name));
        (name.map_or_else(|| index.to_string(), str::to_owned), item)
    };
    items.iter().enumerate().map(label).collect()
}

fn own_name(item: &Value) -> Option<&str> {
    let own = |value: &'_ Value| value.get("name").and_then(Value::as_str).is_some();
    let inner = match item.as_object() {
        // What a variant holds may bear the name.
        Some(object) if object.len() == 1 && !own(item) => object.values().next()?,
        _ => item,
    };
    inner.get("name").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_named_by_path() {
        let a = json!({
            "seed": 1,
            "systems": { "A": { "skew": "0s" }, "a.b": 1 },
            "script": [ { "name": "queued", "at": "09:00:00" }, { "at": "+5s", "do": { "Wait": "1s" } } ],
        });
        let mut b = a.clone();
        assert_eq!(differences(&a, &b), [""; 0]);
        b["systems"]["A"]["skew"] = json!("6m");
        b["systems"]["a.b"] = json!(2);
        b["script"][0]["at"] = json!("10:00:00");
        b["script"][1]["do"]["Wait"] = json!("2s");
        b["title"] = json!("x");
        let expected =
            ["systems.A.skew", "systems.\"a.b\"", "script.queued.at", "script.1.do.Wait", "title"];
        assert_eq!(differences(&a, &b), expected);
    }

    #[test]
    fn named_elements_that_move_are_a_difference_of_their_list() {
        let list = |names: &[&str]| json!({ "l": names.iter().map(|n| json!({ "name": n })).collect::<Vec<_>>() });
        assert_eq!(differences(&list(&["a", "b"]), &list(&["b", "a"])), ["l"]);
        assert_eq!(differences(&list(&["a", "b"]), &list(&["a", "c", "b"])), ["l.c"]);
        assert_eq!(differences(&list(&["a"]), &list(&["a", "a"])), ["l.1"]);
    }

    #[test]
    fn the_digest_does_not_see_the_order_of_keys() {
        let a: Value = serde_json::from_str(r#"{"a": 1, "b": {"d": 1, "c": 2}}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"b": {"c": 2, "d": 1}, "a": 1}"#).unwrap();
        let digests = [&a, &b].map(|value| digest(&canonical(value).unwrap()));
        assert_eq!(digests[0], digests[1]);
        assert_eq!(digests[0].len(), 64);
        assert_ne!(digests[0], digest(&json!({})));
    }
}
