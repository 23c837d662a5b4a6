//! Running a plan: the engine's entries become trace lines, expectations are fed as they come.

use std::io;
use std::sync::Arc;

use sim::{Entry, Observer, What};

use super::build::{BuildError, build};
use super::expect::{Matcher, Verdict};
use super::outcome::Outcome;
use super::plan::Plan;
use crate::check::utc;
use crate::nodes::cics::RegionWake;
use crate::nodes::client::ClientWake;
use crate::nodes::esm::EsmWake;
use crate::nodes::frame::Packet;
use crate::nodes::websphere::WebSphereWake;
use crate::nodes::{Actor, Wake};
use crate::protocol::kerberos::KeyTable;
use crate::trace::{Header, Line, Record, Summary, TraceWriter};

/// What a run needs beside its plan.
pub struct Options<'a> {
    /// Where the trace goes; [`io::sink`] where nobody wants it.
    pub trace: &'a mut dyn io::Write,
    /// Whether the trace holds whole messages (and so secrets of the scenario).
    pub bytes: bool,
    /// Which queue of the engine orders the events; both give the same run.
    pub queue: sim::QueueKind,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its results in order.
    pub outcome: Outcome,
    /// The verdict on each expectation.
    pub verdicts: Vec<Verdict>,
    /// Records, digest and size of the trace.
    pub summary: Summary,
    /// The engine's fingerprint of all events.
    pub fingerprint: u64,
    /// Whether the run ended because a limit was reached.
    pub cut: Option<String>,
}

impl Report {
    /// Whether all expectations were met and the run came to its end.
    pub fn as_expected(&self) -> bool {
        self.cut.is_none() && self.verdicts.iter().all(|verdict| verdict.met)
    }
}

/// Why a run gave no report.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The plan cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The trace cannot be written; whoever owns the disk or pipe mends it.
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}

/// Runs a plan once. `each` sees every line of the trace as it happens.
///
/// The same plan gives the same lines, whatever `table` already holds.
///
/// # Errors
/// See [`RunError`].
pub fn run(
    plan: &Plan,
    table: &mut KeyTable,
    options: Options<'_>,
    each: &mut dyn FnMut(&Line),
) -> Result<Report, RunError> {
    let mut simulation = build(plan, table, options.queue)?;
    let writer = TraceWriter::new(options.trace, &header(plan, options.bytes));
    let names = simulation.nodes().map(|(id, _)| simulation.node_name(id).into()).collect();
    let links = plan.plex.links.keys().map(|name| name.as_str().into()).collect();
    let mut scribe = Scribe {
        plan,
        names,
        links,
        writer,
        bytes: options.bytes,
        failure: None,
        outcome: Outcome::default(),
        matchers: matchers(plan),
        each,
    };
    let stop = match plan.until {
        Some(until) => {
            let until = sim::Time::from_nanos(until.nanoseconds());
            simulation.run_until(until, &mut scribe)
        }
        None => simulation.run(&mut scribe),
    };
    for (_, node) in simulation.nodes() {
        match node {
            Actor::Client(client) => table.merge(client.keys().clone()),
            Actor::Esm(esm) => table.merge(esm.key_table().clone()),
            _ => {}
        }
    }
    let Scribe { writer, failure, outcome, matchers, .. } = scribe;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let cut = match stop {
        sim::Stop::Idle | sim::Stop::Until => None,
        sim::Stop::Events => Some("the limit of events is reached; is it in a loop?".to_owned()),
        sim::Stop::Full => Some("too much waits at the same time".to_owned()),
    };
    Ok(Report {
        outcome,
        verdicts: matchers.iter().map(Matcher::verdict).collect(),
        summary: writer.finish()?,
        fingerprint: simulation.fingerprint(),
        cut,
    })
}

fn header(plan: &Plan, secret: bool) -> Header {
    Header {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        title: plan.scenario.title.clone(),
        scenario: plan.digest.clone(),
        seed: plan.scenario.seed,
        run: plan.run_id(),
        overrides: plan.overrides.clone(),
        secret,
    }
}

fn matchers(plan: &Plan) -> Vec<Matcher> {
    let date = plan.scenario.date;
    let midnight = date.at(0);
    let resolve = |time: &crate::scalar::ScriptTime| {
        time.resolve(date, midnight?).map(|time| time.nanoseconds())
    };
    plan.scenario.expect.iter().map(|what| Matcher::new(what, &resolve)).collect()
}

/// Writes down what happens.
struct Scribe<'a, 'w, 'e> {
    plan: &'a Plan,
    names: Vec<Arc<str>>,
    links: Vec<Arc<str>>,
    writer: TraceWriter<&'w mut (dyn io::Write + 'w)>,
    bytes: bool,
    failure: Option<io::Error>,
    outcome: Outcome,
    matchers: Vec<Matcher>,
    each: &'e mut (dyn FnMut(&Line) + 'e),
}

impl Observer<Actor> for Scribe<'_, '_, '_> {
    fn observe(&mut self, entry: &Entry<'_, Actor>) {
        let line = Line {
            n: entry.n,
            t: entry.time.nanos(),
            local: Some(entry.local.nanos()),
            node: entry.node.map(|node| self.name(node)),
            cause: entry.cause,
            also: entry.also.to_vec(),
            record: self.record(entry),
        };
        if self.failure.is_none()
            && let Err(failure) = self.writer.write(&line)
        {
            self.failure = Some(failure);
        }
        self.outcome.observe(&line);
        for matcher in &mut self.matchers {
            matcher.feed(&line);
        }
        (self.each)(&line);
    }
}

impl Scribe<'_, '_, '_> {
    fn name(&self, node: sim::NodeId) -> Arc<str> {
        let index = usize::try_from(node.index()).unwrap_or(usize::MAX);
        self.names.get(index).cloned().unwrap_or_else(|| "".into())
    }

    fn link(&self, link: Option<sim::LinkId>) -> Option<String> {
        let index = usize::try_from(link?.index()).ok()?;
        self.links.get(index).map(|name| name.to_string())
    }

    fn record(&self, entry: &Entry<'_, Actor>) -> Record {
        match &entry.what {
            What::Note(note) => note.take(),
            What::Started => Record::new("node.start"),
            What::Input(wake) => self.step(wake),
            What::Sent { to, link, message } => {
                let record = Record::new("net.send")
                    .maybe("link", self.link(*link))
                    .text("to", self.name(*to).to_string());
                self.message(record, message, true)
            }
            What::Delivered { from, link, message } => {
                let record = Record::new("net.deliver")
                    .maybe("link", self.link(*link))
                    .text("from", self.name(*from).to_string());
                self.message(record, message, false)
            }
            What::Refused { to, message } => {
                let record = Record::new("net.refused").text("to", self.name(*to).to_string());
                self.message(record, message, false)
            }
            What::TimerFired { at, .. } => Record::new("timer").time("set_for", at.nanos()),
            What::Lost { why, message } => {
                let record = Record::new("net.lost").text("why", loss_word(*why));
                match message {
                    Some(message) => self.message(record, message, false),
                    None => record,
                }
            }
            What::Fault { name, answer, from, to, link, message } => {
                let record = Record::new(fault_kind(answer))
                    .text("rule", (*name).to_owned())
                    .maybe("link", self.link(*link))
                    .text("from", self.name(*from).to_string())
                    .text("to", self.name(*to).to_string());
                self.message(record, message, false)
            }
            What::ClockChanged { system, change, before } => {
                let systems = self.plan.plex.systems.keys();
                let index = usize::try_from(system.index()).unwrap_or(usize::MAX);
                let system = systems.map(String::as_str).nth(index).unwrap_or_default();
                clock_record(change)
                    .text("system", system.to_owned())
                    .time("before", before.nanos())
                    .time("after", entry.local.nanos())
            }
            What::NodeChanged { condition } => condition_record(condition),
            What::RuleAdded { name } => Record::new("fault.add").text("rule", (*name).to_owned()),
            What::RuleRemoved { name, .. } => {
                Record::new("fault.remove").text("rule", (*name).to_owned())
            }
            What::Partitioned { name, .. } => {
                Record::new("fault.partition").text("rule", (*name).to_owned())
            }
            What::Healed { name, .. } => Record::new("fault.heal").text("rule", (*name).to_owned()),
            What::Released { name, messages } => Record::new("fault.release")
                .text("rule", (*name).to_owned())
                .count("messages", *messages),
            What::Replayed { name, messages } => Record::new("fault.replayed")
                .text("rule", (*name).to_owned())
                .count("messages", *messages),
        }
    }

    fn step(&self, wake: &Wake) -> Record {
        let record = Record::new("script.step");
        let (step, action) = match wake {
            Wake::Client(ClientWake::Step { step, action }) => (*step, action.name()),
            Wake::Esm(EsmWake::Answer { step, .. }) => (*step, "Answer"),
            Wake::Esm(EsmWake::Command { step, .. }) => (*step, "Racf"),
            Wake::Region(RegionWake::JvmServer { step, .. }) => (*step, "SetJvmServer"),
            Wake::WebSphere(WebSphereWake::Restart { step }) => (*step, "Restart"),
            _ => return record,
        };
        let name = usize::try_from(step).map(|step| self.plan.step_name(step));
        record
            .int("step", i64::from(step) + 1)
            .text("name", name.unwrap_or_default())
            .text("action", action)
    }

    /// What a message is; a Kerberos message with its digest and, where it is sent, its clear text.
    fn message(&self, record: Record, message: &Packet, sent: bool) -> Record {
        use crate::protocol::kerberos::summary::summary;
        let bytes = sim::Message::bytes(message);
        let record =
            record.text("what", sim::Message::kind(message)).count("bytes", bytes.len() as u64);
        let kerberos = bytes.first().is_some_and(|first| *first >= 0x40);
        let mut record = record;
        if kerberos {
            record = record.text("sha256", crate::trace::sha256(bytes));
            if sent {
                for (name, text) in summary(bytes) {
                    record = record.text(name, text);
                }
            }
        }
        if self.bytes && !message.holds_secrets() {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            record = record.text("data", hex);
        }
        record
    }
}

fn loss_word(why: sim::Loss) -> &'static str {
    match why {
        sim::Loss::Stopped => "the node is stopped",
        sim::Loss::Partition => "the nodes are parted",
        sim::Loss::Refusing => "the node refuses",
        sim::Loss::NoSuchNode => "there is no such node",
    }
}

fn fault_kind(answer: &sim::Answer) -> &'static str {
    match answer {
        sim::Answer::Pass => "fault.pass",
        sim::Answer::Delay(_) => "fault.delay",
        sim::Answer::Drop => "fault.drop",
        sim::Answer::Duplicate { .. } => "fault.duplicate",
        sim::Answer::Reorder { .. } => "fault.reorder",
        sim::Answer::Hold => "fault.hold",
        sim::Answer::Corrupt(_) => "fault.corrupt",
        sim::Answer::Tap(_) => "fault.tap",
        sim::Answer::Replay(_) => "fault.replay",
    }
}

fn clock_record(change: &sim::ClockChange) -> Record {
    match change {
        sim::ClockChange::Step(by) => Record::new("clock.step").int("by", by.nanos()),
        sim::ClockChange::Set(to) => Record::new("clock.set").time("to", to.nanos()),
        sim::ClockChange::Drift(rate) => Record::new("clock.drift").int("ppb", *rate),
        sim::ClockChange::Freeze => Record::new("clock.freeze"),
        sim::ClockChange::Thaw => Record::new("clock.thaw"),
        sim::ClockChange::Slew(rate) => Record::new("clock.slew").int("ppb", *rate),
    }
}

fn condition_record(condition: &sim::Condition) -> Record {
    match condition {
        sim::Condition::Up => Record::new("node.up"),
        sim::Condition::Stopped => Record::new("node.stopped"),
        sim::Condition::Refusing => Record::new("node.refusing"),
        sim::Condition::Slow(by) => Record::new("node.slow").int("by", by.nanos()),
        sim::Condition::Held => Record::new("node.held"),
    }
}

/// A trace time as a person reads it, to the second.
pub fn clock_text(nanoseconds: i64) -> String {
    utc(nanoseconds.div_euclid(1_000_000_000))
}
