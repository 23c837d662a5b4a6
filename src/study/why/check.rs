//! A decision in words: what was compared, by how much it missed or met, by whose clock.

use schemars::JsonSchema;
use serde::Serialize;

use super::graph::{node, offset, word};
use super::{Case, Sentence};
use crate::check::Rule;
use crate::study::words::{ahead, parse, span};
use crate::trace::{Line, Record, Value};

/// A clock that is wrong by less than this is not worth a word: times are compared in whole seconds
/// (ns).
pub(super) const CLOCK_LEAST: u64 = 1_000_000_000;

/// A decision, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    /// Name of the rule.
    pub rule: String,
    /// The rule in one sentence.
    pub text: String,
    /// Document and section.
    pub source: String,
    /// `documented` or `assumed`.
    pub mark: String,
    /// What was judged.
    pub subject: String,
    /// Its value.
    pub subject_value: String,
    /// What it was judged against.
    pub against: String,
    /// Its value.
    pub against_value: String,
    /// How far apart they may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// `passed` or `failed`.
    pub verdict: String,
    /// Distance from the limit, in `unit`; negative if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<i64>,
    /// Unit of the margin; none for counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How far the clock of the deciding system was ahead of true time (ns).
    pub clock_ahead_ns: i64,
}

impl Decision {
    pub(super) fn of(line: &Line) -> Decision {
        let get = |name| word(&line.record, name).to_owned();
        let some = |name| Some(get(name)).filter(|text| !text.is_empty());
        Decision {
            rule: get("rule"),
            text: rule_text(&line.record),
            source: get("source"),
            mark: get("mark"),
            subject: get("subject"),
            subject_value: get("subject_value"),
            against: get("against"),
            against_value: get("against_value"),
            limit: some("limit"),
            verdict: get("verdict"),
            margin: margin(&line.record),
            unit: some("unit"),
            clock_ahead_ns: offset(line),
        }
    }
}

/// The rule of a decision in one sentence; its name where the rule is not known.
pub(super) fn rule_text(record: &Record) -> String {
    let id = word(record, "rule");
    let rules = crate::study::rules();
    let rule: Option<&&Rule> = rules.iter().find(|rule| rule.id == id);
    rule.map_or_else(|| id.to_owned(), |rule| rule.text.to_owned())
}

pub(super) fn margin(record: &Record) -> Option<i64> {
    record.get("margin").and_then(Value::as_int)
}

impl Case<'_> {
    /// What was compared and how it came out, in one sentence.
    pub(super) fn comparison(&self, line: &Line) -> String {
        let record = &line.record;
        let get = |name| word(record, name);
        let special = self.comparison_of_times(record).or_else(|| self.comparison_of_access(line));
        if let Some(sentence) = special {
            return sentence;
        }
        let (subject, against) = (get("subject"), get("against"));
        let (value, other) = (get("subject_value"), get("against_value"));
        let compared = format!("{subject} {value}, against {against} {other}");
        match margin(record) {
            Some(margin) => format!("{compared}: {}", distance(margin, get("unit"))),
            None => compared,
        }
    }

    /// Two times and how far apart they are, as a sentence and exactly (ns).
    fn apart(&self, record: &Record) -> Option<(String, i64)> {
        let get = |name| word(record, name);
        let (first, second) = (parse(get("subject_value"))?, parse(get("against_value"))?);
        let apart = first.saturating_sub(second);
        let subject = format!("{} {}", get("subject"), self.calendar.exact(first));
        let against = format!("{} {}", get("against"), self.calendar.exact(second));
        let amount = span(apart.unsigned_abs());
        let compared = match apart.signum() {
            0 => format!("{subject} is the same as {against}"),
            1 => format!("{subject} is {amount} after {against}"),
            _ => format!("{subject} is {amount} before {against}"),
        };
        Some((compared, apart))
    }

    /// A comparison beside its margin: what has used up nothing of its limit says no more of that.
    pub(in crate::study) fn comparison_beside_margin(&self, line: &Line) -> String {
        let used = margin(&line.record).is_some_and(|margin| margin < 0) || used_up(line);
        let apart = self.apart(&line.record).filter(|_| !used);
        apart.map_or_else(|| self.comparison(line), |(compared, _)| compared)
    }

    /// Two times, how far apart they are, and how far that is from the limit.
    fn comparison_of_times(&self, record: &Record) -> Option<String> {
        let margin = margin(record)?;
        let limit: i64 = word(record, "limit").strip_suffix(" s")?.parse().ok()?;
        let limit = limit.saturating_mul(SECOND);
        let (compared, apart) = self.apart(record)?;
        // Only a distance in either direction uses the limit up whichever way it goes.
        let left = limit.saturating_sub(apart.saturating_abs());
        let either = left.div_euclid(SECOND) == margin;
        // The margin counts whole seconds downwards; what is left is told exactly where it is known.
        let left = [left, limit.saturating_add(apart), limit.saturating_sub(apart)]
            .into_iter()
            .find(|left| left.div_euclid(SECOND).abs_diff(margin) <= 1);
        let limit = span(limit.unsigned_abs());
        let limit = match (apart < 0, either) {
            (false, _) => format!("; the limit is {limit}"),
            (true, true) => format!("; the limit is {limit}, either way"),
            (true, false) => format!(" and may be {limit} after it"),
        };
        let distance = match left {
            Some(0) if margin < 0 => "at the limit itself, which is outside".to_owned(),
            Some(left) if left % SECOND != 0 => exact_distance(left),
            _ => distance(margin, "s"),
        };
        Some(format!("{compared}{limit}: {distance}"))
    }

    /// What a decision compared, or, where it has no margin, its rule and its verdict.
    pub(super) fn decided(&self, line: &Line) -> String {
        match margin(&line.record) {
            Some(_) => self.comparison(line),
            None => format!("{} ({})", rule_text(&line.record), word(&line.record, "verdict")),
        }
    }

    /// A decision in one sentence: its numbers where it has a margin, otherwise its rule.
    pub(super) fn verdict(&self, line: &Line) -> String {
        let own = node(line);
        match margin(&line.record) {
            Some(_) => format!("{own} said no: {}", self.comparison(line)),
            None => format!("{own} said no by this rule: {}", rule_text(&line.record)),
        }
    }

    /// What a decision's [verdict](Case::verdict) leaves out: the rule or the comparison, where the two
    /// sides come from, whose clocks were wrong, and the rule's source.
    pub(super) fn decision(&self, line: &Line, chain: &[&Line]) -> Vec<Sentence> {
        let record = &line.record;
        let first = match margin(record) {
            Some(_) => format!("the rule: {}", rule_text(record)),
            None => self.comparison(line),
        };
        let mut told = vec![Sentence::plain(first)];
        let mut systems = Vec::new();
        for side in ["subject", "against"] {
            let value = word(record, &format!("{side}_value"));
            told.extend(self.provenance(word(record, side), value, line, chain, &mut systems));
        }
        if let Some(first) = self.first_use(line) {
            told.push(first);
        }
        for (system, at) in systems {
            told.extend(self.clock_history(&system, at));
        }
        told.push(Sentence::plain(source(line)));
        told
    }

    /// Where one side of a comparison of times comes from: whose clock, or which ticket. Systems whose
    /// clocks were wrong are added to `systems`.
    fn provenance(
        &self,
        name: &str,
        value: &str,
        line: &Line,
        chain: &[&Line],
        systems: &mut Vec<(String, u64)>,
    ) -> Option<Sentence> {
        parse(value)?;
        let before = || chain.iter().rev().copied().filter(|other| other.n < line.n);
        let made = match name {
            "server time" | "KDC time" | "client time" => {
                return Some(Sentence::plain(format!("{name}: {}", self.clock(line, systems)?)));
            }
            "authenticator time" => before().find(|other| made_authenticator(other)),
            "encrypted timestamp" => before().find(|other| sent(other, "AS-REQ")),
            "ticket start" => return self.ticket(name, "starts", value, before()),
            "ticket end" => return self.ticket(name, "ends", value, before()),
            _ => None,
        }?;
        let clock = self.clock(made, systems)?;
        let (who, when) = (node(made), self.calendar.time(made.t));
        Some(Sentence {
            text: format!("{name}: made by {who} at {when}, by {clock}"),
            place: self.step_behind(made),
        })
    }

    /// Which ticket bears a time, and who got it when.
    fn ticket<'a>(
        &self,
        name: &str,
        field: &str,
        value: &str,
        mut before: impl Iterator<Item = &'a Line>,
    ) -> Option<Sentence> {
        let got = before.find(|other| {
            matches!(other.record.kind.as_ref(), "client.ticket" | "client.logon")
                && parse(word(&other.record, field)) == parse(value)
        })?;
        let (who, when) = (node(got), self.calendar.time(got.t));
        Some(Sentence {
            text: format!("{name}: of the ticket that {who} got at {when}"),
            place: self.step_behind(got),
        })
    }

    /// The clock of the system on which a line was noted, and how wrong it was.
    fn clock(&self, line: &Line, systems: &mut Vec<(String, u64)>) -> Option<String> {
        let system = self.plan.plex.system_of(node(line))?;
        let told = match ahead(offset(line), CLOCK_LEAST) {
            Some(ahead) => {
                if !systems.iter().any(|(known, _)| known == system) {
                    systems.push((system.to_owned(), line.n));
                }
                format!("the clock of {system}, {ahead} {}", self.calendar.time(line.t))
            }
            None => format!("the clock of {system}, which shows true time"),
        };
        Some(told)
    }

    /// What made a clock wrong, up to a record.
    fn clock_history(&self, system: &str, until: u64) -> Vec<Sentence> {
        let mut told = Vec::new();
        let clock = self.plan.plex.systems.get(system).map(|system| system.clock);
        if let Some(clock) = clock {
            let skew = clock.skew.nanoseconds();
            let path = ["systems", system, "clock"];
            if let Some(ahead) = ahead(skew, 1) {
                let text = format!("the clock of {system} starts {ahead}");
                told.push(Sentence { text, place: Some(self.setting(&path)) });
            }
            if clock.drift_ppm != 0 {
                let verb = if clock.drift_ppm < 0 { "loses" } else { "gains" };
                let ppm = clock.drift_ppm.unsigned_abs();
                let text = format!("the clock of {system} {verb} {ppm} ppm from the start");
                told.push(Sentence { text, place: Some(self.setting(&path)) });
            }
        }
        let changes = self.graph.lines.iter().take_while(|line| line.n < until).filter(|line| {
            line.record.kind.starts_with("clock.") && word(&line.record, "system") == system
        });
        told.extend(changes.map(|line| Sentence {
            text: format!("at {} {}", self.calendar.exact(line.t), self.tell_clock(line)),
            place: self.written(line),
        }));
        told
    }

    /// Where an authenticator that is refused as a replay was accepted before.
    fn first_use(&self, line: &Line) -> Option<Sentence> {
        let same = |other: &Line| {
            let same = |name| word(&other.record, name) == word(&line.record, name);
            same("rule") && same("subject_value") && word(&other.record, "verdict") == "passed"
        };
        let rule = word(&line.record, "rule");
        let first = self.graph.last_before(line.n, |other| rule == REPLAY && same(other))?;
        let task = self.graph.back(first).find_map(|line| line.record.task);
        let task = task.map(|task| format!(" in task {task:05}")).unwrap_or_default();
        let when = self.calendar.exact(first.t);
        Some(Sentence {
            text: format!("it was accepted before, at {when}{task} (record {})", first.n),
            place: self.step_behind(first),
        })
    }
}

/// The rule by which a token is refused that was accepted before.
const REPLAY: &str = "kerberos.replay";

/// Where a decision comes from: rule, document, mark, record.
fn source(line: &Line) -> String {
    let get = |name| word(&line.record, name);
    let (rule, document, mark) = (get("rule"), get("source"), get("mark"));
    let rounding = match get("rounding") {
        "exact" | "" => String::new(),
        rounding => format!("compared in {rounding}; "),
    };
    // An assumed source begins with that word already.
    let mark = if document.starts_with(mark) { String::new() } else { format!("; {mark}") };
    format!("{rounding}rule {rule}: {document}{mark}; record {}", line.n)
}

/// How far a time is from its limit, to the nanosecond.
fn exact_distance(left: i64) -> String {
    let amount = span(left.unsigned_abs());
    if left < 0 { format!("beyond it by {amount}") } else { format!("{amount} to spare") }
}

/// How far a comparison is from its limit.
pub(super) fn distance(margin: i64, unit: &str) -> String {
    let size = margin.unsigned_abs();
    if size == 0 {
        return "nothing to spare".to_owned();
    }
    let amount = match unit {
        "s" => span(size.saturating_mul(1_000_000_000)),
        "levels" if size == 1 => "1 level".to_owned(),
        "bytes" if size == 1 => "1 byte".to_owned(),
        "" => size.to_string(),
        unit => format!("{size} {unit}"),
    };
    match (margin < 0, unit) {
        (true, "levels") => format!("{amount} short"),
        (true, _) => format!("beyond it by {amount}"),
        (false, _) => format!("{amount} to spare"),
    }
}

fn made_authenticator(line: &Line) -> bool {
    line.record.kind == "client.token" || sent(line, "TGS-REQ")
}

fn sent(line: &Line, what: &str) -> bool {
    line.record.kind == "net.send" && word(&line.record, "what") == what
}

/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// A passed margin of time above this is not close to anything (s), nor is one of a count.
const FAR: i64 = 3600;
const FAR_COUNT: i64 = 10;

/// The order in which passed checks are worth showing: times that have used up a part of their limit,
/// levels of access and small counts, equal times, lengths, what has no margin, what is far from any limit.
pub(super) fn closeness(line: &Line) -> (u8, i64) {
    let margin = margin(&line.record);
    match (margin, word(&line.record, "unit")) {
        (Some(margin), "s") if used_up(line) => (0, margin),
        (Some(margin), "s") if margin > FAR => (5, margin),
        (Some(margin), "s") => (2, margin),
        (Some(margin), "bytes") => (3, margin),
        (Some(margin), "") if margin > FAR_COUNT => (5, margin),
        (Some(margin), _) => (1, margin),
        (None, _) => (4, 0),
    }
}

/// Whether a passed check of times was nearer to its limit than two equal times are.
pub(super) fn used_up(line: &Line) -> bool {
    let limit = word(&line.record, "limit").strip_suffix(" s").and_then(|s| s.parse::<i64>().ok());
    margin(&line.record).zip(limit).is_some_and(|(margin, limit)| margin < limit)
}
