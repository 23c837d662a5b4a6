//! Finding every value at which something changes: a scan, then halving down to one unit.

use std::collections::BTreeMap;

/// What a value comes to, as far as the search needs to know.
pub(super) trait Probe {
    /// Whether two values come to the same.
    fn same(&self, other: &Self) -> bool;

    /// Whether both could come to the same while a value between them, so many units apart, does not:
    /// because something that decides could cross its limit and come back.
    fn may_hide(&self, other: &Self, width: i64) -> bool;
}

/// What a search found.
pub(super) struct Found<P> {
    /// Every value that was tried, and what it comes to.
    pub(super) probes: BTreeMap<i64, P>,
    /// The last value before each change; the next unit is the first behind it.
    pub(super) changes: Vec<i64>,
    /// Between these neighbours that come to the same a pair of changes could lie hidden.
    pub(super) unsure: Vec<(i64, i64)>,
    /// Whether the search ended because it had tried too many values.
    pub(super) cut: bool,
}

/// Most values that are tried.
const PROBES_MAX: usize = 5_000;

/// How closely to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Into how many parts the range is cut at first.
    pub(super) parts: u32,
    /// How many more values may be tried where a pair of changes could be hidden.
    pub(super) closer: usize,
}

/// Searches from one value to another, both included.
///
/// # Errors
/// What `probe` says.
pub(super) fn search<P: Probe, E>(
    (from, to): (i64, i64),
    effort: Effort,
    probe: &mut dyn FnMut(i64) -> Result<P, E>,
) -> Result<Found<P>, E> {
    let mut search = Search { probe, probes: BTreeMap::new(), cut: false };
    let parts = i64::from(effort.parts.max(1));
    for part in 0..=parts {
        // Of i128, because the product of a long range is one.
        let offset = i128::from(to - from) * i128::from(part) / i128::from(parts);
        search.try_value(from + i64::try_from(offset).unwrap_or(to - from))?;
    }
    search.settle_all()?;
    let mut left = effort.closer;
    while left > 0 && !search.cut {
        let mut unsure = search.unsure();
        // The widest first, so that what is left is as narrow as can be.
        unsure.sort_by_key(|(low, high)| std::cmp::Reverse(high - low));
        unsure.truncate(left);
        if unsure.is_empty() {
            break;
        }
        left -= unsure.len();
        for (low, high) in unsure {
            search.try_value(middle(low, high))?;
        }
        search.settle_all()?;
    }
    let (changes, unsure) = (search.changes(), search.unsure());
    Ok(Found { changes, unsure, cut: search.cut, probes: search.probes })
}

struct Search<'a, P, E> {
    probe: &'a mut dyn FnMut(i64) -> Result<P, E>,
    probes: BTreeMap<i64, P>,
    cut: bool,
}

impl<P: Probe, E> Search<'_, P, E> {
    fn try_value(&mut self, value: i64) -> Result<(), E> {
        if self.probes.contains_key(&value) {
            return Ok(());
        }
        if self.probes.len() >= PROBES_MAX {
            self.cut = true;
            return Ok(());
        }
        let found = (self.probe)(value)?;
        self.probes.insert(value, found);
        Ok(())
    }

    /// Halves every interval whose ends differ until all of them are one unit wide.
    fn settle_all(&mut self) -> Result<(), E> {
        loop {
            let wide: Vec<i64> = self
                .neighbours()
                .filter(|((low, one), (high, other))| high - low > 1 && !one.same(other))
                .map(|((low, _), (high, _))| middle(low, high))
                .collect();
            if wide.is_empty() || self.cut {
                return Ok(());
            }
            for value in wide {
                self.try_value(value)?;
            }
        }
    }

    fn neighbours(&self) -> impl Iterator<Item = ((i64, &P), (i64, &P))> {
        let values = || self.probes.iter().map(|(value, probe)| (*value, probe));
        values().zip(values().skip(1))
    }

    fn changes(&self) -> Vec<i64> {
        let differ = self.neighbours().filter(|((_, one), (_, other))| !one.same(other));
        differ.map(|((low, _), _)| low).collect()
    }

    fn unsure(&self) -> Vec<(i64, i64)> {
        self.neighbours()
            .filter(|((low, one), (high, other))| {
                high - low > 1 && one.same(other) && one.may_hide(other, high - low)
            })
            .map(|((low, _), (high, _))| (low, high))
            .collect()
    }
}

fn middle(low: i64, high: i64) -> i64 {
    low + (high - low) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// A value's name among ranges, and how far the nearest limit is.
    struct At {
        range: usize,
        nearest: i64,
    }

    impl Probe for At {
        fn same(&self, other: &At) -> bool {
            // Ranges take turns, so that two changes come back to the same.
            self.range % 2 == other.range % 2
        }

        fn may_hide(&self, other: &At, width: i64) -> bool {
            self.nearest.saturating_add(other.nearest) < width
        }
    }

    fn at(limits: &[i64], value: i64) -> At {
        let nearest = limits.iter().map(|limit| (value - limit).abs()).min();
        At {
            range: limits.partition_point(|limit| *limit <= value),
            nearest: nearest.unwrap_or(i64::MAX / 4),
        }
    }

    fn brute(limits: &[i64], to: i64) -> Vec<i64> {
        let changes = |value: &i64| !at(limits, *value).same(&at(limits, *value + 1));
        (0..to).filter(changes).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default()
        })]

        /// With margins to guide it the search finds what trying every value finds.
        #[test]
        fn finds_what_trying_every_value_finds(
            limits in prop::collection::btree_set(1_i64..500, 0..6),
            parts in 1_u32..20,
        ) {
            let limits: Vec<i64> = limits.into_iter().collect();
            let effort = Effort { parts, closer: 5_000 };
            let mut probe = |value| Ok::<_, ()>(at(&limits, value));
            let found = search((0, 500), effort, &mut probe).unwrap();
            prop_assert_eq!(found.changes, brute(&limits, 500));
            prop_assert!(found.unsure.is_empty() && !found.cut);
        }

        /// Without a closer look it says where it may have missed something.
        #[test]
        fn says_where_it_may_have_missed_a_change(
            limits in prop::collection::btree_set(1_i64..500, 0..6),
            parts in 1_u32..20,
        ) {
            let limits: Vec<i64> = limits.into_iter().collect();
            let effort = Effort { parts, closer: 0 };
            let mut probe = |value| Ok::<_, ()>(at(&limits, value));
            let found = search((0, 500), effort, &mut probe).unwrap();
            for missed in brute(&limits, 500) {
                let inside = |(low, high): &(i64, i64)| (*low..*high).contains(&missed);
                prop_assert!(found.changes.contains(&missed) || found.unsure.iter().any(inside));
            }
        }
    }

    #[test]
    fn a_change_in_a_long_range_takes_one_halving_per_bit() {
        let mut runs = 0;
        let mut probe = |value| {
            runs += 1;
            Ok::<_, ()>(at(&[123_456_789_012_345_678], value))
        };
        let effort = Effort { parts: 10, closer: 0 };
        let found = search((0, i64::MAX), effort, &mut probe).unwrap();
        assert_eq!(found.changes, [123_456_789_012_345_677]);
        assert!(runs < 11 + 64, "{runs}");
    }
}
