//! Records of one trace that found nobody in the window and wait for a partner that comes later.

use std::collections::{BTreeMap, VecDeque};

use sim::Fingerprint;

use super::Window;
use super::feed::Entry;

/// A record that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) entry: Entry,
    /// Whether nothing that led to it differs.
    pub(super) own: bool,
    /// Whether it is the first real divergence.
    pub(super) first: bool,
    /// Its place in the lists of differences and of outcomes.
    pub(super) listed: [Option<usize>; 2],
}

/// Those who wait, the oldest first. Order: logarithmic in how many wait.
#[derive(Debug, Default)]
pub(super) struct Room {
    queue: BTreeMap<u64, Waiting>,
    by_likeness: BTreeMap<u64, VecDeque<u64>>,
    next: u64,
    bytes: usize,
}

impl Room {
    /// Lets a record wait. Whoever the window has no place for any more comes back.
    pub(super) fn enter(&mut self, waiting: Waiting, window: Window) -> Vec<Waiting> {
        self.bytes += waiting.entry.size();
        self.by_likeness.entry(likeness(&waiting.entry)).or_default().push_back(self.next);
        self.queue.insert(self.next, waiting);
        self.next += 1;
        let mut gone = Vec::new();
        while self.queue.len() > window.records || self.bytes > window.bytes {
            let Some((_, oldest)) = self.queue.pop_first() else { break };
            self.forget(&oldest);
            gone.push(oldest);
        }
        gone
    }

    /// The one that has waited longest for such a record.
    pub(super) fn partner_of(&mut self, entry: &Entry) -> Option<Waiting> {
        let ticket = *self.by_likeness.get(&likeness(entry))?.front()?;
        let found = self.queue.remove(&ticket)?;
        self.forget(&found);
        Some(found)
    }

    /// All who are left.
    pub(super) fn leave(self) -> impl Iterator<Item = Waiting> {
        self.queue.into_values()
    }

    /// Takes the one that waited longest of its likeness out of the books.
    fn forget(&mut self, waiting: &Waiting) {
        self.bytes -= waiting.entry.size();
        let likeness = likeness(&waiting.entry);
        if let Some(tickets) = self.by_likeness.get_mut(&likeness) {
            tickets.pop_front();
            if tickets.is_empty() {
                self.by_likeness.remove(&likeness);
            }
        }
    }
}

/// Equal for records that are the same thing from the same root.
fn likeness(entry: &Entry) -> u64 {
    let mut print = Fingerprint::new();
    print.pair(entry.marks.key, entry.marks.root);
    print.value()
}
