//! Nodes that are not up: what becomes of the events that come for them.

use super::{Core, Pending, Watch, Whose};
use crate::action::Condition;
use crate::node::{Node, NodeId};
use crate::observe::{Loss, What};
use crate::queue::Key;

/// What a node's condition does to an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detained {
    /// Nothing: it is to be handled.
    No,
    /// It comes later.
    Later,
    /// It comes to nothing.
    Lost(Loss),
}

impl<N: Node> Core<N> {
    /// Asks the condition of the node that an event is for.
    #[cold]
    pub(crate) fn detain(&mut self, key: Key) -> Detained {
        let slot = key.slot();
        let pending = self.slab.get(slot);
        let Some(node) = pending.receiver() else { return Detained::No };
        let Some(standing) = self.standings.get_mut(node.at()) else { return Detained::No };
        let detained = match (standing.condition, pending) {
            (Condition::Up, _) | (Condition::Slow(_), Pending::Due(_)) => return Detained::No,
            (Condition::Stopped, _) => Detained::Lost(Loss::Stopped),
            (Condition::Refusing, pending) if pending.is_delivery() => {
                Detained::Lost(Loss::Refusing)
            }
            (Condition::Refusing, _) => return Detained::No,
            (Condition::Slow(_) | Condition::Held, _) => Detained::Later,
        };
        let (condition, since) = (standing.condition, standing.since);
        if let Some(place) = self.slab.get_mut(slot) {
            place.add_also(since);
            if detained == Detained::Later {
                place.make_due();
            }
        }
        match condition {
            Condition::Slow(by) => _ = self.enqueue(self.now + by.or_zero(), slot),
            Condition::Held => standing.held.push(slot),
            Condition::Up | Condition::Stopped | Condition::Refusing => {}
        }
        detained
    }

    /// Records the loss of an event.
    pub(crate) fn lose_event(
        &mut self,
        pending: Pending<N::Message, N::Timer>,
        why: Loss,
        watch: &mut Watch<'_, N>,
    ) {
        let (node, cause, also) = match pending {
            Pending::Deliver(parcel) => return self.lose(parcel, why, 0, watch),
            Pending::Due(pending) => return self.lose_event(*pending, why, watch),
            Pending::Refuse(parcel) => {
                let what = What::Lost { why, message: Some(&parcel.message) };
                let whose = Whose::Node(parcel.from);
                self.record(watch, whose, parcel.cause, parcel.also.as_slice(), what);
                return;
            }
            Pending::Timer { node, cause, also, .. } => (node, cause, also),
            Pending::Input(scheduled) => (scheduled.what.0, 0, scheduled.also),
            Pending::Start(node) => (node, 0, super::Also::NONE),
            Pending::Nothing | Pending::Action(_) | Pending::Timeout { .. } => return,
        };
        let what = What::Lost { why, message: None };
        self.record(watch, Whose::Node(node), cause, also.as_slice(), what);
    }

    /// Gives a node another condition; what waited for it comes now. `entry` is the record of the change.
    pub(super) fn set_condition(&mut self, node: NodeId, condition: Condition, entry: u64) {
        let Some(standing) = self.standings.get_mut(node.at()) else { return };
        self.troubled -= u32::from(standing.condition != Condition::Up);
        self.troubled += u32::from(condition != Condition::Up);
        (standing.condition, standing.since) = (condition, entry);
        if condition == Condition::Held {
            return;
        }
        for slot in core::mem::take(&mut standing.held) {
            if let Some(pending) = self.slab.get_mut(slot) {
                pending.add_also(entry);
            }
            self.enqueue(self.now, slot);
        }
    }

    /// How a node is.
    pub(crate) fn condition(&self, node: NodeId) -> Condition {
        self.standings.get(node.at()).map_or(Condition::Up, |standing| standing.condition)
    }
}

impl<M, T> Pending<M, T> {
    fn is_delivery(&self) -> bool {
        match self {
            Self::Deliver(_) => true,
            Self::Due(pending) => pending.is_delivery(),
            _ => false,
        }
    }

    /// Marks it as due, so that no clock moves it any more.
    fn make_due(&mut self) {
        if !matches!(self, Self::Due(_)) {
            let pending = core::mem::replace(self, Self::Nothing);
            *self = Self::Due(Box::new(pending));
        }
    }
}
