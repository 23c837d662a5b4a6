//! What a run came to: no times, no digests, no record numbers.
//!
//! Expectations, siblings and explanations all speak of this one thing. Two runs with the same
//! outcome may differ in every byte of their traces.

use std::fmt;

use crate::trace::{Line, Record};

/// The ordered results of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    items: Vec<Item>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The node at which it was reached.
    pub node: String,
    /// The task, where there is one.
    pub task: Option<u32>,
    /// What was reached.
    pub result: Reached,
}

/// What was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// A command ended.
    Response {
        /// `VERIFY TOKEN`.
        command: String,
        /// `NOTAUTH`.
        resp: String,
        /// RESP2.
        resp2: i64,
    },
    /// A message was written, with the name of its reason where it has several.
    Message {
        /// `DFHXS1402`.
        id: String,
        /// `TicketExpired`.
        reason: Option<String>,
    },
    /// A message was not written; the word says why: `suppressed`, `lost`.
    NoMessage {
        /// `DFHXS1402`.
        id: String,
        /// Why.
        why: &'static str,
    },
    /// A task ended normally.
    Ended,
    /// A task abended.
    Abend(String),
    /// A transaction was refused at attach.
    Refused(String),
    /// A client could not go on; why.
    Failed(String),
    /// A client accepted or refused the region's own proof.
    Mutual(String),
    /// Program DFHSAML answered.
    Saml {
        /// DFHSAML-RESPONSE.
        response: i64,
        /// Its name.
        name: String,
    },
    /// A call of a method came to its end at the caller.
    Called {
        /// `WASDOWN Ledger.post`.
        method: String,
        /// `returned`, or the exception with its codes.
        result: String,
    },
    /// A server keeps a context, or ends it.
    Context {
        /// Its number.
        number: String,
        /// `kept`, or why it is ended.
        what: String,
    },
    /// A server let a caller in.
    Accepted {
        /// The method.
        method: String,
        /// As whom.
        caller: String,
    },
    /// A server refused a request, or its caller could not send it.
    Rejected {
        /// The method.
        method: String,
        /// The name of the refusal.
        outcome: String,
    },
}

impl Outcome {
    /// Takes in a line of the run, in order.
    pub fn observe(&mut self, line: &Line) {
        if let Some(result) = reached(&line.record) {
            // A message is its region's, wherever its queue leads.
            let region = line.record.get("region").and_then(|value| value.as_text());
            let node = region.or(line.node.as_deref()).unwrap_or_default().to_owned();
            self.items.push(Item { node, task: line.record.task, result });
        }
    }

    /// The results in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
}

fn reached(record: &Record) -> Option<Reached> {
    if !is_kind_of_outcome(&record.kind) {
        return None;
    }
    let text = |name: &str| record.get(name).and_then(|value| value.as_text()).map(str::to_owned);
    let result = match record.kind.as_ref() {
        "exec.end" => Reached::Response {
            command: text("command")?,
            resp: text("resp")?,
            resp2: record.get("resp2").and_then(|value| value.as_int())?,
        },
        "cscs.message" => Reached::Message { id: text("id")?, reason: text("reason") },
        "message.suppressed" => Reached::NoMessage { id: text("id")?, why: "suppressed" },
        "message.lost" => Reached::NoMessage { id: text("id")?, why: "lost" },
        "task.end" => Reached::Ended,
        "task.abend" => Reached::Abend(text("code")?),
        "task.refused" => Reached::Refused(text("transaction")?),
        "client.failed" | "region.failed" => Reached::Failed(text("why")?),
        "client.mutual" => Reached::Mutual(text("verdict")?),
        "saml.response" => Reached::Saml {
            response: record.get("response").and_then(|value| value.as_int())?,
            name: text("name")?,
        },
        "orb.result" => Reached::Called {
            method: format!("{} {}", text("server")?, text("method")?),
            result: [text("result"), text("minor"), text("context_error")]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        },
        "was.context" => Reached::Context { number: text("context")?, what: text("what")? },
        "was.accept" => Reached::Accepted { method: text("method")?, caller: text("caller")? },
        "was.refuse" | "orb.refused" => {
            Reached::Rejected { method: text("method")?, outcome: text("outcome")? }
        }
        _ => return None,
    };
    Some(result)
}

/// Kinds of records of which an outcome can be made.
const KINDS: [&str; 16] = [
    "exec.end",
    "cscs.message",
    "message.suppressed",
    "message.lost",
    "task.end",
    "task.abend",
    "task.refused",
    "client.failed",
    "region.failed",
    "client.mutual",
    "saml.response",
    "orb.result",
    "orb.refused",
    "was.context",
    "was.accept",
    "was.refuse",
];

/// Whether records of a kind can be part of the outcome.
pub fn is_kind_of_outcome(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// Whether a line is part of the outcome.
pub fn is_outcome(record: &Record) -> bool {
    reached(record).is_some()
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.node)?;
        if let Some(task) = self.task {
            write!(f, " task {task:05}")?;
        }
        write!(f, ": {}", self.result)
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reached::Response { command, resp, resp2: 0 } => write!(f, "{command} -> {resp}"),
            Reached::Response { command, resp, resp2 } => {
                write!(f, "{command} -> {resp} RESP2 {resp2}")
            }
            Reached::Message { id, reason: Some(reason) } => write!(f, "{id} {reason}"),
            Reached::Message { id, reason: None } => write!(f, "{id}"),
            Reached::NoMessage { id, why } => write!(f, "{id} {why}"),
            Reached::Ended => write!(f, "ended normally"),
            Reached::Abend(code) => write!(f, "abend {code}"),
            Reached::Refused(transaction) => write!(f, "{transaction} refused at attach"),
            Reached::Failed(why) => write!(f, "failed: {why}"),
            Reached::Mutual(verdict) => write!(f, "region's proof {verdict}"),
            Reached::Called { method, result } => write!(f, "{method} -> {result}"),
            Reached::Context { number, what } => write!(f, "context {number} {what}"),
            Reached::Accepted { method, caller } => write!(f, "{method} runs for {caller}"),
            Reached::Rejected { method, outcome } => write!(f, "{method} refused: {outcome}"),
            Reached::Saml { response, name } => write!(f, "DFHSAML -> {response} {name}"),
        }
    }
}
