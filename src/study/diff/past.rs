//! What became of the records that were read: who they were matched with, and whether they differ.

use std::collections::VecDeque;

/// How far back causes are followed, in records. A cause further back is taken as equal, which is
/// counted.
pub const CAUSES_MAX: usize = 1_000_000;

const MATCHED: u64 = 1 << 63;
const DIFFERS: u64 = 1 << 62;
const IGNORED: u64 = 1 << 61;
const NUMBER: u64 = IGNORED - 1;

/// Of one record (16 bytes).
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// What stands at the root of its causes.
    root: u64,
    /// Marks, and a number: of the partner where there is one, else of the cause (0: none).
    fate: u64,
}

/// Where a cause leads in the other trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// To no record.
    Nobody,
    /// To the nearest matched record at or above it: its number here and the number of its partner.
    Pair(u64, u64),
    /// Too far back to know.
    Far,
}

/// The last records of one trace, in order of their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    dropped: u64,
    slots: VecDeque<Slot>,
}

impl Past {
    /// Takes in the next record. What is ignored passes on what its cause is.
    pub(super) fn push(&mut self, root: u64, cause: Option<u64>, ignored: bool) {
        if self.slots.len() == CAUSES_MAX {
            self.slots.pop_front();
            self.dropped += 1;
        }
        let fate = match cause {
            // Only past what is ignored too: what is alone differs, and that is to be passed on.
            Some(cause) if ignored => IGNORED | self.above(cause, IGNORED),
            None if ignored => IGNORED,
            cause => cause.unwrap_or(0),
        };
        self.slots.push_back(Slot { root, fate });
    }

    /// What stands at the root of a record, if it is not too far back.
    pub(super) fn root(&self, n: u64) -> Option<u64> {
        self.slot(n).map(|slot| slot.root)
    }

    /// The record has a partner.
    pub(super) fn pair(&mut self, n: u64, partner: u64) {
        if let Some(slot) = self.slot_mut(n) {
            slot.fate = slot.fate & DIFFERS | MATCHED | partner & NUMBER;
        }
    }

    /// The record has no partner: whoever it caused hangs on what caused it.
    pub(super) fn alone(&mut self, n: u64) {
        let Some(slot) = self.slot(n) else { return };
        let above = self.above(slot.fate & NUMBER, IGNORED | DIFFERS);
        if let Some(slot) = self.slot_mut(n) {
            slot.fate = slot.fate & DIFFERS | above;
        }
    }

    /// The record differs, or something that led to it does.
    pub(super) fn differs(&mut self, n: u64) {
        if let Some(slot) = self.slot_mut(n) {
            slot.fate |= DIFFERS;
        }
    }

    /// Whether the record differs, or something that led to it does.
    pub(super) fn does_differ(&self, n: u64) -> bool {
        match self.slot(n) {
            Some(Slot { fate, .. }) if fate & IGNORED != 0 => {
                self.slot(fate & NUMBER).is_some_and(|slot| slot.fate & DIFFERS != 0)
            }
            Some(Slot { fate, .. }) => fate & DIFFERS != 0,
            None => false,
        }
    }

    /// Where a cause leads in the other trace: past everything that has no partner there.
    pub(super) fn anchor(&self, cause: Option<u64>) -> Anchor {
        let Some(mut n) = cause else { return Anchor::Nobody };
        loop {
            match self.slot(n) {
                _ if n == 0 => return Anchor::Nobody,
                None => return Anchor::Far,
                Some(Slot { fate, .. }) if fate & MATCHED != 0 => {
                    return Anchor::Pair(n, fate & NUMBER);
                }
                Some(Slot { fate, .. }) => n = fate & NUMBER,
            }
        }
    }

    /// The record itself, or what it hangs on if it has no partner and one of the marks.
    fn above(&self, n: u64, marks: u64) -> u64 {
        match self.slot(n) {
            Some(Slot { fate, .. }) if fate & MATCHED == 0 && fate & marks != 0 => fate & NUMBER,
            _ => n,
        }
    }

    fn slot(&self, n: u64) -> Option<Slot> {
        let index = n.checked_sub(self.dropped + 1)?;
        self.slots.get(usize::try_from(index).ok()?).copied()
    }

    fn slot_mut(&mut self, n: u64) -> Option<&mut Slot> {
        let index = n.checked_sub(self.dropped + 1)?;
        self.slots.get_mut(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 is matched, 2 is alone, 3 is ignored, 4 is alone; each caused by the one before.
    fn chain() -> Past {
        let mut past = Past::default();
        past.push(7, None, false);
        past.push(7, Some(1), false);
        past.push(7, Some(2), true);
        past.push(7, Some(3), false);
        past.pair(1, 11);
        past.differs(2);
        past.alone(2);
        past.differs(4);
        past.alone(4);
        past
    }

    #[test]
    fn an_anchor_lies_above_what_is_alone_or_ignored() {
        let past = chain();
        assert_eq!(past.anchor(None), Anchor::Nobody);
        for n in 1..=4 {
            assert_eq!(past.anchor(Some(n)), Anchor::Pair(1, 11), "{n}");
        }
        let mut root = Past::default();
        root.push(7, None, false);
        root.alone(1);
        assert_eq!(root.anchor(Some(1)), Anchor::Nobody);
    }

    #[test]
    fn differences_are_passed_on_by_what_is_ignored() {
        let past = chain();
        assert_eq!([1, 2, 3, 4].map(|n| past.does_differ(n)), [false, true, true, true]);
    }

    #[test]
    fn what_is_too_far_back_is_not_known() {
        let mut past = chain();
        for _ in 0..CAUSES_MAX - 3 {
            past.push(0, None, false);
        }
        assert_eq!(past.anchor(Some(1)), Anchor::Far);
        assert_eq!(past.root(1), None);
        assert_eq!(past.root(2), Some(7));
        assert!(!past.does_differ(1) && past.does_differ(2));
    }
}
