//! How a message crosses: partitions, then rules, then latency.

use super::{Also, Core, Parcel, Pending, Watch, Whose};
use crate::action::Which;
use crate::fault::{Answer, Rule};
use crate::node::{LinkId, Node, NodeId};
use crate::observe::{Loss, What};
use crate::random::Stream;
use crate::time::{Span, Time};

/// The most copies that one firing of a rule makes.
const MOST_COPIES: u32 = 1_000;

/// A rule in force.
#[derive(Clone, Debug)]
pub(super) struct ActiveRule {
    pub(super) rule: Rule,
    /// The entry of the action that added it; 0 for none.
    pub(super) since: u64,
    /// How many messages it has been about.
    seen: u64,
}

/// A partition in force.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) name: String,
    pub(super) left: Vec<NodeId>,
    pub(super) right: Vec<NodeId>,
    pub(super) since: u64,
}

/// A message that waits to be overtaken.
#[derive(Clone, Debug)]
pub(super) struct Waiting<M> {
    rule: String,
    parcel: Parcel<M>,
    /// Its time-out: the sequence number when set, and its slot.
    ticket: u64,
    slot: u32,
}

/// What a rule says to a message.
enum Verdict {
    NotMine,
    /// The message overtakes the one that waits under this rule.
    Overtakes,
    Fires,
}

impl ActiveRule {
    pub(super) fn new(rule: Rule, since: u64) -> Self {
        Self { rule, since, seen: 0 }
    }
}

impl Cut {
    fn parts(&self, a: NodeId, b: NodeId) -> bool {
        let apart = |a, b| self.left.contains(&a) && self.right.contains(&b);
        apart(a, b) || apart(b, a)
    }
}

impl<N: Node> Core<N> {
    /// Whether a message to this node meets no fault on its way.
    #[inline(always)]
    pub(crate) fn is_clear(&self, to: NodeId) -> bool {
        self.cuts.is_empty() && self.rules.is_empty() && to.at() < self.standings.len()
    }

    /// Sends a message on its way, `after` from now, past partitions and rules.
    #[cold]
    pub(crate) fn post(
        &mut self,
        parcel: Parcel<N::Message>,
        after: Span,
        watch: &mut Watch<'_, N>,
    ) {
        if parcel.to.at() >= self.standings.len() {
            self.lose(parcel, Loss::NoSuchNode, 0, watch);
        } else if let Some(cut) = self.cuts.iter().find(|cut| cut.parts(parcel.from, parcel.to)) {
            let since = cut.since;
            self.lose(parcel, Loss::Partition, since, watch);
        } else {
            self.pass_rules(parcel, after, watch);
        }
    }

    /// Takes a message to its receiver: schedules the delivery after the latency of the path.
    fn carry(&mut self, parcel: Parcel<N::Message>, after: Span) -> Time {
        let time = self.arrival(parcel.from, parcel.to, parcel.link, after);
        self.schedule(time, || Pending::Deliver(parcel));
        time
    }

    /// When a message that leaves `after` from now arrives.
    #[inline(always)]
    pub(crate) fn arrival(
        &mut self,
        from: NodeId,
        to: NodeId,
        link: Option<LinkId>,
        after: Span,
    ) -> Time {
        let latency = match self.layout.path(from, to, link).latency.fixed() {
            Some(span) => span,
            None => self.draw_latency(from, to, link),
        };
        self.now + after + latency
    }

    #[inline(never)]
    fn draw_latency(&mut self, from: NodeId, to: NodeId, link: Option<LinkId>) -> Span {
        let layout = self.layout.clone();
        layout.path(from, to, link).latency.draw(self.path_stream("", from, to, link))
    }

    /// The stream of a rule, or of the latency for no rule, on one direction of a path. Owner: the link, or the
    /// sender where there is none. Purpose: `sim/RULE/RECEIVER`.
    fn path_stream(
        &mut self,
        rule: &str,
        from: NodeId,
        to: NodeId,
        link: Option<LinkId>,
    ) -> &mut Stream {
        let layout = &self.layout;
        self.path_streams.entry((rule.to_owned(), from, to)).or_insert_with(|| {
            let purpose = format!("sim/{rule}/{}", layout.node_name(to));
            Stream::new(layout.seed, layout.path_owner(from, link), &purpose)
        })
    }

    /// Records that a message came to nothing, and tells its sender if the path or the receiver does so: at once on
    /// a path that tells, otherwise after the way back.
    pub(super) fn lose(
        &mut self,
        mut parcel: Parcel<N::Message>,
        why: Loss,
        since: u64,
        watch: &mut Watch<'_, N>,
    ) {
        parcel.also.add(since);
        let what = What::Lost { why, message: Some(&parcel.message) };
        let whose = Whose::Node(parcel.to);
        parcel.cause = self.record(watch, whose, parcel.cause, parcel.also.as_slice(), what);
        parcel.also = Also::NONE;
        let path = self.layout.path(parcel.from, parcel.to, parcel.link);
        if path.tells {
            self.schedule(self.now, || Pending::Refuse(parcel));
        } else if why == Loss::Refusing {
            let time = self.arrival(parcel.to, parcel.from, parcel.link, Span::ZERO);
            self.schedule(time, || Pending::Refuse(parcel));
        }
    }

    /// Asks the rules in order until one decides.
    fn pass_rules(&mut self, parcel: Parcel<N::Message>, after: Span, watch: &mut Watch<'_, N>) {
        let mut overtaken = Vec::new();
        let mut decided = None;
        for index in 0..self.rules.len() {
            match self.judge(index, &parcel) {
                Verdict::NotMine => {}
                Verdict::Overtakes => overtaken.push(index),
                Verdict::Fires => {
                    let passes = self.fire_in_passing(index, &parcel, watch);
                    if !passes {
                        decided = Some(index);
                        break;
                    }
                }
            }
        }
        let arrival = match decided {
            Some(index) => self.fire(index, parcel, after, watch),
            None => Some(self.carry(parcel, after)),
        };
        if let Some(time) = arrival {
            for index in overtaken {
                self.let_follow(index, time);
            }
        }
    }

    fn judge(&mut self, index: usize, parcel: &Parcel<N::Message>) -> Verdict {
        let Some(active) = self.rules.get_mut(index) else { return Verdict::NotMine };
        let Rule { name, matching, answer } = &active.rule;
        let Parcel { from, to, link, message, .. } = parcel;
        let covered = matching.covers(self.now, *link, *from, *to, message);
        let corrupts = matches!(answer, Answer::Corrupt(_));
        if !covered || corrupts && active.rule.corrupted(message).is_none() {
            return Verdict::NotMine;
        }
        if matches!(answer, Answer::Reorder { .. }) && self.waiting.iter().any(|w| w.rule == *name)
        {
            return Verdict::Overtakes;
        }
        active.seen += 1;
        if !matching.ordinal.picks(active.seen) {
            return Verdict::NotMine;
        }
        let Some((a, b)) = matching.chance else { return Verdict::Fires };
        let name = name.clone();
        if self.path_stream(&name, *from, *to, *link).chance(a, b) {
            Verdict::Fires
        } else {
            Verdict::NotMine
        }
    }

    /// Lets a rule do what it does to messages that go on to the next rule. False: this one does not.
    fn fire_in_passing(
        &mut self,
        index: usize,
        parcel: &Parcel<N::Message>,
        watch: &mut Watch<'_, N>,
    ) -> bool {
        let Some(active) = self.rules.get(index).cloned() else { return true };
        match &active.rule.answer {
            Answer::Pass => {}
            Answer::Tap(name) => {
                let stored = self.taps.entry(name.clone()).or_default();
                stored.push(parcel.clone());
                self.full |= stored.len() as u64 > self.limits.stored;
            }
            _ => return false,
        }
        self.record_fault(&active, parcel, &parcel.message, watch);
        true
    }

    fn record_fault(
        &mut self,
        active: &ActiveRule,
        parcel: &Parcel<N::Message>,
        message: &N::Message,
        watch: &mut Watch<'_, N>,
    ) -> u64 {
        let mut also = parcel.also.clone();
        also.add(active.since);
        let Parcel { from, to, link, cause, .. } = parcel;
        let Rule { name, answer, .. } = &active.rule;
        let what = What::Fault { name, answer, from: *from, to: *to, link: *link, message };
        self.record(watch, Whose::Nobody, *cause, also.as_slice(), what)
    }

    /// Lets a rule decide what becomes of a message; gives the time of its arrival, if that is certain.
    fn fire(
        &mut self,
        index: usize,
        mut parcel: Parcel<N::Message>,
        after: Span,
        watch: &mut Watch<'_, N>,
    ) -> Option<Time> {
        let active = self.rules.get(index).cloned()?;
        if let Some(message) = active.rule.corrupted(&parcel.message) {
            parcel.message = message;
        }
        let entry = self.record_fault(&active, &parcel, &parcel.message, watch);
        let sent = core::mem::replace(&mut parcel.cause, entry);
        match &active.rule.answer {
            Answer::Pass | Answer::Tap(_) | Answer::Corrupt(_) => Some(self.carry(parcel, after)),
            Answer::Delay(more) => Some(self.carry(parcel, after + more.or_zero())),
            Answer::Drop => None,
            Answer::Duplicate { times, after: distance } => {
                let original = Parcel { cause: sent, ..parcel.clone() };
                let arrival = self.carry(original, after);
                for copy in 1..=(*times).min(MOST_COPIES) {
                    let time = arrival + distance.or_zero().times(i64::from(copy));
                    self.schedule(time, || Pending::Deliver(parcel.clone()));
                }
                Some(arrival)
            }
            Answer::Reorder { timeout } => {
                self.wait(active.rule.name.clone(), parcel, after + timeout.or_zero());
                None
            }
            Answer::Hold => {
                let held = self.held.entry(active.rule.name.clone()).or_default();
                held.push(parcel);
                self.full |= held.len() as u64 > self.limits.stored;
                None
            }
            Answer::Replay(tap) => {
                parcel.cause = sent;
                let arrival = self.carry(parcel, after);
                for mut copy in self.stored(tap, Which::All) {
                    copy.also.add(core::mem::replace(&mut copy.cause, entry));
                    self.carry(copy, after);
                }
                Some(arrival)
            }
        }
    }

    /// What a tap stored.
    pub(super) fn stored(&self, tap: &str, which: Which) -> Vec<Parcel<N::Message>> {
        let stored = self.taps.get(tap).map_or(&[][..], Vec::as_slice);
        match which {
            Which::All => stored.to_vec(),
            Which::Last => stored.last().cloned().into_iter().collect(),
            Which::Nth(n) => {
                let index = n.checked_sub(1).and_then(|index| usize::try_from(index).ok());
                index.and_then(|index| stored.get(index)).cloned().into_iter().collect()
            }
        }
    }

    /// Sends a stored message again because an action said so. `entry` is the record of the action.
    pub(super) fn replay(
        &mut self,
        tap: &str,
        mut parcel: Parcel<N::Message>,
        entry: u64,
        watch: &mut Watch<'_, N>,
    ) {
        parcel.also.add(core::mem::replace(&mut parcel.cause, entry));
        let answer = Answer::Replay(tap.to_owned());
        let Parcel { from, to, link, cause, also, message } = &parcel;
        let what =
            What::Fault { name: tap, answer: &answer, from: *from, to: *to, link: *link, message };
        parcel.cause = self.record(watch, Whose::Nobody, *cause, also.as_slice(), what);
        parcel.also = Also::NONE;
        self.carry(parcel, Span::ZERO);
    }

    /// Sends on what a rule holds; gives the number of messages.
    pub(super) fn take_held(&mut self, rule: &str) -> Vec<Parcel<N::Message>> {
        self.held.remove(rule).unwrap_or_default()
    }

    /// Sends on one message that was held. `entry` is the record of the release.
    pub(super) fn send_on(&mut self, mut parcel: Parcel<N::Message>, entry: u64) {
        parcel.also.add(entry);
        self.carry(parcel, Span::ZERO);
    }

    /// Keeps a message until another overtakes it or its time is up.
    fn wait(&mut self, rule: String, parcel: Parcel<N::Message>, timeout: Span) {
        let ticket = self.next_sequence();
        let (_, slot) = self.schedule(self.now + timeout, || Pending::Timeout { ticket });
        self.waiting.push(Waiting { rule, parcel, ticket, slot });
    }

    /// The message that waits under a rule has been overtaken: it arrives right after the one that did.
    fn let_follow(&mut self, index: usize, time: Time) {
        let Some(name) = self.rules.get(index).map(|active| active.rule.name.as_str()) else {
            return;
        };
        if let Some(position) = self.waiting.iter().position(|waiting| waiting.rule == name) {
            let waiting = self.waiting.remove(position);
            self.slab.cancel(waiting.slot);
            self.schedule(time, || Pending::Deliver(waiting.parcel));
        }
    }

    /// A message has waited long enough and goes on.
    pub(crate) fn give_up_waiting(&mut self, ticket: u64) {
        if let Some(position) = self.waiting.iter().position(|waiting| waiting.ticket == ticket) {
            let waiting = self.waiting.remove(position);
            self.carry(waiting.parcel, Span::ZERO);
        }
    }
}
