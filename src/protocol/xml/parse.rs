//! From text to a tree, strictly.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::characters::{illegal, is_ncname, is_space};
use super::tag::{Tag, reference, tag, xml_declaration};
use super::tree::{Attribute, Document, Element, Kind, Node, NodeId, QName};
use super::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// How much a document may be. Each limit bounds memory or work; all are far beyond what assertions are
/// (assumed).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest text (bytes).
    pub bytes: u32,
    /// Deepest element.
    pub depth: u32,
    /// Most nodes.
    pub nodes: u32,
    /// Most attributes and namespace declarations of one element.
    pub attributes: u32,
}

impl Limits {
    /// For texts that were made here, or written from a document within the limits.
    pub const OWN: Limits =
        Limits { bytes: u32::MAX, depth: u32::MAX, nodes: u32::MAX, attributes: u32::MAX };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 16 << 20, depth: 256, nodes: 1 << 20, attributes: 512 }
    }
}

/// Why a text is no document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct Error {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: String,
}

/// A fault and its place in the text (bytes).
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: String,
}

pub(super) type Parsed<T> = Result<T, Fault>;

pub(super) fn fault<T>(at: usize, what: impl Into<String>) -> Parsed<T> {
    Err(Fault { at, what: what.into() })
}

/// Whether a number of things is beyond its limit.
fn beyond(count: usize, limit: u32) -> bool {
    !u32::try_from(count).is_ok_and(|count| count <= limit)
}

/// Reads a document. A byte order mark in front is no part of it (XML 1.0 section 4.3.3).
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Document, Error> {
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let read = if beyond(bare.len(), limits.bytes) {
        fault(0, format!("the text has {} bytes; the limit is {}", bare.len(), limits.bytes))
    } else if bare.starts_with('\u{FEFF}') {
        // quick-xml would take another byte order mark away.
        fault(0, "text stands outside the document element")
    } else {
        Parser::new(bare, limits).document()
    };
    read.map_err(|Fault { at, what }| {
        let before = bare.as_bytes().get(..at).unwrap_or(bare.as_bytes());
        let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        // Every character has one octet that continues none.
        let column = last.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Error { line: number(line), column: number(column), what: told(&what) }
    })
}

/// A message that holds pieces of the text, for people: on one line, and not without an end.
fn told(what: &str) -> String {
    const MOST: usize = 200;
    let mut shown: String =
        what.chars().take(MOST).map(|c| if c.is_control() { '?' } else { c }).collect();
    if what.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// An element that is open.
struct Open {
    id: NodeId,
    /// How many prefixes it declares: the last ones of [`Parser::declared`].
    prefixes: usize,
}

struct Parser<'a> {
    text: &'a str,
    limits: &'a Limits,
    nodes: Vec<Node>,
    /// Elements that are open, innermost last.
    open: Vec<Open>,
    /// Prefixes that open elements declare, innermost last.
    declared: Vec<String>,
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
            declared: Vec::new(),
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
        reader.config_mut().check_comments = true;
        let place = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
        loop {
            let at = place(reader.buffer_position());
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => return fault(place(reader.error_position()), error.to_string()),
            };
            let behind = place(reader.buffer_position());
            match event {
                Event::Text(text) => self.characters(at, &text, false)?,
                Event::CData(text) => self.characters(at, &text, true)?,
                Event::GeneralRef(name) => {
                    let character = reference(&name).or_else(|what| fault(at, what))?;
                    self.push_characters(at, character.encode_utf8(&mut [0; 4]))?;
                }
                Event::Start(tag) => self.start(at, behind, &tag)?,
                Event::Empty(tag) => {
                    self.start(at, behind, &tag)?;
                    self.end(behind, behind)?;
                }
                Event::End(_) => self.end(at, behind)?,
                Event::Comment(text) => self.comment(at, behind, &text)?,
                Event::PI(instruction) => self.instruction(at, behind, &instruction)?,
                Event::Decl(declaration) => xml_declaration(at, &declaration)?,
                Event::DocType(_) => {
                    return fault(at, "a document type declaration is not accepted");
                }
                Event::Eof => return self.finish(),
            }
        }
    }

    fn finish(mut self) -> Parsed<Document> {
        let end = self.text.len();
        if let Some(open) = self.open.last() {
            let name = match self.nodes.get(open.id.0).map(|node| &node.kind) {
                Some(Kind::Element(element)) => element.name.to_string(),
                _ => String::new(),
            };
            return fault(end, format!("element `{name}` is not closed"));
        }
        self.flush(end)?;
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

    /// A node that is written from `at` to `behind`.
    fn add(&mut self, at: usize, behind: usize, kind: Kind) -> Parsed<NodeId> {
        let id = NodeId(self.nodes.len());
        if beyond(id.0 + 1, self.limits.nodes) {
            return fault(at, format!("there are more than {} nodes", self.limits.nodes));
        }
        let parent = self.open.last().map(|open| open.id);
        self.nodes.push(Node { kind, parent, end: id.0 + 1, written: at..behind });
        Ok(id)
    }

    /// Characters as they are written; line ends become one LF (XML 1.0 section 2.11).
    fn characters(&mut self, at: usize, raw: &str, is_cdata: bool) -> Parsed<()> {
        if !is_cdata
            && raw.contains(']')
            && let Some(place) = raw.find("]]>")
        {
            return fault(at + place, "`]]>` stands in text");
        }
        if is_cdata && self.open.is_empty() {
            return fault(at, "a CDATA section stands outside the document element");
        }
        legal(at, raw)?;
        match raw.contains('\r') {
            true => self.push_characters(at, &line_ends(raw)),
            false => self.push_characters(at, raw),
        }
    }

    fn push_characters(&mut self, at: usize, text: &str) -> Parsed<()> {
        if self.open.is_empty() {
            let other = text.char_indices().find(|(_, c)| !is_space(*c));
            return match other {
                Some((place, _)) => fault(at + place, "text stands outside the document element"),
                None => Ok(()),
            };
        }
        self.pending.get_or_insert_with(|| (at, String::new())).1.push_str(text);
        Ok(())
    }

    /// Makes a node of the characters before markup.
    fn flush(&mut self, behind: usize) -> Parsed<()> {
        match self.pending.take() {
            Some((at, text)) if !text.is_empty() => {
                self.add(at, behind, Kind::Text(text)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn comment(&mut self, at: usize, behind: usize, text: &str) -> Parsed<()> {
        if text.contains("--") || text.ends_with('-') {
            return fault(at, "`--` stands in a comment");
        }
        legal(at, text)?;
        self.flush(at)?;
        self.add(at, behind, Kind::Comment(line_ends(text)))?;
        Ok(())
    }

    fn instruction(&mut self, at: usize, behind: usize, text: &str) -> Parsed<()> {
        let (target, data) = match text.find(is_space) {
            Some(place) => text.split_at(place),
            None => (text, ""),
        };
        if !is_ncname(target) || target.eq_ignore_ascii_case("xml") {
            return fault(at, "a processing instruction has no legal target");
        }
        legal(at, data)?;
        self.flush(at)?;
        let data = line_ends(data.trim_start_matches(is_space));
        self.add(at, behind, Kind::Instruction(target.to_owned(), data))?;
        Ok(())
    }

    fn start(&mut self, at: usize, behind: usize, written: &BytesStart<'_>) -> Parsed<()> {
        self.flush(at)?;
        if self.open.is_empty() && self.root.is_some() {
            return fault(at, "a second document element");
        }
        if beyond(self.open.len() + 1, self.limits.depth) {
            return fault(at, format!("elements are deeper than {}", self.limits.depth));
        }
        // The tag begins behind `<`.
        let Tag { name, attributes: own, declarations } =
            tag(at + 1, written, self.limits.attributes)?;
        let prefixes = declarations.len();
        let declarations = self.declare(at, declarations)?;
        let namespace = self.resolve(at, &name, true)?;
        let mut attributes = Vec::with_capacity(own.len());
        for (name, value, written) in own {
            let namespace = self.resolve(at, &name, false)?;
            attributes.push(Attribute { name, namespace, value, written });
        }
        once(at, &attributes)?;
        let element = Element { name, namespace, attributes, declarations };
        let id = self.add(at, behind, Kind::Element(element))?;
        self.root.get_or_insert(id);
        self.open.push(Open { id, prefixes });
        Ok(())
    }

    /// The end tag is written from `at` to `behind`.
    fn end(&mut self, at: usize, behind: usize) -> Parsed<()> {
        self.flush(at)?;
        // quick-xml has compared the names.
        let Some(Open { id, prefixes }) = self.open.pop() else {
            return fault(at, "nothing is open");
        };
        for _ in 0..prefixes {
            let stack = self.declared.pop().and_then(|prefix| self.scope.get_mut(&prefix));
            stack.map(Vec::pop);
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.end = end;
            node.written.end = behind;
        }
        Ok(())
    }

    /// Takes the declarations of an element into scope (Namespaces in XML 1.0 sections 3 and 6).
    fn declare(
        &mut self,
        at: usize,
        declared: Vec<(String, String)>,
    ) -> Parsed<Vec<(String, usize)>> {
        let mut declarations: Vec<(String, usize)> = Vec::with_capacity(declared.len());
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
            let number = self.number(&namespace);
            self.scope.entry(prefix.clone()).or_default().push(number);
            self.declared.push(prefix.clone());
            declarations.push((prefix, number));
        }
        let mut prefixes: Vec<&str> =
            declarations.iter().map(|(prefix, _)| prefix.as_str()).collect();
        prefixes.sort_unstable();
        let twice = prefixes.windows(2).find(|pair| pair.first() == pair.last());
        if let Some(prefix) = twice.and_then(|pair| pair.first()) {
            return fault(at, format!("prefix `{prefix}` is declared twice"));
        }
        Ok(declarations)
    }

    /// The namespace of a name; the default one is for elements alone.
    fn resolve(&self, at: usize, name: &QName, is_element: bool) -> Parsed<Option<usize>> {
        if name.prefix.is_empty() && !is_element {
            return Ok(None);
        }
        let found = self.scope.get(&name.prefix).and_then(|stack| stack.last()).copied();
        if name.prefix.is_empty() {
            // `xmlns=""` takes the default namespace away.
            let named = |number: &usize| {
                self.namespaces.get(*number).is_some_and(|namespace| !namespace.is_empty())
            };
            return Ok(found.filter(named));
        }
        match found {
            Some(number) => Ok(Some(number)),
            None => fault(at, format!("prefix `{}` is not declared", name.prefix)),
        }
    }
}

/// No attribute has the expanded name of another (Namespaces in XML 1.0 section 6.3).
fn once(at: usize, attributes: &[Attribute]) -> Parsed<()> {
    if attributes.len() < 2 {
        return Ok(());
    }
    let mut names: Vec<(Option<usize>, &str)> =
        attributes.iter().map(|own| (own.namespace, own.name.local.as_str())).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
        Some((_, local)) => fault(at, format!("attribute `{local}` is given twice")),
        None => Ok(()),
    }
}

/// Every character may stand in a document.
pub(super) fn legal(at: usize, text: &str) -> Parsed<()> {
    match illegal(text) {
        Some(place) => fault(at + place, "a character is not legal in XML"),
        None => Ok(()),
    }
}

/// Line ends as one LF each (XML 1.0 section 2.11).
fn line_ends(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}
