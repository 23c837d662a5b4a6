//! A simulation: nodes, and the loop that runs their events.

use crate::action::{Action, At, Condition};
use crate::clock::Clock;
use crate::context::Context;
use crate::fingerprint::Ladder;
use crate::node::{Event, LinkId, Message, Node, NodeId, SystemId, TimerId};
use crate::observe::{Observer, What};
use crate::queue::Key;
use crate::state::{Also, Core, Detained, Parcel, Pending, Scheduled, Watch, Whose};
use crate::time::{LocalTime, Time};

/// A running simulation. Made by a [`Builder`](crate::Builder).
///
/// It holds everything that the rest of the run depends on, and `clone` takes a checkpoint: original and clone go on
/// independently, and untouched both end in the same state with the same fingerprint. Observers are not part of it.
#[derive(Clone)]
pub struct Simulation<N: Node> {
    pub(crate) core: Core<N>,
    pub(crate) nodes: Vec<N>,
}

/// Bounds that end a run which would not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most events. By default 2^40, which is all that the sequence numbers allow.
    pub events: u64,
    /// The most messages that one rule holds or one tap stores. By default 65,536.
    pub stored: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: Key::MAX_SEQUENCE, stored: 65_536 }
    }
}

/// Why a run came to a stop. None of these is an error, and all but `Full` can be run on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// There is nothing left to do, unless a clock that stands still is set going.
    Idle,
    /// What is left lies after the time given.
    Until,
    /// The limit of events is reached; [`Simulation::set_limits`] gives more.
    Events,
    /// There was no room for something: more than 16 million events wait, 2^40 have been scheduled, or a rule or tap
    /// keeps more messages than the limits allow. The run cannot go on.
    Full,
}

impl<N: Node> Simulation<N> {
    /// Runs until there is nothing left to do, or a limit is reached.
    pub fn run<O: Observer<N>>(&mut self, observer: &mut O) -> Stop {
        let mut watch = watch(observer);
        loop {
            if let Some(stop) = self.advance(Time::MAX, &mut watch) {
                return stop;
            }
        }
    }

    /// Runs all events up to and including those at `until`, then lets the time be `until`.
    pub fn run_until<O: Observer<N>>(&mut self, until: Time, observer: &mut O) -> Stop {
        let mut watch = watch(observer);
        loop {
            if let Some(stop) = self.advance(until, &mut watch) {
                if matches!(stop, Stop::Idle | Stop::Until) {
                    self.core.now = self.core.now.max(until);
                }
                return stop;
            }
        }
    }

    /// Runs one event. `None`: it did.
    pub fn step<O: Observer<N>>(&mut self, observer: &mut O) -> Option<Stop> {
        self.advance(Time::MAX, &mut watch(observer))
    }

    /// True time now.
    pub fn now(&self) -> Time {
        self.core.now
    }

    /// How many events have run.
    pub fn events(&self) -> u64 {
        self.core.events
    }

    /// How many entries there have been: the last record number.
    pub fn entries(&self) -> u64 {
        self.core.entries
    }

    /// How many events are waiting.
    pub fn pending(&self) -> usize {
        self.core.slab.len()
    }

    /// The fingerprint of all events so far.
    pub fn fingerprint(&self) -> u64 {
        self.core.fingerprint.value()
    }

    /// The fingerprints along the way.
    pub fn ladder(&self) -> &Ladder {
        &self.core.ladder
    }

    /// A node's state.
    pub fn node(&self, id: NodeId) -> Option<&N> {
        self.nodes.get(id.at())
    }

    /// All nodes with their ids.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &N)> {
        (0..).map(NodeId::from_index).zip(&self.nodes)
    }

    /// The name of a node; empty if there is no such node.
    pub fn node_name(&self, id: NodeId) -> &str {
        self.core.layout.node_name(id)
    }

    /// The name of a system; empty if there is no such system.
    pub fn system_name(&self, id: SystemId) -> &str {
        self.core.layout.system_names.get(id.at()).map_or("", String::as_str)
    }

    /// The name of a link; empty if there is no such link.
    pub fn link_name(&self, id: LinkId) -> &str {
        self.core.layout.links.get(id.at()).map_or("", |link| &link.name)
    }

    /// The system that a node is on.
    pub fn system_of(&self, id: NodeId) -> SystemId {
        self.core.layout.system_of(id)
    }

    /// A system's clock.
    pub fn clock(&self, id: SystemId) -> Option<&Clock> {
        self.core.clocks.get(id.at())
    }

    /// What a system's clock shows now.
    pub fn local_time(&self, id: SystemId) -> LocalTime {
        self.core.reading(id)
    }

    /// How a node is now.
    pub fn condition(&self, id: NodeId) -> Condition {
        self.core.condition(id)
    }

    /// Schedules an input to a node, on top of what the builder scheduled.
    pub fn input(&mut self, at: At, node: NodeId, input: N::Timer) {
        self.core.schedule_input(at, node, input);
    }

    /// Schedules an action, on top of what the builder scheduled.
    pub fn action(&mut self, at: At, action: Action) {
        self.core.schedule_action(at, action);
    }

    /// Sets other limits.
    pub fn set_limits(&mut self, limits: Limits) {
        self.core.limits = limits;
    }

    /// Runs the next event, if it is not after `until`.
    #[inline(always)]
    fn advance(&mut self, until: Time, watch: &mut Watch<'_, N>) -> Option<Stop> {
        loop {
            if self.core.full || self.core.events >= self.core.limits.events {
                return Some(self.exhausted(until));
            }
            let Some(key) = self.core.queue.pop(until) else { return Some(self.nothing_due()) };
            self.core.now = key.time();
            if self.core.troubled != 0 {
                match self.core.detain(key) {
                    Detained::No => {}
                    Detained::Later => continue,
                    Detained::Lost(why) => {
                        self.core.open_event(key);
                        let pending = self.core.slab.take(key.slot());
                        self.core.lose_event(pending, why, watch);
                        self.core.close_event(0, kind::LOST);
                        return None;
                    }
                }
            }
            match self.core.slab.take(key.slot()) {
                Pending::Deliver(parcel) => {
                    self.core.open_event(key);
                    self.deliver(parcel, watch);
                    return None;
                }
                Pending::Timer { node, at, set, cause, also, timer } => {
                    self.core.open_event(key);
                    let id = TimerId { sequence: set, slot: key.slot() };
                    self.expire(node, id, at, timer, (cause, also), watch);
                    return None;
                }
                Pending::Nothing => {}
                pending => {
                    self.core.open_event(key);
                    self.execute(pending, key.slot(), watch);
                    return None;
                }
            }
        }
    }

    #[cold]
    fn exhausted(&mut self, until: Time) -> Stop {
        match self.next() {
            _ if self.core.full => Stop::Full,
            Some(key) if key.time() <= until => Stop::Events,
            Some(_) => Stop::Until,
            None => Stop::Idle,
        }
    }

    fn nothing_due(&mut self) -> Stop {
        if self.next().is_some() { Stop::Until } else { Stop::Idle }
    }

    /// The next event, past those that were taken back.
    fn next(&mut self) -> Option<Key> {
        loop {
            let key = self.core.queue.peek()?;
            if !matches!(self.core.slab.get(key.slot()), Pending::Nothing) {
                return Some(key);
            }
            self.core.queue.pop(key.time());
            self.core.slab.take(key.slot());
        }
    }

    #[inline(always)]
    fn deliver(&mut self, parcel: Parcel<N::Message>, watch: &mut Watch<'_, N>) {
        let Parcel { from, to, link, cause, also, message } = parcel;
        message.fingerprint(&mut self.core.fingerprint);
        let entry = self.core.record_with(watch, Whose::Node(to), cause, || {
            (also.as_slice(), What::Delivered { from, link, message: &message })
        });
        self.handle(to, Event::Message { from, message }, entry, kind::MESSAGE, watch);
    }

    #[inline(always)]
    fn expire(
        &mut self,
        node: NodeId,
        id: TimerId,
        at: LocalTime,
        timer: N::Timer,
        (cause, also): (u64, Also),
        watch: &mut Watch<'_, N>,
    ) {
        self.core.fingerprint.pair(id.sequence, at.nanos() as u64);
        let entry = self.core.record_with(watch, Whose::Node(node), cause, || {
            (also.as_slice(), What::TimerFired { id, at, timer: &timer })
        });
        self.handle(node, Event::Timer { id, timer }, entry, kind::TIMER, watch);
    }

    /// Runs an event of any kind.
    #[cold]
    fn execute(
        &mut self,
        pending: Pending<N::Message, N::Timer>,
        slot: u32,
        watch: &mut Watch<'_, N>,
    ) {
        match pending {
            Pending::Deliver(parcel) => self.deliver(parcel, watch),
            Pending::Timer { node, at, set, cause, also, timer } => {
                let id = TimerId { sequence: set, slot };
                self.expire(node, id, at, timer, (cause, also), watch);
            }
            Pending::Due(pending) => self.execute(*pending, slot, watch),
            Pending::Start(node) => {
                let entry = self.core.record(watch, Whose::Node(node), 0, &[], What::Started);
                self.handle(node, Event::Start, entry, kind::START, watch);
            }
            Pending::Refuse(parcel) => self.refuse(parcel, watch),
            Pending::Input(scheduled) => {
                let Scheduled { what: (node, timer), also, .. } = *scheduled;
                let what = What::Input(&timer);
                let entry = self.core.record(watch, Whose::Node(node), 0, also.as_slice(), what);
                self.handle(node, Event::Input(timer), entry, kind::INPUT, watch);
            }
            Pending::Action(scheduled) => {
                let Scheduled { what, also, .. } = *scheduled;
                self.core.act(what, also, watch);
                self.core.close_event(0, kind::ACTION);
            }
            Pending::Timeout { ticket } => {
                self.core.give_up_waiting(ticket);
                self.core.close_event(0, kind::TIMEOUT);
            }
            Pending::Nothing => {}
        }
    }

    fn refuse(&mut self, parcel: Parcel<N::Message>, watch: &mut Watch<'_, N>) {
        let Parcel { from, to, cause, also, message, .. } = parcel;
        message.fingerprint(&mut self.core.fingerprint);
        let what = What::Refused { to, message: &message };
        let entry = self.core.record(watch, Whose::Node(from), cause, also.as_slice(), what);
        self.handle(from, Event::Refused { to, message }, entry, kind::REFUSED, watch);
    }

    #[inline(always)]
    fn handle(
        &mut self,
        id: NodeId,
        event: Event<N::Message, N::Timer>,
        cause: u64,
        kind: u8,
        watch: &mut Watch<'_, N>,
    ) {
        if let Some(node) = self.nodes.get_mut(id.at()) {
            let watch = watch.as_mut().map(|observer| &mut **observer as &mut dyn Observer<N>);
            node.handle(event, &mut Context { core: &mut self.core, watch, me: id, cause });
        }
        self.core.close_event(id.index(), kind);
    }
}

/// Kinds of events, as the fingerprint knows them.
mod kind {
    pub(super) const START: u8 = 1;
    pub(super) const MESSAGE: u8 = 2;
    pub(super) const TIMER: u8 = 3;
    pub(super) const INPUT: u8 = 4;
    pub(super) const REFUSED: u8 = 5;
    pub(super) const LOST: u8 = 6;
    pub(super) const ACTION: u8 = 7;
    pub(super) const TIMEOUT: u8 = 8;
}

fn watch<N: Node, O: Observer<N>>(observer: &mut O) -> Watch<'_, N> {
    if observer.watches() { Some(observer) } else { None }
}
