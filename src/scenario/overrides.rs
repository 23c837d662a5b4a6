//! Value paths, and changing a value by its path.
//!
//! A path names a value by the way to it, its parts joined by dots: `systems.SYSA.clock.skew`,
//! `links.alice-kdc.loss`, `script.queued.at`. A part is
//!
//! * the name of a field, of a struct or of what an enum variant holds;
//! * the key of a map entry;
//! * the `name` of a list element, or its index from 0;
//! * the name of an enum variant itself, which may also be left out: `script.queued.do.Start.region`
//!   is `script.queued.do.region`. Of a variant that holds one value it is that value:
//!   `script.revoke.do.Racf`.
//!
//! A part that contains a dot stands in double quotes: `nodes."a.example".port`.
//!
//! The same paths serve `set` in a file and `--set PATH=VALUE` on the command line. On the command line a
//! value needs no quotes: `6m`, `ALICE` and `09:00:00` are taken as RON first (a number, a name), and as
//! plain text where that is no RON or a text is wanted. A value that begins with a bracket or a quote
//! must be RON.

use std::collections::BTreeSet;

use super::problem::{Problem, Problems};
use super::read::parse_piece;
use super::source::{Sources, Span};
use super::tree::{Key, Node, Origin, Tree, Value};
use crate::scalar::words::{nearest, shortened, suggestion};

/// The longest path, in parts.
const MAX_PARTS: usize = 40;

/// A change of one value.
#[derive(Clone, Debug)]
pub struct Override {
    /// The way to the value.
    pub path: Vec<Part>,
    /// The new value.
    pub value: Node,
}

/// One part of a path, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part, without quotes.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

impl Override {
    /// Reads `PATH=VALUE` of the command line; `name` is what problems call it: `--set #1`.
    pub fn from_argument(
        sources: &mut Sources,
        name: &str,
        argument: &str,
        problems: &mut Problems,
    ) -> Option<Override> {
        let source = match sources.add(name, argument) {
            Ok(source) => source,
            Err(problem) => {
                problems.add(problem);
                return None;
            }
        };
        let span = sources.whole(source);
        let text = sources.text(source);
        let Some(equals) = text.find('=') else {
            problems.add(Problem::error(span, "a change is written PATH=VALUE"));
            return None;
        };
        let path = parse_path(text.get(..equals).unwrap_or(""), span, 0, problems)?;
        let value = span.part(equals + 1, text.len());
        Some(Override { path, value: argument_value(sources, value, problems)? })
    }

    /// From an entry of a `set` map: `"systems.SYSA.clock.skew": "6m"`.
    pub fn from_entry(key: &Key, value: &Node, problems: &mut Problems) -> Option<Override> {
        let path = parse_path(&key.text, key.span, 1, problems)?;
        Some(Override { path, value: value.clone() })
    }

    /// The section in which the value lies: the first part of the path.
    pub fn section(&self) -> Option<&str> {
        self.path.first().map(|part| part.text.as_str())
    }

    /// All entries of a `set` map that are usable.
    pub fn from_entries(set: &Node, problems: &mut Problems) -> Vec<Override> {
        let entries = set.entries().iter();
        entries.filter_map(|(key, value)| Override::from_entry(key, value, problems)).collect()
    }

    /// Changes a tree.
    ///
    /// What is absent is put in: a field of a struct at any place (decoding judges whether there is such
    /// a field), a map entry only as the last part. Any other part that leads nowhere is reported with
    /// the nearest one that exists, and the tree stays as it was.
    pub fn apply(&self, tree: &mut Tree, problems: &mut Problems) {
        let value = renumbered(&self.value, tree);
        let inner: Vec<u32> = self.path.iter().map(|_| tree.fresh()).collect();
        if let Err(problem) = put(&mut tree.root, &self.path, &inner, value) {
            problems.add(problem);
        }
    }
}

/// The trees of a scenario and of its plex, and the names of the sections of each.
pub struct Roots<'a> {
    /// The scenario.
    pub scenario: &'a mut Tree,
    /// The plex; none if the scenario describes its own.
    pub plex: Option<&'a mut Tree>,
    /// The fields of a scenario.
    pub scenario_sections: &'a [&'a str],
    /// The fields of a plex.
    pub plex_sections: &'a [&'a str],
}

impl Roots<'_> {
    /// Applies a change to the tree in which the section lies that its path begins with.
    ///
    /// An unknown section is reported with the nearest one of both.
    pub fn apply(&mut self, change: &Override, problems: &mut Problems) {
        let (Some(first), Some(section)) = (change.path.first(), change.section()) else {
            return;
        };
        if self.plex_sections.contains(&section) {
            let tree = self.plex.as_deref_mut().unwrap_or(self.scenario);
            change.apply(tree, problems);
        } else if self.scenario_sections.contains(&section) {
            change.apply(self.scenario, problems);
        } else {
            let sections = self.scenario_sections.iter().chain(self.plex_sections).copied();
            let message = format!("unknown section `{}`", shortened(section));
            problems.add(Problem::error(first.span, message).suggest(section, sections));
        }
    }
}

/// The value that a path leads to.
pub fn lookup<'t>(tree: &'t Tree, path: &str) -> Option<&'t Node> {
    let parts = split(path).ok()?;
    let parts: Vec<&str> = parts.iter().map(|(_, part)| part.as_str()).collect();
    value_at(tree, &parts)
}

/// The value that the parts of a path lead to.
pub fn value_at<'t>(tree: &'t Tree, parts: &[&str]) -> Option<&'t Node> {
    parts.iter().try_fold(&tree.root, |node, part| step(node, part))
}

/// The value that the parts of a path lead to, or the last one on the way to it that is written.
pub fn nearest_value<'t>(tree: &'t Tree, parts: &[&str]) -> &'t Node {
    let mut node = &tree.root;
    for part in parts {
        match step(node, part) {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// The path that these parts make.
pub fn path_of_parts(parts: &[&str]) -> String {
    parts.iter().fold(String::new(), |path, part| joined(&path, part))
}

/// The key of a map that is the last part of a path.
pub fn lookup_key<'t>(tree: &'t Tree, path: &str) -> Option<&'t Key> {
    let parts = split(path).ok()?;
    let ((_, last), before) = parts.split_last()?;
    let node = before.iter().try_fold(&tree.root, |node, (_, part)| step(node, part))?;
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().map(|(key, _)| key).find(|key| key.text == *last)
}

/// The shortest path of every value inside a tree, in the order of the text.
pub fn paths(tree: &Tree) -> Vec<(String, &Node)> {
    let mut found = Vec::new();
    collect(&tree.root, "", &mut found);
    found
}

/// The path of the value with this number; empty for the root.
pub fn path_of(tree: &Tree, id: u32) -> Option<String> {
    if tree.root.id == id {
        return Some(String::new());
    }
    paths(tree).into_iter().find(|(_, node)| node.id == id).map(|(path, _)| path)
}

/// A path as [`paths`] writes it: list elements by name, no names of variants. What is not in the tree,
/// because it has its default, is left as it is.
pub fn normal(tree: &Tree, path: &str) -> String {
    let Ok(parts) = split(path) else { return path.to_owned() };
    let mut node = Some(&tree.root);
    let mut result = String::new();
    for (_, part) in parts {
        let here = node;
        node = here.and_then(|node| step(node, &part));
        let stays = here.zip(node).is_some_and(|(here, there)| here.id == there.id);
        if stays {
            continue;
        }
        let element =
            here.zip(node).and_then(|(list, element)| element_name(list.items(), element));
        result = joined(&result, element.unwrap_or(&part));
    }
    result
}

/// `path` with one more part.
pub(super) fn joined(path: &str, part: &str) -> String {
    let part = if part.is_empty() || part.contains(['.', '"', '=']) {
        format!("\"{}\"", part.replace('"', "\"\""))
    } else {
        part.to_owned()
    };
    if path.is_empty() { part } else { format!("{path}.{part}") }
}

fn collect<'t>(node: &'t Node, path: &str, found: &mut Vec<(String, &'t Node)>) {
    if let Some(only) = held(node) {
        return collect(only, path, found);
    }
    for (key, child) in node.entries() {
        let path = joined(path, &key.text);
        found.push((path.clone(), child));
        collect(child, &path, found);
    }
    let mut names = BTreeSet::new();
    for (index, child) in node.items().iter().enumerate() {
        let path = match own_name(child).filter(|name| names.insert(*name)) {
            Some(name) => joined(path, name),
            None => joined(path, &index.to_string()),
        };
        found.push((path.clone(), child));
        collect(child, &path, found);
    }
}

/// The only value that an enum variant or newtype holds, if it has parts of its own.
fn held(node: &Node) -> Option<&Node> {
    match &node.value {
        Value::Tuple { name: Some(_), items } => match items.as_slice() {
            [only] if !only.entries().is_empty() || !only.items().is_empty() => Some(only),
            _ => None,
        },
        _ => None,
    }
}

/// The name by which an element of a list is known: its `name`, if no element before it has the same.
fn element_name<'t>(items: &'t [Node], element: &'t Node) -> Option<&'t str> {
    let name = own_name(element)?;
    let first = items.iter().find(|item| own_name(item) == Some(name))?;
    (first.id == element.id).then_some(name)
}

fn own_name(node: &Node) -> Option<&str> {
    held(node).unwrap_or(node).get("name").and_then(Node::as_str)
}

fn step<'t>(node: &'t Node, part: &str) -> Option<&'t Node> {
    if let Some(child) = node.get(part) {
        return Some(child);
    }
    if let Some(index) = item_index(node, part) {
        return node.items().get(index);
    }
    if let Some(found) = held(node).and_then(|only| step(only, part)) {
        return Some(found);
    }
    (node.name() == Some(part)).then_some(node)
}

/// The place of the element that a part names, among the values of a list or tuple.
fn item_index(node: &Node, part: &str) -> Option<usize> {
    let by_name = node.items().iter().position(|item| own_name(item) == Some(part));
    let is_index = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let by_index = || is_index.then(|| part.parse().ok()).flatten();
    by_name.or_else(by_index).filter(|index| *index < node.items().len())
}

/// Puts a value in; `fresh` has a number for every part, for the structs between that are absent.
fn put(node: &mut Node, path: &[Part], fresh: &[u32], value: Node) -> Result<(), Problem> {
    let (Some((part, path_rest)), Some((id, fresh_rest))) =
        (path.split_first(), fresh.split_first())
    else {
        *node = value;
        return Ok(());
    };
    if let Some(index) = item_index(node, &part.text) {
        let (Value::Tuple { items, .. } | Value::List(items)) = &mut node.value else {
            return Err(no_way(node, part));
        };
        let item = items.get_mut(index);
        return item.map_or(Ok(()), |item| put(item, path_rest, fresh_rest, value));
    }
    let is_own_name = node.name() == Some(&part.text) && node.get(&part.text).is_none();
    if is_own_name {
        // Of a variant that holds one value the name stands for that value too: `do.Racf=…`.
        let inside = path_rest.is_empty() && value.name() != node.name();
        if let Value::Tuple { items, .. } = &mut node.value
            && let ([only], true) = (items.as_mut_slice(), inside)
        {
            *only = value;
            return Ok(());
        }
        return put(node, path_rest, fresh_rest, value);
    }
    if holds_a_struct(node) {
        let Value::Tuple { items, .. } = &mut node.value else { return Ok(()) };
        return items.first_mut().map_or(Ok(()), |only| put(only, path, fresh, value));
    }
    open(node);
    let unusable = no_way(node, part);
    let (entries, is_map) = match &mut node.value {
        Value::Struct { fields, .. } => (fields, false),
        Value::Map(entries) => (entries, true),
        _ => return Err(unusable),
    };
    if let Some((_, child)) = entries.iter_mut().find(|(key, _)| key.text == part.text) {
        return put(child, path_rest, fresh_rest, value);
    }
    if is_map && !path_rest.is_empty() {
        return Err(unusable);
    }
    let empty = Value::Struct { name: None, fields: Vec::new() };
    let mut child = Node { span: part.span, id: *id, value: empty, origin: Origin::Path };
    put(&mut child, path_rest, fresh_rest, value)?;
    entries.push((Key { text: part.text.clone(), span: part.span }, child));
    Ok(())
}

/// The fields of a variant stand in a struct of their own: `Set((skew: "5s"))`.
fn holds_a_struct(node: &Node) -> bool {
    held(node).is_some_and(|only| matches!(only.value, Value::Struct { .. } | Value::Map(_)))
}

/// Makes a value that has no fields yet, a bare name or `Name()`, one that can get some.
fn open(node: &mut Node) {
    let name = match &node.value {
        Value::Unit { name } => name.clone(),
        Value::Tuple { name, items } if items.is_empty() => name.clone(),
        _ => return,
    };
    node.value = Value::Struct { name, fields: Vec::new() };
}

/// The problem of a part that leads nowhere.
fn no_way(node: &Node, part: &Part) -> Problem {
    let text = part.text.as_str();
    let problem = |message: String| Problem::error(part.span, message);
    let shown = shortened(text);
    match &node.value {
        Value::Map(entries) => {
            let keys = entries.iter().map(|(key, _)| key.text.as_str());
            problem(format!("there is no `{shown}` here")).suggest(text, keys)
        }
        Value::List(items) | Value::Tuple { items, .. } => {
            let names = items.iter().filter_map(own_name);
            let indices = match items.len() {
                0 => "the list is empty".to_owned(),
                length => format!("the indices go from 0 to {}", length - 1),
            };
            let help = match (nearest(text, names.clone()), suggestion(text, names)) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(valid)) => format!("{valid}; {indices}"),
                (None, None) => indices,
            };
            problem(format!("there is no element `{shown}` here")).help(help)
        }
        _ => problem(format!("`{shown}` leads nowhere: {} has no parts", node.describe())),
    }
}

/// A copy of a value with numbers of this tree.
fn renumbered(node: &Node, tree: &mut Tree) -> Node {
    let mut copy = node.clone();
    renumber(&mut copy, tree);
    copy
}

fn renumber(node: &mut Node, tree: &mut Tree) {
    node.id = tree.fresh();
    match &mut node.value {
        Value::Struct { fields: entries, .. } | Value::Map(entries) => {
            entries.iter_mut().for_each(|(_, child)| renumber(child, tree));
        }
        Value::Tuple { items, .. } | Value::List(items) => {
            items.iter_mut().for_each(|child| renumber(child, tree));
        }
        _ => {}
    }
}

/// The value of a command-line argument: RON if it is, or else plain text.
fn argument_value(sources: &Sources, span: Span, problems: &mut Problems) -> Option<Node> {
    let text = sources.excerpt(span);
    let mut found = Problems::new();
    // The numbers of the nodes are given anew when the value is put into its tree.
    let mut next = 0;
    let node = parse_piece(sources, span, &mut next, &mut found);
    let must_be_ron = text.trim_start().starts_with(['(', '[', '{', '"']);
    if must_be_ron {
        problems.extend(found.iter().cloned());
        return node;
    }
    let origin = Origin::Argument(text.into());
    match node.filter(|_| found.is_empty()) {
        Some(node) => Some(Node { origin, ..node }),
        None => Some(Node { span, id: 0, value: Value::Str(text.to_owned()), origin }),
    }
}

/// The parts of a path that is written at `span`, behind `quote` bytes of quotes.
fn parse_path(path: &str, span: Span, quote: usize, problems: &mut Problems) -> Option<Vec<Part>> {
    // A key that is written with escapes or without quotes is not its own text: mark all of it.
    let plain = span.end.saturating_sub(span.start) as usize == path.len() + 2 * quote;
    let place =
        |offset, length| if plain || quote == 0 { span.part(quote + offset, length) } else { span };
    match split(path) {
        Ok(parts) => Some(
            parts
                .into_iter()
                .map(|(offset, text)| Part { span: place(offset, text.len()), text })
                .collect(),
        ),
        Err((offset, message)) => {
            problems.add(Problem::error(place(offset, 1), message));
            None
        }
    }
}

type SplitError = (usize, &'static str);

/// The parts of a path with their offsets.
fn split(path: &str) -> Result<Vec<(usize, String)>, SplitError> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        let offset = path.len() - rest.len();
        let (part, tail) = match rest.strip_prefix('"') {
            Some(quoted) => split_quoted(quoted).ok_or((offset, "this quote is not closed"))?,
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (part, tail) = rest.split_at(end);
                (part.trim().to_owned(), tail)
            }
        };
        if part.is_empty() && !rest.starts_with('"') {
            return Err((offset, "a part of the path is missing here"));
        }
        parts.push((offset, part));
        if parts.len() > MAX_PARTS {
            return Err((offset, "the path has too many parts"));
        }
        match tail.strip_prefix('.') {
            Some(tail) => rest = tail,
            None if tail.is_empty() => return Ok(parts),
            None => return Err((path.len() - tail.len(), "expected `.` here")),
        }
    }
}

/// A quoted part and what follows it; two quotes inside stand for one.
fn split_quoted(text: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        part.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                part.push('"');
                rest = more;
            }
            None => return Some((part, after)),
        }
    }
}
