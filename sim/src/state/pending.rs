//! What waits to happen, and where it is kept.

use crate::action::Action;
use crate::node::{LinkId, NodeId, SystemId, TimerId};
use crate::time::LocalTime;

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

/// Up to two further causes; 0 is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Also([u64; 2]);

impl Also {
    pub(crate) const NONE: Self = Self([0; 2]);

    /// Adds an entry, unless it is 0 or there already. Of more than two the latest stay.
    pub(crate) fn add(&mut self, entry: u64) {
        match self.0 {
            _ if entry == 0 || self.0.contains(&entry) => {}
            [0, _] => self.0 = [entry, 0],
            [first, 0] => self.0 = [first, entry],
            [_, second] => self.0 = [second, entry],
        }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u64] {
        match &self.0 {
            [0, _] => &[],
            [first, 0] => core::slice::from_ref(first),
            both => both,
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

/// The content of one event to come.
#[derive(Clone, Debug)]
pub(crate) enum Pending<M, T> {
    /// An unused slot, or an event that was taken back.
    Nothing,
    Start(NodeId),
    Deliver(Parcel<M>),
    /// The sender is told that nobody took it.
    Refuse(Parcel<M>),
    Timer {
        node: NodeId,
        alarm: Alarm,
        timer: T,
        cause: u64,
        also: Also,
    },
    Input {
        node: NodeId,
        alarm: Option<Alarm>,
        timer: T,
        also: Also,
    },
    Action {
        alarm: Option<Alarm>,
        action: Box<Action>,
        also: Also,
    },
    /// A message has waited long enough to be overtaken.
    Timeout {
        ticket: u64,
    },
    /// Its time has come already; only its node's condition kept it.
    Due(Box<Pending<M, T>>),
}

impl<M, T> Pending<M, T> {
    /// The clock it waits for.
    pub(crate) fn alarm(&self) -> Option<Alarm> {
        match self {
            Self::Timer { alarm, .. } => Some(*alarm),
            Self::Input { alarm, .. } | Self::Action { alarm, .. } => *alarm,
            _ => None,
        }
    }

    /// The node whose condition decides what becomes of it.
    pub(crate) fn receiver(&self) -> Option<NodeId> {
        match self {
            Self::Start(node) | Self::Timer { node, .. } | Self::Input { node, .. } => Some(*node),
            Self::Deliver(parcel) => Some(parcel.to),
            Self::Refuse(parcel) => Some(parcel.from),
            Self::Due(pending) => pending.receiver(),
            Self::Nothing | Self::Action { .. } | Self::Timeout { .. } => None,
        }
    }

    /// Adds an entry to those that it would not have happened so without.
    pub(crate) fn add_also(&mut self, entry: u64) {
        match self {
            Self::Deliver(parcel) | Self::Refuse(parcel) => parcel.also.add(entry),
            Self::Timer { also, .. } | Self::Input { also, .. } | Self::Action { also, .. } => {
                also.add(entry);
            }
            Self::Due(pending) => pending.add_also(entry),
            Self::Nothing | Self::Start(_) | Self::Timeout { .. } => {}
        }
    }

    fn is_timer(&self, id: TimerId) -> bool {
        match self {
            Self::Timer { alarm, .. } => alarm.set == id.sequence,
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

    #[inline]
    pub(crate) fn insert(&mut self, pending: Pending<M, T>) -> u32 {
        if let Some(slot) = self.free.pop()
            && let Some(place) = self.slots.get_mut(slot as usize)
        {
            *place = pending;
            return slot;
        }
        self.slots.push(pending);
        (self.slots.len() - 1) as u32
    }

    /// Empties a slot for good.
    #[inline]
    pub(crate) fn take(&mut self, slot: u32) -> Pending<M, T> {
        match self.slots.get_mut(slot as usize) {
            Some(place) => {
                self.free.push(slot);
                core::mem::replace(place, Pending::Nothing)
            }
            None => Pending::Nothing,
        }
    }

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
