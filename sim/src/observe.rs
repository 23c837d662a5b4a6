//! Observers see everything and change nothing.

use crate::action::Condition;
use crate::clock::ClockChange;
use crate::fault::Answer;
use crate::node::{LinkId, Node, NodeId, SystemId, TimerId};
use crate::time::{LocalTime, Time};

/// Sees every entry of a run as it happens. Lives outside the simulation, so a clone of that starts without it.
///
/// `()` is the observer that looks away, and costs nothing. A closure over entries is one too.
pub trait Observer<N: Node> {
    /// Looks at one entry.
    fn observe(&mut self, entry: &Entry<'_, N>);

    /// Whether it wants to see entries at all; asked once per call of `run`, `run_until` or `step`.
    fn watches(&self) -> bool {
        true
    }
}

impl<N: Node> Observer<N> for () {
    fn observe(&mut self, _: &Entry<'_, N>) {}

    fn watches(&self) -> bool {
        false
    }
}

impl<N: Node, F: FnMut(&Entry<'_, N>)> Observer<N> for F {
    fn observe(&mut self, entry: &Entry<'_, N>) {
        self(entry);
    }
}

/// One thing that happened.
///
/// Causes form a tree over record numbers. Within the handling of one event each entry is caused by the one before
/// it, and the first by the delivery, timer or input that was handled. A delivery is caused by its sending, or by the
/// fault that changed, copied or replayed it; a timer by what was last recorded when it was set. Inputs from outside,
/// scheduled actions and starts have no cause.
pub struct Entry<'a, N: Node> {
    /// Record number, from 1. Part of the simulation's state: the same with and without an observer.
    pub n: u64,
    /// True time.
    pub time: Time,
    /// The reading of the node's or system's clock; true time where there is neither.
    pub local: LocalTime,
    /// Who; `None` for what happens to links and clocks.
    pub node: Option<NodeId>,
    /// The entry that led to this one.
    pub cause: Option<u64>,
    /// Further entries without which this would not have happened so: a change of a clock, a node or a rule.
    pub also: &'a [u64],
    /// What happened.
    pub what: What<'a, N>,
}

/// What an entry reports.
pub enum What<'a, N: Node> {
    /// The node starts.
    Started,
    /// An input from outside reached the node.
    Input(&'a N::Timer),
    /// The node sent a message.
    Sent {
        /// To whom.
        to: NodeId,
        /// Over which link, if not the default path.
        link: Option<LinkId>,
        /// What.
        message: &'a N::Message,
    },
    /// A message reached the node.
    Delivered {
        /// From whom.
        from: NodeId,
        /// Over which link, if not the default path.
        link: Option<LinkId>,
        /// What.
        message: &'a N::Message,
    },
    /// The node was told that its message did not arrive.
    Refused {
        /// To whom it was sent.
        to: NodeId,
        /// What.
        message: &'a N::Message,
    },
    /// A timer of the node has expired.
    TimerFired {
        /// Which.
        id: TimerId,
        /// The local time that it was set for.
        at: LocalTime,
        /// What it says.
        timer: &'a N::Timer,
    },
    /// The node says something.
    Note(&'a N::Note),
    /// A rule, or a replay from a tap, did something to a message.
    Fault {
        /// The rule, or the tap.
        name: &'a str,
        /// What it did.
        answer: &'a Answer,
        /// Who had sent the message.
        from: NodeId,
        /// To whom.
        to: NodeId,
        /// Over which link, if not the default path.
        link: Option<LinkId>,
        /// What becomes of it on the way.
        message: &'a N::Message,
    },
    /// A message, timer or input came to nothing.
    Lost {
        /// Why.
        why: Loss,
        /// The message, unless it was a timer or input.
        message: Option<&'a N::Message>,
    },
    /// Something happened to a system's clock. `local` of the entry is the reading after it.
    ClockChanged {
        /// The system.
        system: SystemId,
        /// What.
        change: ClockChange,
        /// The reading before it.
        before: LocalTime,
    },
    /// The node's condition changed.
    NodeChanged {
        /// What it is now.
        condition: Condition,
    },
    /// A link rule was added.
    RuleAdded {
        /// Its name.
        name: &'a str,
    },
    /// A link rule was removed.
    RuleRemoved {
        /// Its name.
        name: &'a str,
        /// Whether there was one.
        found: bool,
    },
    /// Nodes were parted.
    Partitioned {
        /// The name of the partition.
        name: &'a str,
        /// One side.
        left: &'a [NodeId],
        /// The other.
        right: &'a [NodeId],
    },
    /// A partition ended.
    Healed {
        /// Its name.
        name: &'a str,
        /// Whether there was one.
        found: bool,
    },
    /// What a rule held goes on.
    Released {
        /// The rule.
        name: &'a str,
        /// How many messages.
        messages: u64,
    },
    /// What a tap stored is sent again.
    Replayed {
        /// The tap.
        name: &'a str,
        /// How many messages.
        messages: u64,
    },
}

/// Why something was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The node is stopped.
    Stopped,
    /// A partition lies between sender and receiver.
    Partition,
    /// The node refuses messages.
    Refusing,
    /// There is no such node.
    NoSuchNode,
}

impl<N: Node> Clone for Entry<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: Node> Copy for Entry<'_, N> {}

impl<N: Node> Clone for What<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: Node> Copy for What<'_, N> {}
