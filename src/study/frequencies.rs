//! What a scenario comes to under many seeds: each distinct outcome with how often it was reached.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;

use super::page::Page;
use crate::scenario::plan::Plan;
use crate::scenario::run::Report;

/// Most distinct outcomes that are told apart.
const OUTCOMES_MAX: usize = 1_000;
/// Most results of an outcome that are kept to be shown; all of them tell outcomes apart.
const RESULTS_MAX: usize = 200;
/// Most results that are shown of what all runs have in common.
const COMMON_SHOWN: usize = 12;

/// What the run of one seed came to.
#[derive(Clone, Debug)]
pub struct OfSeed {
    seed: u64,
    /// Digest of all results in order.
    identity: String,
    results: Vec<String>,
    results_left_out: u64,
    as_expected: bool,
}

impl OfSeed {
    /// The outcome of a report.
    pub fn new(seed: u64, report: &Report) -> OfSeed {
        let mut results: Vec<String> =
            report.outcome.items().iter().map(ToString::to_string).collect();
        results.extend(report.cut.iter().map(|cut| format!("the run was cut: {cut}")));
        let identity = crate::trace::sha256(results.join("\n").as_bytes());
        let results_left_out = results.len().saturating_sub(RESULTS_MAX) as u64;
        results.truncate(RESULTS_MAX);
        OfSeed { seed, identity, results, results_left_out, as_expected: report.as_expected() }
    }
}

/// How often each outcome was reached.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    runs: u64,
    as_expected: u64,
    by_identity: BTreeMap<String, Frequency>,
    /// Runs with outcomes beyond those that are told apart.
    left_out: u64,
}

/// One outcome under many seeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Frequency {
    /// How many seeds come to it.
    pub runs: u64,
    /// How many of those met all expectations of the scenario.
    pub as_expected: u64,
    /// The smallest of these seeds.
    pub first_seed: u64,
    /// The results in order, at most 200.
    pub results: Vec<String>,
    /// How many more results it has; outcomes may differ in those alone.
    pub results_left_out: u64,
}

/// The outcomes of a scenario under many seeds. Its fields are the keys of `run --seeds --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Survey {
    /// Version of these keys.
    pub schema: u32,
    /// The scenario's title.
    pub title: String,
    /// The scenario's file.
    pub scenario: String,
    /// The first seed.
    pub first: u64,
    /// The last seed.
    pub last: u64,
    /// How many runs there were.
    pub runs: u64,
    /// How many of them met all expectations.
    pub as_expected: u64,
    /// The distinct outcomes, the most frequent first, at most 1,000.
    pub outcomes: Vec<Frequency>,
    /// Runs with outcomes beyond those.
    pub left_out: u64,
}

impl Frequencies {
    /// Takes in the run of a seed, in the order of the seeds.
    pub fn add(&mut self, run: OfSeed) {
        let OfSeed { seed, identity, results, results_left_out, as_expected } = run;
        self.runs += 1;
        self.as_expected += u64::from(as_expected);
        if self.by_identity.len() >= OUTCOMES_MAX && !self.by_identity.contains_key(&identity) {
            self.left_out += 1;
            return;
        }
        let known = self.by_identity.entry(identity);
        let first =
            Frequency { runs: 0, as_expected: 0, first_seed: seed, results, results_left_out };
        let known = known.or_insert(first);
        known.runs += 1;
        known.as_expected += u64::from(as_expected);
    }

    /// All that was found, the most frequent outcome first.
    pub fn survey(self, plan: &Plan, seeds: &RangeInclusive<u64>) -> Survey {
        let mut outcomes: Vec<Frequency> = self.by_identity.into_values().collect();
        outcomes.sort_by_key(|one| (std::cmp::Reverse(one.runs), one.first_seed));
        Survey {
            schema: 1,
            title: plan.scenario.title.clone(),
            scenario: plan.path.clone(),
            first: *seeds.start(),
            last: *seeds.end(),
            runs: self.runs,
            as_expected: self.as_expected,
            outcomes,
            left_out: self.left_out,
        }
    }
}

impl Survey {
    /// What was found, for a person; `command` runs the scenario again.
    pub fn text(&self, command: &str, width: usize) -> String {
        let mut page = Page::new(width);
        page.line(0, &self.title);
        let outcomes = counted(self.outcomes.len() as u64, "outcome");
        let runs = counted(self.runs, "run");
        page.line(0, &format!("{runs}, seeds {} to {}: {outcomes}", self.first, self.last));
        let common = self.common();
        if !common.is_empty() && self.outcomes.len() > 1 {
            page.title("In all of them");
            list(&mut page, &common, COMMON_SHOWN);
        }
        for outcome in &self.outcomes {
            let share = percent(outcome.runs, self.runs);
            let runs = counted(outcome.runs, "run");
            page.title(&format!("{share} ({runs}){}", expected(outcome)));
            let own = match self.outcomes.len() {
                1 => tally(&outcome.results),
                _ => without(tally(&outcome.results), &common),
            };
            list(&mut page, &own, RESULTS_MAX);
            if outcome.results_left_out > 0 {
                page.line(2, &format!("and {} results more", outcome.results_left_out));
            }
            page.as_is(2, &format!("see one: {command} --seed {}", outcome.first_seed));
        }
        if self.left_out > 0 {
            let runs = counted(self.left_out, "run");
            page.title(&format!("and {runs} with still other outcomes"));
        }
        page.text.push('\n');
        page.line(0, &format!("{} of {} as expected", self.as_expected, self.runs));
        page.text
    }

    /// The results that all outcomes have, each as often as the one with the fewest.
    fn common(&self) -> Vec<(String, u64)> {
        let mut outcomes = self.outcomes.iter().map(|outcome| tally(&outcome.results));
        let mut common = outcomes.next().unwrap_or_default();
        for other in outcomes {
            let of_other: BTreeMap<String, u64> = other.into_iter().collect();
            for (result, count) in &mut common {
                *count = (*count).min(of_other.get(result).copied().unwrap_or(0));
            }
        }
        common.retain(|(_, count)| *count > 0);
        common
    }
}

/// Each result once, in the order of its first place, with how often it stands there.
fn tally(results: &[String]) -> Vec<(String, u64)> {
    let mut order: Vec<(String, u64)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for result in results {
        let place = *places.entry(result).or_insert_with(|| {
            order.push((result.clone(), 0));
            order.len() - 1
        });
        if let Some((_, count)) = order.get_mut(place) {
            *count += 1;
        }
    }
    order
}

fn without(mut own: Vec<(String, u64)>, common: &[(String, u64)]) -> Vec<(String, u64)> {
    let common: BTreeMap<&str, u64> =
        common.iter().map(|(result, count)| (result.as_str(), *count)).collect();
    for (result, count) in &mut own {
        *count = count.saturating_sub(common.get(result.as_str()).copied().unwrap_or(0));
    }
    own.retain(|(_, count)| *count > 0);
    own
}

fn list(page: &mut Page, results: &[(String, u64)], most: usize) {
    if results.is_empty() {
        page.line(2, "nothing else");
    }
    for (result, count) in results.iter().take(most) {
        let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
        page.line(2, &format!("{result}{times}"));
    }
    if results.len() > most {
        page.line(2, &format!("and {} more", results.len() - most));
    }
}

fn expected(outcome: &Frequency) -> String {
    match outcome.as_expected {
        all if all == outcome.runs => ", as expected".to_owned(),
        0 => ", not as expected".to_owned(),
        some => format!(", {some} of them as expected"),
    }
}

/// To a tenth of a percent; what is not all is never 100.0, what is not none never 0.0.
fn percent(part: u64, whole: u64) -> String {
    let tenths = u128::from(part) * 1_000 / u128::from(whole.max(1));
    match tenths {
        0 if part > 0 => "below 0.1 %".to_owned(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seed: u64, results: &[&str]) -> OfSeed {
        let results: Vec<String> = results.iter().map(ToString::to_string).collect();
        let identity = results.join("\n");
        OfSeed { seed, identity, results, results_left_out: 0, as_expected: seed != 2 }
    }

    #[test]
    fn outcomes_are_counted_and_told_by_what_they_do_not_share() {
        let mut found = Frequencies::default();
        found.add(of(1, &["a", "b", "b"]));
        found.add(of(2, &["a", "b"]));
        found.add(of(3, &["a", "b", "b"]));
        assert_eq!((found.runs, found.as_expected, found.by_identity.len()), (3, 2, 2));
        let mut outcomes: Vec<Frequency> = found.by_identity.into_values().collect();
        outcomes.sort_by_key(|one| std::cmp::Reverse(one.runs));
        let survey = Survey {
            schema: 1,
            title: "Title".to_owned(),
            scenario: "s.ron".to_owned(),
            first: 1,
            last: 3,
            runs: 3,
            as_expected: 2,
            outcomes,
            left_out: 0,
        };
        assert_eq!(
            survey.text("regionsim run s.ron", 80),
            "Title\n3 runs, seeds 1 to 3: 2 outcomes\n\nIn all of them\n  a\n  b\n\n\
             66.6 % (2 runs), as expected\n  b\n  see one: regionsim run s.ron --seed 1\n\n\
             33.3 % (1 run), not as expected\n  nothing else\n  \
             see one: regionsim run s.ron --seed 2\n\n2 of 3 as expected\n"
        );
    }

    #[test]
    fn further_outcomes_than_can_be_told_apart_are_counted() {
        let mut found = Frequencies::default();
        for seed in 0..2 * OUTCOMES_MAX as u64 {
            found.add(of(seed, &[&seed.to_string()]));
        }
        assert_eq!((found.by_identity.len(), found.left_out), (OUTCOMES_MAX, OUTCOMES_MAX as u64));
    }

    #[test]
    fn shares_are_cut_and_never_round_up() {
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(1, 1_000_000), "below 0.1 %");
        assert_eq!(percent(3, 3), "100.0 %");
    }
}
