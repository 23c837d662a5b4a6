//! From text to a tree, strictly.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::characters::{is_char, is_ncname, is_space, is_xml_text};
use super::tree::{Attribute, Document, Element, Kind, Node, NodeId, QName};
use super::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// How much a document may be. Each limit bounds memory or work.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest text (bytes).
    pub bytes: usize,
    /// Deepest element.
    pub depth: usize,
    /// Most nodes.
    pub nodes: usize,
    /// Most attributes and namespace declarations of one element.
    pub attributes: usize,
}

impl Default for Limits {
    /// Far beyond what assertions are (assumed).
    fn default() -> Limits {
        Limits { bytes: 16 << 20, depth: 256, nodes: 1 << 20, attributes: 512 }
    }
}

/// Why a text is no document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Error {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

/// A fault and its place in the text (bytes).
struct Fault {
    at: usize,
    what: String,
}

type Parsed<T> = Result<T, Fault>;

fn fault<T>(at: usize, what: impl Into<String>) -> Parsed<T> {
    Err(Fault { at, what: what.into() })
}

/// Reads a document.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Document, Error> {
    let read = if text.len() > limits.bytes {
        fault(0, format!("the text has {} bytes; the limit is {}", text.len(), limits.bytes))
    } else {
        Parser::new(text, limits).document()
    };
    read.map_err(|Fault { at, what }| {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Error { line, column, what }
    })
}

struct Parser<'a> {
    text: &'a str,
    limits: &'a Limits,
    nodes: Vec<Node>,
    /// Elements that are open, innermost last, with the prefixes that each declares.
    open: Vec<(NodeId, Vec<String>)>,
    root: Option<NodeId>,
    namespaces: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// The namespace of each prefix, the innermost declaration last.
    scope: BTreeMap<String, Vec<usize>>,
    /// Characters that wait for the next markup, and where they begin.
    pending: Option<(usize, String)>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, limits: &'a Limits) -> Parser<'a> {
        let mut parser = Parser {
            text,
            limits,
            nodes: Vec::new(),
            open: Vec::new(),
            root: None,
            namespaces: Vec::new(),
            numbers: BTreeMap::new(),
            scope: BTreeMap::new(),
            pending: None,
        };
        let own = parser.number(XML_NAMESPACE);
        parser.scope.insert("xml".to_owned(), vec![own]);
        parser
    }

    fn document(mut self) -> Parsed<Document> {
        let mut reader = Reader::from_str(self.text);
        let config = reader.config_mut();
        config.check_comments = true;
        config.expand_empty_elements = true;
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(at);
                    return fault(at, error.to_string());
                }
            };
            match event {
                Event::Text(text) => {
                    self.characters(at, self.utf8(at, &text)?.to_owned(), false)?
                }
                Event::CData(text) => {
                    self.characters(at, self.utf8(at, &text)?.to_owned(), true)?
                }
                Event::GeneralRef(name) => {
                    let name = self.utf8(at, &name)?.to_owned();
                    let character = reference(&name).map_err(|what| Fault { at, what })?;
                    self.push_characters(at, &character.to_string())?;
                }
                Event::Start(tag) | Event::Empty(tag) => self.start(at, &tag)?,
                Event::End(_) => self.end(at)?,
                Event::Comment(text) => {
                    let comment = self.utf8(at, &text)?.to_owned();
                    self.comment(at, &comment)?;
                }
                Event::PI(instruction) => {
                    let instruction = self.utf8(at, &instruction)?.to_owned();
                    self.instruction(at, &instruction)?;
                }
                Event::Decl(declaration) => {
                    let declaration = self.utf8(at, &declaration)?;
                    xml_declaration(at, declaration)?;
                }
                Event::DocType(_) => {
                    return fault(at, "a document type declaration is not accepted");
                }
                Event::Eof => break,
            }
        }
        self.finish()
    }

    fn utf8<'b>(&self, at: usize, bytes: &'b [u8]) -> Parsed<&'b str> {
        // A piece of a text between two ASCII characters is text.
        std::str::from_utf8(bytes).or_else(|_| fault(at, "the text is not UTF-8"))
    }

    fn finish(mut self) -> Parsed<Document> {
        let end = self.text.len();
        if let Some((open, _)) = self.open.last() {
            let name = match self.nodes.get(open.0).map(|node| &node.kind) {
                Some(Kind::Element(element)) => element.name.to_string(),
                _ => String::new(),
            };
            return fault(end, format!("element `{name}` is not closed"));
        }
        self.flush()?;
        match self.root {
            Some(root) => Ok(Document { nodes: self.nodes, namespaces: self.namespaces, root }),
            None => fault(end, "there is no element"),
        }
    }

    fn number(&mut self, namespace: &str) -> usize {
        if let Some(known) = self.numbers.get(namespace) {
            return *known;
        }
        let own = self.namespaces.len();
        self.namespaces.push(namespace.to_owned());
        self.numbers.insert(namespace.to_owned(), own);
        own
    }

    fn add(&mut self, at: usize, kind: Kind) -> Parsed<NodeId> {
        if self.nodes.len() >= self.limits.nodes {
            return fault(at, format!("there are more than {} nodes", self.limits.nodes));
        }
        let id = NodeId(self.nodes.len());
        let parent = self.open.last().map(|(open, _)| *open);
        self.nodes.push(Node { kind, parent, end: id.0 + 1, offset: at });
        Ok(id)
    }

    /// Characters as they are written; line ends become one LF (XML 1.0 section 2.11).
    fn characters(&mut self, at: usize, raw: String, is_cdata: bool) -> Parsed<()> {
        if !is_cdata && let Some(place) = raw.find("]]>") {
            return fault(at + place, "`]]>` stands in text");
        }
        if is_cdata && self.open.is_empty() {
            return fault(at, "a CDATA section stands outside the document element");
        }
        legal(at, &raw)?;
        self.push_characters(at, &line_ends(&raw))
    }

    fn push_characters(&mut self, at: usize, text: &str) -> Parsed<()> {
        if self.open.is_empty() {
            if text.chars().all(is_space) {
                return Ok(());
            }
            return fault(at, "text stands outside the document element");
        }
        self.pending.get_or_insert_with(|| (at, String::new())).1.push_str(text);
        Ok(())
    }

    /// Makes a node of the characters before markup.
    fn flush(&mut self) -> Parsed<()> {
        match self.pending.take() {
            Some((at, text)) if !text.is_empty() => self.add(at, Kind::Text(text)).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn comment(&mut self, at: usize, text: &str) -> Parsed<()> {
        if text.contains("--") || text.ends_with('-') {
            return fault(at, "`--` stands in a comment");
        }
        legal(at, text)?;
        self.flush()?;
        self.add(at, Kind::Comment(line_ends(text)))?;
        Ok(())
    }

    fn instruction(&mut self, at: usize, text: &str) -> Parsed<()> {
        let (target, data) = match text.find(is_space) {
            Some(place) => text.split_at(place),
            None => (text, ""),
        };
        if !is_ncname(target) || target.eq_ignore_ascii_case("xml") {
            return fault(at, "a processing instruction has no target");
        }
        legal(at, data)?;
        self.flush()?;
        let data = line_ends(data.trim_start_matches(is_space));
        self.add(at, Kind::Instruction(target.to_owned(), data))?;
        Ok(())
    }

    fn start(&mut self, at: usize, tag: &BytesStart<'_>) -> Parsed<()> {
        self.flush()?;
        if self.open.is_empty() && self.root.is_some() {
            return fault(at, "a second document element");
        }
        if self.open.len() >= self.limits.depth {
            return fault(at, format!("elements are deeper than {}", self.limits.depth));
        }
        let name = qname(at, self.utf8(at, tag.name().0)?)?;
        let (written, declared) = self.attributes(at, tag)?;
        let declarations = self.declare(at, declared)?;
        let namespace = self.resolve(at, &name, true)?;
        let mut attributes = Vec::with_capacity(written.len());
        let mut seen = BTreeSet::new();
        for (name, value) in written {
            let namespace = self.resolve(at, &name, false)?;
            if !seen.insert((namespace, name.local.clone())) {
                return fault(at, format!("attribute `{name}` is given twice"));
            }
            attributes.push(Attribute { name, namespace, value });
        }
        let prefixes = declarations.iter().map(|(prefix, _)| prefix.clone()).collect();
        let element = Element { name, namespace, attributes, declarations };
        let id = self.add(at, Kind::Element(element))?;
        self.root.get_or_insert(id);
        self.open.push((id, prefixes));
        Ok(())
    }

    fn end(&mut self, at: usize) -> Parsed<()> {
        self.flush()?;
        // quick-xml has compared the names.
        let Some((id, prefixes)) = self.open.pop() else { return fault(at, "nothing is open") };
        for prefix in prefixes {
            if let Some(stack) = self.scope.get_mut(&prefix) {
                stack.pop();
            }
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.end = end;
        }
        Ok(())
    }

    /// Attributes and namespace declarations of a tag, with their values normalised.
    #[allow(clippy::type_complexity)]
    fn attributes(
        &self,
        at: usize,
        tag: &BytesStart<'_>,
    ) -> Parsed<(Vec<(QName, String)>, Vec<(String, String)>)> {
        let (mut attributes, mut declarations) = (Vec::new(), Vec::new());
        let mut all = tag.attributes();
        for attribute in all.with_checks(false) {
            let attribute =
                attribute.or_else(|error| fault(at, format!("an attribute is wrong: {error}")))?;
            if attributes.len() + declarations.len() >= self.limits.attributes {
                let most = self.limits.attributes;
                return fault(at, format!("an element has more than {most} attributes"));
            }
            let key = attribute.key.0;
            // The key is a piece of the tag: what stands before it must be white space.
            let place = (key.as_ptr() as usize).wrapping_sub(tag.as_ptr() as usize);
            let before = place.checked_sub(1).and_then(|place| tag.get(place));
            if !before.is_some_and(|byte| is_space(char::from(*byte))) {
                return fault(at, "no space stands before an attribute");
            }
            let key = self.utf8(at, key)?;
            let value = attribute_value(at, self.utf8(at, &attribute.value)?)?;
            match key.strip_prefix("xmlns") {
                Some("") => declarations.push((String::new(), value)),
                Some(rest) if rest.starts_with(':') => {
                    declarations.push((qname(at, key)?.local, value));
                }
                _ => attributes.push((qname(at, key)?, value)),
            }
        }
        Ok((attributes, declarations))
    }

    /// Takes the declarations of an element into scope (Namespaces in XML 1.0 sections 3 and 6).
    fn declare(
        &mut self,
        at: usize,
        declared: Vec<(String, String)>,
    ) -> Parsed<Vec<(String, usize)>> {
        let mut declarations: Vec<(String, usize)> = Vec::with_capacity(declared.len());
        let mut seen = BTreeSet::new();
        for (prefix, namespace) in declared {
            let reserved = match prefix.as_str() {
                "xmlns" => true,
                "xml" => namespace != XML_NAMESPACE,
                _ => namespace == XML_NAMESPACE || namespace == XMLNS_NAMESPACE,
            };
            if reserved {
                return fault(at, format!("prefix `{prefix}` cannot be declared so"));
            }
            if !prefix.is_empty() && namespace.is_empty() {
                return fault(at, format!("prefix `{prefix}` is declared without a namespace"));
            }
            if !seen.insert(prefix.clone()) {
                return fault(at, format!("prefix `{prefix}` is declared twice"));
            }
            let number = self.number(&namespace);
            self.scope.entry(prefix.clone()).or_default().push(number);
            declarations.push((prefix, number));
        }
        Ok(declarations)
    }

    /// The namespace of a name; the default one is for elements alone.
    fn resolve(&self, at: usize, name: &QName, is_element: bool) -> Parsed<Option<usize>> {
        let found = self.scope.get(&name.prefix).and_then(|stack| stack.last()).copied();
        if name.prefix.is_empty() {
            let named = |number: &usize| {
                self.namespaces.get(*number).is_some_and(|namespace| !namespace.is_empty())
            };
            return Ok(found.filter(named).filter(|_| is_element));
        }
        match found {
            Some(number) => Ok(Some(number)),
            None => fault(at, format!("prefix `{}` is not declared", name.prefix)),
        }
    }
}

/// A name with at most one colon inside.
fn qname(at: usize, text: &str) -> Parsed<QName> {
    let (prefix, local) = text.split_once(':').unwrap_or(("", text));
    let legal = is_ncname(local) && (prefix.is_empty() != text.contains(':'));
    if !legal || !(prefix.is_empty() || is_ncname(prefix)) {
        return fault(at, "a name is not legal");
    }
    Ok(QName { prefix: prefix.to_owned(), local: local.to_owned() })
}

fn legal(at: usize, text: &str) -> Parsed<()> {
    if is_xml_text(text) { Ok(()) } else { fault(at, "a character is not legal in XML") }
}

/// Line ends as one LF each (XML 1.0 section 2.11).
fn line_ends(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

/// The character of a reference, by the name between `&` and `;`.
fn reference(name: &str) -> Result<char, String> {
    let number = match name.strip_prefix('#') {
        Some(number) => number,
        None => {
            return match name {
                "amp" => Ok('&'),
                "lt" => Ok('<'),
                "gt" => Ok('>'),
                "quot" => Ok('"'),
                "apos" => Ok('\''),
                _ => Err("an entity is not one of the predefined ones".to_owned()),
            };
        }
    };
    let digits = |digits: &str, radix| match digits.chars().all(|c| c.is_digit(radix)) {
        true => u32::from_str_radix(digits, radix).ok(),
        false => None,
    };
    let code = match number.strip_prefix('x') {
        Some(hexadecimal) => digits(hexadecimal, 16),
        None => digits(number, 10),
    };
    let character = code.and_then(char::from_u32).filter(|c| is_char(*c));
    character.ok_or_else(|| "a character reference stands for no legal character".to_owned())
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
                value.push(reference(name).map_err(|what| Fault { at, what })?);
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

/// `xml version="1.0" encoding="…" standalone="…"`, at the very beginning.
fn xml_declaration(at: usize, declaration: &str) -> Parsed<()> {
    if at > 0 {
        return fault(at, "an XML declaration stands elsewhere than at the beginning");
    }
    let mut rest = declaration.strip_prefix("xml").unwrap_or(declaration);
    let mut names = ["version", "encoding", "standalone"].iter();
    while !rest.trim_matches(is_space).is_empty() {
        let trimmed = rest.trim_start_matches(is_space);
        let parts = trimmed.split_once('=').filter(|_| trimmed.len() < rest.len());
        let Some((name, value)) = parts else {
            return fault(at, "the XML declaration is not legal");
        };
        let value = value.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = quote.and_then(|quote| value.get(1..)?.split_once(quote));
        let Some((value, tail)) =
            value.filter(|(value, _)| declared(name.trim_end_matches(is_space), value))
        else {
            return fault(at, "the XML declaration is not legal");
        };
        // Each once, in this order; the first may not be left out.
        let known = names.find(|known| **known == name.trim_end_matches(is_space));
        if known.is_none() {
            return fault(at, "the XML declaration is not legal");
        }
        let _ = value;
        rest = tail;
    }
    if declaration.contains("version") {
        Ok(())
    } else {
        fault(at, "the XML declaration names no version")
    }
}

/// Whether the XML declaration may say so.
fn declared(name: &str, value: &str) -> bool {
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
