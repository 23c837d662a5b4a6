//! The queue of events to come: one order, two ways to keep it.
//!
//! The order is (time, sequence number), total and stable. The calendar queue runs by default; the heap is simple
//! enough to be believed and checks it.

mod calendar;
mod heap;

use crate::time::Time;

use calendar::CalendarQueue;
use heap::HeapQueue;

/// Which queue a simulation runs on. Both give the same order, so nothing but speed depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueKind {
    /// A calendar queue: the same time per event whatever the number of events, as long as few lie far ahead.
    #[default]
    Calendar,
    /// A binary heap: logarithmic time per event.
    Heap,
}

/// Where an event stands in the order, and where its content is kept.
///
/// Time in the upper 64 bits, then the sequence number, then the slot: one comparison orders two keys. The slot
/// never decides, because no two events have one sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u128);

impl Key {
    const SLOT_BITS: u32 = 24;
    const SLOT_MASK: u32 = (1 << Self::SLOT_BITS) - 1;
    /// The largest slot number: 16 million events can be waiting at a time. One number is left for "none".
    pub(crate) const MAX_SLOT: u32 = Self::SLOT_MASK - 1;
    /// The largest sequence number: a run can schedule a million million events.
    pub(crate) const MAX_SEQUENCE: u64 = (1 << (64 - Self::SLOT_BITS)) - 1;

    #[inline]
    pub(crate) fn new(time: Time, sequence: u64, slot: u32) -> Self {
        let low = sequence << Self::SLOT_BITS | u64::from(slot);
        Self(u128::from(time.to_bits()) << 64 | u128::from(low))
    }

    #[inline]
    pub(crate) fn time(self) -> Time {
        Time::from_bits(self.time_bits())
    }

    #[inline]
    pub(crate) fn sequence(self) -> u64 {
        (self.0 as u64) >> Self::SLOT_BITS
    }

    #[inline]
    pub(crate) fn slot(self) -> u32 {
        (self.0 as u32) & Self::SLOT_MASK
    }

    /// The same key with another slot number.
    #[inline]
    fn with_slot(self, slot: u32) -> Self {
        Self(self.0 & !u128::from(Self::SLOT_MASK) | u128::from(slot))
    }

    #[inline]
    fn time_bits(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

/// A priority queue of keys, smallest first.
#[derive(Clone, Debug)]
pub(crate) enum Queue {
    Calendar(CalendarQueue),
    Heap(HeapQueue),
}

impl Queue {
    pub(crate) fn new(kind: QueueKind) -> Self {
        match kind {
            QueueKind::Calendar => Self::Calendar(CalendarQueue::new()),
            QueueKind::Heap => Self::Heap(HeapQueue::new()),
        }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, key: Key) {
        match self {
            Self::Calendar(queue) => queue.push(key),
            Self::Heap(queue) => queue.push(key),
        }
    }

    /// Takes the first key, if its time is not after `until`.
    #[inline(always)]
    pub(crate) fn pop(&mut self, until: Time) -> Option<Key> {
        match self {
            Self::Calendar(queue) => queue.pop(until.to_bits()),
            Self::Heap(queue) => queue.pop(until.to_bits()),
        }
    }

    /// The first key. Not part of the way of every event.
    pub(crate) fn peek(&mut self) -> Option<Key> {
        match self {
            Self::Calendar(queue) => queue.peek(),
            Self::Heap(queue) => queue.peek(),
        }
    }

    /// Takes out all keys that `keep` rejects. Rare: it looks at every key.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Key) -> bool) {
        let mut keys = match self {
            Self::Calendar(queue) => queue.drain(),
            Self::Heap(queue) => queue.drain(),
        };
        keys.retain(keep);
        for key in keys {
            self.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Op {
        Push { after: u64 },
        Pop { within: u64 },
        Retain { modulus: u64 },
    }

    /// Delays that a simulation has: none, a few, exponential-like, and some far away.
    fn op() -> impl Strategy<Value = Op> {
        let after = prop_oneof![
            3 => Just(0_u64),
            10 => 0..50_u64,
            10 => (0_u32..40).prop_flat_map(|bits| 0..=(1_u64 << bits)),
            1 => Just(u64::MAX / 2),
        ];
        prop_oneof![
            50 => after.prop_map(|after| Op::Push { after }),
            40 => prop_oneof![Just(u64::MAX), 0..1_000_u64].prop_map(|within| Op::Pop { within }),
            1 => (2..5_u64).prop_map(|modulus| Op::Retain { modulus }),
        ]
    }

    fn later(now: Time, after: u64) -> Time {
        Time::from_bits(now.to_bits().saturating_add(after))
    }

    fn run(ops: &[Op], kind: QueueKind) -> Vec<Key> {
        let (mut queue, mut popped, mut now) =
            (Queue::new(kind), Vec::new(), Time::from_nanos(-1_000));
        for (sequence, op) in ops.iter().enumerate() {
            match op {
                Op::Push { after } => {
                    queue.push(Key::new(later(now, *after), sequence as u64, sequence as u32));
                }
                Op::Pop { within } => {
                    let until = later(now, *within);
                    popped.extend(queue.pop(until));
                    now = popped.last().map_or(now, |key| key.time());
                }
                Op::Retain { modulus } => {
                    queue.retain(|key| !key.sequence().is_multiple_of(*modulus))
                }
            }
        }
        while let Some(key) = queue.pop(Time::MAX) {
            popped.push(key);
        }
        popped
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn both_queues_give_the_same_order(ops in prop::collection::vec(op(), 0..1_000)) {
            let calendar = run(&ops, QueueKind::Calendar);
            let heap = run(&ops, QueueKind::Heap);
            prop_assert!(heap.is_sorted_by_key(|key| key.time()));
            prop_assert_eq!(calendar, heap);
        }
    }

    /// Many keys, whose times move on as they are taken: the ring turns often, is laid out anew, and has far keys that
    /// come in beside its last buckets.
    #[test]
    fn both_queues_give_the_same_order_over_many_turns() {
        let mut stream = crate::random::Stream::new(1, "queue", "turns");
        for mean in [3_u64, 1_000, 1_000_000] {
            let mut queues = [QueueKind::Calendar, QueueKind::Heap].map(Queue::new);
            let (mut now, mut waiting) = (0_u64, 0_u32);
            for sequence in 0..120_000_u64 {
                // The number of those waiting goes up and down between a few and some thousands.
                let wanted = if sequence / 20_000 % 2 == 0 { 3_000 } else { 40 };
                let after = match stream.below(20) {
                    0 => stream.below(400 * mean),
                    1 => 0,
                    _ => stream.exponential(crate::time::Span::from_nanos(mean as i64)).nanos()
                        as u64,
                };
                let key = Key::new(
                    Time::from_nanos((now + after) as i64),
                    sequence,
                    sequence as u32 & 0xFFFF,
                );
                queues.iter_mut().for_each(|queue| queue.push(key));
                waiting += 1;
                while waiting > wanted || (waiting > 0 && stream.chance(1, 3)) {
                    let until = match stream.below(4) {
                        0 => Time::from_nanos((now + mean / 2) as i64),
                        _ => Time::MAX,
                    };
                    let [calendar, heap] = [0, 1].map(|index: usize| queues[index].pop(until));
                    assert_eq!(calendar, heap, "mean {mean}, sequence {sequence}");
                    let Some(key) = heap else { continue };
                    now = key.time().nanos() as u64;
                    waiting -= 1;
                }
            }
        }
    }

    /// A queue with 50 keys, 2 ns apart: a calendar has a ring of 1,024 buckets of 2 ns then, which
    /// starts at zero.
    fn with_a_ring(kind: QueueKind) -> (Queue, impl FnMut(i64) -> Key) {
        let mut sequence = 0;
        let mut key = move |nanos| {
            sequence += 1;
            Key::new(Time::from_nanos(nanos), sequence, sequence as u32 & 0xFF)
        };
        let mut queue = Queue::new(kind);
        (0..50).for_each(|number| queue.push(key(2 * number)));
        if let Queue::Calendar(calendar) = &queue {
            assert_eq!(calendar.shape(), (1_024, 1));
        }
        (queue, key)
    }

    #[test]
    fn a_far_key_comes_in_before_one_that_lies_after_it_in_the_ring() {
        for kind in [QueueKind::Calendar, QueueKind::Heap] {
            for peeked in [false, true] {
                let (mut queue, mut key) = with_a_ring(kind);
                // Beyond the ring as long as it stands at zero.
                let far = key(2_048);
                queue.push(far);
                assert!((0..50).all(|_| queue.pop(Time::MAX).is_some()));
                let after = key(2_060);
                queue.push(after);
                assert!(!peeked || queue.peek() == Some(far), "{kind:?}");
                assert_eq!(queue.pop(Time::MAX), Some(far), "{kind:?}");
                assert_eq!(queue.pop(Time::MAX), Some(after), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_far_key_comes_in_when_the_ring_has_moved_close_to_it() {
        for kind in [QueueKind::Calendar, QueueKind::Heap] {
            let (mut queue, mut key) = with_a_ring(kind);
            assert!((0..50).all(|_| queue.pop(Time::MAX).is_some()));
            let (near, far, after) = (key(2_140), key(2_146), key(2_148));
            queue.push(near);
            queue.push(far);
            assert_eq!(queue.pop(Time::MAX), Some(near), "{kind:?}");
            queue.push(after);
            assert_eq!(queue.pop(Time::MAX), Some(far), "{kind:?}");
            assert_eq!(queue.pop(Time::MAX), Some(after), "{kind:?}");
        }
    }

    #[test]
    fn key_takes_its_parts_apart() {
        let key = Key::new(Time::from_nanos(-5), Key::MAX_SEQUENCE, Key::MAX_SLOT);
        assert_eq!(
            (key.time(), key.sequence(), key.slot()),
            (Time::from_nanos(-5), Key::MAX_SEQUENCE, Key::MAX_SLOT)
        );
        assert!(Key::new(Time::from_nanos(1), 9, 0) < Key::new(Time::from_nanos(2), 0, 0));
        assert!(Key::new(Time::from_nanos(1), 1, 9) < Key::new(Time::from_nanos(1), 2, 0));
    }

    #[test]
    fn many_events_at_one_time_come_in_scheduling_order() {
        for kind in [QueueKind::Calendar, QueueKind::Heap] {
            let mut queue = Queue::new(kind);
            for sequence in 0..5_000 {
                queue.push(Key::new(Time::from_nanos(7), sequence, sequence as u32));
            }
            for sequence in 0..5_000 {
                assert_eq!(queue.pop(Time::MAX).map(Key::sequence), Some(sequence));
            }
            assert_eq!(queue.pop(Time::MAX), None);
        }
    }
}
