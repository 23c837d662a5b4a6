//! What a model brings: nodes, the messages between them, and the events they handle.

use core::num::NonZeroU32;

use crate::context::Context;
use crate::fingerprint::Fingerprint;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The id with this number. Builders number from 0 in the order of their calls.
            pub const fn from_index(index: u32) -> Self {
                Self(index)
            }

            /// Its number.
            pub const fn index(self) -> u32 {
                self.0
            }

            pub(crate) const fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// A node: an actor on a system.
    NodeId
}
id! {
    /// A system: a machine with one clock.
    SystemId
}
/// A link: the path between two nodes.
///
/// Kept as its number and one, so that "no link" needs no room of its own in a message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkId(NonZeroU32);

impl LinkId {
    /// The id with this number. Builders number from 0 in the order of their calls.
    pub const fn from_index(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    /// Its number.
    pub const fn index(self) -> u32 {
        self.0.get() - 1
    }

    pub(crate) const fn at(self) -> usize {
        self.index() as usize
    }
}

/// A timer that was set; [`Context::cancel_timer`] takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimerId {
    pub(crate) sequence: u64,
    pub(crate) slot: u32,
}

/// What crosses a link: bytes, and a word that says what they are.
pub trait Message: Clone {
    /// What it is, for rules and observers: `"as-req"`.
    fn kind(&self) -> &'static str;

    /// The bytes that cross. Faults change these, and the receiver gets nothing else.
    fn bytes(&self) -> &[u8];

    /// The same message with other bytes: how a fault corrupts it.
    fn with_bytes(&self, bytes: Vec<u8>) -> Self;

    /// A name that rules can match besides the kind: which of several conversations this belongs to.
    fn label(&self) -> &str {
        ""
    }

    /// The bytes of a named part of it, as its own format frames them. The default has no parts.
    fn part(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }

    /// The same message with other bytes in a part, still well formed around them: what something on the way does that
    /// takes messages apart. `None` if there is no such part.
    fn with_part(&self, _name: &str, _bytes: Vec<u8>) -> Option<Self> {
        None
    }

    /// How it enters the fingerprint of the run.
    #[inline]
    fn fingerprint(&self, fingerprint: &mut Fingerprint) {
        fingerprint.bytes(self.kind().as_bytes());
        fingerprint.bytes(self.bytes());
    }
}

/// An actor: a state machine that owns its state and speaks only through the engine.
///
/// A simulation runs nodes of one type; a model with several kinds of actors makes that type an enum.
pub trait Node: Clone {
    /// What it sends and receives.
    type Message: Message;
    /// What it is reminded of: by a timer that it set, or by an input from outside.
    type Timer: Clone;
    /// What it tells observers; never comes back to a node.
    type Note;

    /// Handles one event. Equal states and events must lead to equal calls on `context`, in order: that is all that
    /// a repeatable run asks of a model.
    fn handle(&mut self, event: Event<Self::Message, Self::Timer>, context: &mut Context<'_, Self>);
}

/// What happens to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<M, T> {
    /// The run begins. Every node gets this first, in the order of their ids.
    Start,
    /// A message arrived.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What arrived, which need not be what was sent.
        message: M,
    },
    /// A message did not arrive, and the path or the other side said so.
    Refused {
        /// Where it was sent.
        to: NodeId,
        /// What arrived there, or would have.
        message: M,
    },
    /// A timer has expired: the local clock reads what it was set for, or later.
    Timer {
        /// Which.
        id: TimerId,
        /// What it was set to say.
        timer: T,
    },
    /// Something from outside: a step of a script.
    Input(T),
}
