//! One of the two traces: read on as needed, with the records that are looked at together.

use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

use sim::Fingerprint;

use super::Window;
use super::join::Marks;
use super::lens::{Lens, View};
use super::past::Past;
use crate::trace::{Outline, Places, Summary, TraceError, TraceReader};

/// The most node names that are kept, to tell which there are.
const NODES_MAX: usize = 1000;

/// A record in the window.
#[derive(Debug)]
pub(super) struct Entry {
    at: Outline,
    text: Box<str>,
    pub(super) marks: Marks,
}

impl Entry {
    pub(super) fn view(&self) -> View<'_> {
        View { at: self.at, text: &self.text }
    }

    /// Bytes of the line.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }
}

/// A trace, read as far as needed.
pub(super) struct Feed<R: BufRead> {
    reader: TraceReader<R>,
    /// Nodes that were seen, where nodes are to be ignored.
    pub(super) nodes: BTreeSet<String>,
    /// Records that do not count.
    pub(super) ignored: u64,
    places: Places,
    window: VecDeque<Entry>,
    bytes: usize,
    /// The record that the reader still holds, where the window is empty: nothing was copied yet.
    loose: Option<(Outline, u64)>,
    ended: bool,
    damage: Option<TraceError>,
}

/// A trace that was read to its end or as far as it goes.
pub(super) struct Ended<R> {
    pub(super) from: R,
    pub(super) places: Places,
    pub(super) summary: Option<Summary>,
    pub(super) damage: Option<TraceError>,
}

impl<R: BufRead> Feed<R> {
    pub(super) fn new(reader: TraceReader<R>) -> Self {
        Feed {
            reader,
            nodes: BTreeSet::new(),
            ignored: 0,
            places: Places::default(),
            window: VecDeque::new(),
            bytes: 0,
            loose: None,
            ended: false,
            damage: None,
        }
    }

    /// Reads on until there is a record that was not taken; whether there is one.
    pub(super) fn advance(&mut self, past: &mut Past, lens: &Lens<'_>) -> bool {
        if self.window.is_empty() {
            self.read(past, lens);
        }
        !self.window.is_empty() || self.loose.is_some()
    }

    /// The next record that was not taken, as far as [`Feed::advance`] has read.
    pub(super) fn front(&self) -> Option<View<'_>> {
        match (self.window.front(), self.loose) {
            (Some(entry), _) => Some(entry.view()),
            (None, Some((at, _))) => Some(View { at, text: self.reader.text() }),
            (None, None) => None,
        }
    }

    /// Takes the next record away.
    pub(super) fn drop_front(&mut self) {
        match self.window.pop_front() {
            Some(entry) => self.bytes -= entry.size(),
            None => self.loose = None,
        }
    }

    /// Reads on until the window holds so many records or all bytes that it may.
    pub(super) fn fill(&mut self, wanted: usize, past: &mut Past, lens: &Lens<'_>) {
        self.keep(lens);
        let most = lens.options.window.bytes;
        while self.window.len() < wanted && self.bytes < most && self.read(past, lens) {
            self.keep(lens);
        }
    }

    /// The marks of the first so many records of the window.
    pub(super) fn marks(&self, wanted: usize) -> Vec<Marks> {
        self.window.iter().take(wanted).map(|entry| entry.marks).collect()
    }

    /// Takes the first records of the window away.
    pub(super) fn take(&mut self, count: usize) -> Vec<Option<Entry>> {
        let taken: Vec<_> = self.window.drain(..count.min(self.window.len())).map(Some).collect();
        self.bytes -= taken.iter().flatten().map(Entry::size).sum::<usize>();
        taken
    }

    /// Whether nothing is left but the first so many records of the window.
    pub(super) fn ends_within(&self, count: usize) -> bool {
        self.ended && self.window.len() <= count
    }

    /// Whether the window can hold more than so many records.
    pub(super) fn grows_beyond(&self, count: usize, window: Window) -> bool {
        let more = !self.ended && self.bytes < window.bytes;
        count < window.records && (self.window.len() > count || more)
    }

    /// Whether it stopped before its end.
    pub(super) fn damaged(&self) -> bool {
        self.damage.is_some()
    }

    pub(super) fn end(self) -> Ended<R> {
        let summary = self.reader.summary().cloned();
        let (places, damage) = (self.places, self.damage);
        Ended { from: self.reader.into_inner(), places, summary, damage }
    }

    /// Reads the next record that counts; the reader holds it then.
    fn read(&mut self, past: &mut Past, lens: &Lens<'_>) -> bool {
        while self.loose.is_none() && !self.ended {
            let offset = self.reader.bytes();
            match self.reader.next_outline() {
                Ok(Some(at)) => {
                    self.places.note(offset);
                    self.judge(at, past, lens);
                }
                Ok(None) => self.ended = true,
                Err(damage) => {
                    self.ended = true;
                    self.damage = Some(damage);
                }
            }
        }
        self.loose.is_some()
    }

    fn judge(&mut self, at: Outline, past: &mut Past, lens: &Lens<'_>) {
        let view = View { at, text: self.reader.text() };
        let root = match at.cause {
            Some(cause) => past.root(cause).unwrap_or(0),
            None => root(&view),
        };
        let counts = lens.counts(&view);
        if !lens.options.ignore_nodes.is_empty()
            && self.nodes.len() < NODES_MAX
            && !self.nodes.contains(view.node())
        {
            self.nodes.insert(view.node().to_owned());
        }
        past.push(root, at.cause, !counts);
        match counts {
            true => self.loose = Some((at, root)),
            false => self.ignored += 1,
        }
    }

    /// Moves the record that the reader holds into the window.
    fn keep(&mut self, lens: &Lens<'_>) {
        let Some((at, root)) = self.loose.take() else { return };
        let text: Box<str> = self.reader.text().into();
        let view = View { at, text: &text };
        let marks = Marks { content: lens.content(&view), key: lens.key(&view), root, t: at.t };
        self.bytes += text.len();
        self.window.push_back(Entry { at, text, marks });
    }
}

/// A fingerprint of a record that nothing caused.
fn root(view: &View<'_>) -> u64 {
    let mut print = Fingerprint::new();
    print.bytes(view.node().as_bytes());
    print.bytes(view.kind().as_bytes());
    for (_, value) in view.names() {
        print.bytes(value.as_bytes());
    }
    print.value()
}
