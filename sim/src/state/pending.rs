//! What waits to happen, and where it is kept.

use crate::action::Action;
use crate::node::{LinkId, NodeId, SystemId, TimerId};
use crate::time::LocalTime;

use super::Layout;

/// A message under way.
#[derive(Clone, Debug)]
pub(crate) struct Parcel<M> {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) link: Option<LinkId>,
    pub(crate) cause: u64,
    pub(crate) also: Also,
    pub(crate) message: M,
}

/// Up to two further causes. Rare, and therefore elsewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Also(Option<Box<[u64; 2]>>);

impl Also {
    pub(crate) const NONE: Self = Self(None);

    /// Adds an entry, unless it is 0 or there already. Of more than two the latest stay.
    pub(crate) fn add(&mut self, entry: u64) {
        if entry == 0 || self.as_slice().contains(&entry) {
            return;
        }
        let causes = match self.0.as_deref() {
            None => [entry, 0],
            Some([first, 0]) => [*first, entry],
            Some([_, second]) => [*second, entry],
        };
        self.0 = Some(Box::new(causes));
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u64] {
        match self.0.as_deref() {
            None => &[],
            Some([first, 0]) => core::slice::from_ref(first),
            Some(both) => both,
        }
    }
}

/// When something is due that waits for a clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alarm {
    pub(crate) system: SystemId,
    pub(crate) at: LocalTime,
    /// The sequence number at which it was set.
    pub(crate) set: u64,
}

/// Something scheduled from outside.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled<W> {
    pub(crate) alarm: Option<Alarm>,
    pub(crate) also: Also,
    pub(crate) what: W,
}

/// The content of one event to come. The first two are the frequent ones; the others are kept small.
#[derive(Clone, Debug)]
pub(crate) enum Pending<M, T> {
    Deliver(Parcel<M>),
    /// A timer that a node set by its own clock; `set` is the sequence number at which it did.
    Timer {
        node: NodeId,
        at: LocalTime,
        set: u64,
        cause: u64,
        also: Also,
        timer: T,
    },
    /// An unused slot, or an event that was taken back.
    Nothing,
    Start(NodeId),
    /// The sender is told that nobody took it.
    Refuse(Parcel<M>),
    Input(Box<Scheduled<(NodeId, T)>>),
    Action(Box<Scheduled<Action>>),
    /// A message has waited long enough to be overtaken.
    Timeout {
        ticket: u64,
    },
    /// Its time has come already; only its node's condition kept it.
    Due(Box<Pending<M, T>>),
}

impl<M, T> Pending<M, T> {
    /// The clock it waits for.
    pub(crate) fn alarm(&self, layout: &Layout) -> Option<Alarm> {
        match self {
            Self::Timer { node, at, set, .. } => {
                Some(Alarm { system: layout.system_of(*node), at: *at, set: *set })
            }
            Self::Input(scheduled) => scheduled.alarm,
            Self::Action(scheduled) => scheduled.alarm,
            _ => None,
        }
    }

    /// The node whose condition decides what becomes of it.
    pub(crate) fn receiver(&self) -> Option<NodeId> {
        match self {
            Self::Start(node) | Self::Timer { node, .. } => Some(*node),
            Self::Input(scheduled) => Some(scheduled.what.0),
            Self::Deliver(parcel) => Some(parcel.to),
            Self::Refuse(parcel) => Some(parcel.from),
            Self::Due(pending) => pending.receiver(),
            Self::Nothing | Self::Action(_) | Self::Timeout { .. } => None,
        }
    }

    /// Adds an entry to those that it would not have happened so without.
    pub(crate) fn add_also(&mut self, entry: u64) {
        match self {
            Self::Deliver(parcel) | Self::Refuse(parcel) => parcel.also.add(entry),
            Self::Timer { also, .. } => also.add(entry),
            Self::Input(scheduled) => scheduled.also.add(entry),
            Self::Action(scheduled) => scheduled.also.add(entry),
            Self::Due(pending) => pending.add_also(entry),
            Self::Nothing | Self::Start(_) | Self::Timeout { .. } => {}
        }
    }

    fn is_timer(&self, id: TimerId) -> bool {
        match self {
            Self::Timer { set, .. } => *set == id.sequence,
            Self::Due(pending) => pending.is_timer(id),
            _ => false,
        }
    }
}

/// Numbered places for events to come. A number is used again when its event is over.
#[derive(Clone, Debug)]
pub(crate) struct Slab<M, T> {
    slots: Vec<Pending<M, T>>,
    free: Vec<u32>,
}

impl<M, T> Slab<M, T> {
    pub(crate) fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// An unused slot, which the caller fills.
    #[inline(always)]
    pub(crate) fn vacant(&mut self) -> (u32, &mut Pending<M, T>) {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => self.grow(),
        };
        (slot, &mut self.slots[slot as usize])
    }

    #[cold]
    fn grow(&mut self) -> u32 {
        self.slots.push(Pending::Nothing);
        self.slots.len() as u32 - 1
    }

    /// Empties a slot for good.
    #[inline(always)]
    pub(crate) fn take(&mut self, slot: u32) -> Pending<M, T> {
        match self.slots.get_mut(slot as usize) {
            Some(place) => {
                self.free.push(slot);
                core::mem::replace(place, Pending::Nothing)
            }
            None => Pending::Nothing,
        }
    }

    #[inline(always)]
    pub(crate) fn get(&self, slot: u32) -> &Pending<M, T> {
        self.slots.get(slot as usize).unwrap_or(&Pending::Nothing)
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Pending<M, T>> {
        self.slots.get_mut(slot as usize)
    }

    /// Takes an event back, leaving its slot to be freed when the queue comes to it.
    pub(crate) fn cancel(&mut self, slot: u32) {
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Pending::Nothing;
        }
    }

    /// Whether the timer is still to come.
    pub(crate) fn has_timer(&self, id: TimerId) -> bool {
        self.get(id.slot).is_timer(id)
    }

    /// Every slot with its content.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Pending<M, T>)> {
        self.slots.iter().enumerate().map(|(slot, pending)| (slot as u32, pending))
    }

    /// How many slots are in use.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
