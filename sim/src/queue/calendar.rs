//! The fast queue: a ring of time buckets, so narrow that most hold one key or none.
//!
//! ```text
//!          now                                                                        time
//!   | near  |  ring: bucket number = time >> shift, place in the ring = number mod size |  far
//!   | sorted| [ ][k][ ][ ][k][ ][k,k][ ][ ][k][ ][ ][ ][ ][k][ ][ ][ ][ ][ ][k][ ][ ][ ]|  heap
//! ```
//!
//! A key goes into its bucket by its time alone; the next one is found by the bits of the buckets that are not
//! empty. The ring turns with the time: a bucket that has been taken stands for a time one turn later. What lies
//! beyond a turn waits in a heap. What comes for a bucket that has been taken already goes among the sorted keys of
//! the near; a crowd at one moment into a heap beside them, so that it costs no more than the logarithm of the crowd.
//!
//! Few keys are kept in the near alone. The ring is laid out anew when the number of keys has changed much, or when
//! its buckets turn out to be too wide or too narrow.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Key;

/// Up to so many keys are kept sorted without a ring.
const FEW: usize = 24;
/// A key that belongs further than this from the end of the sorted keys goes into the heap.
const REACH: usize = 48;
/// So many keys in one bucket are sorted.
const CROWD: usize = 6;
/// Buckets of a ring for each key.
const BUCKETS_PER_KEY: usize = 16;
/// The most buckets of a ring.
const MOST_BUCKETS: usize = 1 << 22;
/// The end of a bucket's list.
const NONE: u32 = Key::SLOT_MASK;
/// After so many keys, or so much work beside them, the ring is judged.
const PERIOD: u32 = 4_096;

#[derive(Clone, Debug)]
pub(crate) struct CalendarQueue {
    /// All keys of buckets before `front`: in order, smallest last; and those that came late.
    near: Vec<Key>,
    late: BinaryHeap<Reverse<Key>>,
    ring: Ring,
    /// All keys after the ring.
    far: BinaryHeap<Reverse<Key>>,
    /// The bucket of the first of these; beyond all where there is none.
    far_from: u64,
    /// Keys of all kinds when the ring was laid out.
    laid_out_for: usize,
    work: Work,
}

/// The buckets. Without any, all keys are near.
#[derive(Clone, Debug, Default)]
struct Ring {
    /// The first slot of each bucket's list.
    heads: Vec<u32>,
    /// Which buckets are not empty, 64 to a word.
    occupied: Vec<u64>,
    /// By slot: a key in a bucket, with the slot that follows it there in place of its own.
    cells: Vec<Key>,
    /// The width of a bucket is two to this power.
    shift: u32,
    /// The number of the first bucket that may hold keys.
    front: u64,
}

/// What finding the next keys has cost, since it was looked at last.
#[derive(Clone, Debug, Default)]
struct Work {
    /// Keys taken out of the ring one by one.
    taken: u32,
    /// Keys looked at and words of empty buckets passed over beside those.
    extra: u32,
    /// How many looks to wait after a ring that could not be bettered.
    patience: u32,
}

impl CalendarQueue {
    pub(super) fn new() -> Self {
        Self {
            near: Vec::new(),
            late: BinaryHeap::new(),
            ring: Ring::none(),
            far: BinaryHeap::new(),
            far_from: u64::MAX,
            laid_out_for: 0,
            work: Work::default(),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, key: Key) {
        let bucket = key.time_bits() >> self.ring.shift;
        if bucket.wrapping_sub(self.ring.front) < self.ring.heads.len() as u64 {
            self.ring.put(key, bucket);
        } else if bucket < self.ring.front {
            self.push_near(key);
        } else {
            self.push_far(key, bucket);
        }
    }

    #[inline(always)]
    pub(super) fn pop(&mut self, until: u64) -> Option<Key> {
        if self.near.is_empty() && self.late.is_empty() {
            return self.pop_ring(until);
        }
        self.pop_near(until)
    }

    pub(super) fn peek(&mut self) -> Option<Key> {
        if self.near.is_empty() && self.late.is_empty() {
            self.fill_near();
        }
        let late = self.late.peek().map(|Reverse(key)| *key);
        self.near.last().copied().into_iter().chain(late).min()
    }

    /// How many buckets the ring has, and the power of two of their width.
    #[cfg(test)]
    pub(super) fn shape(&self) -> (usize, u32) {
        (self.ring.heads.len(), self.ring.shift)
    }

    /// Takes everything out, in no order.
    pub(super) fn drain(&mut self) -> Vec<Key> {
        let mut keys = core::mem::take(&mut self.near);
        keys.extend(self.late.drain().chain(self.far.drain()).map(|Reverse(key)| key));
        self.ring.empty_into(&mut keys);
        let cells = core::mem::take(&mut self.ring.cells);
        *self = Self::new();
        self.ring.cells = cells;
        keys
    }

    /// Takes the first key of the ring.
    #[inline(always)]
    fn pop_ring(&mut self, until: u64) -> Option<Key> {
        match self.ring.pop_near_front(until) {
            Some(key) => {
                self.work.taken += 1;
                Some(key)
            }
            None => self.pop_slowly(until),
        }
    }

    /// The next bucket is far off or has several keys, or nothing is due.
    #[inline(never)]
    fn pop_slowly(&mut self, until: u64) -> Option<Key> {
        self.take_in_far();
        let Some((place, passed)) = self.ring.next_occupied() else {
            return self.pop_elsewhere(until);
        };
        let Some((first, before)) = self.ring.first_of_few(place) else {
            self.fill_near();
            return self.near.pop_if(|first| first.time_bits() <= until);
        };
        if first.time_bits() > until {
            return None;
        }
        self.ring.unlink(place, first, before);
        self.work.taken += 1;
        self.advance(first.time_bits() >> self.ring.shift, 1 + passed);
        self.look_at_work();
        Some(first)
    }

    /// Moves the front of the ring to a bucket.
    fn advance(&mut self, bucket: u64, extra: u32) {
        self.ring.front = bucket;
        self.work.extra = self.work.extra.saturating_add(extra);
        self.take_in_far();
    }

    #[cold]
    fn pop_near(&mut self, until: u64) -> Option<Key> {
        let first = self.peek()?;
        if first.time_bits() > until {
            return None;
        }
        if self.near.last() == Some(&first) {
            self.near.pop()
        } else {
            self.late.pop().map(|Reverse(key)| key)
        }
    }

    /// The ring is empty.
    #[cold]
    fn pop_elsewhere(&mut self, until: u64) -> Option<Key> {
        if self.far.is_empty() {
            return None;
        }
        self.lay_out();
        self.pop(until)
    }

    /// Makes the next bucket of the ring the near, where that is empty.
    fn fill_near(&mut self) {
        self.take_in_far();
        self.look_at_work();
        while self.near.is_empty() {
            match self.ring.next_occupied() {
                Some((place, passed)) => self.take_bucket(place, passed),
                None if self.far.is_empty() => return,
                None => self.lay_out(),
            }
        }
    }

    fn take_bucket(&mut self, place: usize, passed: u32) {
        self.near.extend(list(&self.ring.cells, self.ring.heads[place]));
        self.ring.clear(place);
        self.near.sort_unstable_by(|a, b| b.cmp(a));
        let keys = self.near.len() as u32;
        self.advance((self.near[0].time_bits() >> self.ring.shift) + 1, passed + keys);
    }

    /// Puts a key among those of buckets that have been taken.
    fn push_near(&mut self, key: Key) {
        let place = self.near.iter().rev().take(REACH + 1).position(|other| *other > key);
        match place {
            None if self.near.len() > REACH => self.late.push(Reverse(key)),
            Some(distance) => self.near.insert(self.near.len() - distance, key),
            None => self.near.insert(0, key),
        }
        if self.ring.heads.is_empty() && self.near.len() + self.late.len() > 2 * FEW {
            self.lay_out();
        }
    }

    #[inline(never)]
    fn push_far(&mut self, key: Key, bucket: u64) {
        self.far.push(Reverse(key));
        self.far_from = self.far_from.min(bucket);
        if self.far.len() > 2 * self.laid_out_for + FEW {
            self.lay_out();
        }
    }

    /// Takes into the ring what it has come to. The fast way through the ring does not come here, but it does not
    /// leave its word of 64 buckets either, and the ring is longer than that.
    fn take_in_far(&mut self) {
        let size = self.ring.heads.len() as u64;
        while self.far_from.wrapping_sub(self.ring.front) < size {
            if let Some(Reverse(key)) = self.far.pop() {
                self.ring.put(key, key.time_bits() >> self.ring.shift);
            }
            let first = self.far.peek();
            self.far_from = first.map_or(u64::MAX, |first| first.0.time_bits() >> self.ring.shift);
        }
    }

    /// Every so often, lays the ring out anew if another one would have less work.
    fn look_at_work(&mut self) {
        if self.work.taken.max(self.work.extra) >= PERIOD {
            self.judge_work();
        }
    }

    #[cold]
    fn judge_work(&mut self) {
        let Work { taken, extra, patience } = core::mem::take(&mut self.work);
        let buckets: u32 = self.ring.occupied.iter().map(|word| word.count_ones()).sum();
        let keys = buckets as usize + self.far.len();
        let changed = keys > 2 * self.laid_out_for || 8 * keys < self.laid_out_for;
        if patience > 0 {
            self.work.patience = patience - 1;
        } else if changed || extra > taken / 2 {
            let before = (self.ring.shift, self.ring.heads.len());
            self.lay_out();
            if before == (self.ring.shift, self.ring.heads.len()) {
                self.work.patience = 16;
            }
        }
    }

    /// Lays the ring out over all keys.
    fn lay_out(&mut self) {
        let mut keys = self.drain();
        self.laid_out_for = keys.len();
        if keys.len() <= FEW {
            keys.sort_unstable_by(|a, b| b.cmp(a));
            self.near = keys;
            return;
        }
        let (start, shift) = extent(&mut keys);
        let size = (BUCKETS_PER_KEY * keys.len()).next_power_of_two().min(MOST_BUCKETS);
        self.ring.lay_out(start, shift, size);
        keys.into_iter().for_each(|key| self.push(key));
    }
}

impl Ring {
    fn none() -> Self {
        // With at least one bit shifted out no bucket number reaches the front: all is near.
        Self { shift: 1, front: u64::MAX, ..Self::default() }
    }

    fn lay_out(&mut self, start: u64, shift: u32, size: usize) {
        self.heads.clear();
        self.heads.resize(size, NONE);
        self.occupied.clear();
        self.occupied.resize(size / 64, 0);
        (self.shift, self.front) = (shift, start >> shift);
    }

    /// The place of a bucket.
    #[inline(always)]
    fn place(&self, bucket: u64) -> usize {
        bucket as usize & self.heads.len().wrapping_sub(1)
    }

    #[inline(always)]
    fn put(&mut self, key: Key, bucket: u64) {
        let (place, slot) = (self.place(bucket), key.slot());
        let head = &mut self.heads[place];
        let cell = key.with_slot(*head);
        *head = slot;
        self.occupied[place / 64] |= 1 << (place % 64);
        match self.cells.get_mut(slot as usize) {
            Some(kept) => *kept = cell,
            None => self.grow_cells(slot, cell),
        }
    }

    #[cold]
    fn grow_cells(&mut self, slot: u32, cell: Key) {
        self.cells.resize(slot as usize + 1, cell);
    }

    /// Takes the first key if it is alone in one of the next buckets, as nearly all are.
    #[inline(always)]
    fn pop_near_front(&mut self, until: u64) -> Option<Key> {
        let place = self.place(self.front);
        let word = self.occupied.get_mut(place / 64)?;
        let bits = *word >> (place % 64);
        let empty = bits.trailing_zeros();
        let place = place + empty as usize;
        let head = self.heads.get_mut(place).filter(|_| bits != 0)?;
        let cell = *self.cells.get(*head as usize)?;
        if cell.slot() != NONE || cell.time_bits() > until {
            return None;
        }
        *word &= !(1 << (place % 64));
        // Not by the key's time: the next key can be looked for before this one has come from memory.
        self.front += u64::from(empty);
        Some(cell.with_slot(core::mem::replace(head, NONE)))
    }

    /// The first of the keys of a bucket and the slot before it in the list, if they are few.
    fn first_of_few(&self, place: usize) -> Option<(Key, u32)> {
        let mut slot = self.heads[place];
        let (mut first, mut before) = (self.cells[slot as usize].with_slot(slot), NONE);
        for _ in 1..CROWD {
            let next = self.cells[slot as usize].slot();
            if next == NONE {
                return Some((first, before));
            }
            let key = self.cells[next as usize].with_slot(next);
            if key < first {
                (first, before) = (key, slot);
            }
            slot = next;
        }
        None
    }

    /// Takes a key out of the list of its bucket.
    fn unlink(&mut self, place: usize, key: Key, before: u32) {
        let next = self.cells[key.slot() as usize].slot();
        match self.cells.get_mut(before as usize) {
            Some(cell) => *cell = cell.with_slot(next),
            None if next == NONE => self.clear(place),
            None => self.heads[place] = next,
        }
    }

    fn clear(&mut self, place: usize) {
        self.heads[place] = NONE;
        self.occupied[place / 64] &= !(1 << (place % 64));
    }

    /// The place of the next bucket that is not empty, and how many words of empty ones lie before it.
    fn next_occupied(&self) -> Option<(usize, u32)> {
        let place = self.place(self.front);
        let bits = *self.occupied.get(place / 64)? >> (place % 64);
        if bits != 0 {
            return Some((place + bits.trailing_zeros() as usize, 0));
        }
        self.next_word(place / 64)
    }

    /// Searches the words after this one, once round.
    fn next_word(&self, from: usize) -> Option<(usize, u32)> {
        let (before, after) = self.occupied.split_at(from + 1);
        let words = after.iter().chain(before);
        let (passed, bits) = words.enumerate().find(|(_, bits)| **bits != 0)?;
        let word = (from + 1 + passed) & (self.occupied.len() - 1);
        Some((word * 64 + bits.trailing_zeros() as usize, passed as u32))
    }

    /// Takes all keys out of the buckets.
    fn empty_into(&mut self, keys: &mut Vec<Key>) {
        for first in core::mem::take(&mut self.heads) {
            keys.extend(list(&self.cells, first));
        }
    }
}

/// Where a ring over these keys starts, and the power of two of its buckets' width: about the distance between two
/// keys in the near quarter, because the far part may hold time-outs much further out than the traffic.
fn extent(keys: &mut [Key]) -> (u64, u32) {
    let start = keys.iter().map(|key| key.time_bits()).min().unwrap_or(0);
    let last = keys.len().saturating_sub(1);
    // A crowd at one moment says nothing of distances: then look further.
    let parts = [last / 4, last / 2, last].map(|part| {
        let (_, key, _) = keys.select_nth_unstable(part);
        (key.time_bits() - start) / part.max(1) as u64
    });
    let distance = parts.into_iter().find(|distance| *distance > 0).unwrap_or(0);
    (start, (63 - (distance / 4).max(1).leading_zeros()).max(1))
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
