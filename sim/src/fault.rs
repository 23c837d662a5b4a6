//! Faults as data: which messages a rule is about, and what becomes of them.

use crate::node::{LinkId, Message, NodeId};
use crate::time::{Span, Time};

/// One link rule. Rules are asked in the order in which they were added; the first answer other than
/// [`Answer::Pass`] and [`Answer::Tap`] decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in records, and for removal and release. Unique, or the later rule replaces the earlier.
    pub name: String,
    /// Which messages it is about.
    pub matching: Match,
    /// What becomes of them.
    pub answer: Answer,
}

/// Which messages a rule is about: those that meet every condition. The default is all messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// On this link.
    pub link: Option<LinkId>,
    /// From this node.
    pub from: Option<NodeId>,
    /// To this node.
    pub to: Option<NodeId>,
    /// Between these two nodes, in either direction.
    pub between: Option<(NodeId, NodeId)>,
    /// Of this kind.
    pub kind: Option<String>,
    /// With this label.
    pub label: Option<String>,
    /// With at least and at most this many bytes.
    pub length: Option<(u64, u64)>,
    /// With a [part](Message::part) of this name. A corruption then changes that part alone.
    pub part: Option<String>,
    /// Sent from the first true time on and before the second.
    pub window: Option<(Time, Time)>,
    /// Which of the messages that meet all conditions above, by their number.
    pub ordinal: Ordinal,
    /// Of the rest, `a` in `b`, drawn from a stream that belongs to the rule and the direction of the path.
    pub chance: Option<(u64, u64)>,
}

/// Which of a number of messages, counted from 1 since the rule was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ordinal {
    /// All.
    #[default]
    Any,
    /// The nth alone.
    Nth(u64),
    /// The nth, 2nth, 3nth and so on. `Every(0)` is none.
    Every(u64),
    /// The nth and all that follow.
    From(u64),
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing. The next rule is asked.
    Pass,
    /// It takes this much longer.
    Delay(Span),
    /// It is lost, and nobody is told.
    Drop,
    /// It arrives, and then again `times` times (at most 1,000), each copy `after` behind the one before.
    Duplicate {
        /// The number of copies.
        times: u32,
        /// The distance between them.
        after: Span,
    },
    /// It waits until the next message that the rule is about (its ordinal and chance aside) has passed, and arrives
    /// right after that one; or until `timeout` has passed.
    Reorder {
        /// How long it waits at most.
        timeout: Span,
    },
    /// It waits until [`Action::Release`](crate::Action::Release) names the rule.
    Hold,
    /// It arrives changed. A message without the bytes in question is none of the rule's business.
    Corrupt(Corruption),
    /// A copy is stored under this name, and the next rule is asked.
    Tap(String),
    /// It arrives, and after it all that a tap stored under this name before.
    Replay(String),
}

/// A change of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corruption {
    /// One bit is flipped; bit 0 is the lowest. Bits above 7 count modulo 8.
    FlipBit {
        /// Which byte.
        byte: Offset,
        /// Which bit of it.
        bit: u8,
    },
    /// From this byte on stands something else.
    Overwrite {
        /// The first byte that is replaced.
        byte: Offset,
        /// What stands there now.
        bytes: Vec<u8>,
    },
    /// Only so many bytes arrive. What is not longer stays as it is.
    Truncate {
        /// How many.
        length: u32,
    },
    /// These bytes follow behind the last.
    Extend(Vec<u8>),
}

/// The place of a byte in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// So many bytes after the first.
    FromStart(u32),
    /// So many bytes before the last.
    FromEnd(u32),
}

impl Match {
    /// Whether a message meets the conditions that do not depend on counting or luck.
    pub(crate) fn covers<M: Message>(
        &self,
        now: Time,
        link: Option<LinkId>,
        from: NodeId,
        to: NodeId,
        message: &M,
    ) -> bool {
        let length = message.bytes().len() as u64;
        self.link.is_none_or(|wanted| link == Some(wanted))
            && self.from.is_none_or(|wanted| from == wanted)
            && self.to.is_none_or(|wanted| to == wanted)
            && self.between.is_none_or(|ends| ends == (from, to) || ends == (to, from))
            && self.kind.as_deref().is_none_or(|wanted| message.kind() == wanted)
            && self.label.as_deref().is_none_or(|wanted| message.label() == wanted)
            && self.length.is_none_or(|(min, max)| (min..=max).contains(&length))
            && self.part.as_deref().is_none_or(|wanted| message.part(wanted).is_some())
            && self.window.is_none_or(|(start, end)| start <= now && now < end)
    }
}

impl Ordinal {
    /// Whether it picks the message with this number, counted from 1.
    pub(crate) fn picks(self, number: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Nth(n) => number == n,
            Self::Every(n) => n != 0 && number.is_multiple_of(n),
            Self::From(n) => number >= n,
        }
    }
}

impl Rule {
    /// The message as the rule's corruption leaves it; `None` if it corrupts nothing of this message.
    pub(crate) fn corrupted<M: Message>(&self, message: &M) -> Option<M> {
        let Answer::Corrupt(corruption) = &self.answer else { return None };
        match self.matching.part.as_deref() {
            None => Some(message.with_bytes(corruption.apply(message.bytes())?)),
            Some(part) => message.with_part(part, corruption.apply(&message.part(part)?)?),
        }
    }
}

impl Corruption {
    /// The changed bytes; `None` if the bytes in question are not there.
    fn apply(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut changed = bytes.to_vec();
        match self {
            Self::FlipBit { byte, bit } => *changed.get_mut(byte.index(bytes)?)? ^= 1 << (bit % 8),
            Self::Overwrite { byte, bytes: new } => {
                let start = byte.index(bytes)?;
                changed.get_mut(start..start.checked_add(new.len())?)?.copy_from_slice(new);
            }
            Self::Truncate { length } if (*length as usize) < bytes.len() => {
                changed.truncate(*length as usize);
            }
            Self::Truncate { .. } => return None,
            Self::Extend(more) => changed.extend_from_slice(more),
        }
        Some(changed)
    }
}

impl Offset {
    /// The index of the byte; behind all there are where there is none so far after the first.
    fn index(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::FromStart(offset) => Some(offset as usize),
            Self::FromEnd(offset) => bytes.len().checked_sub(offset as usize + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_count_from_one() {
        let picked = |ordinal: Ordinal| (1..=6).filter(|&n| ordinal.picks(n)).collect::<Vec<_>>();
        assert_eq!(picked(Ordinal::Any), [1, 2, 3, 4, 5, 6]);
        assert_eq!(picked(Ordinal::Nth(2)), [2]);
        assert_eq!(picked(Ordinal::Every(3)), [3, 6]);
        assert_eq!(picked(Ordinal::From(5)), [5, 6]);
        assert!(picked(Ordinal::Every(0)).is_empty() && picked(Ordinal::Nth(0)).is_empty());
    }

    #[test]
    fn corruption_changes_the_bytes_it_names_or_nothing() {
        let flip = |byte, bit| Corruption::FlipBit { byte, bit };
        assert_eq!(flip(Offset::FromStart(0), 0).apply(&[0, 0]), Some(vec![1, 0]));
        assert_eq!(flip(Offset::FromEnd(0), 15).apply(&[0, 0]), Some(vec![0, 0x80]));
        assert_eq!(flip(Offset::FromStart(2), 0).apply(&[0, 0]), None);
        assert_eq!(flip(Offset::FromEnd(2), 0).apply(&[0, 0]), None);
        assert_eq!(flip(Offset::FromEnd(u32::MAX), 0).apply(&[]), None);
        let write = |byte, bytes: &[u8]| Corruption::Overwrite { byte, bytes: bytes.to_vec() };
        assert_eq!(write(Offset::FromEnd(1), &[9]).apply(&[1, 2, 3]), Some(vec![1, 9, 3]));
        assert_eq!(write(Offset::FromStart(1), &[8, 9]).apply(&[1, 2, 3]), Some(vec![1, 8, 9]));
        assert_eq!(write(Offset::FromStart(2), &[8, 9]).apply(&[1, 2, 3]), None);
        assert_eq!(write(Offset::FromStart(u32::MAX), &[8]).apply(&[1]), None);
        assert_eq!(Corruption::Truncate { length: 1 }.apply(&[1, 2, 3]), Some(vec![1]));
        assert_eq!(Corruption::Truncate { length: 3 }.apply(&[1, 2, 3]), None);
        assert_eq!(Corruption::Extend(vec![4]).apply(&[1]), Some(vec![1, 4]));
    }
}
