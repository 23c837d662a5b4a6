//! Why a run came to what it came to: from an outcome back along causes to lines of the script.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::scenario::outcome::{Outcome, is_outcome};
use crate::scenario::plan::Plan;
use crate::scenario::run::clock_text;
use crate::trace::{Line, Record, Value};

/// Most lines that are kept for the search; a longer run is explained from its first part.
pub const LINES_MAX: usize = 1_000_000;

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

/// Explains a record of a run, or, without a number, what went wrong first; where nothing went wrong,
/// the last outcome.
///
/// # Errors
/// See [`WhyError`].
pub fn explain(plan: &Plan, lines: &[Line], wanted: Option<u64>) -> Result<String, WhyError> {
    let last = lines.last().map_or(0, |line| line.n);
    let target = match wanted {
        Some(wanted) => at(lines, wanted).ok_or(WhyError::NoRecord { wanted, last })?,
        None => first_trouble(lines).or_else(|| last_outcome(lines)).ok_or(WhyError::NoOutcome)?,
    };
    let chain = ancestors(lines, target.n);
    let mut text = String::new();
    let _ = writeln!(text, "{}", headline(target));
    let decisive = decisive(&chain, target);
    if let Some(line) = decisive {
        let _ = writeln!(text, "\nBecause");
        because(&mut text, line);
        if line.record.kind != "check"
            && let Some(change) = last_change(&chain, line.n)
        {
            let place = place_of(plan, change).map(|place| format!(" ({place})"));
            let _ = writeln!(text, "  {}{}", plain(change), place.unwrap_or_default());
        }
    }
    let _ = writeln!(text, "\nHow it came about (true time)");
    for line in &chain {
        if let Some(sentence) =
            sentence(plan, line).filter(|_| line.n != target.n || chain.len() == 1)
        {
            let _ = writeln!(text, "  {}  {sentence}", when(line));
        }
    }
    passed(&mut text, &chain);
    Ok(text)
}

fn at(lines: &[Line], n: u64) -> Option<&Line> {
    let index = lines.binary_search_by_key(&n, |line| line.n).ok()?;
    lines.get(index)
}

/// The first message; without one the first command that failed, abend, refusal or failed client.
fn first_trouble(lines: &[Line]) -> Option<&Line> {
    let message = |line: &&Line| {
        matches!(line.record.kind.as_ref(), "cscs.message" | "message.lost" | "message.suppressed")
    };
    let trouble = |line: &&Line| is_outcome(&line.record) && is_trouble(line);
    lines.iter().find(message).or_else(|| lines.iter().find(trouble))
}

/// Whether a line says that something was refused or failed.
fn is_trouble(line: &Line) -> bool {
    match line.record.kind.as_ref() {
        "exec.end" => word(&line.record, "resp") != "NORMAL",
        "client.mutual" => word(&line.record, "verdict") != "accepted",
        "saf.return" | "nas.return" => !went_well(&line.record),
        "check" => word(&line.record, "verdict") == "failed",
        kind => TROUBLE.contains(&kind),
    }
}

/// Kinds of records that are always trouble.
const TROUBLE: [&str; 11] = [
    "cscs.message",
    "message.lost",
    "message.suppressed",
    "task.abend",
    "task.refused",
    "client.failed",
    "client.result",
    "region.failed",
    "kdc.error",
    "net.refused",
    "saf.timeout",
];

fn last_outcome(lines: &[Line]) -> Option<&Line> {
    let verify = |line: &&Line| word(&line.record, "command") == "VERIFY TOKEN";
    let ended = lines.iter().rev().filter(|line| line.record.kind == "exec.end").find(verify);
    ended.or_else(|| lines.iter().rev().find(|line| is_outcome(&line.record)))
}

/// The line and everything that led to it, in order.
fn ancestors(lines: &[Line], from: u64) -> Vec<&Line> {
    let mut found = BTreeMap::new();
    let mut open = BTreeSet::from([from]);
    while let Some(n) = open.pop_last() {
        let Some(line) = at(lines, n) else { continue };
        if found.insert(n, line).is_none() {
            open.extend(line.cause.iter().chain(&line.also));
        }
    }
    found.into_values().collect()
}

/// What decided: the last check that failed, or the last call that found nobody, got lost or timed
/// out, whichever is nearer to the outcome.
fn decisive<'a>(chain: &[&'a Line], target: &Line) -> Option<&'a Line> {
    if !is_trouble(target) {
        return None;
    }
    let decides = |line: &&&Line| match line.record.kind.as_ref() {
        "check" => word(&line.record, "verdict") == "failed",
        "net.refused" | "saf.timeout" | "net.unreadable" | "fault.answer" => true,
        _ => false,
    };
    chain.iter().rev().filter(|line| line.n <= target.n).find(decides).copied()
}

/// The last thing that somebody did to a node, path or clock before a line.
fn last_change<'a>(chain: &[&'a Line], before: u64) -> Option<&'a Line> {
    let changes = |line: &&&Line| {
        let kind = line.record.kind.as_ref();
        line.cause.is_none()
            && (kind.starts_with("node.") || kind.starts_with("fault."))
            && kind != "node.start"
    };
    chain.iter().rev().filter(|line| line.n < before).find(changes).copied()
}

fn because(text: &mut String, line: &Line) {
    let record = &line.record;
    if record.kind != "check" {
        let _ = writeln!(text, "  {}", plain(line));
        return;
    }
    let node = line.node.as_deref().unwrap_or("?");
    let _ = writeln!(text, "  {node} checked: {}", rule_text(record));
    let _ = writeln!(
        text,
        "    {} {}, against {} {}",
        word(record, "subject"),
        word(record, "subject_value"),
        word(record, "against"),
        word(record, "against_value"),
    );
    if let Some(sentence) = margin_sentence(record) {
        let _ = writeln!(text, "    {sentence}");
    }
    if let Some(clock) = clock_sentence(line) {
        let _ = writeln!(text, "    {clock}");
    }
    let _ = writeln!(
        text,
        "    rule {} ({}), {}; record {}",
        word(record, "rule"),
        word(record, "source"),
        word(record, "mark"),
        line.n,
    );
}

fn rule_text(record: &Record) -> String {
    let id = word(record, "rule");
    let rule = crate::study::rules().into_iter().find(|rule| rule.id == id);
    rule.map_or_else(|| id.clone(), |rule| rule.text.to_owned())
}

/// By how much, in the unit of the comparison, and how the values were rounded.
fn margin_sentence(record: &Record) -> Option<String> {
    let margin = record.get("margin").and_then(Value::as_int)?;
    let unit = word(record, "unit");
    let limit = word(record, "limit");
    let of_limit = if limit.is_empty() { String::new() } else { format!("the limit is {limit}; ") };
    let amount = format!("{} {unit}", margin.unsigned_abs()).trim_end().to_owned();
    let verdict = if margin < 0 {
        format!("beyond it by {amount}")
    } else {
        format!("within it by {amount}")
    };
    let rounding = match word(record, "rounding").as_str() {
        "exact" | "" => String::new(),
        rounding => format!(" (compared in {rounding})"),
    };
    Some(format!("{of_limit}{verdict}{rounding}"))
}

/// By whose clock, where that clock differs from true time.
fn clock_sentence(line: &Line) -> Option<String> {
    let local = line.local.filter(|local| *local != line.t)?;
    let node = line.node.as_deref()?;
    let ahead = local.saturating_sub(line.t);
    let amount = seconds(ahead.unsigned_abs());
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    Some(format!(
        "the clock of {node}'s system showed {}, {amount} {direction} true time {}",
        clock_text(local),
        clock_text(line.t)
    ))
}

fn seconds(nanoseconds: u64) -> String {
    let whole = nanoseconds / 1_000_000_000;
    let rest = nanoseconds % 1_000_000_000;
    if rest == 0 {
        return format!("{whole} s");
    }
    let digits = format!("{rest:09}");
    format!("{whole}.{} s", digits.trim_end_matches('0'))
}

fn headline(line: &Line) -> String {
    let mut outcome = Outcome::default();
    outcome.observe(line);
    let what = match outcome.items() {
        [item] => item.to_string(),
        _ => plain(line),
    };
    let text = word(&line.record, "line");
    let text = if text.is_empty() { String::new() } else { format!("\n  {text}") };
    format!("{what}  (record {}, {}){text}", line.n, clock_text(line.t))
}

fn when(line: &Line) -> String {
    let text = clock_text(line.t);
    text.get(11..19).unwrap_or(&text).to_owned()
}

/// A sentence for a line of the chain; none for what only carries the story along.
fn sentence(plan: &Plan, line: &Line) -> Option<String> {
    let record = &line.record;
    let failed = record.kind == "check" && word(record, "verdict") == "failed";
    match record.kind.as_ref() {
        "script.step" => Some(step_sentence(plan, line)),
        kind if line.cause.is_none() && kind != "node.start" && kind != "check" => {
            let place = place_of(plan, line).map(|place| format!("{place}: ")).unwrap_or_default();
            Some(format!("{place}{}", plain(line)))
        }
        "check" if !failed => None,
        "saf.return" | "nas.return" if went_well(record) => None,
        "exec.end" if word(record, "resp") == "NORMAL" => None,
        "net.send" | "net.deliver" | "timer" | "node.start" | "client.start" | "region.active" => {
            None
        }
        _ => Some(plain(line)),
    }
}

/// Where the step is written that did something to a clock, a node or a path: the one of that time.
fn place_of(plan: &Plan, line: &Line) -> Option<String> {
    let system = line.record.get("system").and_then(Value::as_text);
    let step = plan.scenario.script.iter().zip(&plan.times).position(|(step, time)| {
        let happens_here = match (system, line.node.as_deref()) {
            (Some(system), _) => step.system.as_deref() == Some(system),
            (None, Some(node)) => step.node.as_deref() == Some(node),
            (None, None) => step.between.is_some() || step.fault.is_some(),
        };
        let on_time = step.at_local.is_some() || time.nanoseconds() == line.t;
        happens_here && on_time
    })?;
    let (file, position) = plan.step_place(step)?;
    Some(format!("{file}:{}", position.line))
}

/// Whether a service returned success.
fn went_well(record: &Record) -> bool {
    record.get("saf").and_then(Value::as_int) == Some(0) || word(record, "status") == "X'00000000'"
}

fn step_sentence(plan: &Plan, line: &Line) -> String {
    let record = &line.record;
    let index = record.get("step").and_then(Value::as_int).unwrap_or(1) - 1;
    let index = usize::try_from(index).unwrap_or(0);
    let place = match plan.step_place(index) {
        Some((file, position)) => format!("{file}:{}", position.line),
        None => plan.path.clone(),
    };
    let node = line.node.as_deref().unwrap_or("?");
    let name = plan.step_name(index);
    format!("{place}: step {name}: {node} {}", word(record, "action"))
}

/// One line as a sentence.
fn plain(line: &Line) -> String {
    let record = &line.record;
    let node = line.node.as_deref().unwrap_or("");
    let get = |name: &str| word(record, name);
    match record.kind.as_ref() {
        "client.logon" => format!("{node} got a ticket-granting ticket until {}", get("ends")),
        "client.ticket" => {
            format!("{node} got a ticket for {}, valid until {}", get("service"), get("ends"))
        }
        "client.token" => format!(
            "{node} made a token with its own time {}, from a ticket that ends {}",
            get("time"),
            get("ticket_ends")
        ),
        "client.failed" => format!("{node} could not {}: {}", get("what"), get("why")),
        "client.mutual" => format!("{node} {} the region's proof {}", get("verdict"), get("why")),
        "kdc.as-rep" | "kdc.tgs-rep" => {
            format!("{node} issued a ticket to {} for {}", get("client"), get("service"))
        }
        "kdc.error" => format!("{node} refused {}: {}", get("client"), get("error")),
        "saf.call" => {
            let object = match get("resource") {
                resource if resource.is_empty() => get("userid"),
                resource => format!("{} to {resource} of {}", get("access"), get("class")),
            };
            let object = if object.is_empty() { object } else { format!(" for {object}") };
            format!("{node} called {}{object}", get("service"))
        }
        "saf.return" => {
            let number = |name| record.get(name).and_then(Value::as_int).unwrap_or(0);
            let (saf, rc) = (number("saf"), number("rc"));
            format!("{node} was told SAF {saf}, ESM X'{rc:X}', reason {}", get("rsn"))
        }
        "saf.timeout" => format!("{node} waited {} for the service, in vain", get("waited")),
        "nas.call" => format!("{node} handed the token to the NAS ({})", get("function")),
        "nas.return" => format!("{node} answered with status {}", get("status")),
        "net.refused" => format!("{node} found nobody at {}", get("to")),
        "net.lost" => format!("a message was lost: {}", get("why")),
        "check" => {
            let margin = margin_sentence(record).map(|m| format!(": {m}")).unwrap_or_default();
            format!("{node} said no by {}{margin}", get("rule"))
        }
        "exec.begin" => format!("{node} executed {}", get("text")),
        "exec.end" => format!("{} ended with {}", get("command"), get("resp")),
        "task.attach" => {
            format!("{node} attached {} for user {}", get("transaction"), get("userid"))
        }
        "task.refused" => format!("{node} refused {}: {}", get("transaction"), get("why")),
        "task.abend" => format!("{node} abended the task with {}", get("code")),
        "cscs.message" => {
            format!("{} wrote {} {} to {}", get("region"), get("id"), get("reason"), get("queue"))
        }
        "node.stopped" => format!("{node} was stopped"),
        "node.held" => format!("{node} held its lock"),
        "node.refusing" => format!("{node} began to refuse"),
        "node.up" => format!("{node} was back"),
        kind if kind.starts_with("clock.") => {
            let (before, after) = (get("before"), get("after"));
            format!("the clock of {} went from {before} to {after} ({kind})", get("system"))
        }
        "fault.answer" => {
            format!("{node} was made to answer {} with codes out of the air", get("service"))
        }
        kind if kind.starts_with("fault.") => {
            format!("fault {} did {kind} to {}", get("rule"), get("what"))
        }
        kind => format!("{node} {kind}"),
    }
}

/// The comparisons of times that went well on the way, the closest first.
fn passed(text: &mut String, chain: &[&Line]) {
    let checks = chain.iter().filter(|line| line.record.kind == "check");
    let passed: Vec<&&Line> =
        checks.filter(|line| word(&line.record, "verdict") == "passed").collect();
    let mut timed: Vec<(i64, &Line)> = passed
        .iter()
        .filter(|line| word(&line.record, "unit") == "s")
        .filter_map(|line| Some((line.record.get("margin")?.as_int()?, **line)))
        .collect();
    timed.sort_by_key(|(margin, line)| (*margin, line.n));
    let _ = writeln!(text, "\n{} checks passed on the way", passed.len());
    for (margin, line) in timed.iter().take(4) {
        let rule = word(&line.record, "rule");
        let _ = writeln!(text, "  {rule} had {margin} s to spare (record {})", line.n);
    }
}

fn word(record: &Record, name: &str) -> String {
    record.get(name).and_then(Value::as_text).unwrap_or_default().to_owned()
}
