//! A document taken apart for people: its elements and attributes with their places, and what an
//! assertion in it says. Nothing is verified.

use super::assertion;
use super::signature;
use super::validate::moment;
use super::{SIGNATURE_NAMESPACE as DS, Version};
use crate::protocol::anatomy::{Flaws, Part};
use crate::protocol::x509::{Certificate, KeyRing};
use crate::protocol::xml::{Document, Kind, NodeId};

/// The name of this kind of token.
pub const KIND: &str = "SAML";

/// Longest value that is shown whole (bytes); the beginning of a longer one is.
const VALUE_MAX: usize = 4096;

/// Whether octets begin as a document does.
pub fn begins(bytes: &[u8]) -> bool {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bare.trim_ascii_start().first() == Some(&b'<')
}

/// Takes octets apart as a document in UTF-8; flaws are where it is none.
pub fn take_apart(bytes: &[u8], flaws: &mut Flaws) -> Part {
    flaws.enter(KIND);
    let whole = Part::new(KIND, "octets", 0, bytes.len());
    let part = match std::str::from_utf8(bytes) {
        Err(error) => {
            flaws.note(error.valid_up_to(), "no character of UTF-8");
            whole
        }
        Ok(text) => match Document::parse(text) {
            Err(error) => {
                flaws.note(offset(text, error.line, error.column), error.what);
                whole
            }
            Ok(document) => {
                // Places are told from behind a byte order mark.
                let base = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
                let parts = vec![element(&document, document.root(), base)];
                Part { form: "document", parts, ..whole }
            }
        },
    };
    flaws.leave();
    part
}

/// The octet of a line and a column.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let base = text.len() - bare.len();
    let lines = bare.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    let start: usize = lines.map(str::len).sum();
    let rest = bare.get(start..).unwrap_or_default();
    let inside = rest.char_indices().nth(column.saturating_sub(1) as usize);
    base + start + inside.map_or(rest.len(), |(at, _)| at)
}

/// An element with its attributes and what is in it. Elements are not deeper than documents may be.
fn element(document: &Document, id: NodeId, base: usize) -> Part {
    let place = document.written(id);
    let Some(own) = document.element(id) else {
        return Part::new("", "octets", base + place.start, place.len());
    };
    let name = own.name.to_string();
    let mut part = Part::new(name, "element", base + place.start, place.len());
    part.parts.extend(own.attributes.iter().map(|own| {
        let place = own.written();
        Part::new(own.name.to_string(), "attribute", base + place.start, place.len())
            .with_value(shown(&own.value))
    }));
    let inner = document.elements(id).map(|child| element(document, child, base));
    part.parts.extend(inner.collect::<Vec<_>>());
    if document.elements(id).next().is_none() {
        let text = document.text(id);
        let meaning = meaning(document, id, &text);
        let value =
            if text.trim().is_empty() && !part.parts.is_empty() { None } else { Some(text) };
        part.value = value.as_deref().map(shown);
        part = part.with_meaning(meaning);
    }
    let comments = document.children(id).filter(|child| {
        matches!(document.kind(*child), Some(Kind::Comment(_) | Kind::Instruction(_, _)))
    });
    part.parts.extend(comments.map(|child| {
        let place = document.written(child);
        let (form, text) = match document.kind(child) {
            Some(Kind::Comment(text)) => ("comment", text.clone()),
            Some(Kind::Instruction(target, data)) => ("instruction", format!("{target} {data}")),
            _ => ("octets", String::new()),
        };
        Part::new(form, form, base + place.start, place.len()).with_value(shown(&text))
    }));
    part.parts.sort_by_key(|part| part.offset);
    part
}

/// A value, or its beginning.
fn shown(text: &str) -> String {
    if text.len() <= VALUE_MAX {
        return text.to_owned();
    }
    let end = (0..=VALUE_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

/// What a value means that people cannot read.
fn meaning(document: &Document, id: NodeId, text: &str) -> Option<String> {
    let is_certificate = document.is(id, DS, "X509Certificate");
    let der = signature::decoded(text).filter(|_| is_certificate)?;
    Some(match Certificate::from_der(&der) {
        Ok(own) => own.subject,
        Err(error) => error.to_string(),
    })
}

/// What the first assertion of a document says, by name; nothing where there is none.
pub fn facts(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let is_assertion = |id: &NodeId| {
        let is = |version: Version| document.is(*id, version.namespace(), "Assertion");
        is(Version::V11) || is(Version::V20)
    };
    let Some(root) = document.all_elements().find(is_assertion) else { return Vec::new() };
    let mut facts = Vec::new();
    let read = assertion::version(&document, root)
        .and_then(|version| assertion::read(&document, root, version));
    let own = match read {
        Ok(read) => read.assertion,
        Err(wrong) => return vec![("assertion", format!("not as its schema says: {wrong}"))],
    };
    let version = if own.version == Version::V11 { "1.1" } else { "2.0" };
    facts.push(("assertion", format!("SAML {version}, {}", own.id)));
    facts.push(("issuer", own.issuer));
    facts.extend(own.subject.name.map(|name| ("subject", name)));
    facts.extend(own.confirmation_method.map(|method| ("confirmation", method)));
    facts.extend(own.authentication_method.map(|method| ("authentication", method)));
    facts.extend(own.not_before.map(|time| ("not before", moment(time))));
    facts.extend(own.not_on_or_after.map(|time| ("not on or after", moment(time))));
    let names: Vec<&str> = own.attributes.iter().map(|own| own.name.as_str()).collect();
    if !names.is_empty() {
        facts.push(("attributes", names.join(", ")));
    }
    facts.push(("signature", signed(&document, root, &own.id)));
    facts
}

/// The signature in words, unverified.
fn signed(document: &Document, root: NodeId, id: &str) -> String {
    let own = match signature::read(document, root, id) {
        Ok(own) => own,
        Err(wrong) => return format!("none that DFHSAML takes: {wrong}"),
    };
    let signer = match own.certificates(document, &KeyRing::default()) {
        Ok(all) => all.first().map_or("no certificate".to_owned(), |own| own.subject.clone()),
        Err(wrong) => wrong,
    };
    let (hash, digest) = (own.hash.word(), own.digest_hash.word());
    format!("RSA with {hash}, digest {digest}, {signer}; not verified here")
}
