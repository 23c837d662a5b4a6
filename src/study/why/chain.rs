//! How it came about: the records that led to an outcome, as a story.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::check::CLOCK_LEAST;
use super::graph::{node, offset, said_no, word};
use super::place::Written;
use super::{Case, Sentence};
use crate::catalogue::saf;
use crate::trace::Line;
use crate::trace::Timestamp;

/// One event of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Event {
    /// Record number; zero for what the scenario sets before the run.
    pub record: u64,
    /// True time.
    pub time: String,
    /// The time of the node's own clock, where that is a second or more from true time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// The system whose clock that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Kind of the record.
    pub kind: String,
    /// What happened.
    pub text: String,
    /// How often, one after another; the record and time are those of the first.
    #[serde(skip_serializing_if = "once")]
    pub times: u64,
    /// Where that is written.
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub place: Option<Written>,
    /// True time in nanoseconds since 1970, for the text.
    #[serde(skip)]
    pub t: i64,
}

/// The rule by which a client gives up; the failure itself tells of it.
const TRIES: &str = "client.tries";

fn once(times: &u64) -> bool {
    *times == 1
}

/// Most events of a story at its beginning and at its end; what lies between is counted.
const FIRST_MAX: usize = 60;
const LAST_MAX: usize = 60;

/// A story in which what repeats itself stands once, and of which the middle is left out where it is
/// longer than a person reads.
fn shortened(events: impl Iterator<Item = Event>) -> Vec<Event> {
    let mut told: Vec<Event> = Vec::new();
    for event in events {
        match told.last_mut() {
            Some(last) if (&last.text, &last.place) == (&event.text, &event.place) => {
                last.times += 1;
            }
            _ => told.push(event),
        }
    }
    let left_out = told.len().saturating_sub(FIRST_MAX + LAST_MAX);
    if left_out > 1 {
        let last = told.split_off(FIRST_MAX + left_out);
        told.truncate(FIRST_MAX);
        if let Some(mark) = last.first() {
            let text = format!("{left_out} events are left out here");
            let kind = String::new();
            told.push(Event { text, kind, times: 1, place: None, ..mark.clone() });
        }
        told.extend(last);
    }
    told
}

impl<'a> Case<'a> {
    /// The story that leads to a record, without the record itself.
    pub(super) fn story(&self, target: &Line, chain: &[&'a Line]) -> Vec<Event> {
        let mut events = BTreeMap::new();
        for line in chain.iter().copied().filter(|line| line.n != target.n || chain.len() == 1) {
            if let Some(wait) = self.wait(line) {
                // What became of the question is no ancestor of what was done about the silence.
                for (end, sentence) in self.unanswered(&wait) {
                    if let Some(change) = self.reason_of_end(end, &wait) {
                        events.insert(change.n, self.event(change, self.tell(change)));
                    }
                    events.insert(end.n, self.event(end, sentence));
                }
            }
            if let Some(sentence) = self.part_of_story(line) {
                events.insert(line.n, self.event(line, sentence));
            }
        }
        shortened(events.into_values())
    }

    fn event(&self, line: &Line, sentence: Sentence) -> Event {
        let (local, system) = self.wrong_clock(line).unzip();
        Event {
            record: line.n,
            time: Timestamp::from_nanoseconds(line.t).to_string(),
            local,
            system,
            kind: line.record.kind.to_string(),
            text: sentence.text,
            times: 1,
            place: sentence.place,
            t: line.t,
        }
    }

    /// What a line's own clock showed, and whose that is, where it was wrong.
    pub(in crate::study) fn wrong_clock(&self, line: &Line) -> Option<(String, String)> {
        let system = match word(&line.record, "system") {
            "" => self.plan.plex.system_of(node(line))?,
            system => system,
        };
        let local = line.local.filter(|_| offset(line).unsigned_abs() >= CLOCK_LEAST)?;
        Some((Timestamp::from_nanoseconds(local).to_string(), system.to_owned()))
    }

    /// A sentence for a line of the chain; none for what only carries the story along.
    fn part_of_story(&self, line: &'a Line) -> Option<Sentence> {
        let record = &line.record;
        let told = match record.kind.as_ref() {
            "check" => {
                let of_course = self.is_preauthentication(line) || word(record, "rule") == TRIES;
                said_no(line) && !of_course
            }
            "saf.return" => super::service::codes_of(line) != saf::SUCCESS,
            "nas.return" => word(record, "status") != "X'00000000'",
            "exec.end" => word(record, "resp") != "NORMAL",
            "timer" => self.wait(line).is_some_and(|wait| wait.asks_again()),
            "net.send" | "net.deliver" | "node.start" | "client.start" | "region.active" => false,
            _ => true,
        };
        if !told {
            return None;
        }
        if record.kind == "timer" {
            let text = format!("{} has no answer yet and asks again", node(line));
            return Some(Sentence::plain(text));
        }
        Some(self.tell(line))
    }
}
