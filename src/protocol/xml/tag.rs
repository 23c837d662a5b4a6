//! What stands between `<` and `>`, and behind `&`.

use std::ops::Range;

use super::characters::{is_char, is_ncname, is_space};
use super::parse::{Parsed, fault, legal};
use super::tree::QName;

/// A start tag, taken apart.
pub(super) struct Tag {
    pub(super) name: QName,
    /// Attributes with their values, normalised, and their places.
    pub(super) attributes: Vec<(QName, String, Range<usize>)>,
    /// Namespace declarations: prefix (empty for the default) and namespace.
    pub(super) declarations: Vec<(String, String)>,
}

/// Takes a start tag apart: `a b="c"`. It begins at `at` in the text.
pub(super) fn tag(at: usize, written: &str, most: u32) -> Parsed<Tag> {
    let end = written.find(is_space).unwrap_or(written.len());
    let (name, mut rest) = written.split_at(end);
    let place = |rest: &str| at + written.len() - rest.len();
    let mut found =
        Tag { name: qname(at, name)?, attributes: Vec::new(), declarations: Vec::new() };
    let mut count = 0;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(found);
        }
        if trimmed.len() == rest.len() {
            return fault(place(rest), "no space stands before an attribute");
        }
        count += 1;
        if count > most {
            return fault(place(trimmed), format!("an element has more than {most} attributes"));
        }
        let (name, raw, tail) = attribute(place(trimmed), trimmed)?;
        let value = attribute_value(place(trimmed), raw)?;
        let full = qname(place(trimmed), name)?;
        match (full.prefix.as_str(), full.local.as_str()) {
            ("", "xmlns") => found.declarations.push((String::new(), value)),
            ("xmlns", _) => found.declarations.push((full.local, value)),
            _ => found.attributes.push((full, value, place(trimmed)..place(tail))),
        }
        rest = tail;
    }
}

/// `name="value"` at the start of a text that begins at `at`: name, value as written, what follows.
fn attribute(at: usize, text: &str) -> Parsed<(&str, &str, &str)> {
    let Some((name, value)) = text.split_once('=') else {
        return fault(at, "an attribute has no value");
    };
    let value = value.trim_start_matches(is_space);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else { return fault(at, "the value of an attribute is not quoted") };
    match value.get(1..).and_then(|value| value.split_once(quote)) {
        Some((value, tail)) => Ok((name.trim_end_matches(is_space), value, tail)),
        None => fault(at, "the value of an attribute has no end"),
    }
}

/// A name with at most one colon, and that inside.
fn qname(at: usize, text: &str) -> Parsed<QName> {
    let (prefix, local) = text.split_once(':').unwrap_or(("", text));
    let prefixed = local.len() < text.len();
    if !is_ncname(local) || (prefixed && !is_ncname(prefix)) {
        return fault(at, "a name is not legal");
    }
    Ok(QName { prefix: prefix.to_owned(), local: local.to_owned() })
}

/// The character of a reference, by what stands between `&` and `;`.
pub(super) fn reference(name: &str) -> Result<char, &'static str> {
    let number = match name.strip_prefix('#') {
        Some(number) => number,
        None => {
            return match name {
                "amp" => Ok('&'),
                "lt" => Ok('<'),
                "gt" => Ok('>'),
                "quot" => Ok('"'),
                "apos" => Ok('\''),
                _ => Err("an entity is not one of the predefined ones"),
            };
        }
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number);
    let character = code.and_then(char::from_u32).filter(|c| is_char(*c));
    character.ok_or("a character reference stands for no legal character")
}

/// The value of an attribute as an application sees it (XML 1.0 section 3.3.3).
fn attribute_value(at: usize, raw: &str) -> Parsed<String> {
    if raw.contains('<') {
        return fault(at, "`<` stands in the value of an attribute");
    }
    legal(at, raw)?;
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(place) = rest.find(['&', '\t', '\n', '\r']) {
        let (before, tail) = rest.split_at(place);
        value.push_str(before);
        rest = match tail.strip_prefix('&') {
            Some(tail) => {
                let Some((name, tail)) = tail.split_once(';') else {
                    return fault(at, "a reference in an attribute has no end");
                };
                value.push(reference(name).or_else(|what| fault(at, what))?);
                tail
            }
            None => {
                value.push(' ');
                tail.strip_prefix("\r\n").or_else(|| tail.get(1..)).unwrap_or_default()
            }
        };
    }
    value.push_str(rest);
    Ok(value)
}

/// `xml version="1.0" encoding="…" standalone="…"`, at the very beginning (XML 1.0 section 2.8). The
/// text is decoded already, so the encoding may be any.
pub(super) fn xml_declaration(at: usize, declaration: &str) -> Parsed<()> {
    if at > 0 {
        return fault(at, "an XML declaration stands elsewhere than at the beginning");
    }
    let mut rest = declaration.strip_prefix("xml").unwrap_or(declaration);
    let mut known = ["version", "encoding", "standalone"].into_iter();
    let mut is_first = true;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        match trimmed.is_empty() {
            true if is_first => return fault(at, "the XML declaration names no version"),
            true => return Ok(()),
            false if trimmed.len() == rest.len() => {
                return fault(at, "no space stands in the XML declaration where one is due");
            }
            false => {}
        }
        let (name, value, tail) = attribute(at, trimmed)?;
        // Each once, in this order, the first always.
        let in_order = known.any(|known| known == name) && (name == "version") == is_first;
        if !in_order || !may_declare(name, value) {
            return fault(at, format!("the XML declaration says {name}={value:?}"));
        }
        (rest, is_first) = (tail, false);
    }
}

/// Whether an XML declaration may say so.
fn may_declare(name: &str, value: &str) -> bool {
    match name {
        "version" => value == "1.0",
        "standalone" => matches!(value, "yes" | "no"),
        _ => {
            let mut chars = value.chars();
            chars.next().is_some_and(|c| c.is_ascii_alphabetic())
                && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        }
    }
}
