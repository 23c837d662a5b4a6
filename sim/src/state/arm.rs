//! Alarms: what waits for a clock, and moves when that clock is changed.

use super::{Also, Core};
use crate::action::{Action, At};
use crate::clock::ClockChange;
use crate::node::{Node, NodeId, SystemId, TimerId};
use crate::state::pending::{Alarm, Pending, Scheduled};
use crate::time::LocalTime;

impl<N: Node> Core<N> {
    /// Sets a timer for when the node's own clock shows `at`.
    #[inline]
    pub(crate) fn set_timer(
        &mut self,
        node: NodeId,
        at: LocalTime,
        timer: N::Timer,
        cause: u64,
    ) -> TimerId {
        let system = self.layout.system_of(node);
        let set = self.next_sequence();
        let pending = || Pending::Timer { node, at, set, cause, also: Also::NONE, timer };
        let slot = self.place(pending);
        self.arm(slot, Alarm { system, at, set });
        TimerId { sequence: set, slot }
    }

    /// Takes a timer back. False if it is over already.
    pub(crate) fn cancel_timer(&mut self, id: TimerId) -> bool {
        if !self.slab.has_timer(id) {
            return false;
        }
        match self.parked.iter().position(|slot| *slot == id.slot) {
            Some(index) => {
                self.parked.swap_remove(index);
                self.slab.take(id.slot);
            }
            None => self.slab.cancel(id.slot),
        }
        true
    }

    pub(crate) fn schedule_input(&mut self, at: At, node: NodeId, timer: N::Timer) {
        let scheduled = |alarm| Scheduled { alarm, also: Also::NONE, what: (node, timer) };
        self.schedule_at(at, |alarm| Pending::Input(Box::new(scheduled(alarm))));
    }

    pub(crate) fn schedule_action(&mut self, at: At, action: Action) {
        let scheduled = |alarm| Scheduled { alarm, also: Also::NONE, what: action };
        self.schedule_at(at, |alarm| Pending::Action(Box::new(scheduled(alarm))));
    }

    fn schedule_at(
        &mut self,
        at: At,
        pending: impl FnOnce(Option<Alarm>) -> Pending<N::Message, N::Timer>,
    ) {
        match at {
            At::True(time) => {
                self.schedule(time, || pending(None));
            }
            At::Local(system, at) => {
                let alarm = Alarm { system, at, set: self.next_sequence() };
                let slot = self.place(|| pending(Some(alarm)));
                self.arm(slot, alarm);
            }
        }
    }

    /// Queues an alarm for the first moment at which its clock shows its time. One whose clock never will is parked
    /// until the clock is changed.
    #[inline(always)]
    fn arm(&mut self, slot: u32, alarm: Alarm) {
        let due = match self.clocks.get(alarm.system.at()) {
            Some(clock) => clock.first(self.now, alarm.at),
            None => None,
        };
        match due {
            Some(time) => _ = self.enqueue(time, slot),
            None => self.parked.push(slot),
        }
    }

    /// Changes a clock and moves all that waits for it, in the order of their times and then of their setting.
    /// `entry` is the record of the change.
    pub(super) fn change_clock(&mut self, system: SystemId, change: ClockChange, entry: u64) {
        let Some(clock) = self.clocks.get_mut(system.at()) else { return };
        clock.change(self.now, change);
        if let Some(last) = self.clock_changes.get_mut(system.at()) {
            *last = entry;
        }
        let (layout, slab) = (&self.layout, &self.slab);
        let alarm_of =
            |pending: &Pending<_, _>| pending.alarm(layout).filter(|alarm| alarm.system == system);
        let mut moved: Vec<(Alarm, u32)> =
            slab.iter().filter_map(|(slot, pending)| Some((alarm_of(pending)?, slot))).collect();
        if moved.is_empty() {
            return;
        }
        let stays = |slot: u32| alarm_of(slab.get(slot)).is_none();
        self.queue.retain(|key| stays(key.slot()));
        self.parked.retain(|slot| stays(*slot));
        moved.sort_unstable_by_key(|(alarm, _)| (alarm.at, alarm.set));
        for (alarm, slot) in moved {
            if let Some(pending) = self.slab.get_mut(slot) {
                pending.add_also(entry);
            }
            self.arm(slot, alarm);
        }
    }
}
