//! What a person wants to know of a run: the logs, the tasks, the clients, what was done to systems and messages, the
//! smallest margins. Gathered line by line; what is kept does not grow with the length of the run.

mod summary;
mod text;

use std::collections::BTreeMap;

use crate::catalogue::{dfhsaml, response};
use crate::check::Mark;
use crate::scenario::outcome::is_outcome;
use crate::study::kept::{KEPT_MAX, Kept};
use crate::trace::{Line, Record, Value};

pub use summary::Summary;

/// What a run showed, gathered line by line.
#[derive(Clone, Debug, Default)]
pub struct Story {
    clients: Kept<Line>,
    /// What callers of methods and servers did.
    methods: Kept<Line>,
    tasks: Kept<TaskStory>,
    logs: BTreeMap<String, Kept<String>>,
    lost: Kept<String>,
    interventions: Kept<Line>,
    results: Kept<Line>,
    /// The decision of each rule that was closest to its limit, or failed.
    closest: BTreeMap<String, Line>,
    assumed: BTreeMap<String, u32>,
}

#[derive(Clone, Debug)]
struct TaskStory {
    node: String,
    task: u32,
    /// The record with which it began, or was refused.
    head: Line,
    commands: Vec<Told>,
    /// Commands beside those that are kept.
    left_out: u64,
    end: String,
}

/// A command of a task.
#[derive(Clone, Debug)]
struct Told {
    /// The record of its beginning.
    begin: u64,
    program: String,
    command: String,
    /// How it ended, with the data areas that it set.
    end: Option<String>,
}

/// Kinds of records that tell of calls of methods.
const METHODS: [&str; 7] = [
    "orb.call",
    "orb.refused",
    "orb.result",
    "was.context",
    "was.accept",
    "was.refuse",
    "was.restart",
];

impl Story {
    /// Takes in a line of the run.
    pub fn observe(&mut self, line: &Line) {
        let node = line.node.as_deref().unwrap_or_default();
        let record = &line.record;
        if is_outcome(record) {
            self.results.push(line.clone());
        }
        match record.kind.as_ref() {
            "cscs.message" => {
                self.logs.entry(node.to_owned()).or_default().push(text(record, "line"));
            }
            "td.write" => {
                self.logs.entry(node.to_owned()).or_default().push(text(record, "data"));
            }
            "message.lost" => {
                let (id, queue, why) =
                    (text(record, "id"), text(record, "queue"), text(record, "why"));
                self.lost.push(format!("{id} of {node} for queue {queue} is lost: {why}"));
            }
            "message.suppressed" => {
                let id = text(record, "id");
                self.lost.push(format!("{id} of {node} is suppressed by the exit at XMEOUT"));
            }
            "check" => self.check(line),
            "region.failed" => self.clients.push(line.clone()),
            "exec.begin" => self.command_begins(node, line),
            "exec.end" => self.command_ends(node, line),
            "saml.response" => self.saml_answers(node, line),
            "idp.assertion" => self.clients.push(line.clone()),
            kind if METHODS.contains(&kind) => self.methods.push(line.clone()),
            kind if kind.starts_with("client.") => self.clients.push(line.clone()),
            kind if kind.starts_with("task.") => self.task(node, line),
            kind if is_intervention(kind) => self.interventions.push(line.clone()),
            _ => {}
        }
    }

    /// Keeps the decision of each rule that failed, or else was closest to its limit.
    fn check(&mut self, line: &Line) {
        let record = &line.record;
        let rule = text(record, "rule");
        if text(record, "mark") == "assumed" {
            *self.assumed.entry(rule.clone()).or_default() += 1;
        }
        let Some(margin) = margin(record) else { return };
        if margin >= 0 && text(record, "unit") != "s" {
            return;
        }
        let rank = |margin: i64| (margin >= 0, margin.unsigned_abs());
        let known = self.closest.get(&rule).and_then(|known| self::margin(&known.record));
        if known.is_none_or(|known| rank(margin) < rank(known)) {
            self.closest.insert(rule, line.clone());
        }
    }

    fn task(&mut self, node: &str, line: &Line) {
        let record = &line.record;
        let task = record.task.unwrap_or(0);
        let end = match record.kind.as_ref() {
            "task.attach" => "still running at the end of the run".to_owned(),
            "task.refused" => format!("refused: {}", text(record, "why")),
            "task.end" => return self.ended(node, task, "ended normally".to_owned()),
            "task.abend" => {
                return self.ended(node, task, format!("abended {}", text(record, "code")));
            }
            _ => return,
        };
        let head = line.clone();
        let node = node.to_owned();
        self.tasks.push(TaskStory { node, task, head, commands: Vec::new(), left_out: 0, end });
    }

    fn running(&mut self, node: &str, task: Option<u32>) -> Option<&mut TaskStory> {
        let stories = self.tasks.items.iter_mut().rev();
        stories.into_iter().find(|story| story.node == node && Some(story.task) == task)
    }

    fn ended(&mut self, node: &str, task: u32, end: String) {
        if let Some(story) = self.running(node, Some(task)) {
            story.end = end;
        }
    }

    fn command_begins(&mut self, node: &str, line: &Line) {
        let Some(story) = self.running(node, line.record.task) else { return };
        if story.commands.len() >= KEPT_MAX {
            story.left_out += 1;
            return;
        }
        story.commands.push(Told {
            begin: line.n,
            program: text(&line.record, "program"),
            command: text(&line.record, "command"),
            end: None,
        });
    }

    /// What DFHSAML answered stands under the LINK, as a command of a linked program does.
    fn saml_answers(&mut self, node: &str, line: &Line) {
        let record = &line.record;
        let response = record.get("response").and_then(Value::as_int).unwrap_or_default();
        let why = match text(record, "why") {
            why if why.is_empty() => why,
            why => format!(": {why}"),
        };
        let assumed = dfhsaml::lookup(i32::try_from(response).unwrap_or(-1))
            .is_some_and(|row| row.mark == Mark::Assumed);
        let assumed = if assumed { " (assumed)" } else { "" };
        let end = format!("response {response} {}{assumed}{why}", text(record, "name"));
        let function = text(record, "function");
        let Some(story) = self.running(node, record.task) else { return };
        if story.commands.len() < KEPT_MAX {
            let program = dfhsaml::PROGRAM.to_owned();
            story.commands.push(Told { begin: line.n, program, command: function, end: Some(end) });
        } else {
            story.left_out += 1;
        }
    }

    fn command_ends(&mut self, node: &str, line: &Line) {
        let told = response(&line.record);
        let Some(story) = self.running(node, line.record.task) else { return };
        let begun = |command: &&mut Told| line.also.contains(&command.begin);
        if let Some(command) = story.commands.iter_mut().rev().find(begun) {
            command.end = Some(told);
        }
    }
}

/// Whether something was done to a clock, a node, a path, a message or the ESM's database.
fn is_intervention(kind: &str) -> bool {
    let of = ["clock.", "node.", "fault.", "esm.command"];
    of.iter().any(|of| kind.starts_with(of)) && !["node.start", "fault.pass"].contains(&kind)
}

/// `NOTAUTH, RESP2 61  [RC=70 RC2=61]`.
fn response(record: &Record) -> String {
    let mut told = text(record, "resp");
    match record.get("resp2").and_then(Value::as_int) {
        Some(0) | None => {}
        Some(resp2) if is_assumed(record, resp2) => {
            told.push_str(&format!(", RESP2 {resp2} (assumed)"));
        }
        Some(resp2) => told.push_str(&format!(", RESP2 {resp2}")),
    }
    let outputs = record.get("outputs").and_then(Value::as_object);
    let shown = outputs.into_iter().flat_map(|outputs| outputs.iter());
    let shown: Vec<String> =
        shown.map(|(name, value)| format!("{name}={}", short(value))).collect();
    if !shown.is_empty() {
        told.push_str(&format!("  [{}]", shown.join(" ")));
    }
    told
}

/// Whether no public document gives this RESP2 to this command.
fn is_assumed(record: &Record, resp2: i64) -> bool {
    let (command, resp) = (text(record, "command"), text(record, "resp"));
    let mut rows = response::all();
    let row = rows.find(|row| {
        row.command == command && row.resp.name() == resp && i64::from(row.resp2) == resp2
    });
    row.is_some_and(|row| row.mark == Mark::Assumed)
}

fn margin(record: &Record) -> Option<i64> {
    record.get("margin").and_then(Value::as_int)
}

fn text(record: &Record, name: &str) -> String {
    record.get(name).and_then(Value::as_text).unwrap_or_default().to_owned()
}

/// A value of a data area: codes as they are, other characters in quotes, digests cut.
fn short(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) if text.len() == 64 => {
            format!("sha256:{}", text.get(..12).unwrap_or(text))
        }
        Value::Text(text) if text.starts_with("X'") => text.to_string(),
        Value::Text(text) if text.ends_with("not shown") => format!("({text})"),
        Value::Text(text) => format!("{text:?}"),
        Value::List(_) | Value::Object(_) => "…".to_owned(),
    }
}
