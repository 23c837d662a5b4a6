//! The types of a manual as text.

use serde_json::{Map, Value};

use super::{description, last_segment, list};

/// The widest line, in characters.
const WIDTH: usize = 100;

/// The manual while it is written.
pub(super) struct Manual<'a> {
    definitions: &'a Map<String, Value>,
    root_name: &'a str,
    side: Side,
    text: String,
}

/// Whether a type is read from files or printed by commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Printed,
}

impl<'a> Manual<'a> {
    pub(super) fn new(
        definitions: &'a Map<String, Value>,
        root_name: &'a str,
        side: Side,
    ) -> Manual<'a> {
        Manual { definitions, root_name, side, text: String::new() }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn definition(&mut self, name: &str, schema: &Value) {
        self.comment(0, description(schema));
        let choices = choices(schema);
        if !choices.is_empty() {
            self.line(0, &format!("{name} is one of:"), None);
            choices.iter().for_each(|choice| self.choice(choice));
        } else if schema.get("properties").is_some() {
            self.fields(0, name, schema);
        } else if type_name(schema) == "null" {
            self.line(0, name, None);
        } else {
            self.line(0, &format!("{name}: {}", self.type_words(schema)), None);
        }
    }

    /// `name(`, the fields of a struct, `)`.
    fn fields(&mut self, depth: usize, name: &str, schema: &Value) {
        let empty = Map::new();
        let fields = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        if fields.is_empty() {
            return self.line(depth, &format!("{name}()"), None);
        }
        self.line(depth, &format!("{name}("), None);
        let required = list(schema, "required");
        for (field, schema) in fields {
            self.comment(depth + 1, description(schema));
            let is_required = required.iter().any(|name| name.as_str() == Some(field));
            let line = format!("{field}: {},", self.type_words(schema));
            self.line(depth + 1, &line, self.presence(schema, is_required).as_deref());
        }
        if let Some(rest) = schema.get("additionalProperties").filter(|rest| rest.is_object()) {
            let line = format!("…: {},", self.type_words(rest));
            self.line(depth + 1, &line, Some("fields of any other name"));
        }
        self.line(depth, ")", None);
    }

    /// A variant of an enum, as it is written.
    fn choice(&mut self, choice: &Value) {
        self.comment(1, description(choice));
        if let Some(word) = choice.get("const").and_then(Value::as_str) {
            return self.line(1, &as_written(word), None);
        }
        let fields = choice.get("properties").and_then(Value::as_object);
        let Some((name, held)) = fields.and_then(|fields| fields.iter().next()) else {
            return self.line(1, &self.type_words(choice), None);
        };
        if held.get("properties").is_some() {
            return self.fields(1, name, held);
        }
        let words = self.type_words(held);
        // A tuple brings its own parentheses.
        let is_tuple = held.get("prefixItems").is_some();
        let line = if is_tuple { format!("{name}{words}") } else { format!("{name}({words})") };
        let note =
            self.is_struct(held).then(|| format!("the fields of {words} may follow directly"));
        self.line(1, &line, note.as_deref());
    }

    fn is_struct(&self, schema: &Value) -> bool {
        self.resolved(schema).get("properties").is_some()
    }

    /// The definition that a schema refers to, or itself.
    fn resolved<'b>(&'b self, schema: &'b Value) -> &'b Value {
        let target = reference_of(schema).and_then(|name| self.definitions.get(name));
        target.unwrap_or(schema)
    }

    /// Whether a field stands there always.
    fn presence(&self, schema: &Value, is_required: bool) -> Option<String> {
        match (self.side, is_required) {
            (Side::Read, true) => Some("required".to_owned()),
            (Side::Read, false) => Some(self.default(schema)),
            (Side::Printed, true) => {
                is_nullable(schema).then(|| "null where there is none".to_owned())
            }
            (Side::Printed, false) => Some("left out where there is none".to_owned()),
        }
    }

    /// What a field is when it is left out.
    fn default(&self, schema: &Value) -> String {
        match schema.get("default") {
            None | Some(Value::Null) => "optional".to_owned(),
            Some(value) => {
                let shown = self.value_words(value, schema);
                if shown.chars().count() <= 48 {
                    format!("default: {shown}")
                } else {
                    "optional, with the defaults of its fields".to_owned()
                }
            }
        }
    }

    /// A value as a scenario would write it; its schema tells names from texts.
    fn value_words(&self, value: &Value, schema: &Value) -> String {
        let schema = self.resolved(schema);
        match value {
            Value::String(text) if choices(schema).iter().any(|choice| is_word(choice, text)) => {
                as_written(text)
            }
            Value::Array(items) => {
                let inner = schema.get("items").unwrap_or(&Value::Null);
                let items: Vec<String> =
                    items.iter().map(|item| self.value_words(item, inner)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Object(entries) => self.object_words(entries, schema),
            Value::Null => "None".to_owned(),
            other => other.to_string(),
        }
    }

    fn object_words(&self, entries: &Map<String, Value>, schema: &Value) -> String {
        let named = |key: &str, value: &Value| {
            let inner = schema.get("properties").and_then(|fields| fields.get(key));
            format!("{key}: {}", self.value_words(value, inner.unwrap_or(&Value::Null)))
        };
        let shown: Vec<String> = entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| named(key, value))
            .collect();
        match choices(schema).as_slice() {
            [] => format!("({})", shown.join(", ")),
            // The single entry of a variant is its name and what it holds.
            _ => shown.join(", ").replacen(": ", "(", 1) + ")",
        }
    }

    /// A type in the words of the format.
    fn type_words(&self, schema: &Value) -> String {
        if let Some(name) = reference_of(schema) {
            return if name == "#" { self.root_name } else { name }.to_owned();
        }
        let words: Vec<&str> = list(schema, "enum").iter().filter_map(Value::as_str).collect();
        if !words.is_empty() {
            return words.join(" or ");
        }
        let alternatives = alternatives(schema);
        if !alternatives.is_empty() {
            let words: Vec<String> =
                alternatives.into_iter().map(|schema| self.type_words(schema)).collect();
            return words.join(" or ");
        }
        match type_name(schema) {
            "string" => "text".to_owned(),
            "boolean" => "true or false".to_owned(),
            "integer" => number_words(schema),
            "array" => self.array_words(schema),
            "object" => self.map_words(schema),
            _ => "any value".to_owned(),
        }
    }

    fn array_words(&self, schema: &Value) -> String {
        let parts: Vec<String> =
            list(schema, "prefixItems").iter().map(|part| self.type_words(part)).collect();
        if !parts.is_empty() {
            return format!("({})", parts.join(", "));
        }
        let item = schema.get("items").map_or("any value".to_owned(), |item| self.type_words(item));
        format!("[{item}, …]")
    }

    fn map_words(&self, schema: &Value) -> String {
        let object = |key: &str| schema.get(key).and_then(Value::as_object);
        // Keys that are words of an enum appear as properties, numbers as a pattern.
        let words = object("properties").filter(|words| !words.is_empty());
        let (keys, value) = if let Some(words) = words {
            let keys: Vec<&str> = words.keys().map(String::as_str).collect();
            (keys.join(" or "), words.values().next())
        } else if let Some(numbers) = object("patternProperties") {
            ("number".to_owned(), numbers.values().next())
        } else {
            let value = schema.get("additionalProperties").filter(|value| value.is_object());
            ("name".to_owned(), value)
        };
        let value = value.map_or("any value".to_owned(), |value| self.type_words(value));
        format!("{{ {keys}: {value}, … }}")
    }

    /// A line of the format, with a note behind it, or above it where there is no room.
    pub(super) fn line(&mut self, depth: usize, line: &str, note: Option<&str>) {
        let indent = "    ".repeat(depth);
        let width = |text: &str| text.chars().count();
        match note {
            Some(note) => {
                let column = 56usize.saturating_sub(indent.len());
                let padded = format!("{indent}{line:column$} // {note}");
                if width(&padded) > WIDTH {
                    self.comment(depth, note);
                    self.text.push_str(&format!("{indent}{line}\n"));
                } else {
                    self.text.push_str(&format!("{padded}\n"));
                }
            }
            None => self.text.push_str(&format!("{indent}{line}\n")),
        }
    }

    /// Documentation, wrapped; paragraphs stay apart.
    pub(super) fn comment(&mut self, depth: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        // Links of the documentation are for other readers.
        let text = &text.replace("[`", "`").replace("`]", "`");
        let prefix = format!("{}//", "    ".repeat(depth));
        for paragraph in text.split("\n\n") {
            if !std::ptr::eq(paragraph.as_ptr(), text.as_ptr()) {
                self.text.push_str(&format!("{prefix}\n"));
            }
            let mut line = prefix.clone();
            for word in paragraph.split_whitespace() {
                if line.chars().count() + 1 + word.chars().count() > WIDTH && line != prefix {
                    self.text.push_str(&format!("{line}\n"));
                    line.clone_from(&prefix);
                }
                line.push(' ');
                line.push_str(word);
            }
            self.text.push_str(&format!("{line}\n"));
        }
    }
}

/// The variants of an enum.
fn choices(schema: &Value) -> Vec<Value> {
    let one_of = list(schema, "oneOf");
    let (words, others): (Vec<&Value>, Vec<&Value>) =
        one_of.iter().partition(|choice| choice.get("enum").is_some());
    if one_of.is_empty() {
        return plain_words(schema);
    }
    // Variants without documentation stand together; each gets a line of its own.
    words.into_iter().flat_map(plain_words).chain(others.into_iter().cloned()).collect()
}

fn plain_words(schema: &Value) -> Vec<Value> {
    list(schema, "enum").iter().map(|word| serde_json::json!({ "const": word })).collect()
}

/// A word of a choice: bare where it is a name, a text in quotes else (`"5.6"`).
fn as_written(word: &str) -> String {
    let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_name { word.to_owned() } else { format!("\"{word}\"") }
}

fn is_word(choice: &Value, word: &str) -> bool {
    choice.get("const").and_then(Value::as_str) == Some(word)
}

/// The name of the type that a schema stands for, through `allOf` and `or null`.
fn reference_of(schema: &Value) -> Option<&str> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return Some(last_segment(target));
    }
    match alternatives(schema).as_slice() {
        [only] => reference_of(only),
        _ => list(schema, "allOf").iter().find_map(reference_of),
    }
}

/// The schemas of which any may hold, without `null`.
fn alternatives(schema: &Value) -> Vec<&Value> {
    list(schema, "anyOf").iter().filter(|schema| type_name(schema) != "null").collect()
}

/// Whether a value may be `null`.
fn is_nullable(schema: &Value) -> bool {
    let null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
    list(schema, "anyOf").iter().any(null)
        || list(schema, "type").iter().any(|name| name.as_str() == Some("null"))
}

/// The JSON type, or the one beside `null`.
fn type_name(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("")
        }
        _ => "",
    }
}

fn number_words(schema: &Value) -> String {
    let least = schema.get("minimum").and_then(Value::as_i64);
    let most = schema.get("maximum").and_then(Value::as_u64);
    let format = schema.get("format").and_then(Value::as_str).unwrap_or("");
    let most = most.or((format == "uint32").then_some(u64::from(u32::MAX)));
    match (least, most) {
        (Some(least), Some(most)) => format!("number {least}..{most}"),
        (Some(0), None) | (None, Some(_)) => "number".to_owned(),
        (Some(least), None) => format!("number from {least}"),
        (None, None) => "number, also negative".to_owned(),
    }
}
