//! The manual of the scenario format, made from the types that load it.
//!
//! Fields, types, defaults and documentation come from the same definitions that decoding uses, so the
//! manual cannot say anything else than what loads. It is written like a scenario: documentation as
//! comments, then `field: type,`, then whether the field is required or what it is when left out.

mod manual;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::decode::RequiredFields;
use manual::{Manual, Side};

/// The JSON Schema of a type, for editors and other programs.
pub fn json_schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

/// The JSON Schema of what a type is printed as.
pub fn printed_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::default().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// How files are written.
const OPENING: &str = include_str!("opening.txt");

/// A small plex, as an example of the format.
pub const EXAMPLE_PLEX: &str = include_str!("example-plex.ron");

/// A small scenario on [`EXAMPLE_PLEX`].
pub const EXAMPLE: &str = include_str!("example.ron");

/// The manual of a file: how files are written, an example, the reference.
pub fn manual<T: JsonSchema>(about: &str, example: &str) -> String {
    let reference = reference::<T>();
    let rule = format!("// {}\n", "-".repeat(97));
    format!("// {about}\n//\n{OPENING}//\n// An example:\n\n{example}\n{rule}\n{reference}")
}

/// The annotated reference of a type that is read and of every type that it mentions, each once.
pub fn reference<T: JsonSchema>() -> String {
    reference_of(&json_schema::<T>(), Side::Read)
}

/// The annotated reference of a type that is printed.
pub fn printed_reference<T: JsonSchema>() -> String {
    reference_of(&printed_schema::<T>(), Side::Printed)
}

fn reference_of(root: &Value, side: Side) -> String {
    let empty = Map::new();
    let definitions = root.get("$defs").and_then(Value::as_object).unwrap_or(&empty);
    let name = root.get("title").and_then(Value::as_str).unwrap_or("Value");
    let mut manual = Manual::new(definitions, name, side);
    manual.definition(name, root);
    let (types, texts): (Vec<&str>, Vec<&str>) = mentioned(root, definitions, name)
        .into_iter()
        .partition(|name| !definitions.get(*name).is_some_and(is_plain_text));
    for name in types {
        manual.blank();
        manual.definition(name, definitions.get(name).unwrap_or(&Value::Null));
    }
    if !texts.is_empty() {
        manual.blank();
        manual.comment(0, "Texts with a syntax of their own. All of them stand in quotes.");
    }
    for name in texts {
        manual.blank();
        let schema = definitions.get(name).unwrap_or(&Value::Null);
        manual.comment(0, description(schema));
        manual.line(0, &format!("{name}: text"), None);
    }
    manual.text()
}

/// The required fields of every struct, by the sorted names of all its fields. Of two structs with the
/// same names only what both require is kept.
pub(super) fn required_fields<T: JsonSchema>() -> RequiredFields {
    let mut found = RequiredFields::new();
    collect_required(&json_schema::<T>(), &mut found);
    found
}

fn collect_required(schema: &Value, found: &mut RequiredFields) {
    if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
        let mut names: Vec<String> = fields.keys().cloned().collect();
        names.sort();
        let required = list(schema, "required").iter().filter_map(Value::as_str);
        let required: Vec<String> = required.map(str::to_owned).collect();
        let known = found.entry(names).or_insert_with(|| required.clone());
        known.retain(|name| required.contains(name));
    }
    match schema {
        Value::Object(entries) => entries.values().for_each(|inner| collect_required(inner, found)),
        Value::Array(items) => items.iter().for_each(|inner| collect_required(inner, found)),
        _ => {}
    }
}

/// The names of the types that a schema mentions, in the order in which a reader meets them.
fn mentioned<'a>(
    root: &'a Value,
    definitions: &'a Map<String, Value>,
    root_name: &str,
) -> Vec<&'a str> {
    let mut order = Vec::new();
    let mut known = BTreeSet::from([root_name, "#"]);
    let mut waiting = references(root);
    waiting.reverse();
    while let Some(name) = waiting.pop() {
        if !known.insert(name) {
            continue;
        }
        order.push(name);
        let mut next = definitions.get(name).map(references).unwrap_or_default();
        next.reverse();
        waiting.append(&mut next);
    }
    order
}

/// The names of the types that a schema mentions itself.
fn references(schema: &Value) -> Vec<&str> {
    match schema {
        Value::Object(entries) => entries
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "$defs" | "default"))
            .flat_map(|(key, value)| match value.as_str() {
                Some(target) if key == "$ref" => vec![last_segment(target)],
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// The name in `#/$defs/Name`; a reference to the whole schema is `#` alone.
fn last_segment(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// A text with a syntax of its own, not a choice of words.
fn is_plain_text(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("string") && schema.get("enum").is_none()
}

fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
