//! The fast queue: events are sorted only when their time is near.
//!
//! ```text
//!   now                                                                    time
//!    |  bottom  |  rung: buckets of equal width, unsorted   |  top: unsorted
//!    |  a heap  |  [ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ]  |
//! ```
//!
//! A key goes into the bottom, a bucket or the top by its time alone. When the bottom is empty the next bucket
//! becomes the bottom; when the rung is empty a new one is laid out over the near part of the top, its width chosen
//! so that a bucket gets about one key. A crowd at one moment makes a big bottom, which as a heap still costs no
//! more than the logarithm of the crowd.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Key;

/// Fewer keys than this in the top go into the bottom together: a small heap beats buckets.
const SMALL: usize = 24;
/// The most buckets of a rung.
const MOST_BUCKETS: usize = 1 << 16;
/// The end of a bucket's list.
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) struct LadderQueue {
    /// All keys up to `bottom_last`.
    bottom: BinaryHeap<Reverse<Key>>,
    /// The last time that belongs to the bottom.
    bottom_last: u64,
    /// The first slot of each bucket's list. No buckets: no rung.
    buckets: Vec<u32>,
    /// The next bucket to become the bottom.
    next: usize,
    /// Where bucket 0 starts; bucket i starts `i << shift` later.
    rung_start: u64,
    shift: u32,
    /// By slot: a key in a bucket, and the slot that follows it there.
    cells: Vec<(Key, u32)>,
    /// All keys after the rung.
    top: Vec<Key>,
}

impl LadderQueue {
    pub(super) fn new() -> Self {
        Self {
            bottom: BinaryHeap::new(),
            bottom_last: 0,
            buckets: Vec::new(),
            next: 0,
            rung_start: 0,
            shift: 0,
            cells: Vec::new(),
            top: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key) {
        let time = key.time_bits();
        if time <= self.bottom_last {
            self.bottom.push(Reverse(key));
            if self.buckets.is_empty() && self.bottom.len() > 2 * SMALL {
                self.outgrow();
            }
        } else {
            self.push_beyond(key);
        }
    }

    #[inline]
    pub(super) fn pop(&mut self, until: u64) -> Option<Key> {
        if self.bottom.is_empty() {
            self.refill();
        }
        let Reverse(first) = self.bottom.peek()?;
        if first.time_bits() > until {
            return None;
        }
        self.bottom.pop().map(|Reverse(key)| key)
    }

    pub(super) fn peek(&mut self) -> Option<Key> {
        if self.bottom.is_empty() {
            self.refill();
        }
        self.bottom.peek().map(|Reverse(key)| *key)
    }

    /// Takes everything out, in no order.
    pub(super) fn drain(&mut self) -> Vec<Key> {
        let mut keys = core::mem::take(&mut self.top);
        keys.extend(self.bottom.drain().map(|Reverse(key)| key));
        for slot in core::mem::take(&mut self.buckets) {
            let mut slot = slot;
            while let Some(&(key, next)) = self.cells.get(slot as usize) {
                keys.push(key);
                slot = next;
            }
        }
        *self = Self { cells: core::mem::take(&mut self.cells), ..Self::new() };
        keys
    }

    /// Puts a key that is not for the bottom into its bucket or the top.
    #[inline]
    fn push_beyond(&mut self, key: Key) {
        let bucket = (key.time_bits() - self.rung_start) >> self.shift;
        let slot = key.slot();
        match self.buckets.get_mut(bucket as usize) {
            Some(first) => {
                let cell = (key, core::mem::replace(first, slot));
                match self.cells.get_mut(slot as usize) {
                    Some(place) => *place = cell,
                    None => self.grow_cells(slot, cell),
                }
            }
            None => self.top.push(key),
        }
    }

    #[cold]
    fn grow_cells(&mut self, slot: u32, cell: (Key, u32)) {
        self.cells.resize(slot as usize + 1, cell);
    }

    /// Fills the empty bottom from the next bucket, or failing that from the top.
    fn refill(&mut self) {
        if self.take_bucket() || self.top.is_empty() {
            return;
        }
        if self.top.len() < SMALL {
            self.buckets.clear();
            self.rung_start = 0;
            self.shift = 0;
            self.bottom_last = self.top.iter().map(|key| key.time_bits()).fold(0, u64::max);
            self.bottom.extend(self.top.drain(..).map(Reverse));
        } else {
            self.lay_out();
            self.take_bucket();
        }
    }

    /// Makes the next bucket that is not empty the bottom. False: there is none.
    fn take_bucket(&mut self) -> bool {
        let rest = self.buckets.get_mut(self.next..).unwrap_or_default();
        let Some(skipped) = rest.iter().position(|&first| first != NONE) else {
            self.next = self.buckets.len();
            return false;
        };
        let mut slot = core::mem::replace(&mut rest[skipped], NONE);
        self.next += skipped + 1;
        while let Some(&(key, next)) = self.cells.get(slot as usize) {
            self.bottom.push(Reverse(key));
            slot = next;
        }
        let end = u128::from(self.rung_start) + ((self.next as u128) << self.shift);
        self.bottom_last = u64::try_from(end - 1).unwrap_or(u64::MAX);
        true
    }

    /// Lays a rung over the near part of the top: four times as far as its first quarter of keys reaches, because
    /// the far part may hold time-outs much further out than the traffic.
    fn lay_out(&mut self) {
        let quarter = self.top.len() / 4;
        let (near, reach, _) = self.top.select_nth_unstable(quarter);
        let reach = reach.time_bits();
        self.rung_start = near.iter().map(|key| key.time_bits()).fold(reach, u64::min);
        let buckets = self.top.len().next_power_of_two().min(MOST_BUCKETS);
        let span = (reach - self.rung_start).saturating_mul(4);
        self.shift = (64 - span.leading_zeros()).saturating_sub(buckets.trailing_zeros());
        self.buckets.clear();
        self.buckets.resize(buckets, NONE);
        self.next = 0;
        for key in core::mem::take(&mut self.top) {
            self.push_beyond(key);
        }
    }

    /// The bottom was filled while there was little to do and has become too large for a heap.
    #[cold]
    fn outgrow(&mut self) {
        self.top.extend(self.bottom.drain().map(|Reverse(key)| key));
        self.lay_out();
        self.take_bucket();
    }
}
