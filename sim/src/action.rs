//! What can be done to a running world from outside, as data that is scheduled like any event.

use crate::clock::ClockChange;
use crate::fault::Rule;
use crate::node::{NodeId, SystemId};
use crate::time::{LocalTime, Span, Time};

/// A scheduled change of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something happens to a system's clock.
    Clock(SystemId, ClockChange),
    /// A node gets into this condition.
    Node(NodeId, Condition),
    /// A link rule is added behind those there are.
    AddRule(Rule),
    /// The link rule with this name is removed. What it holds stays held until released.
    RemoveRule(String),
    /// No message sent from now on gets from a node of one side to a node of the other, until healed by this name.
    Partition {
        /// Its name.
        name: String,
        /// One side.
        left: Vec<NodeId>,
        /// The other.
        right: Vec<NodeId>,
    },
    /// Ends the partition with this name.
    Heal(String),
    /// Sends on what the rule with this name holds, in the order in which it was sent.
    Release(String),
    /// Sends again, on the paths that they took, what a tap stored. No rule applies to them.
    Replay {
        /// The name of the tap.
        tap: String,
        /// Which of the stored messages.
        which: Which,
    },
}

/// Which of the messages that a tap stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All, in the order in which they were stored.
    #[default]
    All,
    /// The nth, counted from 1.
    Nth(u64),
    /// The last one stored.
    Last,
}

/// How a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// It handles events when they come. What was held is handled first.
    #[default]
    Up,
    /// It is not there. Messages, timers and inputs that come for it are lost; only on a path that tells does the
    /// sender of a message learn of it. Its state is as before when it is up again.
    Stopped,
    /// It handles timers and inputs, and refuses messages: their senders get
    /// [`Event::Refused`](crate::Event::Refused).
    Refusing,
    /// It handles each event so much later than that came.
    Slow(Span),
    /// It handles nothing; events wait until the condition changes.
    Held,
}

/// When something is scheduled. What lies in the past happens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// At this true time.
    True(Time),
    /// When this system's clock shows this or later; like a timer it follows every change of the clock.
    Local(SystemId, LocalTime),
}
