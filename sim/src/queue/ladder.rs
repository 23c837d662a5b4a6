//! The fast queue: events are sorted only when their time is near.
//!
//! ```text
//!   now                                                                    time
//!    |  bottom  |  rung: buckets of equal width, unsorted   |  top: unsorted
//!    |  sorted  |  [ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ]  |
//! ```
//!
//! A key goes into the bottom, a bucket or the top by its time alone. When the bottom is empty the next bucket is
//! sorted and becomes the bottom; when the rung is empty a new one is laid out over the near part of the top, its
//! width chosen so that few buckets get more than one key. A crowd at one moment makes a big bottom; what comes to such a
//! one goes into a heap beside it, so that it costs no more than the logarithm of the crowd.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Key;

/// Fewer keys than this in the top go into the bottom together: sorting few beats buckets.
const SMALL: usize = 24;
/// A key that belongs further than this from the end of the sorted part of the bottom goes into the heap.
const REACH: usize = 2 * SMALL;
/// The most buckets of a rung.
const MOST_BUCKETS: usize = 1 << 16;
/// The end of a bucket's list.
const NONE: u32 = Key::SLOT_MASK;

#[derive(Clone, Debug)]
pub(crate) struct LadderQueue {
    /// All keys up to `bottom_last`: in order, smallest last; and those that came late.
    bottom: Vec<Key>,
    late: BinaryHeap<Reverse<Key>>,
    /// The last time that belongs to the bottom.
    bottom_last: u64,
    /// The first slot of each bucket's list. No buckets: no rung.
    buckets: Vec<u32>,
    /// Which buckets are not empty, 64 to a word.
    occupied: Vec<u64>,
    /// The next bucket to become the bottom.
    next: usize,
    /// Where bucket 0 starts; bucket i starts `i << shift` later.
    rung_start: u64,
    shift: u32,
    /// By slot: a key in a bucket, with the slot that follows it there in place of its own.
    cells: Vec<Key>,
    /// All keys after the rung.
    top: Vec<Key>,
}

impl LadderQueue {
    pub(super) fn new() -> Self {
        Self {
            bottom: Vec::new(),
            late: BinaryHeap::new(),
            bottom_last: 0,
            buckets: Vec::new(),
            occupied: Vec::new(),
            next: 0,
            rung_start: 0,
            shift: 0,
            cells: Vec::new(),
            top: Vec::new(),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, key: Key) {
        if key.time_bits() <= self.bottom_last { self.push_near(key) } else { self.push_far(key) }
    }

    /// Puts a key into its bucket or the top.
    #[inline(always)]
    fn push_far(&mut self, key: Key) {
        let bucket = (key.time_bits() - self.rung_start) >> self.shift;
        let slot = key.slot() as usize;
        match (self.buckets.get_mut(bucket as usize), self.cells.get_mut(slot)) {
            (Some(first), Some(cell)) => {
                *cell = key.with_slot(*first);
                *first = slot as u32;
                if let Some(word) = self.occupied.get_mut(bucket as usize / 64) {
                    *word |= 1 << (bucket % 64);
                }
            }
            (Some(_), None) => self.grow_cells(key),
            (None, _) => self.top.push(key),
        }
    }

    #[inline(always)]
    pub(super) fn pop(&mut self, until: u64) -> Option<Key> {
        if self.late.is_empty() {
            if self.bottom.is_empty() {
                self.refill();
            }
            return self.bottom.pop_if(|first| first.time_bits() <= until);
        }
        self.pop_late(until)
    }

    /// The slot of a key in the next bucket, if that is near.
    #[inline(always)]
    pub(super) fn upcoming(&self) -> Option<u32> {
        let bits = *self.occupied.get(self.next / 64)? >> (self.next % 64);
        self.buckets.get(self.next + bits.trailing_zeros() as usize).copied()
    }

    pub(super) fn peek(&mut self) -> Option<Key> {
        if self.late.is_empty() && self.bottom.is_empty() {
            self.refill();
        }
        let late = self.late.peek().map(|Reverse(key)| *key);
        self.bottom.last().copied().into_iter().chain(late).min()
    }

    /// Takes everything out, in no order.
    pub(super) fn drain(&mut self) -> Vec<Key> {
        let mut keys = core::mem::take(&mut self.top);
        keys.append(&mut self.bottom);
        keys.extend(self.late.drain().map(|Reverse(key)| key));
        for first in core::mem::take(&mut self.buckets) {
            keys.extend(list(&self.cells, first));
        }
        *self = Self { cells: core::mem::take(&mut self.cells), ..Self::new() };
        keys
    }

    /// Puts a key into the bottom.
    fn push_near(&mut self, key: Key) {
        let place = self.bottom.iter().rev().take(REACH + 1).position(|other| *other > key);
        match place {
            None if self.bottom.len() > REACH => self.late.push(Reverse(key)),
            Some(distance) => self.bottom.insert(self.bottom.len() - distance, key),
            None => self.bottom.insert(0, key),
        }
        if self.buckets.is_empty() && self.bottom.len() + self.late.len() > 2 * SMALL {
            self.outgrow();
        }
    }

    #[cold]
    fn pop_late(&mut self, until: u64) -> Option<Key> {
        let first = self.peek()?;
        if first.time_bits() > until {
            return None;
        }
        if self.bottom.last() == Some(&first) {
            self.bottom.pop()
        } else {
            self.late.pop().map(|Reverse(key)| key)
        }
    }

    /// Makes room for the cell of a key, and pushes it.
    #[cold]
    fn grow_cells(&mut self, key: Key) {
        self.cells.resize(key.slot() as usize + 1, key);
        self.push_far(key);
    }

    /// Fills the empty bottom from the next bucket, or failing that from the top.
    fn refill(&mut self) {
        if self.take_bucket() || self.top.is_empty() {
            return;
        }
        if self.top.len() < SMALL {
            // So few are kept sorted without any rung, until they are more.
            self.buckets.clear();
            self.occupied.clear();
            self.bottom.append(&mut self.top);
            self.sort_bottom();
            self.bottom_last = u64::MAX;
        } else {
            self.lay_out();
            self.take_bucket();
        }
    }

    /// Makes the next bucket that is not empty the bottom. False: there is none.
    #[inline]
    fn take_bucket(&mut self) -> bool {
        let Some(index) = self.next_occupied() else {
            self.next = self.buckets.len();
            return false;
        };
        self.occupied[index / 64] &= !(1 << (index % 64));
        let first = core::mem::replace(&mut self.buckets[index], NONE);
        self.bottom.extend(list(&self.cells, first));
        self.sort_bottom();
        self.next = index + 1;
        let last_of_bucket = (index as u64) << self.shift | ((1 << self.shift) - 1);
        self.bottom_last = self.rung_start.saturating_add(last_of_bucket);
        true
    }

    /// The next bucket that is not empty.
    #[inline]
    fn next_occupied(&self) -> Option<usize> {
        let word = self.next / 64;
        let bits = *self.occupied.get(word)? >> (self.next % 64);
        if bits != 0 {
            return Some(self.next + bits.trailing_zeros() as usize);
        }
        let rest = self.occupied.get(word + 1..)?;
        let skipped = rest.iter().position(|bits| *bits != 0)?;
        Some((word + 1 + skipped) * 64 + rest[skipped].trailing_zeros() as usize)
    }

    #[inline]
    fn sort_bottom(&mut self) {
        if self.bottom.len() > 1 {
            self.bottom.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    /// Lays a rung over the near part of the top: four times as far as its first quarter of keys reaches, because
    /// the far part may hold time-outs much further out than the traffic.
    fn lay_out(&mut self) {
        let quarter = self.top.len() / 4;
        let (near, reach, _) = self.top.select_nth_unstable(quarter);
        let reach = reach.time_bits();
        self.rung_start = near.iter().map(|key| key.time_bits()).fold(reach, u64::min);
        let buckets = (2 * self.top.len()).next_power_of_two().min(MOST_BUCKETS);
        let span = (reach - self.rung_start).saturating_mul(4);
        self.shift = (64 - span.leading_zeros()).saturating_sub(buckets.trailing_zeros());
        self.buckets.clear();
        self.buckets.resize(buckets, NONE);
        self.occupied.clear();
        self.occupied.resize(buckets.div_ceil(64), 0);
        self.next = 0;
        for key in core::mem::take(&mut self.top) {
            self.push_far(key);
        }
    }

    /// The bottom was filled while there was little to do and has become too large for that.
    #[cold]
    fn outgrow(&mut self) {
        self.top.append(&mut self.bottom);
        self.top.extend(self.late.drain().map(|Reverse(key)| key));
        self.lay_out();
        self.take_bucket();
    }
}

/// The keys of a bucket, from the one put in last.
fn list(cells: &[Key], first: u32) -> impl Iterator<Item = Key> {
    let mut slot = first;
    core::iter::from_fn(move || {
        let cell = cells.get(slot as usize)?;
        let key = cell.with_slot(slot);
        slot = cell.slot();
        Some(key)
    })
}
