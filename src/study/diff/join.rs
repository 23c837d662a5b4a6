//! Which records of two windows belong together.
//!
//! Records are joined in passes from the strictest likeness to the weakest, the first with the
//! first among those that are alike. The strict passes join only where both windows have as many of
//! the same, so that one more of them shifts nobody; what they leave is joined within the gaps
//! between what is joined already. The strictest pass that joins anything also says how far the
//! windows can be trusted: up to its last pair in the order of both, for what stands after that may
//! belong to records that were not read yet. Weaker passes join only what stands before. Order: n
//! log n for windows of n records.

use sim::Fingerprint;

/// What of a record decides whom it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Fingerprint of all that it says.
    pub(super) content: u64,
    /// Fingerprint of what it is: node, kind and the names that tell it apart.
    pub(super) key: u64,
    /// Fingerprint of what stands at the root of its causes.
    pub(super) root: u64,
    /// True time.
    pub(super) t: i64,
}

/// What belongs together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Joined {
    /// Places in both windows, in the order of the first.
    pub(super) pairs: Vec<Pair>,
    /// How many records of each window are decided.
    pub(super) decided: (usize, usize),
}

/// Two records that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) a: usize,
    pub(super) b: usize,
    /// Whether it crosses pairs that keep the order.
    pub(super) moved: bool,
}

/// A window as a pass sees it.
struct Looked<'a> {
    marks: &'a [Marks],
    /// In which gap between joined records each stands.
    gaps: &'a [usize],
    /// Added to the time.
    shift: i64,
}

impl Looked<'_> {
    fn t(&self, at: usize) -> i64 {
        self.marks[at].t.wrapping_add(self.shift)
    }

    fn gap(&self, at: usize) -> u64 {
        self.gaps[at] as u64
    }

    /// What the record beside it says; the ends of a window are neighbours too.
    fn beside(&self, at: usize, by: isize) -> u64 {
        let neighbour = at.checked_add_signed(by).and_then(|at| self.marks.get(at));
        neighbour.map_or(0, |marks| marks.content)
    }
}

/// A likeness: records of two windows with equal numbers are alike.
type Likeness = fn(&Looked<'_>, usize) -> u64;

struct Pass {
    like: Likeness,
    /// Joins only where both windows have as many.
    balanced: bool,
    /// Needs the gaps as they are now.
    gaps: bool,
}

const fn pass(balanced: bool, gaps: bool, like: Likeness) -> Pass {
    Pass { like, balanced, gaps }
}

/// From the strictest to the weakest. The same at the same time is the same whatever led to it:
/// what stood at the root may be what is gone.
const PASSES: [Pass; 12] = [
    pass(true, false, |w, at| mixed(w.marks[at].content, w.marks[at].root, w.t(at))),
    pass(true, false, |w, at| mixed(w.marks[at].content, w.beside(at, 1), w.t(at))),
    pass(true, false, |w, at| mixed(w.marks[at].content, w.beside(at, -1), w.t(at))),
    pass(false, true, |w, at| mixed(w.marks[at].content, w.gap(at), 0)),
    pass(false, false, |w, at| mixed(w.marks[at].content, w.marks[at].root, w.t(at))),
    pass(false, false, |w, at| mixed(w.marks[at].content, w.marks[at].root, 0)),
    pass(false, true, |w, at| mixed(w.marks[at].key, w.gap(at), w.t(at))),
    pass(false, false, |w, at| mixed(w.marks[at].key, w.marks[at].root, w.t(at))),
    pass(false, true, |w, at| mixed(w.marks[at].key, w.marks[at].root, w.gaps[at] as i64)),
    pass(false, false, |w, at| mixed(w.marks[at].key, 0, w.t(at))),
    pass(false, false, |w, at| mixed(w.marks[at].key, w.marks[at].root, 0)),
    pass(false, false, |w, at| mixed(w.marks[at].key, 0, 0)),
];

/// How many passes join what says the same in the same place.
const SAME: usize = 4;

/// Joins two windows. `shift` is by how much later the second one was of late; `whole` says that
/// both windows hold all that is left.
pub(super) fn join(a: &[Marks], b: &[Marks], shift: i64, whole: bool) -> Joined {
    let mut partner = Partners { of_a: vec![None; a.len()], of_b: vec![None; b.len()] };
    let mut decided = if whole { (a.len(), b.len()) } else { (0, 0) };
    let (mut gaps_a, mut gaps_b) = (vec![0; a.len()], vec![0; b.len()]);
    for (rank, pass) in PASSES.iter().enumerate() {
        if pass.gaps {
            partner.find_gaps(&mut gaps_a, &mut gaps_b);
        }
        let (in_a, in_b) = if decided == (0, 0) { (a.len(), b.len()) } else { decided };
        let shifts = if shift == 0 { &[0][..] } else { &[0, shift] };
        for shift in shifts {
            let left = Looked { marks: &a[..in_a], gaps: &gaps_a, shift: *shift };
            let right = Looked { marks: &b[..in_b], gaps: &gaps_b, shift: 0 };
            partner.pass(pass, &left, &right);
        }
        if decided == (0, 0) && rank + 1 >= SAME {
            let pairs = partner.pairs((a.len(), b.len()));
            let last = pairs.iter().rfind(|pair| !pair.moved);
            decided = last.map_or((0, 0), |last| (last.a + 1, last.b + 1));
        }
    }
    Joined { pairs: partner.pairs(decided), decided }
}

/// Who belongs to whom so far.
struct Partners {
    of_a: Vec<Option<usize>>,
    of_b: Vec<Option<usize>>,
}

impl Partners {
    /// Joins what has no partner yet and is alike.
    fn pass(&mut self, pass: &Pass, a: &Looked<'_>, b: &Looked<'_>) {
        let left = free(a, &self.of_a, pass.like);
        let right = if left.is_empty() { Vec::new() } else { free(b, &self.of_b, pass.like) };
        let (mut left, mut right) = (&left[..], &right[..]);
        while let (Some((like, _)), Some((other, _))) = (left.first(), right.first()) {
            let alike = |group: &[(u64, usize)], like: u64| {
                group.iter().take_while(|(other, _)| *other == like).count()
            };
            let least = *like.min(other);
            let (in_a, in_b) = (alike(left, least), alike(right, least));
            if in_a == in_b || !pass.balanced {
                for ((_, a), (_, b)) in left.iter().take(in_a).zip(right.iter().take(in_b)) {
                    self.of_a[*a] = Some(*b);
                    self.of_b[*b] = Some(*a);
                }
            }
            (left, right) = (&left[in_a..], &right[in_b..]);
        }
    }

    /// Numbers the gaps between the pairs that keep the order, alike on both sides.
    fn find_gaps(&self, gaps_a: &mut [usize], gaps_b: &mut [usize]) {
        let pairs = self.pairs((gaps_a.len(), gaps_b.len()));
        let (mut from_a, mut from_b) = (0, 0);
        for (gap, pair) in pairs.iter().filter(|pair| !pair.moved).enumerate() {
            gaps_a[from_a..=pair.a].fill(gap);
            gaps_b[from_b..=pair.b].fill(gap);
            (from_a, from_b) = (pair.a + 1, pair.b + 1);
        }
        gaps_a[from_a..].fill(usize::MAX);
        gaps_b[from_b..].fill(usize::MAX);
    }

    /// The pairs of which both are decided, those that leave the order marked.
    fn pairs(&self, decided: (usize, usize)) -> Vec<Pair> {
        let of_a = self.of_a.iter().take(decided.0).enumerate();
        let pairs: Vec<(usize, usize)> =
            of_a.filter_map(|(a, b)| Some((a, (*b)?))).filter(|(_, b)| *b < decided.1).collect();
        let kept = longest_increasing(&pairs);
        let mut kept = kept.into_iter().peekable();
        let marked = pairs.into_iter().map(|(a, b)| {
            let keeps = kept.next_if_eq(&a).is_some();
            Pair { a, b, moved: !keeps }
        });
        marked.collect()
    }
}

/// What has no partner, by likeness and then by place.
fn free(window: &Looked<'_>, partner: &[Option<usize>], like: Likeness) -> Vec<(u64, usize)> {
    let alone = partner.iter().take(window.marks.len()).enumerate().filter(|(_, p)| p.is_none());
    let mut free: Vec<(u64, usize)> = alone.map(|(at, _)| (like(window, at), at)).collect();
    free.sort_unstable();
    free
}

/// The first places of a longest chain of pairs that stand in the same order on both sides. The
/// pairs come in the order of the first side.
///
/// `ends[length]` is the pair with the least second place that ends a chain of that length; each
/// pair remembers the one before it.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, b)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *b);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(pair) = at {
        chain.push(pairs[pair].0);
        at = before[pair];
    }
    chain.reverse();
    chain
}

fn mixed(first: u64, second: u64, third: i64) -> u64 {
    let mut print = Fingerprint::new();
    print.pair(first, second);
    print.pair(third as u64, 1);
    print.value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A letter is a record: the same letter is alike, the same case has the same content; the time
    /// is its place unless told otherwise.
    fn marks(letters: &str) -> Vec<Marks> {
        let mark = |(at, letter): (usize, char)| Marks {
            content: u64::from(u32::from(letter)),
            key: u64::from(u32::from(letter.to_ascii_lowercase())),
            root: 0,
            t: at as i64,
        };
        letters.chars().enumerate().map(mark).collect()
    }

    fn pairs(a: &str, b: &str) -> Vec<(usize, usize, bool)> {
        let joined = join(&marks(a), &marks(b), 0, true);
        assert_eq!(joined.decided, (a.len(), b.len()));
        joined.pairs.iter().map(|pair| (pair.a, pair.b, pair.moved)).collect()
    }

    #[test]
    fn an_insertion_and_a_deletion_shift_nothing() {
        assert_eq!(pairs("abc", "axbc"), [(0, 0, false), (1, 2, false), (2, 3, false)]);
        assert_eq!(pairs("axbc", "abc"), [(0, 0, false), (2, 1, false), (3, 2, false)]);
        assert_eq!(pairs("", "abc"), []);
    }

    #[test]
    fn another_value_is_the_same_record_and_a_swap_moves_one() {
        assert_eq!(pairs("abc", "aBc"), [(0, 0, false), (1, 1, false), (2, 2, false)]);
        let swapped = pairs("abcd", "acbd");
        assert_eq!(swapped.iter().filter(|pair| pair.2).count(), 1);
        assert_eq!(swapped.len(), 4);
    }

    #[test]
    fn only_what_stands_before_the_last_sure_pair_is_decided() {
        let joined = join(&marks("abxy"), &marks("abzw"), 0, false);
        assert_eq!(joined.decided, (2, 2));
        let joined = join(&marks("xabc"), &marks("abcdefg"), 0, false);
        assert_eq!(joined.decided, (4, 3));
        assert_eq!(join(&marks("ab"), &marks("cd"), 0, false), Joined::default());
    }

    #[test]
    fn a_known_shift_counts_as_the_same_time() {
        let (a, mut b) = (marks("aaaa"), marks("aaa"));
        for (at, mark) in b.iter_mut().enumerate() {
            mark.t = at as i64 + 1 + 360;
        }
        let joined = join(&a, &b, 360, true);
        let places: Vec<_> = joined.pairs.iter().map(|pair| (pair.a, pair.b)).collect();
        assert_eq!(places, [(1, 0), (2, 1), (3, 2)]);
    }

    proptest! {
        #[test]
        fn the_chain_is_as_long_as_the_longest(order in prop::collection::vec(0..12_usize, 0..12)) {
            let mut seen = std::collections::BTreeSet::new();
            let distinct = order.into_iter().filter(|b| seen.insert(*b));
            let pairs: Vec<(usize, usize)> = distinct.enumerate().collect();
            let chain = longest_increasing(&pairs);
            let seconds: Vec<usize> = chain.iter().map(|a| pairs[*a].1).collect();
            prop_assert!(seconds.is_sorted());
            let mut longest = vec![1; pairs.len()];
            for to in 0..pairs.len() {
                for from in 0..to {
                    if pairs[from].1 < pairs[to].1 {
                        longest[to] = longest[to].max(longest[from] + 1);
                    }
                }
            }
            prop_assert_eq!(chain.len(), longest.into_iter().max().unwrap_or(0));
        }

        #[test]
        fn nobody_has_two_partners_and_pairs_are_alike(
            a in "[a-cA-C]{0,20}",
            b in "[a-cA-C]{0,20}",
            whole: bool,
        ) {
            let (left, right) = (marks(&a), marks(&b));
            let joined = join(&left, &right, 0, whole);
            let mut taken = std::collections::BTreeSet::new();
            for pair in &joined.pairs {
                prop_assert!(pair.a < joined.decided.0 && pair.b < joined.decided.1);
                prop_assert_eq!(left[pair.a].key, right[pair.b].key);
                prop_assert!(taken.insert(pair.b));
            }
            let kept = joined.pairs.iter().filter(|pair| !pair.moved);
            let kept: Vec<usize> = kept.map(|pair| pair.b).collect();
            prop_assert!(kept.is_sorted());
            if whole {
                // Whatever has a partner left finds it.
                for letter in 'a'..='c' {
                    let count = |text: &str| text.to_lowercase().matches(letter).count();
                    let key = u64::from(u32::from(letter));
                    let found = joined.pairs.iter().filter(|pair| left[pair.a].key == key);
                    prop_assert_eq!(found.count(), count(&a).min(count(&b)));
                }
            }
        }
    }
}
