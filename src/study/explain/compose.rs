//! Builds the explanation of one entry, and of one line of a log.

use std::collections::BTreeMap;

use super::line::Split;
use super::{Candidate, Explanation, Insert};
use crate::catalogue::conditions::Condition;
use crate::catalogue::cures::{self, Place};
use crate::catalogue::dfhxs1402::{self, CallSite, Reason, classify};
use crate::catalogue::messages::{self, Message};
use crate::catalogue::response::{self, Response};
use crate::catalogue::saf::{self, SafReturn, Service};
use crate::catalogue::{Entry, Kind, kerberos_status, neighbours, shown_by};
use crate::check::Mark;

/// Values that take the place of names in lines to type.
type Values = BTreeMap<&'static str, String>;

/// The explanation of an entry.
pub(super) fn entry(entry: &Entry, entries: &[Entry]) -> Explanation {
    let mut told = plain(entry, entries);
    match entry.kind {
        Kind::Message => message(&mut told),
        Kind::Reason => reason(&mut told),
        Kind::Response => response(&mut told),
        Kind::Abend => told.system_action = Some(ABEND_ACTION.to_owned()),
        Kind::Condition => condition(&mut told),
        Kind::ServiceCode => service_code(&mut told),
        Kind::Status => status(&mut told),
        Kind::SamlResponse | Kind::Container | Kind::Assertion => {}
    }
    told
}

const ABEND_ACTION: &str = "The task ends abnormally with the code; the region carries on.";

/// What every kind of entry has.
fn plain(entry: &Entry, entries: &[Entry]) -> Explanation {
    let (lines, placeholders) = typed(cures::lookup(&entry.key), &Values::new());
    let neighbours = neighbours::of(&entry.key).into_iter().filter_map(|(key, tell)| {
        let other = entries.iter().find(|entry| entry.key == key)?;
        Some((Candidate::of(other), tell))
    });
    let beyond = entry.beyond.map(|why| format!("No scenario can show it: {why}."));
    Explanation {
        heading: format!("{}: {}", entry.key, entry.title),
        explanation: vec![entry.text.to_string(), entry.cause.to_owned()],
        system_action: None,
        user_response: entry.cure.to_owned(),
        lines,
        placeholders,
        module: None,
        destination: None,
        inserts: Vec::new(),
        neighbours: neighbours.collect(),
        scenario: shown_by::lookup(&entry.key),
        notes: beyond.into_iter().collect(),
        entry: entry.clone(),
    }
}

/// Lines to type with the values that are known, and the names that are left.
#[expect(clippy::type_complexity, reason = "two columns of the explanation")]
fn typed(
    lines: &[(Place, &'static str)],
    values: &Values,
) -> (Vec<(&'static str, String)>, Vec<(&'static str, String)>) {
    let mut left: Vec<(&'static str, String)> = Vec::new();
    let filled = lines.iter().map(|(place, line)| {
        let mut text = String::new();
        let mut rest: &'static str = line;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(values.get(name).map_or(name, String::as_str));
            let meaning = cures::placeholder(name).filter(|_| !values.contains_key(name));
            if let Some(meaning) = meaning.filter(|_| left.iter().all(|(known, _)| *known != name))
            {
                left.push((name, meaning.to_owned()));
            }
            rest = after;
        }
        text.push_str(rest);
        (place.word(), text)
    });
    let filled = filled.collect();
    (filled, left)
}

fn message(told: &mut Explanation) {
    let Some(message) = messages::lookup(&told.entry.key) else { return };
    told.system_action = message.system_action.map(str::to_owned);
    told.module = Some(message.module);
    told.destination = Some(message.destination);
    told.inserts = inserts(message);
    told.heading = format!("{}: a {}", message.id, told.entry.title);
    if message.template.is_none() {
        let unknown = match message.mark {
            Mark::Assumed => {
                "The message exists. Its text is not public, and none is made up here."
            }
            Mark::Documented => {
                "The message exists. Its text is not given here, and its facts are."
            }
        };
        told.explanation = vec![unknown.to_owned(), told.entry.cause.to_owned()];
        return;
    }
    if message.id == dfhxs1402::ID {
        told.explanation.push("The reasons, each with an explanation of its own:".to_owned());
        let of = |row: &dfhxs1402::ReasonRow| format!("{}  {}", row.reason.key(), row.text);
        told.explanation.extend(dfhxs1402::ROWS.iter().map(of));
        told.user_response = format!("{} {}", told.entry.cure, dfhxs1402::USER_RESPONSE);
    }
}

fn inserts(message: &Message) -> Vec<Insert> {
    let insert = |(at, name): (usize, &&'static str)| Insert {
        number: at + 1,
        name,
        meaning: messages::insert_meaning(name),
        value: None,
        reads: None,
    };
    message.inserts.iter().enumerate().map(insert).collect()
}

fn assumed(mark: Mark) -> &'static str {
    if mark == Mark::Assumed { " (assumed)" } else { "" }
}

fn reason(told: &mut Explanation) {
    let number = told.entry.key.rsplit('/').next().and_then(|number| number.parse().ok());
    let Some(reason) = number.and_then(Reason::from_number) else { return };
    let row = reason.row();
    told.heading = format!("{}: reason {} of {}", reason.key(), reason.number(), dfhxs1402::ID);
    let codes = match row.codes {
        Some(codes) => format!("The message shows {}{}.", words(codes), assumed(row.codes_mark)),
        None => "The message shows whatever codes the service returned.".to_owned(),
    };
    told.explanation.push(codes);
    told.system_action = Some(action(row.response));
    told.user_response = format!("{} {}", row.cure, dfhxs1402::USER_RESPONSE);
    told.module = Some(Some(dfhxs1402::MODULE));
    told.destination = Some(dfhxs1402::DESTINATION);
    told.inserts = inserts(&messages::DFHXS1402);
}

/// Codes as a message shows them.
fn words(codes: SafReturn) -> String {
    let SafReturn { saf, rc, rsn } = codes;
    format!("SAF code {saf}, ESM code X'{rc:X}', ESM reason X'{rsn:X}'")
}

/// What a region does where VERIFY TOKEN fails for a reason.
fn action(row: &Response) -> String {
    let Response { command, resp, resp2, mark, .. } = row;
    let answer = format!("{command} answers {resp}, RESP2 {resp2}{}.", assumed(*mark));
    let abend =
        resp.abend().map(|abend| format!(" Without RESP or NOHANDLE the task abends {abend}."));
    format!("{} {answer}{}", dfhxs1402::SYSTEM_ACTION, abend.unwrap_or_default())
}

fn response(told: &mut Explanation) {
    let Some(row) = response::all().find(|row| row.key() == told.entry.key) else { return };
    told.heading = format!("{}, RESP2 {}, of {}", row.resp, row.resp2, row.command);
    told.system_action = Some(condition_action(row.resp, Some(row.resp2)));
    let reasons = dfhxs1402::ROWS.iter().filter(|reason| reason.response == row);
    let reasons: Vec<String> = reasons.map(|row| row.reason.key()).collect();
    if !reasons.is_empty() {
        let reasons = reasons.join(", ");
        told.explanation.push(format!("It comes with a message on CSCS: {reasons}."));
    }
}

/// What a region does with a condition.
fn condition_action(condition: Condition, resp2: Option<i32>) -> String {
    let resp = format!("EIBRESP {} ({condition})", condition.number());
    let resp2 = resp2.map(|resp2| format!(" and EIBRESP2 {resp2}")).unwrap_or_default();
    match condition.abend() {
        Some(abend) => format!(
            "The task goes on with {resp}{resp2} where the command has RESP or NOHANDLE; \
             otherwise it abends {abend}."
        ),
        None => format!("The task goes on with {resp}{resp2}."),
    }
}

fn condition(told: &mut Explanation) {
    let Some(condition) = Condition::from_name(&told.entry.key) else { return };
    told.heading = format!("{condition}: RESP {}", condition.number());
    told.system_action = Some(condition_action(condition, None));
    if condition == Condition::Normal {
        told.explanation = vec!["The command did what it was asked.".to_owned()];
        told.user_response = "Nothing to do.".to_owned();
        return;
    }
    let rows: Vec<String> = response::all()
        .filter(|row| row.resp == condition)
        .map(|row| format!("{}  {}", row.key(), row.meaning))
        .collect();
    if !rows.is_empty() {
        told.explanation.push("RESP2 says which case it is:".to_owned());
        told.explanation.extend(rows);
    }
}

fn service_code(told: &mut Explanation) {
    let Some((service, row)) = row_of(&told.entry.key) else { return };
    told.explanation = vec![row.meaning.to_owned()];
    let site = match service {
        Service::RTicketserv => CallSite::RTicketserv,
        Service::RUsermap => CallSite::RUsermap,
        Service::RGenSec => CallSite::RGenSecAccept,
        Service::RacrouteAuth | Service::RacrouteVerify | Service::RDatalib | Service::InitAcee => {
            return;
        }
    };
    if row.any_reason {
        told.explanation
            .push("Which reason DFHXS1402 gives depends on the status word.".to_owned());
    } else if row.codes != saf::SUCCESS {
        let reason = classify(site, row.codes);
        let text = reason.text();
        told.explanation.push(format!("DFHXS1402 reports it as {}: {text}", reason.key()));
    }
}

/// The service and the row of a key.
fn row_of(key: &str) -> Option<(Service, &'static saf::ServiceCode)> {
    saf::ROWS.iter().find_map(|row| {
        let service = row.services.iter().find(|service| row.key(**service) == key)?;
        Some((*service, row))
    })
}

fn status(told: &mut Explanation) {
    let of_key = |row: &&kerberos_status::Status| format!("X'{:08X}'", row.word) == told.entry.key;
    let Some(row) = kerberos_status::ROWS.iter().find(of_key) else { return };
    let signed = row.word.cast_signed();
    told.heading = format!("{}: {}", told.entry.key, row.symbol);
    told.explanation = vec![row.meaning.to_owned()];
    let protocol = match kerberos_status::protocol_error(row.word) {
        Some(number) => format!("; Kerberos error {number}"),
        None => String::new(),
    };
    told.explanation.push(format!("In a fullword: {signed}{protocol}."));
    let reason = |site| classify(site, SafReturn::nas(row.word));
    let ticketserv = reason(CallSite::RTicketserv);
    told.explanation.push(format!(
        "Where R_ticketserv returns it, DFHXS1402 gives {}; where R_GenSec does, {}.",
        ticketserv.key(),
        reason(CallSite::RGenSecAccept).key(),
    ));
    if ticketserv != Reason::Unclassified {
        told.user_response = ticketserv.row().cure.to_owned();
    }
}

/// The explanation of a line with its values.
pub(super) fn of_line(split: &Split, entries: &[Entry]) -> Option<Explanation> {
    let id = split.message.id;
    let find = |key: &str| entries.iter().find(|entry| entry.key == key);
    let reason = split.get("reason").and_then(reason_of);
    let key = reason.map_or_else(|| id.to_owned(), Reason::key);
    let mut told = entry(find(&key)?, entries);
    told.heading = heading(split, &told.heading);
    if let Some(reason) = reason {
        // The line itself shows the codes.
        told.explanation = vec![reason.text().to_owned(), reason.row().cause.to_owned()];
    }
    let codes = codes(split);
    let meanings = codes.map(|codes| meanings(split, reason, codes, entries)).unwrap_or_default();
    for (of, text) in &meanings {
        told.explanation.push(format!("{}: {text}", of.key));
    }
    values(&mut told, split, &meanings);
    if reason.is_none_or(|reason| reason == Reason::Unclassified) {
        // The codes say more than the text: their cure and their scenario, the status word's first.
        let of_codes: Vec<&Entry> = meanings.iter().rev().map(|(entry, _)| *entry).collect();
        let shown = of_codes.iter().find_map(|entry| shown_by::lookup(&entry.key));
        told.scenario = shown.or(told.scenario);
        lines(&mut told, split, &of_codes);
    } else {
        lines(&mut told, split, &[]);
    }
    told.notes.extend(notes(split, reason, codes));
    Some(told)
}

/// The reason of a text, as a message inserts it; the full stop may be missing.
pub(super) fn reason_of(text: &str) -> Option<Reason> {
    let same =
        |own: &str| own.trim_end_matches('.').eq_ignore_ascii_case(text.trim_end_matches('.'));
    dfhxs1402::ROWS.iter().find(|row| same(row.text)).map(|row| row.reason)
}

fn heading(split: &Split, of_entry: &str) -> String {
    let of = |name, before: &str| {
        let value = split.get(name).filter(|value| !value.is_empty());
        value.map(|value| format!("{before}{value}")).unwrap_or_default()
    };
    let region = of("applid", " of region ");
    let task = of("taskid", ", task ");
    let when = format!("{}{}", of("date", ", "), of("time", " "));
    format!("{of_entry}\n{}{region}{task}{when}", split.message.id)
}

fn codes(split: &Split) -> Option<SafReturn> {
    let code = |name| u32::from_str_radix(split.get(name)?, 16).ok();
    Some(SafReturn::new(code("safresp")?, code("esmresp")?, code("esmreas")?))
}

/// What the codes of a line mean in the service that returned them; where the message does not say
/// which service that is, in each that knows them.
fn meanings<'a>(
    split: &Split,
    reason: Option<Reason>,
    codes: SafReturn,
    entries: &'a [Entry],
) -> Vec<(&'a Entry, String)> {
    let find = |key: &str| entries.iter().find(|entry| entry.key == key);
    let services: Vec<Service> = match reason {
        Some(reason) => services_of(reason, codes),
        None => [Service::RacrouteAuth]
            .into_iter()
            .filter(|_| split.message.id == messages::DFHXS1111.id)
            .collect(),
    };
    let mut found: Vec<(&Entry, String)> = Vec::new();
    let mut has_status = false;
    for service in services {
        let Some(row) = saf::lookup(service, codes) else { continue };
        // What several services say in the same words is said once.
        let known = found.iter().any(|(_, text)| text == row.meaning);
        if let Some(entry) = find(&row.key(service)).filter(|_| !known) {
            found.push((entry, row.meaning.to_owned()));
        }
        has_status |= row.any_reason;
    }
    let word = format!("X'{:08X}'", codes.rsn);
    if let Some(entry) = find(&word).filter(|_| has_status) {
        found.push((entry, format!("{}. {}", entry.title, entry.text)));
    }
    found
}

/// The services whose return makes a reason with these codes.
fn services_of(reason: Reason, codes: SafReturn) -> Vec<Service> {
    let sites = [
        (CallSite::RTicketserv, Service::RTicketserv),
        (CallSite::RUsermap, Service::RUsermap),
        (CallSite::RGenSecAccept, Service::RGenSec),
    ];
    let makes = |site: &(CallSite, Service)| classify(site.0, codes) == reason;
    sites.into_iter().filter(makes).map(|(_, service)| service).collect()
}

/// Puts the values of a line beside its inserts.
fn values(told: &mut Explanation, split: &Split, meanings: &[(&Entry, String)]) {
    told.inserts = inserts(split.message);
    for insert in &mut told.inserts {
        insert.value = split.inserts.get(insert.number - 1).cloned().flatten();
        let Some(value) = insert.value.as_deref() else { continue };
        insert.reads = match insert.name {
            "date" => date_order(value).map(str::to_owned),
            "reason" => reason_of(value).map(Reason::key),
            "safresp" | "esmresp" => {
                u32::from_str_radix(value, 16).ok().map(|code| code.to_string())
            }
            "esmreas" => {
                let word = format!("X'{value:0>8}'").to_ascii_uppercase();
                meanings.iter().find(|(entry, _)| entry.key == word).map(|(_, text)| text.clone())
            }
            _ => None,
        };
    }
}

/// Which DATFORM a date was written in, as far as its numbers tell.
fn date_order(date: &str) -> Option<&'static str> {
    let mut parts = date.split(['/', '.', '-']);
    let (first, second) = (parts.next()?, parts.next()?);
    let number = |part: &str| part.parse::<u32>().ok();
    Some(match (number(first)?, number(second)?) {
        _ if first.len() == 4 => "DATFORM=YYMMDD",
        (13.., 13..) => return None,
        (32.., _) => "DATFORM=YYMMDD",
        (13.., _) => "DATFORM=DDMMYY, or YYMMDD with two digits for the year",
        (_, 13..) => "DATFORM=MMDDYY",
        _ => "DATFORM=MMDDYY or DDMMYY: the numbers do not tell",
    })
}

/// The lines to type with the values of the line in them. Codes that no reason stands for bring
/// their own cure.
fn lines(told: &mut Explanation, split: &Split, codes: &[&Entry]) {
    let keys = codes.iter().map(|entry| entry.key.as_str()).chain([told.entry.key.as_str()]);
    let Some(found) = keys.map(cures::lookup).find(|lines| !lines.is_empty()) else { return };
    let mut values = Values::new();
    // DFHXS1402 names the task's user, who need not be the one that must be changed.
    let names: &[&'static str] = match split.message.id {
        dfhxs1402::ID => &["applid"],
        _ => &["applid", "class", "resource", "tranid", "userid"],
    };
    for name in names {
        if let Some(value) = split.get(name) {
            values.insert(name, value.to_owned());
        }
    }
    if values.get("class").is_some_and(|class| class == TRANSACTIONS) {
        values.insert("access", "READ".to_owned());
    }
    let (lines, mut placeholders) = typed(found, &values);
    if let Some(applid) = values.get("applid") {
        for (_, meaning) in placeholders.iter_mut().filter(|(name, _)| *name == "region_userid") {
            meaning.push(' ');
            meaning.push_str(applid);
        }
    }
    told.lines = lines;
    told.placeholders = placeholders;
}

/// Class of transactions, for which attach asks READ.
const TRANSACTIONS: &str = "TCICSTRN";

/// What is odd about a line.
fn notes(split: &Split, reason: Option<Reason>, codes: Option<SafReturn>) -> Vec<String> {
    let mut notes = Vec::new();
    let missing = split.inserts.iter().filter(|value| value.is_none()).count();
    let stampless = split.get("date").is_none() && split.message.inserts.first() == Some(&"date");
    let expected = if stampless { 2 } else { 0 };
    if missing > expected {
        let told = match split.rest.is_empty() {
            true => "The line ends before the message does.",
            false => "The line goes on otherwise than the message does.",
        };
        notes.push(told.to_owned());
    }
    if !split.rest.is_empty() {
        notes.push(format!("Not part of the message: {}", split.rest));
    }
    if let Some(text) = split.get("reason").filter(|_| reason.is_none()) {
        notes.push(format!("The message has no such reason: {text}"));
    }
    if let (Some(reason), Some(codes)) = (reason, codes)
        && !CallSite::ALL.iter().any(|site| classify(*site, codes) == reason)
    {
        let found = CallSite::ALL.iter().map(|site| classify(*site, codes));
        let named = found.clone().find(|reason| *reason != Reason::Unclassified);
        let other = named.unwrap_or(Reason::Unclassified);
        notes.push(format!(
            "The codes stand for another reason than the text: {}, {}",
            other.key(),
            other.text()
        ));
    }
    notes
}
