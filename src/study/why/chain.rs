//! How it came about: the records that led to an outcome, as a story.

use std::collections::BTreeMap;

use serde::Serialize;

use super::check::CLOCK_LEAST;
use super::graph::{node, offset, said_no, word};
use super::place::Written;
use super::{Case, Sentence};
use crate::catalogue::saf;
use crate::trace::Line;
use crate::trace::Timestamp;

/// One event of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Where that is written.
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub place: Option<Written>,
    /// True time in nanoseconds since 1970, for the text.
    #[serde(skip)]
    pub t: i64,
}

/// The rule by which a client gives up; the failure itself tells of it.
const TRIES: &str = "client.tries";

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
        events.into_values().collect()
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
            "saf.return" => super::tell::codes_of(line) != saf::SUCCESS,
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
