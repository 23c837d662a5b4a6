//! The tree of a document: its nodes in document order, each with the place where its part ends.

use std::collections::BTreeMap;
use std::ops::Range;

use super::parse::{Error, Limits, parse};

/// A node, by its place in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub(super) usize);

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
    /// Namespace names, each once.
    pub(super) namespaces: Vec<String>,
    pub(super) root: NodeId,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) parent: Option<NodeId>,
    /// The first node behind this one and everything in it.
    pub(super) end: usize,
    /// Where it is written in the text (bytes), an element with its end tag.
    pub(super) written: Range<usize>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An element.
    Element(Element),
    /// Characters, all that stand between two other nodes.
    Text(String),
    /// A comment.
    Comment(String),
    /// A processing instruction: target and data.
    Instruction(String, String),
}

/// An element.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name as written.
    pub name: QName,
    pub(super) namespace: Option<usize>,
    /// Its attributes in the order of the text, without namespace declarations.
    pub attributes: Vec<Attribute>,
    /// Its namespace declarations: prefix (empty for the default) and namespace.
    pub(super) declarations: Vec<(String, usize)>,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name as written.
    pub name: QName,
    pub(super) namespace: Option<usize>,
    /// Its value, normalised (XML 1.0 section 3.3.3).
    pub value: String,
    /// Where it is written in the text (bytes).
    pub(super) written: Range<usize>,
}

impl Attribute {
    /// Where it is written in the text behind a byte order mark (bytes).
    pub fn written(&self) -> Range<usize> {
        self.written.clone()
    }
}

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QName {
    /// Prefix; empty for none.
    pub prefix: String,
    /// The name itself.
    pub local: String,
}

impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.prefix.is_empty() {
            return f.write_str(&self.local);
        }
        write!(f, "{}:{}", self.prefix, self.local)
    }
}

impl Document {
    /// Reads a document. An XML declaration may say any encoding: the text is decoded already.
    ///
    /// # Errors
    /// The text is not well-formed, has a document type declaration, or goes beyond a limit; whoever
    /// sent it mends it.
    pub fn parse(text: &str) -> Result<Document, Error> {
        Document::parse_within(text, &Limits::default())
    }

    /// Reads a document with limits of one's own.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_within(text: &str, limits: &Limits) -> Result<Document, Error> {
        parse(text, limits)
    }

    /// The document element.
    pub fn root(&self) -> NodeId {
        self.root
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> Option<&Kind> {
        self.node(id).map(|node| &node.kind)
    }

    /// A node as an element; none for another node.
    pub fn element(&self, id: NodeId) -> Option<&Element> {
        match self.kind(id) {
            Some(Kind::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// The node's own place and those of everything in it.
    pub(super) fn range(&self, id: NodeId) -> Range<usize> {
        id.0..self.node(id).map_or(id.0, |node| node.end)
    }

    /// The element in which a node stands.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.parent
    }

    /// Where a node is written in the text behind a byte order mark (bytes), an element with its tags.
    pub fn written(&self, id: NodeId) -> Range<usize> {
        self.node(id).map_or(0..0, |node| node.written.clone())
    }

    /// The namespace declarations of an element: prefix (empty for the default) and namespace.
    pub fn declarations(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let own = self.element(id).map(|element| element.declarations.as_slice());
        let own = own.unwrap_or_default().iter();
        own.map(|(prefix, number)| (prefix.as_str(), self.name_of(Some(*number))))
    }

    /// The nodes directly in an element.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let Range { start, end } = self.range(id);
        let mut next = start + 1;
        std::iter::from_fn(move || {
            let own = NodeId(next);
            if next >= end {
                return None;
            }
            next = self.node(own)?.end;
            Some(own)
        })
    }

    /// The elements directly in an element.
    pub fn elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        self.children(id).filter(|child| self.element(*child).is_some())
    }

    /// The elements of a name directly in an element.
    pub fn named<'a>(
        &'a self,
        id: NodeId,
        namespace: &'a str,
        local: &'a str,
    ) -> impl Iterator<Item = NodeId> + 'a {
        self.children(id).filter(move |child| self.is(*child, namespace, local))
    }

    /// Every element of the document, in document order.
    pub fn all_elements(&self) -> impl Iterator<Item = NodeId> {
        (0..self.nodes.len()).map(NodeId).filter(|id| self.element(*id).is_some())
    }

    /// A node and everything in it, in document order.
    pub fn all_within(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        self.range(id).map(NodeId)
    }

    /// How many nodes there are outside a node.
    pub fn count_outside(&self, id: NodeId) -> usize {
        self.nodes.len() - self.range(id).len()
    }

    /// Whether a node is an element of this name.
    pub fn is(&self, id: NodeId, namespace: &str, local: &str) -> bool {
        self.element(id).is_some_and(|element| {
            element.name.local == local && self.name_of(element.namespace) == namespace
        })
    }

    /// The namespace of an element; empty for none.
    pub fn namespace(&self, id: NodeId) -> &str {
        self.name_of(self.element(id).and_then(|element| element.namespace))
    }

    /// The namespace of an attribute; empty for none.
    pub fn attribute_namespace(&self, attribute: &Attribute) -> &str {
        self.name_of(attribute.namespace)
    }

    pub(super) fn name_of(&self, namespace: Option<usize>) -> &str {
        namespace.and_then(|index| self.namespaces.get(index)).map_or("", String::as_str)
    }

    /// The value of an attribute without a namespace.
    pub fn attribute(&self, id: NodeId, local: &str) -> Option<&str> {
        let attributes = &self.element(id)?.attributes;
        let own = attributes.iter().find(|own| own.namespace.is_none() && own.name.local == local);
        own.map(|own| own.value.as_str())
    }

    /// All characters in an element, at any depth; comments and instructions contribute nothing.
    pub fn text(&self, id: NodeId) -> String {
        let mut all = String::new();
        for node in self.nodes.get(self.range(id)).unwrap_or_default() {
            if let Kind::Text(text) = &node.kind {
                all.push_str(text);
            }
        }
        all
    }

    /// The namespaces in scope outside a node, by prefix: what its ancestors declare.
    pub(super) fn scope(&self, id: NodeId) -> BTreeMap<&str, &str> {
        let mut scope = BTreeMap::new();
        let mut above = self.parent(id);
        while let Some(id) = above {
            let declared = self.element(id).map(|element| element.declarations.as_slice());
            for (prefix, namespace) in declared.unwrap_or_default() {
                scope.entry(prefix.as_str()).or_insert(self.name_of(Some(*namespace)));
            }
            above = self.parent(id);
        }
        scope
    }
}

/// Changes, for whoever issues a document again.
impl Document {
    /// Takes a node and everything in it out.
    pub fn remove(&mut self, id: NodeId) {
        let range = self.range(id);
        let (from, count) = (range.start, range.len());
        self.nodes.drain(range);
        for node in &mut self.nodes {
            node.parent = node
                .parent
                .map(|parent| if parent.0 > from { NodeId(parent.0 - count) } else { parent });
            if node.end > from {
                node.end = node.end.saturating_sub(count).max(from);
            }
        }
    }

    /// Puts the document element of another document into an element: behind one of its children, or at
    /// its end. Gives the new element.
    pub fn insert(&mut self, into: NodeId, after: Option<NodeId>, fragment: &Document) -> NodeId {
        let at = after.map_or_else(|| self.range(into).end, |after| self.range(after).end);
        self.adopt(into, at, fragment, fragment.range(fragment.root()));
        NodeId(at)
    }

    /// Puts all that is in the document element of another document at the end of an element. Its
    /// namespace declarations come with the elements in it.
    pub fn append_content(&mut self, into: NodeId, fragment: &Document) {
        let mut fragment = fragment.clone();
        let root = fragment.root();
        let declared = fragment.element(root).map(|own| own.declarations.clone());
        let children: Vec<NodeId> = fragment.elements(root).collect();
        for child in children {
            if let Some(own) = fragment.element_mut(child) {
                let missing = declared.iter().flatten().filter(|(prefix, _)| {
                    own.declarations.iter().all(|(other, _)| other != prefix)
                });
                let missing: Vec<_> = missing.cloned().collect();
                own.declarations.extend(missing);
            }
        }
        let content = fragment.range(root);
        self.adopt(into, self.range(into).end, &fragment, content.start + 1..content.end);
    }

    /// Takes nodes of another document over, at a place in an element.
    fn adopt(&mut self, into: NodeId, at: usize, fragment: &Document, source: Range<usize>) {
        self.make_room(at, source.len(), into);
        let base = source.start;
        let moved = fragment.nodes.get(source).unwrap_or_default();
        let new: Vec<Node> = moved
            .iter()
            .map(|node| Node {
                kind: self.adopted(node.kind.clone(), fragment),
                parent: match node.parent {
                    Some(parent) if parent.0 >= base => Some(NodeId(parent.0 - base + at)),
                    _ => Some(into),
                },
                end: node.end - base + at,
                written: 0..0,
            })
            .collect();
        self.nodes.splice(at..at, new);
    }

    /// Moves what stands behind a place on by so many nodes, which are about to come into an element there.
    fn make_room(&mut self, at: usize, count: usize, into: NodeId) {
        let around: Vec<NodeId> =
            std::iter::successors(Some(into), |id| self.parent(*id)).collect();
        for (place, node) in self.nodes.iter_mut().enumerate() {
            let moved =
                |parent: NodeId| if parent.0 >= at { NodeId(parent.0 + count) } else { parent };
            node.parent = node.parent.map(moved);
            if place >= at || around.contains(&NodeId(place)) {
                node.end += count;
            }
        }
    }

    /// A node of another document with the numbers of this one's namespaces.
    fn adopted(&mut self, kind: Kind, fragment: &Document) -> Kind {
        let Kind::Element(mut element) = kind else { return kind };
        let mut number = |namespace: usize| {
            let name = fragment.name_of(Some(namespace));
            self.namespaces.iter().position(|own| own == name).unwrap_or_else(|| {
                self.namespaces.push(name.to_owned());
                self.namespaces.len() - 1
            })
        };
        element.namespace = element.namespace.map(&mut number);
        for attribute in &mut element.attributes {
            attribute.namespace = attribute.namespace.map(&mut number);
        }
        for (_, namespace) in &mut element.declarations {
            *namespace = number(*namespace);
        }
        Kind::Element(element)
    }

    fn element_mut(&mut self, id: NodeId) -> Option<&mut Element> {
        match self.nodes.get_mut(id.0).map(|node| &mut node.kind) {
            Some(Kind::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// Sets an attribute without a namespace.
    pub fn set_attribute(&mut self, id: NodeId, local: &str, value: &str) {
        self.remove_attribute(id, local);
        let name = QName { prefix: String::new(), local: local.to_owned() };
        let attribute = Attribute { name, namespace: None, value: value.to_owned(), written: 0..0 };
        if let Some(element) = self.element_mut(id) {
            element.attributes.push(attribute);
        }
    }

    /// Takes an attribute without a namespace away.
    pub fn remove_attribute(&mut self, id: NodeId, local: &str) {
        if let Some(element) = self.element_mut(id) {
            element.attributes.retain(|own| own.namespace.is_some() || own.name.local != local);
        }
    }

    /// Puts a text into an element, in place of all that was in it.
    pub fn set_text(&mut self, id: NodeId, text: &str) {
        let held: Vec<NodeId> = self.children(id).collect();
        held.into_iter().rev().for_each(|child| self.remove(child));
        let at = self.range(id).end;
        self.make_room(at, 1, id);
        let kind = Kind::Text(text.to_owned());
        self.nodes.insert(at, Node { kind, parent: Some(id), end: at + 1, written: 0..0 });
    }
}
