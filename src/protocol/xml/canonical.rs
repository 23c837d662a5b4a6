//! Canonical forms: Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, with and without comments.

use std::collections::{BTreeMap, BTreeSet};

use super::XML_NAMESPACE;
use super::tree::{Attribute, Document, Element, Kind, NodeId};

/// A canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Exclusive: namespaces are written where they are used, not where they are declared.
    pub exclusive: bool,
    /// Whether comments are written.
    pub comments: bool,
    /// Exclusive: prefixes that are treated as in the inclusive form; `#default` is the default
    /// namespace.
    pub prefixes: BTreeSet<String>,
}

/// Why there is no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A namespace name is relative (Canonical XML 1.0 section 1.3).
    #[error("the namespace {0:?} is relative: there is no canonical form")]
    Relative(String),
    /// It would take too much memory.
    #[error("the canonical form has more than {OCTETS_MAX} octets")]
    TooLong,
}

/// Longest canonical form with a name of a namespace: the exclusive form repeats such names, so that a
/// short document could make a canonical form without an end.
const OCTETS_MAX: usize = 64 << 20;

/// The canonical form of an element and what is in it. One node is left out with all that is in it, as
/// the enveloped signature is.
///
/// # Errors
/// A namespace name is relative (Canonical XML 1.0 section 1.3).
pub fn canonical(
    document: &Document,
    apex: NodeId,
    left_out: Option<NodeId>,
    form: &Form,
) -> Result<String, Error> {
    let mut writer =
        Writer { document, form, out: String::new(), rendered: BTreeMap::new(), open: Vec::new() };
    writer.subtree(apex, left_out)?;
    Ok(writer.out)
}

/// The canonical form of a whole document.
///
/// # Errors
/// As for [`canonical`].
pub fn document(document: &Document, form: &Form) -> Result<String, Error> {
    let mut out = String::new();
    let root = document.root();
    let mut next = 0;
    while next < document.nodes.len() {
        let id = NodeId(next);
        next = document.range(id).end.max(next + 1);
        let own = canonical(document, id, None, form)?;
        // What stands beside the document element stands on lines of its own.
        if id < root && !own.is_empty() {
            out.push_str(&own);
            out.push('\n');
        } else if id > root && !own.is_empty() {
            out.push('\n');
            out.push_str(&own);
        } else {
            out.push_str(&own);
        }
    }
    Ok(out)
}

struct Writer<'a> {
    document: &'a Document,
    form: &'a Form,
    out: String,
    /// The namespaces that are written, by prefix, the innermost last.
    rendered: BTreeMap<&'a str, Vec<&'a str>>,
    open: Vec<Open<'a>>,
}

/// An element that is written and not closed yet.
struct Open<'a> {
    element: &'a Element,
    end: usize,
    prefixes: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    fn subtree(&mut self, apex: NodeId, left_out: Option<NodeId>) -> Result<(), Error> {
        let range = self.document.range(apex);
        let mut next = range.start;
        while next < range.end {
            self.close_before(next);
            let id = NodeId(next);
            if Some(id) == left_out {
                next = self.document.range(id).end;
                continue;
            }
            match self.document.kind(id) {
                Some(Kind::Element(element)) => self.start(id, element, id == apex)?,
                Some(Kind::Text(text)) => escape_text(&mut self.out, text),
                Some(Kind::Comment(text)) if self.form.comments => {
                    self.out.push_str("<!--");
                    self.out.push_str(text);
                    self.out.push_str("-->");
                }
                Some(Kind::Instruction(target, data)) => {
                    self.out.push_str("<?");
                    self.out.push_str(target);
                    if !data.is_empty() {
                        self.out.push(' ');
                        self.out.push_str(data);
                    }
                    self.out.push_str("?>");
                }
                _ => {}
            }
            next += 1;
        }
        self.close_before(usize::MAX);
        Ok(())
    }

    /// Closes the elements that end before a node.
    fn close_before(&mut self, next: usize) {
        while let Some(open) = self.open.pop_if(|open| open.end <= next) {
            self.out.push_str("</");
            self.name(open.element);
            self.out.push('>');
            for prefix in open.prefixes {
                if let Some(stack) = self.rendered.get_mut(prefix) {
                    stack.pop();
                }
            }
        }
    }

    fn name(&mut self, element: &Element) {
        qualified(&mut self.out, &element.name.prefix, &element.name.local);
    }

    fn start(&mut self, id: NodeId, element: &'a Element, is_apex: bool) -> Result<(), Error> {
        self.out.push('<');
        self.name(element);
        let scope = if is_apex { self.document.scope(id) } else { BTreeMap::new() };
        let mut prefixes = Vec::new();
        for (prefix, namespace) in self.namespaces(element, &scope)? {
            let last = self.rendered.get(prefix).and_then(|stack| stack.last()).copied();
            if last.unwrap_or_default() == namespace || prefix == "xml" {
                continue;
            }
            if self.out.len() + namespace.len() > OCTETS_MAX {
                return Err(Error::TooLong);
            }
            if prefix.is_empty() {
                self.out.push_str(" xmlns=\"");
            } else {
                self.out.push_str(" xmlns:");
                self.out.push_str(prefix);
                self.out.push_str("=\"");
            }
            escape_value(&mut self.out, namespace);
            self.out.push('"');
            self.rendered.entry(prefix).or_default().push(namespace);
            prefixes.push(prefix);
        }
        let mut attributes: Vec<&Attribute> = element.attributes.iter().collect();
        if is_apex && !self.form.exclusive {
            attributes.extend(self.inherited(id, element));
        }
        let document = self.document;
        attributes.sort_by_key(|own| (document.attribute_namespace(own), own.name.local.as_str()));
        for attribute in attributes {
            self.out.push(' ');
            qualified(&mut self.out, &attribute.name.prefix, &attribute.name.local);
            self.out.push_str("=\"");
            escape_value(&mut self.out, &attribute.value);
            self.out.push('"');
        }
        self.out.push('>');
        self.open.push(Open { element, end: self.document.range(id).end, prefixes });
        Ok(())
    }

    /// The namespaces that an element may have to show, by prefix. `scope` is what its ancestors
    /// declare, where it is the apex.
    fn namespaces(
        &self,
        element: &'a Element,
        scope: &BTreeMap<&'a str, &'a str>,
    ) -> Result<BTreeMap<&'a str, &'a str>, Error> {
        let own = element.declarations.iter();
        let own = own.map(|(prefix, name)| (prefix.as_str(), self.document.name_of(Some(*name))));
        let mut shown = scope.clone();
        shown.extend(own);
        if let Some(relative) = shown.values().find(|name| !name.is_empty() && !is_absolute(name)) {
            return Err(Error::Relative((*relative).to_owned()));
        }
        if self.form.exclusive {
            shown.retain(|prefix, _| match *prefix {
                "" => self.form.prefixes.contains("#default"),
                prefix => self.form.prefixes.contains(prefix),
            });
            let name = self.document.name_of(element.namespace);
            shown.insert(&element.name.prefix, name);
            let used = element.attributes.iter().filter(|own| !own.name.prefix.is_empty());
            shown.extend(
                used.map(|own| (own.name.prefix.as_str(), self.document.attribute_namespace(own))),
            );
        }
        Ok(shown)
    }

    /// Attributes of the namespace `xml` that the apex takes over from its ancestors (Canonical XML 1.0
    /// section 2.4).
    fn inherited(&self, apex: NodeId, element: &Element) -> Vec<&'a Attribute> {
        let mut found: Vec<&Attribute> = Vec::new();
        let of_xml = |own: &&Attribute| self.document.attribute_namespace(own) == XML_NAMESPACE;
        let mut above = self.document.parent(apex);
        while let Some(id) = above {
            let attributes = self.document.element(id).map(|element| element.attributes.as_slice());
            for attribute in attributes.unwrap_or_default().iter().filter(of_xml) {
                let same = |other: &&Attribute| other.name.local == attribute.name.local;
                if !element.attributes.iter().filter(of_xml).any(|other| same(&other))
                    && !found.iter().any(same)
                {
                    found.push(attribute);
                }
            }
            above = self.document.parent(id);
        }
        found
    }
}

fn qualified(out: &mut String, prefix: &str, local: &str) {
    if !prefix.is_empty() {
        out.push_str(prefix);
        out.push(':');
    }
    out.push_str(local);
}

/// Whether a namespace name begins with a scheme (RFC 3986 section 3.1).
fn is_absolute(namespace: &str) -> bool {
    let scheme = namespace.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Text as Canonical XML 1.0 section 2.3 writes it.
pub(in crate::protocol) fn escape_text(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// The value of an attribute as Canonical XML 1.0 section 2.3 writes it.
pub(in crate::protocol) fn escape_value(out: &mut String, text: &str) {
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// What is replaced are characters of one octet, which are in no other character.
fn escape(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        if let Some(replacement) = replacement(byte) {
            out.push_str(text.get(from..place).unwrap_or_default());
            out.push_str(replacement);
            from = place + 1;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
}
