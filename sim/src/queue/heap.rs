//! The believable queue: the standard library's binary heap over packed keys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Key;

#[derive(Clone, Debug)]
pub(crate) struct HeapQueue(BinaryHeap<Reverse<Key>>);

impl HeapQueue {
    pub(super) fn new() -> Self {
        Self(BinaryHeap::new())
    }

    #[inline(never)]
    pub(super) fn push(&mut self, key: Key) {
        self.0.push(Reverse(key));
    }

    #[inline(never)]
    pub(super) fn pop(&mut self, until: u64) -> Option<Key> {
        let Reverse(first) = self.0.peek()?;
        if first.time_bits() > until {
            return None;
        }
        self.0.pop().map(|Reverse(key)| key)
    }

    pub(super) fn peek(&self) -> Option<Key> {
        self.0.peek().map(|Reverse(key)| *key)
    }

    pub(super) fn drain(&mut self) -> Vec<Key> {
        self.0.drain().map(|Reverse(key)| key).collect()
    }
}
