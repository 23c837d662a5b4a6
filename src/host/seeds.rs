//! One scenario under many seeds, on all processors.

use std::io;
use std::ops::RangeInclusive;

use super::suite::{SharedKeys, each};
use crate::scenario::plan::Plan;
use crate::scenario::run::{Options, run};
use crate::study::frequencies::{Frequencies, OfSeed};

/// Seeds that a worker takes at a time.
const BATCH: u64 = 16;

/// Runs a plan under every seed of a range on so many workers.
///
/// # Errors
/// A run that gives no report.
pub fn frequencies(
    plan: &Plan,
    seeds: &RangeInclusive<u64>,
    jobs: usize,
) -> io::Result<Frequencies> {
    let keys = SharedKeys::default();
    let mut found = Frequencies::default();
    each(
        batches(seeds),
        jobs,
        |batch| batch.map(|seed| one(plan, seed, &keys)).collect::<Result<Vec<_>, _>>(),
        |runs| {
            let runs = runs.map_err(io::Error::other)?;
            runs.into_iter().for_each(|run| found.add(run));
            Ok(())
        },
    )?;
    Ok(found)
}

fn one(plan: &Plan, seed: u64, keys: &SharedKeys) -> Result<OfSeed, String> {
    let plan = plan.with_seed(seed);
    let mut table = keys.snapshot();
    let mut sink = io::sink();
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    let report = run(&plan, &mut table, options, &mut |_| {});
    keys.merge(table);
    report.map(|report| OfSeed::new(seed, &report)).map_err(|error| format!("seed {seed}: {error}"))
}

fn batches(seeds: &RangeInclusive<u64>) -> impl Iterator<Item = RangeInclusive<u64>> {
    let last = *seeds.end();
    let mut next = (!seeds.is_empty()).then(|| *seeds.start());
    std::iter::from_fn(move || {
        let first = next?;
        let end = first.saturating_add(BATCH - 1).min(last);
        next = end.checked_add(1).filter(|next| *next <= last);
        Some(first..=end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_seed_once() {
        for (first, last) in [(0, 0), (0, 15), (1, 16), (7, 100), (u64::MAX - 40, u64::MAX)] {
            let all: Vec<u64> = batches(&(first..=last)).flatten().collect();
            assert_eq!(all, (first..=last).collect::<Vec<u64>>());
        }
        #[expect(clippy::reversed_empty_ranges)]
        let none = 2..=1;
        assert_eq!(batches(&none).count(), 0);
    }
}
