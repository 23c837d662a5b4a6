//! Why a run came to what it came to: from an outcome back along causes to lines of the script.
//!
//! The explanation is made of the trace's lines and of the plan, nothing else: what it says of a
//! decision is what the decision's `check` record compared.

mod access;
mod because;
mod behind;
mod chain;
mod check;
mod fix;
mod graph;
mod message;
mod passticket;
mod place;
mod server;
mod service;
mod silence;
mod tell;
mod text;
mod trust;

use schemars::JsonSchema;
use serde::Serialize;

pub use chain::Event;
pub use check::Decision;
pub use fix::Fix;
pub use place::Written;

use super::words::Calendar;
use crate::catalogue::saf;
use crate::scenario::outcome::{Outcome, is_outcome};
use crate::scenario::plan::Plan;
use crate::trace::Line;
use crate::trace::Timestamp;
use graph::{Graph, word};

/// Most lines that are kept for the search; a longer run is explained from its first part.
pub const LINES_MAX: usize = 1_000_000;
/// Version of the keys of the JSON form; a key that is only added leaves it.
const SCHEMA: u32 = 1;
/// How many of the other outcomes an explanation names.
const OTHERS_SHOWN: usize = 10;

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyError {
    /// The user asks for a record that the run does not have.
    #[error("the run has no record {wanted}: it has {last}")]
    NoRecord {
        /// What was asked for.
        wanted: u64,
        /// The last record number.
        last: u64,
    },
    /// The run has no outcome: nothing was started.
    #[error("the run came to nothing that could be explained: no command, message or refusal")]
    NoOutcome,
}

/// An outcome with its reasons. Its fields are the keys of `why --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Version of these keys.
    pub schema: u32,
    /// The scenario's file.
    pub scenario: String,
    /// What identifies the run.
    pub run: String,
    /// What is explained.
    pub outcome: Told,
    /// Whether it went well.
    pub well: bool,
    /// What decided, the nearest first, then what lies behind it.
    pub because: Vec<Finding>,
    /// What helps, the most particular first.
    pub fix: Vec<Fix>,
    /// What the scenario's `set` changes in its plex.
    pub changes: Vec<Changed>,
    /// The events that led to it, in order.
    pub chain: Vec<Event>,
    /// How many checks passed on the way.
    pub checks_passed: u64,
    /// Where it went wrong: passed checks that were nearer to their limits than they might be.
    pub closest: Vec<Sentence>,
    /// Other outcomes of the run: all that went wrong, then some that went well.
    pub others: Vec<Told>,
    /// How many outcomes beside these the run has.
    pub others_left_out: u64,
    /// The command that explains another record, without its number.
    pub command: String,
    /// The day of the run, for the text.
    #[serde(skip)]
    day: Calendar,
}

/// A record in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told {
    /// Record number.
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
    /// The outcome, or what the record says.
    pub text: String,
    /// The message, where it is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// True time in nanoseconds since 1970, for the text.
    #[serde(skip)]
    pub t: i64,
}

/// A sentence, and where in the files stands what it speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub place: Option<Written>,
}

impl Sentence {
    fn plain(text: String) -> Sentence {
        Sentence { text, place: None }
    }
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// `check`, `silence`, `node`, `setting`, `program`, `injected`, `earlier`, `catalogue`, or
    /// `passed` where it went well.
    pub kind: &'static str,
    /// The record that shows it.
    pub record: u64,
    /// The reason in one sentence.
    pub text: String,
    /// Where that stands in the files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Written>,
    /// The numbers, the clocks, the sources.
    pub details: Vec<Sentence>,
    /// The decision, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Decision>,
    #[serde(skip)]
    fix: Vec<Fix>,
}

/// A value that the scenario changes in its plex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Changed {
    /// Its path, and where the change is written.
    #[serde(flatten)]
    pub place: Written,
    /// The new value as it is written.
    pub value: String,
}

/// A run that is being told.
pub(super) struct Case<'a> {
    plan: &'a Plan,
    graph: Graph<'a>,
    pub(super) calendar: Calendar,
}

/// Explains a record of a run, or, without a number, what went wrong first; where nothing went wrong,
/// the last outcome.
///
/// # Errors
/// See [`WhyError`].
pub fn explain(plan: &Plan, lines: &[Line], wanted: Option<u64>) -> Result<Explanation, WhyError> {
    let last = lines.last().map_or(0, |line| line.n);
    let case = Case::new(plan, lines);
    let target = match wanted {
        Some(wanted) => case.graph.at(wanted).ok_or(WhyError::NoRecord { wanted, last })?,
        None => {
            let trouble = case.first_trouble().or_else(|| case.last_outcome());
            trouble.ok_or(WhyError::NoOutcome)?
        }
    };
    Ok(case.explanation(target))
}

/// The rule of a decision; none of another record.
pub(super) fn rule_of(line: &Line) -> Option<&str> {
    (line.record.kind == "check").then(|| word(&line.record, "rule"))
}

/// What a decision compared and how it came out, in one sentence.
pub(super) fn decision_in_words(plan: &Plan, lines: &[Line], line: &Line) -> String {
    Case::new(plan, lines).decided(line)
}

impl Explanation {
    /// Without what the scenario's author advises: that is about the outcome which the scenario expects.
    pub fn unexpected(mut self) -> Explanation {
        self.fix.retain(|fix| fix.source != "scenario");
        self
    }
}

impl<'a> Case<'a> {
    /// A run by its lines; where only some are given, what the others would add is left out.
    pub(super) fn new(plan: &'a Plan, lines: &'a [Line]) -> Case<'a> {
        let calendar = Calendar::new(plan.start.nanoseconds());
        Case { plan, graph: Graph::new(lines), calendar }
    }

    fn explanation(&self, target: &'a Line) -> Explanation {
        let chain = self.graph.ancestors(target.n);
        let trouble = self.is_trouble(target);
        let because = self.because(target, 0);
        let passed = chain.iter().filter(|line| word(&line.record, "verdict") == "passed");
        let (others, others_left_out) = self.others(target);
        Explanation {
            schema: SCHEMA,
            scenario: self.plan.path.clone(),
            run: self.plan.run_id(),
            outcome: self.told(target),
            well: !trouble,
            fix: if trouble { self.fixes(target, &because) } else { Vec::new() },
            because,
            changes: self.changes(),
            chain: self.story(target, &chain),
            checks_passed: passed.count() as u64,
            closest: if trouble { self.used_up(&chain) } else { Vec::new() },
            others,
            others_left_out,
            command: format!("{} --record", self.plan.command_of("why")),
            day: self.calendar,
        }
    }

    fn changes(&self) -> Vec<Changed> {
        let changes = self.plan.set_changes().into_iter();
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        changes
            .map(|change| Changed {
                value: one_line(&change.value),
                place: Written { what: change.path, place: change.place },
            })
            .collect()
    }

    fn finding(&self, kind: &'static str, line: &Line, text: String) -> Finding {
        Finding {
            kind,
            record: line.n,
            text,
            places: Vec::new(),
            details: Vec::new(),
            check: None,
            fix: Vec::new(),
        }
    }

    fn told(&self, line: &Line) -> Told {
        let mut outcome = Outcome::default();
        outcome.observe(line);
        let (local, system) = self.wrong_clock(line).unzip();
        Told {
            record: line.n,
            time: Timestamp::from_nanoseconds(line.t).to_string(),
            local,
            system,
            kind: line.record.kind.to_string(),
            text: match outcome.items() {
                [item] => item.to_string(),
                _ => self.tell(line).text,
            },
            line: word(&line.record, "line").to_owned(),
            t: line.t,
        }
    }

    /// The first message; without one the first command that failed, abend, refusal or failed client.
    fn first_trouble(&self) -> Option<&'a Line> {
        let message = |line: &&Line| {
            matches!(
                line.record.kind.as_ref(),
                "cscs.message" | "message.lost" | "message.suppressed"
            )
        };
        let trouble = |line: &&Line| is_outcome(&line.record) && self.is_trouble(line);
        let lines = self.graph.lines;
        lines.iter().find(message).or_else(|| lines.iter().find(trouble))
    }

    fn last_outcome(&self) -> Option<&'a Line> {
        let verify = |line: &&Line| word(&line.record, "command") == "VERIFY TOKEN";
        let ended = self.graph.lines.iter().rev().filter(|line| line.record.kind == "exec.end");
        let last = || self.graph.lines.iter().rev().find(|line| is_outcome(&line.record));
        ended.clone().find(verify).or_else(last)
    }

    /// The other outcomes, those that went wrong first, and how many are not named.
    fn others(&self, target: &Line) -> (Vec<Told>, u64) {
        let all = || {
            self.graph.lines.iter().filter(|line| is_outcome(&line.record) && line.n != target.n)
        };
        let wrong = all().filter(|line| self.is_trouble(line));
        let well = all().filter(|line| !self.is_trouble(line));
        let shown: Vec<Told> =
            wrong.chain(well).take(OTHERS_SHOWN).map(|line| self.told(line)).collect();
        let left_out = all().count() - shown.len();
        (shown, left_out as u64)
    }

    /// Whether a line says that something was refused or failed.
    fn is_trouble(&self, line: &Line) -> bool {
        match line.record.kind.as_ref() {
            "exec.end" => word(&line.record, "resp") != "NORMAL",
            "client.mutual" => word(&line.record, "verdict") != "accepted",
            "saml.response" => graph::number(&line.record, "response") != 0,
            "orb.result" => word(&line.record, "result") != "returned",
            "client.result" => word(&line.record, "end") != "normal",
            "saf.return" => service::codes_of(line) != saf::SUCCESS,
            "nas.return" => word(&line.record, "status") != "X'00000000'",
            "check" => graph::said_no(line),
            "kdc.error" => !self.is_preauthentication(line),
            kind => TROUBLE.contains(&kind),
        }
    }

    /// Whether a line is the KDC's demand for pre-authentication, which begins every log-on.
    fn is_preauthentication(&self, line: &Line) -> bool {
        let demand = |line: &Line| word(&line.record, "rule") == PREAUTHENTICATION;
        match line.record.kind.as_ref() {
            "check" => demand(line),
            "kdc.error" => self.graph.cause(line).is_some_and(demand),
            _ => false,
        }
    }
}

/// The rule by which a KDC demands pre-authentication.
const PREAUTHENTICATION: &str = "kdc.preauth-required";

/// Kinds of records that are always trouble.
const TROUBLE: [&str; 14] = [
    "cscs.message",
    "message.lost",
    "message.suppressed",
    "task.abend",
    "task.refused",
    "client.failed",
    "region.failed",
    "net.refused",
    "net.lost",
    "net.unreadable",
    "saf.timeout",
    "orb.refused",
    "was.refuse",
    "was.raise",
];
