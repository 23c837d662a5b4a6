//! What a person wants to know of a run: the logs, the tasks, the clients, the smallest margins.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::nodes::cscs::wrap;
use crate::scenario::plan::Plan;
use crate::scenario::run::Report;
use crate::trace::{Line, Record, Value};

/// Width at which messages wrap where a person reads them: a record of MSGUSR less its descriptor.
const LOG_WIDTH: usize = 128;
/// How many margins are shown.
const MARGINS_SHOWN: usize = 5;

/// What a run showed, gathered line by line.
#[derive(Clone, Debug, Default)]
pub struct Story {
    logs: BTreeMap<String, Vec<String>>,
    lost: Vec<String>,
    tasks: Vec<TaskStory>,
    clients: Vec<String>,
    margins: BTreeMap<String, Closest>,
    assumed: BTreeMap<String, u32>,
}

#[derive(Clone, Debug)]
struct TaskStory {
    node: String,
    task: u32,
    head: String,
    commands: Vec<String>,
    end: String,
}

/// The closest decision of one rule.
#[derive(Clone, Debug)]
struct Closest {
    margin: i64,
    unit: String,
    n: u64,
    text: String,
}

impl Story {
    /// Takes in a line of the run.
    pub fn observe(&mut self, line: &Line) {
        let node = line.node.as_deref().unwrap_or_default();
        let record = &line.record;
        match record.kind.as_ref() {
            "cscs.message" => {
                let text = text(record, "line");
                self.logs.entry(node.to_owned()).or_default().push(text);
            }
            "td.write" => {
                let text = text(record, "data");
                self.logs.entry(node.to_owned()).or_default().push(text);
            }
            "message.lost" | "message.suppressed" => {
                let why = if record.kind == "message.lost" { "lost" } else { "suppressed" };
                let why = match record.get("why").and_then(Value::as_text) {
                    Some(reason) => format!("{why}: {reason}"),
                    None => why.to_owned(),
                };
                self.lost.push(format!("{} of {node} {why}", text(record, "id")));
            }
            "check" => self.check(line),
            kind if kind.starts_with("client.") => self.client(node, line),
            kind if kind.starts_with("task.") => self.task(node, record),
            "exec.end" => self.command(node, record),
            "region.failed" => self.clients.push(format!("{node}: {}", text(record, "why"))),
            _ => {}
        }
    }

    fn check(&mut self, line: &Line) {
        let record = &line.record;
        let rule = text(record, "rule");
        if text(record, "mark") == "assumed" {
            *self.assumed.entry(rule.clone()).or_default() += 1;
        }
        let unit = text(record, "unit");
        let Some(margin) = record.get("margin").and_then(Value::as_int).filter(|_| unit == "s")
        else {
            return;
        };
        let told = format!(
            "{} {} against {} {}",
            text(record, "subject"),
            text(record, "subject_value"),
            text(record, "against"),
            text(record, "against_value"),
        );
        let closest = Closest { margin, unit, n: line.n, text: told };
        match self.margins.get_mut(&rule) {
            Some(known) if known.margin.abs() <= margin.abs() => {}
            Some(known) => *known = closest,
            None => {
                self.margins.insert(rule, closest);
            }
        }
    }

    fn client(&mut self, node: &str, line: &Line) {
        let record = &line.record;
        let time = crate::scenario::run::clock_text(line.local.unwrap_or(line.t));
        let what = match record.kind.as_ref() {
            "client.logon" => format!("logged on; ticket ends {}", text(record, "ends")),
            "client.ticket" => format!(
                "has a ticket for {}, until {}",
                text(record, "service"),
                text(record, "ends")
            ),
            "client.token" => format!("made a token with its time {}", text(record, "time")),
            "client.start" => {
                let user = record.get("userid").and_then(Value::as_text);
                let user = user.map(|user| format!(" as {user}")).unwrap_or_default();
                format!("asked for {}{user}", text(record, "transaction"))
            }
            "client.result" => format!("was told: {}", text(record, "end")),
            "client.mutual" => format!("{} the region's own proof", text(record, "verdict")),
            "client.failed" => format!("{} failed: {}", text(record, "what"), text(record, "why")),
            _ => return,
        };
        self.clients.push(format!("{time} {node} {what}"));
    }

    fn task(&mut self, node: &str, record: &Record) {
        let task = record.task.unwrap_or(0);
        let transaction = text(record, "transaction");
        match record.kind.as_ref() {
            "task.attach" => self.tasks.push(TaskStory {
                node: node.to_owned(),
                task,
                head: format!(
                    "{transaction}, program {}, user {}",
                    text(record, "program"),
                    text(record, "userid")
                ),
                commands: Vec::new(),
                end: "still running at the end of the run".to_owned(),
            }),
            "task.refused" => self.tasks.push(TaskStory {
                node: node.to_owned(),
                task,
                head: format!("{transaction}, user {}", text(record, "userid")),
                commands: Vec::new(),
                end: format!("refused: {}", text(record, "why")),
            }),
            "task.end" => self.ended(node, task, "ended normally".to_owned()),
            "task.abend" => self.ended(node, task, format!("abended {}", text(record, "code"))),
            _ => {}
        }
    }

    fn running(&mut self, node: &str, task: u32) -> Option<&mut TaskStory> {
        self.tasks.iter_mut().rev().find(|story| story.node == node && story.task == task)
    }

    fn ended(&mut self, node: &str, task: u32, end: String) {
        if let Some(story) = self.running(node, task) {
            story.end = end;
        }
    }

    fn command(&mut self, node: &str, record: &Record) {
        let resp2 = record.get("resp2").and_then(Value::as_int).unwrap_or(0);
        let mut told = format!("{:<14} {}", text(record, "command"), text(record, "resp"));
        if resp2 != 0 {
            let _ = write!(told, ", RESP2 {resp2}");
        }
        let outputs = record.get("outputs").and_then(Value::as_object);
        let shown = outputs.into_iter().flat_map(|outputs| outputs.iter());
        let shown: Vec<String> =
            shown.map(|(name, value)| format!("{name}={}", short(value))).collect();
        if !shown.is_empty() {
            let _ = write!(told, "  [{}]", shown.join(" "));
        }
        let task = record.task.unwrap_or(0);
        if let Some(story) = self.running(node, task) {
            story.commands.push(told);
        }
    }

    /// The report of a run, for people.
    pub fn report(&self, plan: &Plan, report: &Report) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}", plan.scenario.title);
        let _ = writeln!(out, "run {}", plan.run_id());
        self.section(&mut out, "Clients", &self.clients);
        for story in &self.tasks {
            let TaskStory { node, task, head, commands, end } = story;
            let _ = writeln!(out, "\nTask {task:05} of {node}: {head}");
            for command in commands {
                let _ = writeln!(out, "  {command}");
            }
            let _ = writeln!(out, "  {end}");
        }
        for (log, messages) in &self.logs {
            let _ = writeln!(out, "\nLog {log}");
            for record in messages.iter().flat_map(|message| wrap(message, LOG_WIDTH)) {
                let _ = writeln!(out, "  {record}");
            }
        }
        self.section(&mut out, "Messages that were not written", &self.lost);
        self.margins(&mut out);
        verdicts(&mut out, plan, report);
        let _ =
            writeln!(out, "\n{} records, digest {}", report.summary.records, report.summary.digest);
        out
    }

    /// The report of a run, for programs.
    pub fn json(&self, plan: &Plan, report: &Report) -> serde_json::Value {
        let items = report.outcome.items().iter().map(|item| {
            serde_json::json!({
                "node": item.node,
                "task": item.task,
                "result": item.result.to_string(),
            })
        });
        let verdicts = report.verdicts.iter().map(|verdict| {
            serde_json::json!({
                "expectation": verdict.expectation,
                "met": verdict.met,
                "detail": verdict.detail,
            })
        });
        let margins = self.margins.iter().map(|(rule, closest)| {
            serde_json::json!({
                "rule": rule,
                "margin": closest.margin,
                "unit": closest.unit,
                "record": closest.n,
            })
        });
        serde_json::json!({
            "title": plan.scenario.title,
            "run": plan.run_id(),
            "outcome": items.collect::<Vec<_>>(),
            "logs": self.logs,
            "expectations": verdicts.collect::<Vec<_>>(),
            "margins": margins.collect::<Vec<_>>(),
            "assumed_rules": self.assumed.keys().collect::<Vec<_>>(),
            "records": report.summary.records,
            "digest": report.summary.digest,
            "as_expected": report.as_expected(),
        })
    }

    fn section(&self, out: &mut String, title: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{title}");
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }

    fn margins(&self, out: &mut String) {
        let mut margins: Vec<(&String, &Closest)> = self.margins.iter().collect();
        margins.sort_by_key(|(_, closest)| (closest.margin >= 0, closest.margin.abs()));
        if !margins.is_empty() {
            let _ = writeln!(out, "\nSmallest margins (below zero: failed)");
        }
        for (rule, closest) in margins.into_iter().take(MARGINS_SHOWN) {
            let Closest { margin, unit, n, text } = closest;
            let _ = writeln!(out, "  {:>8} {unit}  {rule} (record {n})", format!("{margin:+}"));
            let _ = writeln!(out, "              {text}");
        }
        if !self.assumed.is_empty() {
            let rules: Vec<&str> = self.assumed.keys().map(String::as_str).collect();
            let text = format!("Decided by assumed rules: {}", rules.join(", "));
            let options = textwrap::Options::new(100).subsequent_indent("  ");
            let _ = writeln!(out, "\n{}", textwrap::fill(&text, options));
        }
    }
}

fn verdicts(out: &mut String, plan: &Plan, report: &Report) {
    if !report.verdicts.is_empty() {
        let _ = writeln!(out, "\nExpectations");
    }
    for verdict in &report.verdicts {
        let word = if verdict.met { "ok    " } else { "FAILED" };
        let _ = writeln!(out, "  {word} {}", verdict.expectation);
        if !verdict.met {
            let _ = writeln!(out, "         {}", verdict.detail);
        }
    }
    if let Some(cut) = &report.cut {
        let _ = writeln!(out, "\nThe run did not come to its end: {cut}");
    }
    if !report.as_expected() {
        let _ = writeln!(out, "\nrepeat with: {}", plan.command());
    }
}

fn text(record: &Record, name: &str) -> String {
    record.get(name).and_then(Value::as_text).unwrap_or_default().to_owned()
}

fn short(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) if text.len() == 64 => {
            format!("sha256:{}", text.get(..12).unwrap_or(text))
        }
        Value::Text(text) => format!("{text:?}"),
        Value::List(_) | Value::Object(_) => "…".to_owned(),
    }
}
