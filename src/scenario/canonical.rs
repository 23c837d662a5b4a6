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
    let mut found = Vec::new();
    compare("", a, b, &mut found);
    found
}

fn compare(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let only_b = b.iter().filter(|(key, _)| !a.contains_key(*key));
            for (key, value) in a {
                match b.get(key) {
                    Some(other) => compare(&joined(path, key), value, other, found),
                    None => found.push(joined(path, key)),
                }
            }
            found.extend(only_b.map(|(key, _)| joined(path, key)));
        }
        (Value::Array(a), Value::Array(b)) => compare_lists(path, a, b, found),
        _ if a == b => {}
        _ => found.push(path.to_owned()),
    }
}

fn compare_lists(path: &str, a: &[Value], b: &[Value], found: &mut Vec<String>) {
    let (a, b) = (labelled(a), labelled(b));
    let index = |list: &[(String, &Value)]| -> BTreeMap<String, usize> {
        list.iter().enumerate().map(|(index, (label, _))| (label.clone(), index)).collect()
    };
    let (in_a, in_b) = (index(&a), index(&b));
    let mut last = None;
    let mut moved = false;
    for (label, value) in &a {
        let other = in_b.get(label).and_then(|index| Some((index, b.get(*index)?.1)));
        match other {
            Some((index, other)) => {
                moved |= last.is_some_and(|last| index < last);
                last = Some(index);
                compare(&joined(path, label), value, other, found);
            }
            None => found.push(joined(path, label)),
        }
    }
    let only_b = b.iter().filter(|(label, _)| !in_a.contains_key(label));
    found.extend(only_b.map(|(label, _)| joined(path, label)));
    if moved {
        // Elements that both have stand in another order: the list itself differs.
        found.push(path.to_owned());
    }
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
