//! What a node can do while it handles an event.

use crate::node::{Node, NodeId, TimerId};
use crate::observe::What;
use crate::random::Stream;
use crate::state::{Also, Core, Parcel, Pending, Watch, Whose};
use crate::time::{LocalTime, Span};

/// A node's view of the world: its own clock, its own randomness, the others only through messages.
pub struct Context<'a, N: Node> {
    pub(crate) core: &'a mut Core<N>,
    pub(crate) watch: Watch<'a, N>,
    pub(crate) me: NodeId,
    pub(crate) cause: u64,
}

impl<N: Node> Context<'_, N> {
    /// The reading of the node's own clock. Nodes never see true time.
    #[inline]
    pub fn now(&self) -> LocalTime {
        self.core.local(self.me)
    }

    /// The record number of the last change of the node's own clock, where it was ever changed: for a note about
    /// something that the clock decided.
    pub fn clock_changed(&self) -> Option<u64> {
        let system = self.core.layout.system_of(self.me);
        self.core.clock_changes.get(system.at()).copied().filter(|entry| *entry > 0)
    }

    /// Who it is.
    #[inline]
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// The record number of the entry that the next one will be caused by.
    pub fn cause(&self) -> u64 {
        self.cause
    }

    /// Goes on from an earlier entry: the next one will be caused by it. For a node that comes back to something
    /// that it had put aside.
    pub fn resume(&mut self, cause: u64) {
        self.cause = cause;
    }

    /// Sends a message; gives the record number of the sending. It takes the link between the two nodes if there is
    /// one, and otherwise the default path.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: N::Message) -> u64 {
        self.send_after(to, Span::ZERO, message)
    }

    /// Sends a message that leaves only `after` from now: the latency comes on top. Negative spans count as zero.
    #[inline]
    pub fn send_after(&mut self, to: NodeId, after: Span, message: N::Message) -> u64 {
        let link = self.core.layout.link_between(self.me, to);
        let whose = Whose::Node(self.me);
        let cause = self.core.record_with(&mut self.watch, whose, self.cause, || {
            (&[], What::Sent { to, link, message: &message })
        });
        self.cause = cause;
        let from = self.me;
        let parcel = |message| Parcel { from, to, link, cause, also: Also::NONE, message };
        if self.core.is_clear(to) {
            let time = self.core.arrival(from, to, link, after.or_zero());
            self.core.schedule(time, || Pending::Deliver(parcel(message)));
        } else {
            self.core.post(parcel(message), after.or_zero(), &mut self.watch);
        }
        cause
    }

    /// Sets a timer for when the node's own clock shows `at`, whatever happens to that clock until then. One set for
    /// the past expires at once.
    #[inline]
    pub fn set_timer(&mut self, at: LocalTime, timer: N::Timer) -> TimerId {
        self.core.set_timer(self.me, at, timer, self.cause)
    }

    /// Sets a timer for when the node's own clock shows `span` more than now.
    #[inline]
    pub fn set_timer_in(&mut self, span: Span, timer: N::Timer) -> TimerId {
        self.set_timer(self.now() + span, timer)
    }

    /// Takes a timer back. False if it is over already, or was never set.
    pub fn cancel_timer(&mut self, id: TimerId) -> bool {
        self.core.cancel_timer(id)
    }

    /// The node's random stream for a purpose: keyed by the seed, the node's name and the purpose, shared with
    /// nothing else. Purposes that start with `sim/` are the engine's own.
    #[inline]
    pub fn random(&mut self, purpose: &'static str) -> &mut Stream {
        self.core.random(self.me, purpose)
    }

    /// Tells observers something; gives its record number.
    #[inline]
    pub fn note(&mut self, note: N::Note) -> u64 {
        self.note_caused(note, self.cause, &[])
    }

    /// Tells observers something that was caused by another entry than the one before, and needed further ones.
    #[inline]
    pub fn note_caused(&mut self, note: N::Note, cause: u64, also: &[u64]) -> u64 {
        let whose = Whose::Node(self.me);
        self.cause = self.core.record(&mut self.watch, whose, cause, also, What::Note(&note));
        self.cause
    }
}
