//! Expectations, fed with a run line by line.

use super::model::Expectation;
use super::outcome::{Item, Outcome};
use crate::trace::{Line, Record, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// An expectation with what it has seen so far.
#[derive(Clone, Debug)]
pub struct Matcher {
    what: Expectation,
    state: State,
    /// What came close, or made it true, for the report of a failure.
    near: Vec<Near>,
}

/// A record that an expectation is about.
#[derive(Clone, Debug)]
struct Near {
    n: u64,
    told: String,
}

#[derive(Clone, Debug)]
enum State {
    /// One kind of line, and how many matched.
    Plain { hits: u32 },
    /// An expectation inside another one.
    Wrapped { inner: Box<Matcher>, hits: u32, by: Option<i64> },
    /// Expectations one after another, and how many have come true.
    Sequence { parts: Vec<Matcher>, done: usize },
}

/// The verdict on one expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verdict {
    /// The expectation in words.
    pub expectation: String,
    /// Whether it was met.
    pub met: bool,
    /// Why not, and what came closest.
    pub detail: String,
    /// The records of what came closest, the first of them first.
    pub records: Vec<u64>,
}

/// How many near misses a failure shows.
const NEAR_MAX: usize = 3;

impl Matcher {
    /// A matcher that has seen nothing. `resolve` gives the true time of a `by`.
    pub fn new(
        what: &Expectation,
        resolve: &dyn Fn(&crate::scalar::ScriptTime) -> Option<i64>,
    ) -> Matcher {
        let wrap = |inner: &Expectation, by| State::Wrapped {
            inner: Box::new(Matcher::new(inner, resolve)),
            hits: 0,
            by,
        };
        let state = match what {
            Expectation::Never(inner) => wrap(inner, None),
            Expectation::Count { what, .. } => wrap(what, None),
            Expectation::Eventually { what, by } => wrap(what, resolve(by)),
            Expectation::Sequence(parts) => State::Sequence {
                parts: parts.iter().map(|part| Matcher::new(part, resolve)).collect(),
                done: 0,
            },
            _ => State::Plain { hits: 0 },
        };
        Matcher { what: what.clone(), state, near: Vec::new() }
    }

    /// Takes in a line; tells whether the expectation came true by it.
    pub fn feed(&mut self, line: &Line) -> bool {
        match &mut self.state {
            State::Plain { hits } => {
                let matched = matches(&self.what, line);
                if matched {
                    *hits += 1;
                } else if self.near.len() < NEAR_MAX && is_near(&self.what, &line.record) {
                    self.near.push(Near { n: line.n, told: describe(&self.what, line) });
                }
                matched
            }
            State::Wrapped { by: Some(by), .. } if line.t > *by => false,
            State::Wrapped { inner, hits, .. } => {
                let matched = inner.feed(line);
                *hits += u32::from(matched);
                if matched && self.near.len() < NEAR_MAX {
                    self.near.push(Near { n: line.n, told: describe(&inner.what, line) });
                }
                matched
            }
            State::Sequence { parts, done } => {
                if parts.get_mut(*done).is_some_and(|part| part.feed(line)) {
                    *done += 1;
                    return *done == parts.len();
                }
                false
            }
        }
    }

    /// The verdict when the run is over.
    pub fn verdict(&self) -> Verdict {
        let told = |near: &[Near]| {
            let told: Vec<String> =
                near.iter().map(|near| format!("{} (record {})", near.told, near.n)).collect();
            told.join("; ")
        };
        let came_true = |hits: &u32| match (hits, self.near.as_slice()) {
            (0, _) => "it never came true".to_owned(),
            (1, near) => format!("it came true once: {}", told(near)),
            (hits, near) => format!("it came true {hits} times: {}", told(near)),
        };
        let (met, detail) = match (&self.what, &self.state) {
            (Expectation::Never(_), State::Wrapped { hits, .. }) => (*hits == 0, came_true(hits)),
            (Expectation::Count { times, .. }, State::Wrapped { hits, .. }) => {
                (hits == times, came_true(hits))
            }
            (_, State::Wrapped { hits, inner, .. }) => {
                (*hits > 0, format!("not in time; {}", inner.verdict().detail))
            }
            (_, State::Plain { hits }) => (
                *hits > 0,
                match self.near.as_slice() {
                    [] => "nothing of the kind happened".to_owned(),
                    near => told(near),
                },
            ),
            (_, State::Sequence { parts, done }) => match parts.get(*done) {
                None => (true, String::new()),
                Some(part) => {
                    let Verdict { expectation, detail, .. } = part.verdict();
                    (false, format!("after {done} parts, not: {expectation}; {detail}"))
                }
            },
        };
        let (detail, records) = if met { Default::default() } else { (detail, self.records()) };
        Verdict { expectation: words(&self.what), met, detail, records }
    }

    /// The records of what came closest, of the parts where an expectation has parts.
    fn records(&self) -> Vec<u64> {
        let own = self.near.iter().map(|near| near.n);
        let parts = match &self.state {
            State::Plain { .. } => Vec::new(),
            State::Wrapped { inner, .. } => inner.records(),
            State::Sequence { parts, done } => {
                parts.get(*done).map(Matcher::records).unwrap_or_default()
            }
        };
        own.chain(parts).collect()
    }
}

/// What a line says of the thing that was expected.
fn describe(what: &Expectation, line: &Line) -> String {
    let record = &line.record;
    match what {
        Expectation::Variable { name, .. } => {
            let outputs = record.get("outputs").and_then(Value::as_object);
            let held = outputs.and_then(|outputs| outputs.get(name)).map(shown);
            format!("{}&{name} is {}", of_task(record.task), held.unwrap_or_default())
        }
        Expectation::Container { name, .. } => {
            format!("{}{}", of_task(record.task), container(record, name))
        }
        Expectation::Record { kind, fields, .. } => {
            let held = fields
                .keys()
                .filter_map(|name| Some(format!("{name}={}", shown(record.get(name)?))));
            let held: Vec<String> = held.collect();
            let node = line.node.as_deref().map(|node| format!(" at {node}")).unwrap_or_default();
            format!("{kind}{node} {}", held.join(" ")).trim_end().to_owned()
        }
        Expectation::Message { text: Some(part), .. } => {
            let held = record.get("line").and_then(Value::as_text).unwrap_or_default();
            let lacks = if held.contains(part) { "" } else { ", which says: " };
            let held = if lacks.is_empty() { "" } else { held };
            format!("{}{lacks}{held}", item(line))
        }
        _ => item(line),
    }
}

/// A line as a part of the outcome, where it is one.
fn item(line: &Line) -> String {
    let mut outcome = Outcome::default();
    outcome.observe(line);
    match outcome.items() {
        [item] => item.to_string(),
        _ => line.record.kind.to_string(),
    }
}

fn of_task(task: Option<u32>) -> String {
    task.map(|task| format!("task {task:05}: ")).unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(_) | Value::Object(_) => "a value with parts".to_owned(),
    }
}

/// What a task's channel held when it ended: the container, or the names of those that there are.
fn container(record: &Record, name: &str) -> String {
    let containers = record.get("containers").and_then(Value::as_list).unwrap_or_default();
    let field = |held: &Value, field: &str| {
        held.as_object().and_then(|held| held.get(field)?.as_text().map(str::to_owned))
    };
    let own = containers.iter().find(|held| field(held, "name").as_deref() == Some(name));
    let Some(own) = own else {
        let names: Vec<String> = containers.iter().filter_map(|held| field(held, "name")).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(" ") };
        return format!("no container {name}; its containers: {names}");
    };
    match (field(own, "text"), field(own, "sha256")) {
        (Some(text), _) => format!("container {name} holds {text:?}"),
        (None, digest) => format!("container {name}, sha256 {}", digest.unwrap_or_default()),
    }
}

/// A line of the same kind that differs in something else.
fn is_near(what: &Expectation, record: &Record) -> bool {
    let text = |name: &str| record.get(name).and_then(Value::as_text);
    match what {
        Expectation::Message { .. } => {
            matches!(record.kind.as_ref(), "cscs.message" | "message.suppressed" | "message.lost")
        }
        Expectation::Response { command, .. } => {
            record.kind == "exec.end" && text("command") == Some(command)
        }
        Expectation::Saml { .. } => record.kind == "saml.response",
        Expectation::Ended { .. } | Expectation::Abend { .. } | Expectation::Refused { .. } => {
            matches!(record.kind.as_ref(), "task.end" | "task.abend" | "task.refused")
        }
        Expectation::Record { kind, .. } => record.kind == kind.as_str(),
        Expectation::Variable { name, .. } => {
            let outputs = record.get("outputs").and_then(Value::as_object);
            record.kind == "exec.end" && outputs.is_some_and(|held| held.get(name).is_some())
        }
        Expectation::Container { .. } => {
            matches!(record.kind.as_ref(), "task.end" | "task.abend")
        }
        _ => false,
    }
}

fn matches(what: &Expectation, line: &Line) -> bool {
    let record = &line.record;
    let text = |name: &str| record.get(name).and_then(Value::as_text);
    let task_is = |task: &Option<u32>| task.is_none() || *task == record.task;
    let node_is = |node: &Option<String>| node.is_none() || node.as_deref() == line.node.as_deref();
    match what {
        Expectation::Message { id, reason, text: part, task, queue } => {
            record.kind == "cscs.message"
                && text("id") == Some(id)
                && reason.is_none_or(|reason| text("reason") == Some(&format!("{reason:?}")))
                && part.as_ref().is_none_or(|part| text("line").is_some_and(|l| l.contains(part)))
                && task_is(task)
                && queue.as_ref().is_none_or(|queue| text("queue") == Some(queue))
        }
        Expectation::Response { command, resp, resp2, task, node } => {
            record.kind == "exec.end"
                && text("command") == Some(command)
                && text("resp") == Some(resp.name())
                && resp2.is_none_or(|wanted| int(record, "resp2") == Some(i64::from(wanted)))
                && task_is(task)
                && node_is(node)
        }
        Expectation::Saml { response, task, node } => {
            record.kind == "saml.response"
                && int(record, "response") == Some(i64::from(*response))
                && task_is(task)
                && node_is(node)
        }
        Expectation::Ended { task } => record.kind == "task.end" && record.task == Some(*task),
        Expectation::Abend { code, task } => {
            record.kind == "task.abend" && text("code") == Some(code) && task_is(task)
        }
        Expectation::Refused { transaction } => {
            record.kind == "task.refused" && text("transaction") == Some(transaction)
        }
        Expectation::Container { name, text, hex, task } => {
            task_is(task) && holds_container(record, name, text.as_deref(), hex.as_ref())
        }
        Expectation::Variable { name, value, task } => {
            let outputs = record.get("outputs").and_then(Value::as_object);
            record.kind == "exec.end"
                && task_is(task)
                && outputs.and_then(|o| o.get(name)).is_some_and(|held| shows(held, value))
        }
        Expectation::Record { kind, node, fields } => {
            let holds = |(name, value): (&String, &String)| {
                record.get(name).is_some_and(|held| shows(held, value))
            };
            record.kind == kind.as_str() && node_is(node) && fields.iter().all(holds)
        }
        Expectation::Never(_)
        | Expectation::Eventually { .. }
        | Expectation::Count { .. }
        | Expectation::Sequence(_) => false,
    }
}

fn int(record: &Record, name: &str) -> Option<i64> {
    record.get(name).and_then(Value::as_int)
}

fn shows(held: &Value, value: &str) -> bool {
    match held {
        Value::Int(number) => number.to_string() == value,
        Value::Text(text) => text == value,
        Value::List(_) | Value::Object(_) => false,
    }
}

fn holds_container(
    record: &Record,
    name: &str,
    text: Option<&str>,
    hex: Option<&crate::scalar::Hex>,
) -> bool {
    let containers = record.get("containers").and_then(Value::as_list).unwrap_or_default();
    containers.iter().filter_map(Value::as_object).any(|held| {
        let field = |field: &str| held.get(field).and_then(Value::as_text);
        field("name") == Some(name)
            && text.is_none_or(|wanted| field("text") == Some(wanted))
            && hex.is_none_or(|wanted| field("sha256") == Some(&crate::trace::sha256(&wanted.0)))
    })
}

/// An expectation in words.
pub fn words(what: &Expectation) -> String {
    let of_task = |task: &Option<u32>| match task {
        Some(task) => format!(" (task {task:05})"),
        None => String::new(),
    };
    match what {
        Expectation::Message { id, reason, text, task, queue } => {
            let mut out = format!("message {id}");
            if let Some(reason) = reason {
                out.push_str(&format!(" {reason:?}"));
            }
            if let Some(text) = text {
                out.push_str(&format!(" with {text:?}"));
            }
            if let Some(queue) = queue {
                out.push_str(&format!(" on {queue}"));
            }
            out + &of_task(task)
        }
        Expectation::Response { command, resp, resp2, task, .. } => match resp2 {
            Some(resp2) => format!("{command} -> {resp} RESP2 {resp2}{}", of_task(task)),
            None => format!("{command} -> {resp}{}", of_task(task)),
        },
        Expectation::Saml { response, task, .. } => {
            format!("DFHSAML answers {response}{}", of_task(task))
        }
        Expectation::Ended { task } => format!("task {task:05} ends normally"),
        Expectation::Abend { code, task } => format!("abend {code}{}", of_task(task)),
        Expectation::Refused { transaction } => format!("{transaction} is refused at attach"),
        Expectation::Container { name, text, task, .. } => match text {
            Some(text) => format!("container {name} holds {text:?}{}", of_task(task)),
            None => format!("container {name} as given{}", of_task(task)),
        },
        Expectation::Variable { name, value, task } => {
            format!("&{name} is {value:?}{}", of_task(task))
        }
        Expectation::Record { kind, node, fields } => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let node = node.as_deref().map(|node| format!(" at {node}")).unwrap_or_default();
            format!("record {kind}{node} {}", fields.join(" ")).trim_end().to_owned()
        }
        Expectation::Never(inner) => format!("never: {}", words(inner)),
        Expectation::Eventually { what, by } => format!("{} before {by}", words(what)),
        Expectation::Count { what, times } => format!("{times} times: {}", words(what)),
        Expectation::Sequence(parts) => parts.iter().map(words).collect::<Vec<_>>().join(", then "),
    }
}

/// Results that an outcome holds, for reports.
pub fn listed(outcome: &Outcome) -> Vec<String> {
    outcome.items().iter().map(Item::to_string).collect()
}
