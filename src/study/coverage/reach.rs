//! What one run came to, told by the lines of its trace and by nothing else.

use std::collections::BTreeMap;

use crate::catalogue::dfhxs1402::{self, Reason};
use crate::catalogue::kerberos_status::from_protocol_error;
use crate::catalogue::saf::{SafReturn, Service};
use crate::catalogue::{Kind, assertion, dfhsaml};
use crate::trace::{Line, Record, Value};

/// The name of an entry of the catalogue: kind and key.
pub type Name = (Kind, String);

/// How a run came to an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Only behind a fault that answers codes out of the air.
    Injected,
    /// By the mechanism that the model has for it.
    Reached,
}

/// What one run came to. Names are as the trace tells them, whether the catalogue knows them or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    found: BTreeMap<Name, How>,
    records: u64,
}

impl Reach {
    /// How the run came to an outcome, if it did.
    pub fn how(&self, name: &Name) -> Option<How> {
        self.found.get(name).copied()
    }

    /// Everything that the run came to.
    pub fn names(&self) -> impl Iterator<Item = (&Name, How)> {
        self.found.iter().map(|(name, how)| (name, *how))
    }

    /// Number of records of the run.
    pub fn records(&self) -> u64 {
        self.records
    }
}

/// Reads the lines of a run in order. Keeps three bytes for each of them.
#[derive(Clone, Debug, Default)]
pub struct Census {
    reach: Reach,
    facts: Vec<Fact>,
}

/// What a line hands on to those that it caused.
#[derive(Clone, Copy, Debug, Default)]
struct Fact {
    /// The service whose call led here.
    service: Option<Service>,
    /// A fault that answers codes out of the air led here.
    injected: bool,
    /// The program's own EXEC CICS ABEND with a code led here.
    own_abend: bool,
}

impl Census {
    /// Takes in a line, in order.
    pub fn observe(&mut self, line: &Line) {
        let fact = self.fact(line);
        self.facts.push(fact);
        self.reach.records = line.n;
        let how = if fact.injected { How::Injected } else { How::Reached };
        for name in names(&line.record, fact) {
            let known = self.reach.found.entry(name).or_insert(how);
            *known = (*known).max(how);
        }
    }

    /// What the run came to.
    pub fn finish(self) -> Reach {
        self.reach
    }

    fn fact(&self, line: &Line) -> Fact {
        let inherited = line.cause.map(|cause| self.at(cause)).unwrap_or_default();
        let injected = inherited.injected
            || line.also.iter().any(|n| self.at(*n).injected)
            || line.record.kind == "fault.answer";
        let word = |name| text(&line.record, name);
        match line.record.kind.as_ref() {
            "saf.call" => {
                Fact { service: Service::of_trace(word("service")), injected, ..inherited }
            }
            "exec.begin" => {
                let own_abend = word("command") == "ABEND" && word("text").contains("ABCODE");
                Fact { injected, own_abend, ..inherited }
            }
            _ => Fact { injected, ..inherited },
        }
    }

    fn at(&self, n: u64) -> Fact {
        let index = usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX);
        self.facts.get(index).copied().unwrap_or_default()
    }
}

/// The entries of the catalogue to which a record comes.
fn names(record: &Record, fact: Fact) -> Vec<Name> {
    let word = |name| text(record, name);
    match record.kind.as_ref() {
        "exec.end" => {
            let (command, resp) = (word("command"), word("resp").to_owned());
            let resp2 = record.get("resp2").and_then(Value::as_int).unwrap_or(0);
            // The catalogue lists what commands answer when they fail.
            let failed = (resp != "NORMAL").then(|| format!("{command} {resp} {resp2}"));
            let failed = failed.map(|key| (Kind::Response, key));
            [(Kind::Condition, resp)].into_iter().chain(failed).collect()
        }
        "cscs.message" => {
            let id = word("id");
            let reason = (id == dfhxs1402::ID).then(|| Reason::from_name(word("reason"))).flatten();
            let reason = reason.map(|reason| (Kind::Reason, reason.key()));
            [(Kind::Message, id.to_owned())].into_iter().chain(reason).collect()
        }
        "saml.response" => {
            let code = record.get("response").and_then(Value::as_int).unwrap_or(-1);
            let made = record.get("containers").and_then(Value::as_list).unwrap_or_default();
            let made = made.iter().filter_map(Value::as_text);
            let made = made.map(|name| (Kind::Container, name.to_owned()));
            let response = (Kind::SamlResponse, format!("{}/{code}", dfhsaml::PROGRAM));
            [response].into_iter().chain(made).collect()
        }
        // A server refuses a request, or a caller cannot send one.
        "was.refuse" | "orb.refused" => {
            vec![(Kind::Assertion, format!("{}/{}", assertion::AREA, word("outcome")))]
        }
        "esm.log" => vec![(Kind::Message, word("id").to_owned())],
        "task.abend" if !fact.own_abend => vec![(Kind::Abend, word("code").to_owned())],
        "saf.return" => fact.service.map(|service| returned(record, service)).unwrap_or_default(),
        "nas.return" => status(word("status")).into_iter().collect(),
        "kdc.error" => {
            let number = word("error").split(' ').next().and_then(|number| number.parse().ok());
            number.and_then(from_protocol_error).map(status_name).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The return of a service, and the status word behind return code 16.
fn returned(record: &Record, service: Service) -> Vec<Name> {
    let number = |name| {
        let number = record.get(name).and_then(Value::as_int);
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX)
    };
    let rsn = word_of(text(record, "rsn")).unwrap_or(u32::MAX);
    let codes = SafReturn::new(number("saf"), number("rc"), rsn);
    let row = crate::catalogue::saf::lookup(service, codes);
    let key = match row {
        Some(row) => row.key(service),
        None => format!("{} {codes}", service.name()),
    };
    let status = row.is_some_and(|row| row.any_reason).then(|| status_name(rsn));
    [(Kind::ServiceCode, key)].into_iter().chain(status).collect()
}

fn status(word: &str) -> Option<Name> {
    word_of(word).filter(|word| *word != 0).map(status_name)
}

fn status_name(word: u32) -> Name {
    (Kind::Status, format!("X'{word:08X}'"))
}

/// The value of `X'96C73A20'`.
fn word_of(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("X'")?.strip_suffix('\'')?, 16).ok()
}

fn text<'a>(record: &'a Record, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_text).unwrap_or_default()
}
