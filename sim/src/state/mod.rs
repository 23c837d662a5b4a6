//! The state of a running simulation, all of it but the nodes themselves.
//!
//! Kept apart from the nodes so that a node being handled and the [`Context`](crate::Context) it speaks through can
//! be borrowed at the same time.

mod act;
mod arm;
mod detain;
mod layout;
mod pending;
mod streams;
mod transit;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::Condition;
use crate::clock::Clock;
use crate::fingerprint::{Fingerprint, Ladder};
use crate::node::{Node, NodeId, SystemId};
use crate::observe::{Entry, Observer, What};
use crate::queue::{Key, Queue};
use crate::random::Stream;
use crate::simulation::Limits;
use crate::time::{LocalTime, Time};

pub(crate) use detain::Detained;
pub(crate) use layout::{Layout, Link, Path};
pub(crate) use pending::{Also, Parcel, Pending, Scheduled, Slab};
use streams::Streams;
use transit::{ActiveRule, Cut, Waiting};

/// The observer of a call of `run`, if it watches.
pub(crate) type Watch<'a, N> = Option<&'a mut dyn Observer<N>>;

#[derive(Clone)]
pub(crate) struct Core<N: Node> {
    pub(crate) now: Time,
    /// The last sequence number given out.
    sequence: u64,
    /// Events run so far.
    pub(crate) events: u64,
    /// The last record number given out.
    pub(crate) entries: u64,
    pub(crate) queue: Queue,
    pub(crate) slab: Slab<N::Message, N::Timer>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) ladder: Ladder,
    pub(crate) clocks: Vec<Clock>,
    /// By system: the entry of the last change of its clock; 0 for none.
    pub(crate) clock_changes: Vec<u64>,
    pub(crate) layout: Arc<Layout>,
    /// The slots of alarms that their clocks will never reach.
    parked: Vec<u32>,
    /// By node.
    standings: Vec<Standing>,
    /// How many nodes are not up: with none, nobody has to look.
    pub(crate) troubled: u32,
    streams: Streams,
    /// By rule name (empty for latencies), sender and receiver.
    path_streams: BTreeMap<(String, NodeId, NodeId), Stream>,
    rules: Vec<ActiveRule>,
    cuts: Vec<Cut>,
    waiting: Vec<Waiting<N::Message>>,
    /// What rules hold and what taps stored, by name.
    held: BTreeMap<String, Vec<Parcel<N::Message>>>,
    taps: BTreeMap<String, Vec<Parcel<N::Message>>>,
    pub(crate) limits: Limits,
    /// Something had no room: the run cannot go on.
    pub(crate) full: bool,
}

/// How one node is.
#[derive(Clone, Debug, Default)]
struct Standing {
    condition: Condition,
    /// The entry of the action that made it so; 0 for none.
    since: u64,
    /// The slots of events that wait for it.
    held: Vec<u32>,
}

/// Whose clock an entry bears.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    Node(NodeId),
    System(SystemId),
    Nobody,
}

impl<N: Node> Core<N> {
    pub(crate) fn new(
        layout: Layout,
        clocks: Vec<Clock>,
        start: Time,
        queue: Queue,
        limits: Limits,
    ) -> Self {
        let nodes = layout.nodes();
        let clock_changes = vec![0; clocks.len()];
        Self {
            now: start,
            sequence: 0,
            events: 0,
            entries: 0,
            queue,
            slab: Slab::new(),
            fingerprint: Fingerprint::new(),
            ladder: Ladder::new(),
            clocks,
            clock_changes,
            layout: Arc::new(layout),
            parked: Vec::new(),
            standings: vec![Standing::default(); nodes],
            troubled: 0,
            streams: Streams::new(nodes),
            path_streams: BTreeMap::new(),
            rules: Vec::new(),
            cuts: Vec::new(),
            waiting: Vec::new(),
            held: BTreeMap::new(),
            taps: BTreeMap::new(),
            limits,
            full: false,
        }
    }

    /// Puts an event into the queue; gives its sequence number and slot.
    #[inline(always)]
    pub(crate) fn schedule(
        &mut self,
        time: Time,
        pending: impl FnOnce() -> Pending<N::Message, N::Timer>,
    ) -> (u64, u32) {
        let slot = self.place(pending);
        (self.enqueue(time, slot), slot)
    }

    /// Puts an event into a slot. It is made there: made elsewhere and moved, it would cost more than all the rest.
    #[inline(always)]
    fn place(&mut self, pending: impl FnOnce() -> Pending<N::Message, N::Timer>) -> u32 {
        let (slot, place) = self.slab.vacant();
        // An unused slot holds nothing, so there is nothing to drop: do not look.
        core::mem::forget(core::mem::replace(place, pending()));
        slot
    }

    /// Puts the event in a slot into the queue.
    #[inline(always)]
    fn enqueue(&mut self, time: Time, slot: u32) -> u64 {
        let sequence = self.next_sequence();
        if slot <= Key::MAX_SLOT {
            self.queue.push(Key::new(time.max(self.now), sequence, slot));
        } else {
            self.full = true;
        }
        sequence
    }

    #[inline]
    fn next_sequence(&mut self) -> u64 {
        if self.sequence == Key::MAX_SEQUENCE {
            self.full = true;
        } else {
            self.sequence += 1;
        }
        self.sequence
    }

    /// The reading of a node's own clock.
    #[inline]
    pub(crate) fn local(&self, node: NodeId) -> LocalTime {
        self.reading(self.layout.system_of(node))
    }

    /// The reading of a system's clock; true time for a system that does not exist.
    #[inline]
    pub(crate) fn reading(&self, system: SystemId) -> LocalTime {
        match self.clocks.get(system.at()) {
            Some(clock) => clock.read(self.now),
            None => LocalTime::from_nanos(self.now.nanos()),
        }
    }

    /// Numbers an entry and shows it to whoever watches.
    #[inline(always)]
    pub(crate) fn record(
        &mut self,
        watch: &mut Watch<'_, N>,
        whose: Whose,
        cause: u64,
        also: &[u64],
        what: What<'_, N>,
    ) -> u64 {
        self.record_with(watch, whose, cause, || (also, what))
    }

    /// The same for what happens at every event: further causes and content are put together only if somebody watches.
    #[inline(always)]
    pub(crate) fn record_with<'w>(
        &mut self,
        watch: &mut Watch<'_, N>,
        whose: Whose,
        cause: u64,
        told: impl FnOnce() -> (&'w [u64], What<'w, N>),
    ) -> u64
    where
        N: 'w,
    {
        self.entries += 1;
        if watch.is_some() {
            let (also, what) = told();
            self.show(watch, whose, cause, also, what);
        }
        self.entries
    }

    #[cold]
    fn show(
        &self,
        watch: &mut Watch<'_, N>,
        whose: Whose,
        cause: u64,
        also: &[u64],
        what: What<'_, N>,
    ) {
        if let Some(observer) = watch {
            let (node, local) = match whose {
                Whose::Node(node) => (Some(node), self.local(node)),
                Whose::System(system) => (None, self.reading(system)),
                Whose::Nobody => (None, LocalTime::from_nanos(self.now.nanos())),
            };
            let cause = (cause != 0).then_some(cause);
            let (n, time) = (self.entries, self.now);
            observer.observe(&Entry { n, time, local, node, cause, also, what });
        }
    }

    /// The stream of a node of this simulation for a purpose.
    #[inline]
    pub(crate) fn random(&mut self, node: NodeId, purpose: &'static str) -> &mut Stream {
        self.streams.of(node, purpose, &self.layout)
    }

    /// Opens the account of an event: counts it and takes in where it stands.
    #[inline]
    pub(crate) fn open_event(&mut self, key: Key) {
        self.events += 1;
        self.fingerprint.pair(key.time().to_bits(), key.sequence());
    }

    /// Closes the account of an event: takes in whose it was and how many entries there are by now.
    #[inline]
    pub(crate) fn close_event(&mut self, node: u32, kind: u8) {
        self.fingerprint.pair(u64::from(node) << 8 | u64::from(kind), self.entries);
        self.ladder.climb(self.events, self.fingerprint);
    }
}
