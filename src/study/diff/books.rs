//! What is written down of each pair and each record without a partner.

use super::Side;
use super::feed::Entry;
use super::judge::{Judgement, change, judge, judge_times};
use super::lens::{Lens, View, item};
use super::past::{Anchor, CAUSES_MAX, Past};
use super::tally::{Class, Difference, OutcomeChange, Place, Tally, alone_class};
use super::waiting::{Room, Waiting};

/// The fates of all records so far, those who wait, and what is counted.
pub(super) struct Books<'o> {
    lens: Lens<'o>,
    pub(super) pasts: [Past; 2],
    pub(super) tally: Tally,
    /// By how much later the second of the last pair was that kept the order.
    pub(super) shift: i64,
    rooms: [Room; 2],
    /// The first difference that is its own.
    first: Option<Difference>,
    /// The first of all: where records cause each other the other way round, none is its own.
    earliest: Option<Difference>,
}

impl<'o> Books<'o> {
    pub(super) fn new(lens: Lens<'o>) -> Self {
        Books {
            lens,
            pasts: Default::default(),
            tally: Tally::default(),
            shift: 0,
            rooms: Default::default(),
            first: None,
            earliest: None,
        }
    }

    /// Counts those who still wait.
    pub(super) fn close(self) -> (Tally, Option<Difference>) {
        let Books { mut tally, rooms: [a, b], first, earliest, .. } = self;
        for (side, room) in [(Side::A, a), (Side::B, b)] {
            for waiting in room.leave() {
                tally.alone(side, &waiting.entry.view());
            }
        }
        tally.outcomes.retain(|change| change.a != change.b);
        (tally, first.or(earliest))
    }

    /// Whether a difference is the first, of its own kind or of all.
    fn is_first(&self, own: bool) -> bool {
        self.first.is_none() && (own || self.earliest.is_none())
    }

    fn set_first(&mut self, difference: &Difference) {
        let place = if difference.own { &mut self.first } else { &mut self.earliest };
        *place = Some(difference.clone());
    }

    /// Two records belong together. Comes before anything that they caused is settled.
    pub(super) fn belong(&mut self, a: &View<'_>, b: &View<'_>) {
        let [past_a, past_b] = &mut self.pasts;
        past_a.pair(a.at.n, b.at.n);
        past_b.pair(b.at.n, a.at.n);
    }

    /// Settles two records that say the same after the same causes.
    pub(super) fn same(&mut self, a: &View<'_>, b: &View<'_>) {
        self.belong(a, b);
        let judgement = judge_times(a, b, &self.lens);
        self.written(a, b, judgement, false);
    }

    /// Settles two records that belong together.
    pub(super) fn pair(&mut self, a: &View<'_>, b: &View<'_>, moved: bool) {
        let judgement = self.judged(a, b);
        self.written(a, b, judgement, moved);
    }

    /// One of a pair that leaves the order is reached: what it causes follows from a difference.
    pub(super) fn crosses(&mut self, a: &View<'_>, b: &View<'_>) {
        self.differ(a, b);
    }

    /// Settles a record without a partner in the window: one that waits, or none so far.
    pub(super) fn alone(&mut self, side: Side, entry: Entry) {
        let view = entry.view();
        let [mine, other] = [side as usize, 1 - side as usize];
        if let Some(waiting) = self.rooms[other].partner_of(&entry) {
            match side {
                Side::A => self.late(&view, &waiting.entry.view(), &waiting),
                Side::B => self.late(&waiting.entry.view(), &view, &waiting),
            }
            return;
        }
        let own = !view.causes().any(|n| self.pasts[mine].does_differ(n));
        self.pasts[mine].differs(view.at.n);
        self.pasts[mine].alone(view.at.n);
        let first = self.is_first(own);
        let outcome = self.outcome_alone(side, &view);
        let listed = [self.note_alone(side, &view, own), outcome];
        let waiting = Waiting { own, first, listed, entry };
        for gone in self.rooms[mine].enter(waiting, self.lens.options.window) {
            self.tally.given_up += 1;
            self.tally.alone(side, &gone.entry.view());
        }
    }

    /// Whether both were caused by records that belong together.
    pub(super) fn causes_agree(&self, a: &View<'_>, b: &View<'_>) -> bool {
        if self.lens.options.outcome {
            return true;
        }
        let [past_a, past_b] = &self.pasts;
        let (first, second) = (past_a.anchor(a.at.cause), past_b.anchor(b.at.cause));
        agree(first, second) != Some(false)
            && a.at
                .also(a.text)
                .map(|n| past_a.anchor(Some(n)))
                .eq_by_agreement(b.at.also(b.text).map(|n| past_b.anchor(Some(n))))
    }

    fn judged(&mut self, a: &View<'_>, b: &View<'_>) -> Judgement {
        let mut judgement = judge(a, b, &self.lens);
        if self.lens.options.outcome {
            return judgement;
        }
        let [past_a, past_b] = &self.pasts;
        let (first, second) = (past_a.anchor(a.at.cause), past_b.anchor(b.at.cause));
        match agree(first, second) {
            Some(false) if self.lens.sees("cause") => {
                let told = |cause: Option<u64>| cause.map(|n| format!("record {n}"));
                judgement.fields.push(change("cause", told(a.at.cause), told(b.at.cause)));
            }
            _ => (),
        }
        let also_a: Vec<u64> = a.at.also(a.text).collect();
        let also_b: Vec<u64> = b.at.also(b.text).collect();
        let anchors_a = also_a.iter().map(|n| past_a.anchor(Some(*n)));
        let anchors_b = also_b.iter().map(|n| past_b.anchor(Some(*n)));
        if self.lens.sees("also") && !anchors_a.eq_by_agreement(anchors_b) {
            let told = |also: &[u64]| (!also.is_empty()).then(|| format!("records {also:?}"));
            judgement.fields.push(change("also", told(&also_a), told(&also_b)));
        }
        judgement
    }

    fn written(&mut self, a: &View<'_>, b: &View<'_>, judgement: Judgement, moved: bool) {
        let [past_a, past_b] = &self.pasts;
        let own = !a.causes().any(|n| past_a.does_differ(n))
            && !b.causes().any(|n| past_b.does_differ(n));
        let class = self.tally.pair(a, b, &judgement, moved);
        let far = |view: &View<'_>| view.causes().any(|n| view.at.n - n >= CAUSES_MAX as u64);
        self.tally.far_causes += u64::from(far(a) || far(b));
        if !moved {
            self.shift = b.at.t.wrapping_sub(a.at.t);
        }
        if class.is_some() || !own {
            self.differ(a, b);
        }
        let Some(class) = class else { return };
        self.tally.own += u64::from(own);
        self.outcome_pair(a, b);
        let first = self.is_first(own);
        let tells = own || !matches!(class, Class::Time | Class::Bytes);
        let listed = tells && self.tally.listed.len() < self.lens.options.limit;
        if !first && !listed {
            return;
        }
        let difference = difference(class, a, b, judgement, own, moved);
        if first {
            self.set_first(&difference);
        }
        if listed {
            self.tally.listed.push(difference);
        }
    }

    /// Settles a record whose partner has waited for it: it was counted as a difference then.
    fn late(&mut self, a: &View<'_>, b: &View<'_>, waiting: &Waiting) {
        self.belong(a, b);
        self.differ(a, b);
        let judgement = self.judged(a, b);
        let class = self.tally.pair(a, b, &judgement, true).unwrap_or(Class::Order);
        let difference = difference(class, a, b, judgement, waiting.own, true);
        if waiting.first {
            self.set_first(&difference);
        }
        if let Some(listed) = waiting.listed[0].and_then(|at| self.tally.listed.get_mut(at)) {
            *listed = difference;
        }
        let told = |view: &View<'_>| item(view).map(|item| item.to_string());
        let change = OutcomeChange { a: told(a), b: told(b) };
        if change.a.is_some() && change.a == change.b && !self.lens.options.outcome {
            self.tally.outcome_changes -= 1;
        }
        if let Some(listed) = waiting.listed[1].and_then(|at| self.tally.outcomes.get_mut(at)) {
            *listed = change;
        }
    }

    fn differ(&mut self, a: &View<'_>, b: &View<'_>) {
        let [past_a, past_b] = &mut self.pasts;
        past_a.differs(a.at.n);
        past_b.differs(b.at.n);
    }

    /// Lists a record that has nobody so far; where it stands in the list.
    fn note_alone(&mut self, side: Side, view: &View<'_>, own: bool) -> Option<usize> {
        self.tally.own += u64::from(own);
        let first = self.is_first(own);
        let listed = self.tally.listed.len() < self.lens.options.limit;
        if !first && !listed {
            return None;
        }
        let place = Some(Place::of(view));
        let (a, b) = if side == Side::A { (place, None) } else { (None, place) };
        let class = alone_class(side);
        let fields = Vec::new();
        let difference = Difference { class, a, b, own, fields, shift: 0, clock: 0, moved: false };
        if first {
            self.set_first(&difference);
        }
        listed.then(|| {
            self.tally.listed.push(difference);
            self.tally.listed.len() - 1
        })
    }

    fn outcome_pair(&mut self, a: &View<'_>, b: &View<'_>) {
        let (a, b) = (item(a), item(b));
        if a != b {
            self.outcome(a.map(|item| item.to_string()), b.map(|item| item.to_string()));
        }
    }

    fn outcome_alone(&mut self, side: Side, view: &View<'_>) -> Option<usize> {
        let told = item(view)?.to_string();
        match side {
            Side::A => self.outcome(Some(told), None),
            Side::B => self.outcome(None, Some(told)),
        }
    }

    fn outcome(&mut self, a: Option<String>, b: Option<String>) -> Option<usize> {
        if self.lens.options.outcome {
            return None;
        }
        self.tally.outcome_changes += 1;
        let listed = self.tally.outcomes.len() < self.lens.options.limit;
        listed.then(|| {
            self.tally.outcomes.push(OutcomeChange { a, b });
            self.tally.outcomes.len() - 1
        })
    }
}

fn difference(
    class: Class,
    a: &View<'_>,
    b: &View<'_>,
    judgement: Judgement,
    own: bool,
    moved: bool,
) -> Difference {
    let Judgement { fields, shift, clock } = judgement;
    let (a, b) = (Some(Place::of(a)), Some(Place::of(b)));
    Difference { class, a, b, own, fields, shift, clock, moved }
}

/// Whether two causes lead to the same; none where one is too far back to know.
fn agree(a: Anchor, b: Anchor) -> Option<bool> {
    match (a, b) {
        (Anchor::Far, _) | (_, Anchor::Far) => None,
        (Anchor::Nobody, Anchor::Nobody) => Some(true),
        (Anchor::Pair(_, partner), Anchor::Pair(own, _)) => Some(partner == own),
        _ => Some(false),
    }
}

/// Causes in their order, compared by where they lead.
trait EqByAgreement: Iterator<Item = Anchor> + Sized {
    /// Whether both are as many and none leads elsewhere.
    fn eq_by_agreement(mut self, mut other: impl Iterator<Item = Anchor>) -> bool {
        loop {
            match (self.next(), other.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if agree(a, b) != Some(false) => (),
                _ => return false,
            }
        }
    }
}

impl<I: Iterator<Item = Anchor>> EqByAgreement for I {}
