//! The changes of an outcome, for a person.

use super::{Change, Flips};
use crate::study::page::Page;

/// Most results of one side that are shown.
const RESULTS_SHOWN: usize = 8;
/// Most places of doubt that are shown.
const UNSURE_SHOWN: usize = 3;

impl Flips {
    /// What was found, in so many columns.
    pub fn text(&self, width: usize) -> String {
        let mut page = Page::new(width);
        page.line(0, &self.title);
        let found = match (self.changes.len(), self.cut) {
            (0, _) => "no change of the outcome".to_owned(),
            (1, false) => "one change of the outcome".to_owned(),
            (count, false) => format!("{count} changes of the outcome"),
            (count, true) => format!("more than {count} changes of the outcome"),
        };
        page.line(0, &format!("{} from {} to {}: {found}", self.vary, self.from, self.to));
        if self.changes.is_empty() {
            page.title("All of them come to");
            results(&mut page, &self.begins);
        }
        for change in &self.changes {
            self.change(&mut page, change);
        }
        page.text.push('\n');
        self.certainty(&mut page);
        page.text
    }

    fn change(&self, page: &mut Page, change: &Change) {
        page.title(&format!("Up to {}", change.before));
        results(page, &change.only_before);
        page.line(0, &format!("From {} on", change.after));
        results(page, &change.only_after);
        if let Some(decided) = &change.decision {
            page.line(0, &format!("Decided by {}", decided.rule));
            page.line(2, &format!("before: {}", decided.before));
            page.line(2, &format!("behind: {}", decided.after));
        }
        if let Some(parting) = &change.parting {
            page.line(0, "No decision differs; the runs part here");
            page.line(2, parting);
        }
        for value in [&change.before, &change.after] {
            page.as_is(2, &format!("see: {} --set '{}={value}'", self.command, self.vary));
        }
    }

    /// How sure it is that there are no more changes.
    fn certainty(&self, page: &mut Page) {
        let Flips { tried, unit, .. } = self;
        page.line(0, &format!("{tried} values tried; each change is exact to {unit}"));
        if self.cut {
            page.line(0, "There are more changes than were looked at: take a shorter range");
        }
        if self.unsure.is_empty() {
            page.line(
                0,
                "Between the values tried no margin is small enough for two changes to hide",
            );
            return;
        }
        page.line(
            0,
            "Two changes could hide between values that come to the same, where a margin is smaller \
             than their distance, or where decisions differ; --scan N looks closer:",
        );
        for between in self.unsure.iter().take(UNSURE_SHOWN) {
            page.line(2, &format!("{} to {}", between.low, between.high));
        }
        let more = self.unsure.len().saturating_sub(UNSURE_SHOWN);
        if more > 0 {
            page.line(2, &format!("and {more} more"));
        }
    }
}

fn results(page: &mut Page, results: &[String]) {
    if results.is_empty() {
        page.line(2, "nothing that the other side does not come to as well");
    }
    for result in results.iter().take(RESULTS_SHOWN) {
        page.line(2, result);
    }
    let more = results.len().saturating_sub(RESULTS_SHOWN);
    if more > 0 {
        page.line(2, &format!("and {more} more"));
    }
}
