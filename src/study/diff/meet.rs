//! Two traces, record by record: together while they say the same, window by window where they
//! part.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::books::Books;
use super::feed::{Ended, Entry, Feed};
use super::join::{Joined, Pair, join};
use super::lens::Lens;
use super::tally::{Difference, Tally};
use super::{Options, Side};
use crate::trace::TraceReader;

/// Records of each trace that are looked at together at first; then four times as many, up to the
/// window.
const FIRST_LOOK: usize = 256;

/// Both traces, read to their ends, and all that differs.
pub(super) struct Met<A, B> {
    pub(super) a: Ended<A>,
    pub(super) b: Ended<B>,
    pub(super) nodes: BTreeSet<String>,
    pub(super) tally: Tally,
    pub(super) first: Option<Difference>,
}

/// Reads both traces to their ends.
pub(super) fn meet<A: BufRead, B: BufRead>(
    a: TraceReader<A>,
    b: TraceReader<B>,
    options: &Options,
) -> Met<A, B> {
    let lens = Lens { options };
    let mut meeting =
        Meeting { a: Feed::new(a), b: Feed::new(b), books: Books::new(lens), lens, options };
    while meeting.step() {}
    let Meeting { a, b, books, .. } = meeting;
    let (mut tally, first) = books.close();
    tally.ignored = [a.ignored, b.ignored];
    let nodes = a.nodes.union(&b.nodes).cloned().collect();
    Met { a: a.end(), b: b.end(), nodes, tally, first }
}

struct Meeting<'o, A: BufRead, B: BufRead> {
    a: Feed<A>,
    b: Feed<B>,
    books: Books<'o>,
    lens: Lens<'o>,
    options: &'o Options,
}

impl<A: BufRead, B: BufRead> Meeting<'_, A, B> {
    /// Settles some records; whether any were left.
    fn step(&mut self) -> bool {
        let [past_a, past_b] = &mut self.books.pasts;
        let left = self.a.advance(past_a, &self.lens);
        let right = self.b.advance(past_b, &self.lens);
        match (left, right) {
            (false, false) => return false,
            (true, true) => {
                if !self.together() {
                    self.look_ahead();
                }
            }
            (true, false) => self.rest_of_a(),
            (false, true) => self.rest_of_b(),
        }
        true
    }

    /// Settles the next record of both if they say the same after the same causes, and at the same
    /// time or as much later as the ones before.
    fn together(&mut self) -> bool {
        let (Some(a), Some(b)) = (self.a.front(), self.b.front()) else { return false };
        let shift = b.at.t.wrapping_sub(a.at.t);
        let expected = shift == 0 || shift == self.books.shift || self.options.outcome;
        if !expected || !self.lens.same(&a, &b) || !self.books.causes_agree(&a, &b) {
            return false;
        }
        self.books.same(&a, &b);
        self.a.drop_front();
        self.b.drop_front();
        true
    }

    /// Nothing is left of the second trace.
    fn rest_of_a(&mut self) {
        if self.b.damaged() {
            self.a.drop_front();
            self.books.tally.not_compared[0] += 1;
            return;
        }
        let [past, _] = &mut self.books.pasts;
        self.a.fill(1, past, &self.lens);
        for entry in self.a.take(1).into_iter().flatten() {
            self.books.alone(Side::A, entry);
        }
    }

    /// Nothing is left of the first trace.
    fn rest_of_b(&mut self) {
        if self.a.damaged() {
            self.b.drop_front();
            self.books.tally.not_compared[1] += 1;
            return;
        }
        let [_, past] = &mut self.books.pasts;
        self.b.fill(1, past, &self.lens);
        for entry in self.b.take(1).into_iter().flatten() {
            self.books.alone(Side::B, entry);
        }
    }

    /// Looks at more and more of both traces until enough of it is decided.
    fn look_ahead(&mut self) {
        let window = self.options.window;
        let mut wanted = FIRST_LOOK.min(window.records).max(1);
        loop {
            let [past_a, past_b] = &mut self.books.pasts;
            self.a.fill(wanted, past_a, &self.lens);
            self.b.fill(wanted, past_b, &self.lens);
            let (a, b) = (self.a.marks(wanted), self.b.marks(wanted));
            let sound = !self.a.damaged() && !self.b.damaged();
            let whole = sound && self.a.ends_within(a.len()) && self.b.ends_within(b.len());
            let joined = join(&a, &b, self.books.shift, whole);
            let (in_a, in_b) = joined.decided;
            if whole || in_a > 0 && (in_a * 2 >= a.len() || in_b * 2 >= b.len()) {
                return self.settle(&joined);
            }
            let grows = self.a.grows_beyond(wanted, window) || self.b.grows_beyond(wanted, window);
            if !grows && in_a > 0 {
                return self.settle(&joined);
            }
            if !grows {
                return self.give_way(a.len(), b.len());
            }
            wanted = (wanted * 4).min(window.records);
        }
    }

    /// Nothing in the windows belongs together: half of each waits for what comes, or, before the
    /// place where a trace is damaged, is left out.
    fn give_way(&mut self, in_a: usize, in_b: usize) {
        let damaged = (self.a.damaged(), self.b.damaged());
        if damaged.0 {
            self.books.tally.not_compared[0] += self.a.take(in_a).len() as u64;
        }
        if damaged.1 {
            self.books.tally.not_compared[1] += self.b.take(in_b).len() as u64;
        }
        if damaged == (false, false) {
            let decided = (in_a.div_ceil(2), in_b.div_ceil(2));
            self.settle(&Joined { pairs: Vec::new(), decided });
        }
    }

    /// Settles what is decided, in the order of both.
    fn settle(&mut self, joined: &Joined) {
        let mut a = self.a.take(joined.decided.0);
        let mut b = self.b.take(joined.decided.1);
        for Pair { a: in_a, b: in_b, .. } in &joined.pairs {
            if let (Some(Some(a)), Some(Some(b))) = (a.get(*in_a), b.get(*in_b)) {
                self.books.belong(&a.view(), &b.view());
            }
        }
        let way = Way::new(joined);
        let (mut in_a, mut in_b) = (0, 0);
        loop {
            while in_a < a.len() && !way.keeps_a(in_a) {
                match way.partner_of_a(in_a) {
                    Some(partner) => self.crossing(&a, &b, (in_a, partner), partner < in_b),
                    None => self.lonely(Side::A, &mut a, in_a),
                }
                in_a += 1;
            }
            while in_b < b.len() && !way.keeps_b(in_b) {
                match way.partner_of_b(in_b) {
                    Some(partner) => self.crossing(&a, &b, (partner, in_b), partner < in_a),
                    None => self.lonely(Side::B, &mut b, in_b),
                }
                in_b += 1;
            }
            match (a.get(in_a), b.get(in_b)) {
                (Some(Some(a)), Some(Some(b))) => self.books.pair(&a.view(), &b.view(), false),
                _ => return,
            }
            (in_a, in_b) = (in_a + 1, in_b + 1);
        }
    }

    /// One half of a pair that crosses others is reached; the pair counts when both are.
    fn crossing(
        &mut self,
        a: &[Option<Entry>],
        b: &[Option<Entry>],
        at: (usize, usize),
        both: bool,
    ) {
        let (Some(Some(a)), Some(Some(b))) = (a.get(at.0), b.get(at.1)) else { return };
        match both {
            true => self.books.pair(&a.view(), &b.view(), true),
            false => self.books.crosses(&a.view(), &b.view()),
        }
    }

    fn lonely(&mut self, side: Side, entries: &mut [Option<Entry>], at: usize) {
        if let Some(entry) = entries.get_mut(at).and_then(Option::take) {
            self.books.alone(side, entry);
        }
    }
}

/// Who belongs to whom, from both sides.
struct Way {
    of_a: Vec<Option<Pair>>,
    of_b: Vec<Option<Pair>>,
}

impl Way {
    fn new(joined: &Joined) -> Way {
        let (a, b) = joined.decided;
        let mut way = Way { of_a: vec![None; a], of_b: vec![None; b] };
        for pair in &joined.pairs {
            way.of_a[pair.a] = Some(*pair);
            way.of_b[pair.b] = Some(*pair);
        }
        way
    }

    fn keeps_a(&self, a: usize) -> bool {
        self.of_a.get(a).copied().flatten().is_some_and(|pair| !pair.moved)
    }

    fn keeps_b(&self, b: usize) -> bool {
        self.of_b.get(b).copied().flatten().is_some_and(|pair| !pair.moved)
    }

    fn partner_of_a(&self, a: usize) -> Option<usize> {
        self.of_a.get(a).copied().flatten().map(|pair| pair.b)
    }

    fn partner_of_b(&self, b: usize) -> Option<usize> {
        self.of_b.get(b).copied().flatten().map(|pair| pair.a)
    }
}
