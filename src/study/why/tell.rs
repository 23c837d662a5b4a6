//! One record as a sentence.

use std::collections::BTreeMap;

use super::graph::{node, number, texts, word};
use super::place::Written;
use super::server::call_step;
use super::{Case, Sentence};
use crate::scenario::model::{Action, Document, FaultAnswer, Source, Token};
use crate::study::words::span;
use crate::trace::{Line, Value, kinds};

impl Case<'_> {
    /// A record in words, with the place in the files where that has been written.
    pub(in crate::study) fn tell(&self, line: &Line) -> Sentence {
        let record = &line.record;
        let place = self.written(line);
        let text = match record.kind.as_ref() {
            "script.step" => self.tell_step(line),
            kind if kind.starts_with("clock.") => self.tell_clock(line),
            kind if kind.starts_with("node.") => tell_condition(line),
            kind if kind.starts_with("fault.") => self.tell_fault(line),
            kind if kind.starts_with("net.") || kind == "timer" => self.tell_message(line),
            kind if kind.starts_with("client.") => self.tell_client(line),
            kind if kind.starts_with("kdc.") => self.tell_kdc(line),
            kind if kind.starts_with("orb.") || kind.starts_with("was.") => self.tell_server(line),
            kind if kind.starts_with("saf.") || kind.starts_with("nas.") => self.tell_service(line),
            "esm.command" | "esm.state" => tell_administration(line),
            "esm.key-ring" => tell_key_ring(line),
            "esm.log" | "esm.revoked" | "esm.password" => tell_log(line),
            "check" => self.tell_check(line),
            _ => self.tell_region(line),
        };
        let place = place.or_else(|| self.command_written(line));
        Sentence { text, place }
    }

    /// Where the command stands that a program issued.
    pub(super) fn command_written(&self, line: &Line) -> Option<Written> {
        let (program, text) = (word(&line.record, "program"), word(&line.record, "text"));
        if line.record.kind != "exec.begin" {
            return None;
        }
        let place = self.plan.command_place(node(line), program, text)?;
        Some(Written { what: format!("program {program}"), place })
    }

    fn tell_step(&self, line: &Line) -> String {
        let who = node(line);
        let index = usize::try_from(number(&line.record, "step") - 1).ok();
        let step = index.and_then(|index| self.plan.scenario.script.get(index));
        let Some(step) = step else {
            return format!("{who} begins {}", word(&line.record, "action"));
        };
        match &step.action {
            Action::LogOn { password: None } => format!("{who} logs on"),
            Action::LogOn { password: Some(_) } => {
                format!("{who} logs on with a password that the script types")
            }
            Action::GetTicket { service, life: None } => {
                format!("{who} wants a ticket for {service}")
            }
            Action::GetTicket { service, life: Some(life) } => {
                format!("{who} wants a ticket for {service} that is valid for {life}")
            }
            Action::MakeToken { service, name, .. } => {
                format!("{who} makes a token for {service} and keeps it as {name:?}")
            }
            Action::Start {
                region,
                transaction,
                userid,
                terminal,
                token,
                token_form,
                documents,
                ..
            } => {
                let user = match (terminal, userid) {
                    (Some(terminal), _) => format!("from terminal {terminal}"),
                    (None, Some(userid)) => format!("as {userid}"),
                    (None, None) => "as the default user".to_owned(),
                };
                let token = token_words(token);
                let form = if token_form.is_bit() { "" } else { " as base64 text" };
                let with = match (token.as_str(), documents.is_empty()) {
                    ("no token", false) => document_words(documents),
                    (token, true) => format!("{token}{form}"),
                    (token, false) => format!("{token}{form} and {}", document_words(documents)),
                };
                format!("{who} starts {transaction} in {region} {user}, with {with}")
            }
            Action::GetAssertion { from, name, .. } => {
                format!("{who} asks {from} for an assertion and keeps it as {name:?}")
            }
            Action::SetJvmServer { name, status } => {
                format!("JVM server {name} of {who} is set {}", status.word())
            }
            action @ Action::Call { .. } => call_step(who, action).unwrap_or_default(),
            Action::Restart => format!("{who} is started anew"),
            Action::Racf(_) => format!("an administrator enters a RACF command for {who}"),
            Action::Wait { time } => {
                format!("{who} waits {}", span(time.nanoseconds().unsigned_abs()))
            }
            Action::Answer { saf, rc, rsn, .. } => format!(
                "{who} is made to answer its next call with SAF {saf}, ESM X'{rc:X}', reason \
                 X'{rsn:08X}'"
            ),
            _ => format!("{who} begins {}", word(&line.record, "action")),
        }
    }

    pub(super) fn tell_clock(&self, line: &Line) -> String {
        let record = &line.record;
        let clock = format!("the clock of {}", word(record, "system"));
        let before = self.calendar.text(word(record, "before"));
        let after = self.calendar.text(word(record, "after"));
        let ppm = per_million(number(record, "ppb"));
        match record.kind.as_ref() {
            "clock.step" => {
                let by = number(record, "by");
                let way = if by < 0 { "back" } else { "ahead" };
                let amount = span(by.unsigned_abs());
                format!("{clock} is stepped {amount} {way}, from {before} to {after}")
            }
            "clock.set" => format!("{clock} is set to {after}; it showed {before}"),
            "clock.drift" if number(record, "ppb") == 0 => format!("{clock} no longer drifts"),
            "clock.drift" => {
                let verb = if number(record, "ppb") < 0 { "lose" } else { "gain" };
                format!("{clock} begins to {verb} {ppm} ppm")
            }
            "clock.freeze" => format!("{clock} stands still at {before}"),
            "clock.thaw" => format!("{clock} runs again from {after}"),
            _ => format!("a time service begins to bring {clock} back to true time, by {ppm} ppm"),
        }
    }

    fn tell_fault(&self, line: &Line) -> String {
        let record = &line.record;
        let rule = word(record, "rule");
        let messages = number(record, "messages");
        let parted = || rule.replacen(" | ", " and ", 1);
        match record.kind.as_ref() {
            "fault.partition" => format!("{} are parted: nothing passes between them", parted()),
            "fault.heal" => format!("messages pass between {} again", parted()),
            "fault.release" => format!("what fault {rule} holds goes on ({messages} messages)"),
            "fault.replayed" => {
                format!("what fault {rule} stored is sent again ({messages} messages)")
            }
            "fault.answer" => format!(
                "{} answers a call of {} with codes that the script gives it: SAF {}, ESM X'{:X}', \
                 reason {}",
                node(line),
                word(record, "service"),
                number(record, "saf"),
                number(record, "rc"),
                word(record, "rsn")
            ),
            "fault.add" => format!("fault {rule} begins to act"),
            "fault.remove" => format!("fault {rule} ends"),
            kind => {
                let fault = self.plan.scenario.faults.iter().find(|fault| fault.name == rule);
                let part = fault.and_then(|fault| fault.part.as_deref());
                let part = part.map(|part| format!("part {part} of ")).unwrap_or_default();
                let message = format!("{part}{}", self.message_words(line));
                fault_words(kind, rule, &message, fault.map(|fault| &fault.answer))
            }
        }
    }

    /// A message with its ends and its link: `the TGS-REQ from alice to SYSA.NAS on link alice-kdc`.
    pub(super) fn message_words(&self, line: &Line) -> String {
        let record = &line.record;
        let kind = line.record.kind.as_ref();
        let own = node(line);
        let (from, to) = match kind {
            "net.send" | "net.refused" => (own, word(record, "to")),
            "net.deliver" => (word(record, "from"), own),
            "net.lost" => ("", own),
            _ => (word(record, "from"), word(record, "to")),
        };
        let from = if from.is_empty() { String::new() } else { format!(" from {from}") };
        let link = match word(record, "link") {
            "" => String::new(),
            link => format!(" on link {link}"),
        };
        format!("the {}{from} to {to}{link}", message_name(word(record, "what")))
    }

    fn tell_message(&self, line: &Line) -> String {
        let record = &line.record;
        let own = node(line);
        let message = self.message_words(line);
        match record.kind.as_ref() {
            "net.send" => format!("{own} sends {message}"),
            "net.deliver" => format!("{message} arrives"),
            "net.refused" => format!("{own} is told that nobody took {message}"),
            "net.lost" if word(record, "what").is_empty() => {
                format!("a timer or step of {own} comes to nothing: {}", word(record, "why"))
            }
            "net.lost" => format!("{message} is lost: {}", word(record, "why")),
            "net.unreadable" => format!("{own} cannot read what came, and drops it"),
            _ => {
                let set_for = self.calendar.text(word(record, "set_for"));
                format!("a timer of {own} ends, set for {set_for} by its own clock")
            }
        }
    }

    fn tell_client(&self, line: &Line) -> String {
        let record = &line.record;
        let own = node(line);
        let get = |name| word(record, name);
        let time = |name| self.calendar.text(get(name));
        match record.kind.as_ref() {
            "client.logon" => {
                format!("{own} has a ticket-granting ticket, valid until {}", time("ends"))
            }
            "client.ticket" => format!(
                "{own} has a ticket for {}, valid from {} until {}",
                get("service"),
                time("starts"),
                time("ends")
            ),
            "client.token" => format!(
                "{own} makes a token that says {}, from the ticket that ends {}",
                time("time"),
                time("ticket_ends")
            ),
            "client.start" => {
                let bytes = number(record, "bytes");
                let token = match bytes {
                    0 => "no token".to_owned(),
                    bytes => format!("a token of {bytes} bytes"),
                };
                let terminal = get("terminal");
                let at = if terminal.is_empty() {
                    String::new()
                } else {
                    format!(" from terminal {terminal}")
                };
                format!("{own} sends the request for {}{at} with {token}", get("transaction"))
            }
            "client.result" => format!("{own} is told how its transaction ended: {}", get("end")),
            "client.failed" => format!("{own} cannot go on with {}: {}", get("what"), get("why")),
            "client.mutual" if get("verdict") == "accepted" => {
                format!("{own} accepts the region's own proof")
            }
            "client.mutual" => format!("{own} refuses the region's own proof: {}", get("why")),
            "client.passticket" if get("verdict") == "accepted" => {
                format!("{own} opens the PassTicket in {} and keeps it", get("container"))
            }
            "client.passticket" => {
                format!("{own} cannot open what is in {}: {}", get("container"), get("why"))
            }
            "client.document" => format!("{own} keeps {:?}", get("name")),
            kind => generic(own, kind),
        }
    }

    fn tell_check(&self, line: &Line) -> String {
        let verb = if word(&line.record, "verdict") == "passed" { "yes" } else { "no" };
        let own = node(line);
        format!("{own} says {verb} by {}: {}", word(&line.record, "rule"), self.comparison(line))
    }

    fn tell_region(&self, line: &Line) -> String {
        let record = &line.record;
        let own = node(line);
        let get = |name| word(record, name);
        match record.kind.as_ref() {
            "region.active" => format!("{own} has initialized"),
            "terminal.signon" => {
                format!("{own} has {} signed on at terminal {}", get("userid"), get("terminal"))
            }
            "terminal.signoff" => {
                format!("{own} signs {} off at terminal {}", get("userid"), get("terminal"))
            }
            "region.failed" => format!("{own} cannot initialize: {}", get("why")),
            "task.attach" => format!(
                "{own} attaches {} for user {}, program {}",
                get("transaction"),
                get("userid"),
                get("program")
            ),
            "task.refused" => format!("{own} refuses {}: {}", get("transaction"), get("why")),
            "task.method" => format!(
                "a program of {own} calls {} of {} for {}",
                get("method"),
                get("server"),
                get("userid")
            ),
            "task.end" => format!("the task of {} ends normally", get("transaction")),
            "task.abend" => {
                format!("the task of {} ends with abend {}", get("transaction"), get("code"))
            }
            "exec.begin" => format!("{own} executes {}", get("text")),
            "exec.end" => match (get("resp"), number(record, "resp2")) {
                (resp, 0) => format!("{} ends with {resp}", get("command")),
                (resp, resp2) => format!("{} ends with {resp}, RESP2 {resp2}", get("command")),
            },
            "cscs.message" => {
                let reason = [get("id"), get("reason")].join(" ").trim_end().to_owned();
                format!("{} writes {reason} to queue {}", get("region"), get("queue"))
            }
            "message.suppressed" => format!("the exit at XMEOUT suppresses {}", get("id")),
            "message.lost" => {
                format!("{} for queue {} is lost: {}", get("id"), get("queue"), get("why"))
            }
            "td.write" => format!("a record is written to queue {}", get("queue")),
            "idp.assertion" => {
                let ends = self.calendar.text(get("not_on_or_after"));
                let ends = if ends.is_empty() { ends } else { format!(", valid until {ends}") };
                format!("{own} issues an assertion about {}{ends}", get("subject"))
            }
            "jvmserver.status" => {
                format!("JVM server {} of {own} is {}", get("jvmserver"), get("status"))
            }
            "saml.request" => format!(
                "{own} passes a token of {} bytes to DFHSAML for {}",
                number(record, "bytes"),
                get("function")
            ),
            "saml.response" => {
                let why = get("why");
                let why = if why.is_empty() { String::new() } else { format!(": {why}") };
                format!("DFHSAML answers {} {}{why}", number(record, "response"), get("name"))
            }
            kind => generic(own, kind),
        }
    }
}

/// A record of a kind that has no words of its own yet: what the table of kinds says of it.
pub(super) fn generic(own: &str, kind: &str) -> String {
    let meaning = kinds::find(kind).map_or(kind, |kind| kind.meaning);
    let who = if own.is_empty() { String::new() } else { format!("{own}: ") };
    format!("{who}{}", meaning.trim_end_matches('.'))
}

/// `DFHSAML-TOKEN from "token"`: containers and where their data comes from.
fn document_words(documents: &BTreeMap<String, Document>) -> String {
    let each = documents.iter().map(|(container, document)| match &document.from {
        Source::Kept(name) => format!("{container} from {name:?}"),
        Source::File(file) => format!("{container} from {file}"),
    });
    each.collect::<Vec<_>>().join(", ")
}

fn token_words(token: &Token) -> String {
    match token {
        Token::None => "no token".to_owned(),
        Token::New => "a new token".to_owned(),
        Token::Made(name) => format!("the token {name:?} that it made before"),
        Token::Again => "the token that it presented last".to_owned(),
        Token::File(file) => format!("the bytes of {file} as its token"),
        Token::Hex(_) => "the bytes of the script as its token".to_owned(),
    }
}

/// A RACF command, or what commands changed that a decision rests on.
fn tell_administration(line: &Line) -> String {
    let (own, record) = (node(line), &line.record);
    let (changed, refused) = (texts(record, "changed"), texts(record, "refused"));
    if record.kind == "esm.command" {
        let refused = if refused.is_empty() { refused } else { format!("; refused: {refused}") };
        return format!("{own} carries out {}{refused}", word(record, "text"));
    }
    let waiting = texts(record, "not_in_storage");
    let mut told = format!("{own} is about to decide on what was changed before");
    if !changed.is_empty() {
        told.push_str(&format!(": {changed}"));
    }
    if !waiting.is_empty() {
        told.push_str(&format!("; not in storage yet: {waiting}"));
    }
    told
}

/// What is connected to a key ring, with what keeps a certificate from being given.
fn tell_key_ring(line: &Line) -> String {
    let record = &line.record;
    let connected = record.get("certificates").and_then(Value::as_list).unwrap_or_default();
    let each = connected.iter().filter_map(Value::as_object).map(|held| {
        let field = |name| held.get(name).and_then(Value::as_text).unwrap_or_default();
        format!("{} {} ({})", field("owner"), field("label"), field("trust"))
    });
    let each: Vec<String> = each.collect();
    let held = if each.is_empty() { "nothing".to_owned() } else { each.join(", ") };
    let (own, user, ring) = (node(line), word(record, "userid"), word(record, "ring"));
    format!("{own} reads key ring {user}/{ring}: {held}")
}

/// What the ESM says of a refusal, or of what sign-ons change.
fn tell_log(line: &Line) -> String {
    let (own, user) = (node(line), word(&line.record, "userid"));
    match line.record.kind.as_ref() {
        "esm.revoked" => format!("{own} revokes {user} after too many wrong passwords"),
        "esm.password" => {
            format!("{own} gives {user} the new {} of his sign-on", word(&line.record, "what"))
        }
        _ if !word(&line.record, "resource").is_empty() => {
            let (resource, class) = (word(&line.record, "resource"), word(&line.record, "class"));
            let (wanted, held) =
                (word(&line.record, "access_intent"), word(&line.record, "access_allowed"));
            format!(
                "{own} tells its log of {user}, who wanted {wanted} access to {resource} of class \
                 {class} and has {held}"
            )
        }
        _ => format!("{own} tells its log of {user}: {}", word(&line.record, "why")),
    }
}

fn tell_condition(line: &Line) -> String {
    let own = node(line);
    match line.record.kind.as_ref() {
        "node.start" => format!("{own} starts"),
        "node.up" => format!("{own} works as usual again"),
        "node.stopped" => format!("{own} is stopped: nobody is there"),
        "node.refusing" => format!("{own} begins to refuse every message"),
        "node.held" => format!("{own} is held: it keeps what comes and does nothing"),
        "node.slow" => {
            let by = span(number(&line.record, "by").unsigned_abs());
            format!("{own} becomes slow: everything takes {by} longer")
        }
        kind => generic(own, kind),
    }
}

fn fault_words(kind: &str, rule: &str, message: &str, answer: Option<&FaultAnswer>) -> String {
    match (kind, answer) {
        ("fault.drop", _) => format!("fault {rule} drops {message}"),
        ("fault.delay", Some(FaultAnswer::Delay(by))) => {
            let by = span(by.nanoseconds().unsigned_abs());
            format!("fault {rule} delays {message} by {by}")
        }
        ("fault.duplicate", Some(FaultAnswer::Duplicate { copies, after })) => {
            let after = span(after.nanoseconds().unsigned_abs());
            let times = match copies {
                1 => format!("once more, {after} later"),
                copies => format!("{copies} times more, {after} after one another"),
            };
            format!("fault {rule} delivers {message} {times}")
        }
        ("fault.reorder", _) => format!("fault {rule} lets the next message overtake {message}"),
        ("fault.hold", _) => format!("fault {rule} holds {message} back"),
        ("fault.corrupt", Some(FaultAnswer::FlipBit { from_start, from_end })) => {
            let bit = match (from_start, from_end) {
                (Some(bit), _) => format!("bit {bit} from the start"),
                (None, Some(bit)) => format!("bit {bit} from the end"),
                (None, None) => "a bit".to_owned(),
            };
            format!("fault {rule} inverts {bit} of {message}")
        }
        ("fault.corrupt", Some(FaultAnswer::Truncate { keep })) => {
            format!("fault {rule} lets only the first {keep} bytes of {message} through")
        }
        ("fault.corrupt", Some(FaultAnswer::Extend { with })) => {
            format!("fault {rule} adds {} bytes to {message}", with.0.len())
        }
        ("fault.corrupt", Some(FaultAnswer::Overwrite { with, .. })) => {
            format!("fault {rule} overwrites {} bytes of {message}", with.0.len())
        }
        ("fault.corrupt", _) => format!("fault {rule} changes {message}"),
        ("fault.tap", _) => format!("fault {rule} keeps a copy of {message}"),
        ("fault.replay", _) => format!("{message} that fault {rule} stored is sent again"),
        ("fault.pass", _) => format!("fault {rule} lets {message} pass"),
        _ => format!("fault {rule}: {} ({message})", generic("", kind)),
    }
}

/// The name of a message in a sentence.
pub(super) fn message_name(what: &str) -> &str {
    match what {
        "start" => "request to start",
        "start-reply" => "answer to the request to start",
        "saf-call" => "SAF call",
        "saf-return" => "SAF return",
        "nas-call" => "call of the NAS",
        "nas-return" => "return of the NAS",
        "td-write" => "record for the queue",
        "td-done" => "answer of the queue's destination",
        other => other,
    }
}

/// Parts per billion as parts per million.
fn per_million(ppb: i64) -> String {
    let ppb = ppb.unsigned_abs();
    let (whole, rest) = (ppb / 1000, ppb % 1000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{}", format!("{rest:03}").trim_end_matches('0'))
}
