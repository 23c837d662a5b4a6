//! Documents, signed assertions and certificates that nobody made in good faith.

use std::ops::Range;

use crate::protocol::saml::{self, Policy};
use crate::protocol::x509::Certificate;
use crate::protocol::xml::canonical::{self, Form, canonical};
use crate::protocol::xml::{Document, Kind, NodeId};

/// Bytes as a document: places lie inside one another, names and characters are legal, and what is told
/// of a damaged one is a place in it.
///
/// # Errors
/// What did not hold.
pub fn xml(bytes: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let lines = text.split('\n').count();
            let line = text.split('\n').nth(error.line as usize - 1).unwrap_or_default();
            let columns = line.chars().count() + 1;
            return match error.line as usize <= lines && error.column as usize <= columns {
                true if !error.what.is_empty() => Ok(()),
                _ => Err(format!("no place in {lines} lines: {error}")),
            };
        }
    };
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let whole = 0..bare.len();
    for id in document.all_within(document.root()) {
        let place = document.written(id);
        let around = document.parent(id).map_or(whole.clone(), |above| document.written(above));
        if !inside(&place, &around) || bare.get(place.clone()).is_none_or(str::is_empty) {
            return Err(format!("{place:?} is not in {around:?}"));
        }
        let begins = bare.get(place.start..).unwrap_or_default();
        let mark = match document.kind(id) {
            Some(Kind::Element(own)) => format!("<{}", own.name),
            Some(Kind::Comment(_)) => "<!--".to_owned(),
            Some(Kind::Instruction(target, _)) => format!("<?{target}"),
            Some(Kind::Text(_)) | None => String::new(),
        };
        if !begins.starts_with(&mark) {
            return Err(format!("`{mark}` does not begin at {}", place.start));
        }
    }
    Ok(())
}

fn inside(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Bytes as a document: each of its canonical forms is a document that has itself as its canonical form,
/// and says the same.
///
/// # Errors
/// What did not hold.
pub fn canonical_forms(bytes: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let Ok(document) = Document::parse(text) else { return Ok(()) };
    for form in forms(bytes) {
        let Ok(once) = canonical::document(&document, &form) else { continue };
        let again = Document::parse(&once);
        let again = again.map_err(|error| format!("{form:?} is no document: {error}\n{once}"))?;
        match canonical::document(&again, &form) {
            Ok(twice) if twice == once => {}
            other => return Err(format!("{form:?} of {once}\nis {other:?}")),
        }
        let (old, new) = (document.root(), again.root());
        if document.text(old) != again.text(new) || !same_names(&document, &again) {
            return Err(format!("{form:?} says something else: {once}"));
        }
        elements_alone(&document, &form)?;
    }
    Ok(())
}

/// The four forms, and the exclusive one with prefixes that depend on the bytes.
fn forms(bytes: &[u8]) -> Vec<Form> {
    let kinds = [(false, false), (false, true), (true, false), (true, true)];
    let plain = |(exclusive, comments)| Form { exclusive, comments, ..Form::default() };
    let listed = bytes.len() % 3;
    let prefixes = ["#default", "a", "ds"].iter().skip(listed).map(|word| (*word).to_owned());
    let mut all: Vec<Form> = kinds.into_iter().map(plain).collect();
    all.push(Form { exclusive: true, comments: false, prefixes: prefixes.collect() });
    all
}

fn same_names(one: &Document, other: &Document) -> bool {
    let names = |document: &Document| -> Vec<(String, String)> {
        let name = |id: NodeId| {
            let own = document.element(id).map(|own| own.name.to_string());
            (document.namespace(id).to_owned(), own.unwrap_or_default())
        };
        document.all_elements().map(name).collect()
    };
    names(one) == names(other)
}

/// The canonical form of an element alone is a document too: it has all declarations that it needs.
fn elements_alone(document: &Document, form: &Form) -> Result<(), String> {
    for id in document.all_elements().step_by(7).take(5) {
        let Ok(alone) = canonical(document, id, None, form) else { continue };
        if let Err(error) = Document::parse(&alone) {
            return Err(format!("{form:?} of an element is no document: {error}\n{alone}"));
        }
    }
    Ok(())
}

/// Bytes as a token where another one was sent: it is refused, unless all that the signature covers is
/// what it was. The other one is signed over its exclusive form without prefixes.
///
/// # Errors
/// What did not hold.
pub fn signed(sent: &str, policy: &Policy<'_>, bytes: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(()) };
    let validation = saml::validate(text, policy);
    let last = validation.checks.taken().last().map(|check| check.passed);
    match validation.outcome {
        Err(refusal) => match (refusal.response, last) {
            (1 | 15 | 21 | 22 | 23 | 30 | 31, Some(false)) if !refusal.reason.is_empty() => Ok(()),
            other => Err(format!("{other:?}: {}", refusal.reason)),
        },
        Ok(found) => {
            let known = saml::validate(sent, policy).outcome;
            match (covered(sent), covered(text)) {
                (Some(one), Some(other)) if one == other && known.as_ref() == Ok(&found) => Ok(()),
                _ => Err(format!("accepted: {text}")),
            }
        }
    }
}

/// What the signature of an assertion covers.
fn covered(text: &str) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let root = document.root();
    let namespace = "http://www.w3.org/2000/09/xmldsig#";
    let signature = document.named(root, namespace, "Signature").next();
    let form = Form { exclusive: true, ..Form::default() };
    canonical(&document, root, signature, &form).ok()
}

/// Bytes as a certificate where an authority has issued another one: only that one is the authority's.
///
/// # Errors
/// What did not hold.
pub fn certificate(
    issued: &Certificate,
    authority: &Certificate,
    bytes: &[u8],
) -> Result<(), String> {
    let Ok(own) = Certificate::read(bytes) else { return Ok(()) };
    if own.serial_digits().len() != 8 {
        return Err(format!("{own:?}"));
    }
    match Certificate::read(own.der()) {
        Ok(again) if again == own => {}
        other => return Err(format!("{own:?} is read as {other:?}")),
    }
    if own.is_issued_by(authority) && own != *issued && own != *authority {
        return Err(format!("nobody has issued {own:?}"));
    }
    Ok(())
}
