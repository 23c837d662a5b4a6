//! Records of a run that a person asked for by name: a component's own log, and a watch list.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::kept::Kept;
use super::page::Page;
use super::why::Case;
use super::words::ahead;
use crate::scalar::Timestamp;
use crate::scalar::words::{nearest, suggestion};
use crate::scenario::model::Node;
use crate::scenario::plan::Plan;
use crate::trace::kinds::KINDS;
use crate::trace::{Line, Object, Value};

/// From here on (ns) the time of a node's clock is told to be wrong.
const WRONG_CLOCK: u64 = 1_000_000_000;

/// What is followed, gathered line by line.
#[derive(Clone, Debug, Default)]
pub struct Follow {
    sections: Vec<Section>,
}

#[derive(Clone, Debug)]
struct Section {
    title: String,
    wanted: Wanted,
    lines: Kept<Line>,
}

#[derive(Clone, Debug)]
enum Wanted {
    /// Kinds of records of one node; a pattern ends with a point.
    Log { node: String, kinds: &'static [&'static str] },
    /// Kinds of records of all nodes, and decisions by rules; a few names are both.
    Named { kinds: Vec<&'static str>, rules: Vec<&'static str> },
    /// A data area of programs, each time that a command sets it.
    Area(String),
    /// A container, as it is at the end of each task.
    Container(String),
}

/// A section as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Followed {
    /// What was asked for: `log SYSA.ESM`, `watch kdc.error`.
    pub asked: String,
    /// The records, at most 200.
    pub lines: Vec<FollowedLine>,
    /// How many more there were.
    pub left_out: u64,
}

/// One record that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FollowedLine {
    /// Record number.
    pub record: u64,
    /// True time, RFC 3339.
    pub time: String,
    /// The time of the node's own clock, RFC 3339.
    pub local: String,
    /// The node.
    pub node: String,
    /// The record in words.
    pub text: String,
}

/// The records that make up the log of an ESM.
const ESM_LOG: [&str; 5] = ["esm.log", "esm.revoked", "esm.password", "esm.command", "node."];
/// The records that make up the log of a KDC, and of a NAS, which is one.
const KDC_LOG: [&str; 2] = ["kdc.", "node."];
/// The records that make up the job log of a region.
const JOB_LOG: [&str; 7] = [
    "terminal.",
    "region.",
    "node.",
    "task.refused",
    "task.abend",
    "message.lost",
    "message.suppressed",
];
/// The records that make up the log of an identity provider.
const PROVIDER_LOG: [&str; 2] = ["idp.", "node."];
/// The records that make up the log of a server.
const SERVER_LOG: [&str; 4] = ["was.accept", "was.refuse", "was.raise", "node."];
/// The records of a queue's destination.
const QUEUE_LOG: [&str; 3] = ["cscs.message", "td.write", "node."];

impl Follow {
    /// Follows logs of nodes, and what watch words name: `kdc.error` and `kdc.*`, kinds of records;
    /// `kerberos.clock-skew` and `kerberos.*`, rules; `&ESMREAS`, a data area of programs; `'USERID'`, a container.
    ///
    /// # Errors
    /// A node that keeps no log, or a word that names nothing; the nearest valid one.
    pub fn new(plan: &Plan, logs: &[String], watches: &[String]) -> Result<Follow, String> {
        let logs = logs.iter().map(|node| {
            let kinds = log_of(plan, node)?;
            Ok((format!("log {node}"), Wanted::Log { node: node.clone(), kinds }))
        });
        let watches =
            watches.iter().map(|word| Ok((format!("watch {word}"), watched(plan, word)?)));
        let section = |(title, wanted)| Section { title, wanted, lines: Kept::default() };
        let sections = logs.chain(watches).map(|wanted: Result<_, String>| wanted.map(section));
        Ok(Follow { sections: sections.collect::<Result<_, _>>()? })
    }

    /// Takes in a line of the run.
    pub fn observe(&mut self, line: &Line) {
        for section in &mut self.sections {
            if section.wanted.holds(line) {
                section.lines.push(line.clone());
            }
        }
    }

    /// What was found, for a person: each record behind the time of its node's own clock.
    pub(super) fn report(&self, page: &mut Page, case: &Case<'_>) {
        for Section { title, wanted, lines } in &self.sections {
            let clock = match wanted {
                Wanted::Log { .. } => ", by its own clock",
                _ => ", by the nodes' own clocks",
            };
            page.title(&format!("{}{clock}", sentence_case(title)));
            for line in &lines.items {
                let local = line.local.unwrap_or(line.t);
                let wrong = ahead(local.saturating_sub(line.t), WRONG_CLOCK);
                let wrong = wrong.map(|wrong| format!(" [{wrong}]")).unwrap_or_default();
                let told = wanted.told(case, line);
                page.event(&case.calendar.time(local), &format!("{told}{wrong}"));
            }
            if lines.items.is_empty() {
                page.line(2, wanted.nothing());
            }
            page.more(2, lines.left_out, "records");
        }
    }

    /// What was found, for programs.
    pub fn told(&self, plan: &Plan) -> Vec<Followed> {
        let case = Case::new(plan, &[]);
        let time = |nanoseconds| Timestamp::from_nanoseconds(nanoseconds).to_string();
        let line = |wanted: &Wanted, line: &Line| FollowedLine {
            record: line.n,
            time: time(line.t),
            local: time(line.local.unwrap_or(line.t)),
            node: line.node.as_deref().unwrap_or_default().to_owned(),
            text: wanted.told(&case, line),
        };
        let sections = self.sections.iter().map(|section| Followed {
            asked: section.title.clone(),
            lines: section.lines.items.iter().map(|one| line(&section.wanted, one)).collect(),
            left_out: section.lines.left_out,
        });
        sections.collect()
    }
}

impl Wanted {
    fn holds(&self, line: &Line) -> bool {
        let record = &line.record;
        match self {
            Wanted::Log { node, kinds } => {
                line.node.as_deref() == Some(node)
                    && kinds.iter().any(|kind| is_of(&record.kind, kind))
            }
            Wanted::Named { kinds, rules } => {
                kinds.contains(&record.kind.as_ref()) || rules.contains(&text(line, "rule"))
            }
            Wanted::Area(name) => outputs(line).is_some_and(|outputs| outputs.get(name).is_some()),
            Wanted::Container(name) => container(line, name).is_some(),
        }
    }

    /// What is said where nothing was found.
    fn nothing(&self) -> &'static str {
        match self {
            Wanted::Container(_) => "no task had it at its end",
            Wanted::Area(_) => "no command set it",
            Wanted::Log { .. } | Wanted::Named { .. } => "nothing",
        }
    }

    /// A record in the words of this section.
    fn told(&self, case: &Case<'_>, line: &Line) -> String {
        let node = line.node.as_deref().unwrap_or_default();
        let task = line.record.task.map(|task| format!(" task {task:05}")).unwrap_or_default();
        match self {
            Wanted::Log { .. } => of_log(case, line),
            Wanted::Named { .. } => case.tell(line).text,
            Wanted::Area(name) => {
                let value = outputs(line).and_then(|outputs| outputs.get(name)).map(shown);
                let command = text(line, "command");
                format!("{node}{task}: {command} sets {}", value.unwrap_or_default())
            }
            Wanted::Container(name) => {
                let held = container(line, name).map(contents).unwrap_or_default();
                format!("{node}{task}: {held}")
            }
        }
    }
}

/// A line of a log. What the ESM tells its log is shown fact by fact.
fn of_log(case: &Case<'_>, line: &Line) -> String {
    match line.record.kind.as_ref() {
        "esm.log" => {
            let facts = line.record.fields.iter().filter(|(name, _)| !["id", "why"].contains(name));
            let facts: Vec<String> =
                facts.map(|(name, value)| format!("{}({})", insert(name), bare(value))).collect();
            format!("facts of {}: {}. {}", text(line, "id"), facts.join(" "), text(line, "why"))
        }
        "cscs.message" => text(line, "line").to_owned(),
        "td.write" => text(line, "data").to_owned(),
        _ => case.tell(line).text,
    }
}

/// A fact under the keyword that messages of the ESM have for it (z/OS RACF Messages and Codes, ICH408I).
fn insert(fact: &str) -> String {
    match fact {
        "userid" => "USER".to_owned(),
        "class" => "CL".to_owned(),
        "profile" => "FROM".to_owned(),
        fact => fact.to_uppercase().replace('_', " "),
    }
}

/// The records that make up the log of a node.
fn log_of(plan: &Plan, name: &str) -> Result<&'static [&'static str], String> {
    let plex = &plan.plex;
    let of_systems = plex.systems.iter().filter(|(_, system)| system.esm.is_some());
    let mut logs: Vec<(String, &'static [&'static str])> = Vec::new();
    for (system, _) in of_systems {
        logs.push((format!("{system}.ESM"), &ESM_LOG));
        logs.push((format!("{system}.NAS"), &KDC_LOG));
    }
    for (node, config) in &plex.nodes {
        match config {
            Node::Kdc(_) => logs.push((node.clone(), &KDC_LOG)),
            Node::Cics(_) => logs.push((node.clone(), &JOB_LOG)),
            Node::Cscs(_) => logs.push((node.clone(), &QUEUE_LOG)),
            Node::IdentityProvider(_) => logs.push((node.clone(), &PROVIDER_LOG)),
            Node::WebSphere(_) => logs.push((node.clone(), &SERVER_LOG)),
            Node::Client(_) => {}
        }
    }
    if let Some((_, kinds)) = logs.iter().find(|(node, _)| node == name) {
        return Ok(kinds);
    }
    let known = logs.iter().map(|(node, _)| node.as_str());
    let help = suggestion(name, known).map(|help| format!("; {help}")).unwrap_or_default();
    let what = match plex.nodes.contains_key(name) {
        true => "keeps no log of its own",
        false => "is no node with a log",
    };
    Err(format!("--log {name}: {name} {what}{help}"))
}

/// What a word of the watch list names.
fn watched(plan: &Plan, word: &str) -> Result<Wanted, String> {
    if let Some(name) = word.strip_prefix('&') {
        return area(plan, &name.to_ascii_uppercase())
            .map_err(|why| format!("--watch {word}: {why}"));
    }
    if let Some(name) = word.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return match name.is_empty() {
            true => Err("--watch '': a container has a name".to_owned()),
            false => Ok(Wanted::Container(name.to_owned())),
        };
    }
    named(word).map_err(|why| format!("--watch {word}: {why}"))
}

fn area(plan: &Plan, name: &str) -> Result<Wanted, String> {
    let programs = plan.programs.values().flat_map(|programs| programs.values());
    let known: BTreeSet<&str> = programs.flat_map(|program| program.areas()).collect();
    if known.contains(name) {
        return Ok(Wanted::Area(name.to_owned()));
    }
    let help = suggestion(name, known).map(|help| format!("; {help}")).unwrap_or_default();
    Err(format!("there is no data area `{name}`{help}"))
}

/// Kinds of records and rules by their name, or those of an area by `area.*`.
fn named(word: &str) -> Result<Wanted, String> {
    let pattern = word.strip_suffix('*').filter(|area| area.ends_with('.')).unwrap_or(word);
    let kinds = KINDS.iter().map(|kind| kind.name);
    let all = super::rules();
    let rules = all.iter().map(|rule| rule.id);
    let meant = |name: &&str| is_of(name, pattern);
    let wanted = Wanted::Named {
        kinds: kinds.clone().filter(meant).collect(),
        rules: rules.clone().filter(meant).collect(),
    };
    let mut known = kinds.chain(rules);
    if known.clone().any(|name| meant(&name)) {
        return Ok(wanted);
    }
    let help = match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.any(|name| name.starts_with(&format!("{word}."))) => {
            format!("did you mean `{word}.*`?")
        }
        None => "`regionsim schema trace` and `regionsim rules` list them".to_owned(),
    };
    Err(format!("there is no kind of record or rule `{word}`; {help}"))
}

/// Whether a name is the one given, or one of the area given with its point.
fn is_of(name: &str, pattern: &str) -> bool {
    name == pattern || (pattern.ends_with('.') && name.starts_with(pattern))
}

fn outputs(line: &Line) -> Option<&Object> {
    line.record.get("outputs").and_then(Value::as_object)
}

/// A container as a task had it at its end.
fn container<'a>(line: &'a Line, name: &str) -> Option<&'a Object> {
    let Some(Value::List(containers)) = line.record.get("containers") else { return None };
    let mut containers = containers.iter().filter_map(Value::as_object);
    containers.find(|held| held.get("name").and_then(Value::as_text) == Some(name))
}

fn contents(held: &Object) -> String {
    let of = |name: &str| held.get(name).map(bare).unwrap_or_default();
    match held.get("text") {
        Some(text) => format!("{} {}", of("type"), shown(text)),
        None => format!("{}, {} bytes, SHA-256 {}", of("type"), of("bytes"), of("sha256")),
    }
}

fn text<'a>(line: &'a Line, name: &str) -> &'a str {
    line.record.get(name).and_then(Value::as_text).unwrap_or_default()
}

/// A value as it is.
fn bare(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.trim_end_matches('.').to_owned(),
        Value::List(values) => values.iter().map(bare).collect::<Vec<_>>().join("; "),
        Value::Object(_) => "…".to_owned(),
    }
}

/// A value of a data area: characters in quotes, codes and digests as they are.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) if text.len() != 64 && !text.starts_with("X'") => format!("{text:?}"),
        value => bare(value),
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
