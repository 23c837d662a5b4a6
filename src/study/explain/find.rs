//! From what was said to the entries of the catalogue that are meant.
//!
//! The plainest reading wins: a message's id, a whole key, the words of a reason, codes, and at last
//! words that stand anywhere in an entry. Within one reading everything that fits is a candidate.

use std::collections::BTreeSet;

use super::said::{Part, Said, fullword, parts};
use super::{Answer, Candidate, compose, line};
use crate::catalogue::dfhxs1402::{self, Reason};
use crate::catalogue::kerberos_status::{self, from_protocol_error};
use crate::catalogue::messages;
use crate::catalogue::response;
use crate::catalogue::saf::{self, Service};
use crate::catalogue::{Entry, dfhsaml, saml_areas};
use crate::scalar::words::nearest;

/// Most entries that are named where nothing was found.
const NEAREST_MAX: usize = 6;

/// Most words that are looked at for misspelling.
const CORRECTED_MAX: usize = 8;

/// Answers a text.
pub(super) fn answer(text: &str, entries: &[Entry]) -> Answer {
    if let Some((id, after)) = line::id_in(text) {
        return of_message(&id, &after, entries);
    }
    if let Some(rule) = crate::study::rules().into_iter().find(|rule| rule.id == text.trim()) {
        let note = format!(
            "It is no outcome but a rule; `regionsim rules {}` lists it: {}",
            rule.id, rule.text
        );
        return Answer::Unknown { note: Some(note), nearest: Vec::new() };
    }
    let said = Said::of(&parts(text));
    let readings: [&dyn Fn() -> Vec<String>; 7] = [
        &|| by_key(text, entries),
        &|| of_saml(text),
        // Codes and nothing beside them.
        &|| if said.words.is_empty() { codes(&said) } else { Vec::new() },
        &|| reasons(text),
        &|| fitting(codes(&said), &said, entries),
        &|| named(&said, entries),
        &|| searched(text, entries),
    ];
    let keys = readings.iter().map(|reading| reading()).find(|keys| !keys.is_empty());
    match keys {
        Some(keys) => of_keys(&keys, entries),
        None => unknown(text, &said, entries),
    }
}

fn of_keys(keys: &[String], entries: &[Entry]) -> Answer {
    let mut found: Vec<&Entry> = Vec::new();
    for entry in keys.iter().filter_map(|key| entries.iter().find(|entry| entry.key == *key)) {
        if !found.contains(&entry) {
            found.push(entry);
        }
    }
    match found.as_slice() {
        [entry] => Answer::Explained(Box::new(compose::entry(entry, entries))),
        _ => Answer::Ambiguous(found.into_iter().map(Candidate::of).collect()),
    }
}

/// A message's id and what follows it: nothing, a reason, or the rest of the line.
fn of_message(id: &str, after: &str, entries: &[Entry]) -> Answer {
    let Some(message) = messages::lookup(id) else {
        let note = format!("{id} is none of the messages that are known here.");
        return Answer::Unknown { note: Some(note), nearest: like(id, entries) };
    };
    if words(after).is_empty() {
        return of_keys(&[id.to_owned()], entries);
    }
    if id == dfhxs1402::ID
        && let Some(reason) = reason_after(after)
    {
        return match reason {
            Some(reason) => of_keys(&[reason.key()], entries),
            None => Answer::Unknown {
                note: Some(format!(
                    "The reasons of {id} are {id}/1 to {id}/{}.",
                    dfhxs1402::ROWS.len()
                )),
                nearest: like(id, entries),
            },
        };
    }
    let split = line::split(message, after).and_then(|split| compose::of_line(&split, entries));
    if let Some(told) = split {
        return Answer::Explained(Box::new(told));
    }
    let keys = if id == dfhxs1402::ID { reasons(after) } else { Vec::new() };
    if !keys.is_empty() {
        return of_keys(&keys, entries);
    }
    match of_keys(&[id.to_owned()], entries) {
        Answer::Explained(mut told) => {
            let facts = line::racf_facts(id, after);
            if facts.is_empty() && !after.is_empty() {
                told.notes.push(format!("Not part of the message: {after}"));
            }
            told.notes.extend(facts);
            Answer::Explained(told)
        }
        answer => answer,
    }
}

/// A reason that is named right behind the id: by its number, which may be none of the message's, by
/// its name or by its whole text.
fn reason_after(after: &str) -> Option<Option<Reason>> {
    match parts(after).as_slice() {
        [Part::Number(number)] => Some(numbered(*number)),
        [Part::Word(word), Part::Number(number)] if word == "REASON" => Some(numbered(*number)),
        _ => whole_reason(after).map(Some),
    }
}

fn numbered(number: i64) -> Option<Reason> {
    Reason::from_number(u8::try_from(number).ok()?)
}

fn whole_reason(text: &str) -> Option<Reason> {
    let same = |row: &&dfhxs1402::ReasonRow| {
        let name = row.reason.name();
        [row.text, name.as_str()].iter().any(|own| words(own) == words(text))
    };
    dfhxs1402::ROWS.iter().find(same).map(|row| row.reason)
}

/// The entry of a key, written in any case and with any blanks.
fn by_key(text: &str, entries: &[Entry]) -> Vec<String> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    let wanted = plain(text);
    let found = entries.iter().filter(|entry| plain(&entry.key) == wanted);
    found.map(|entry| entry.key.clone()).collect()
}

/// A response code of program DFHSAML, `DFHSAML response 22`, or a container that it makes.
fn of_saml(text: &str) -> Vec<String> {
    let name = text.trim().trim_matches('\'').to_uppercase();
    if let Some(family) = saml_areas::family(&name).filter(|own| saml_areas::OUTPUTS.contains(own))
    {
        return vec![family.name.to_owned()];
    }
    let said = parts(text);
    let is =
        |part: &Part, words: &[&str]| matches!(part, Part::Word(word) if words.contains(&&**word));
    let Some((Part::Number(code), words)) = said.split_last() else { return Vec::new() };
    let known = [dfhsaml::PROGRAM, "RESPONSE", "CODE", "SAML"];
    let of_program = words.first().is_some_and(|first| is(first, &[dfhsaml::PROGRAM, "SAML"]));
    let row = i32::try_from(code.abs()).ok().and_then(dfhsaml::lookup);
    let fits = of_program && words.iter().all(|word| is(word, &known));
    row.filter(|_| fits).map(dfhsaml::SamlResponse::key).into_iter().collect()
}

/// The reasons whose text is, or else holds, these words one after another.
fn reasons(text: &str) -> Vec<String> {
    if let Some(reason) = whole_reason(text) {
        return vec![reason.key()];
    }
    let wanted = words(text);
    let holds = |row: &&dfhxs1402::ReasonRow| contains(&words(row.text), &wanted);
    dfhxs1402::ROWS.iter().filter(holds).map(|row| row.reason.key()).collect()
}

/// The entries that codes and numbers stand for.
fn codes(said: &Said) -> Vec<String> {
    if said.is_service_code() {
        return service_codes(said);
    }
    if said.resp.is_some() || said.resp2.is_some() || said.command.is_some() {
        return responses(said);
    }
    match said.loose.as_slice() {
        [number] => number_alone(*number, said),
        [resp, resp2] => {
            let small = |number: &i64| i32::try_from(*number).ok();
            let of = |row: &&response::Response| {
                Some(row.resp.number()) == small(resp) && Some(row.resp2) == small(resp2)
            };
            response::all().filter(of).map(response::Response::key).collect()
        }
        [saf, rc, rsn] => {
            let (saf, rc, rsn) = (fullword(*saf), fullword(*rc), fullword(*rsn));
            service_codes(&Said { saf, rc, rsn, ..Said::default() })
        }
        _ => Vec::new(),
    }
}

/// Of several readings of a number those whose entry has the words beside it: `37 SKEW`.
fn fitting(keys: Vec<String>, said: &Said, entries: &[Entry]) -> Vec<String> {
    let beside = words(&said.words.join(" "));
    let fits = |key: &&String| {
        let entry = entries.iter().find(|entry| entry.key == **key);
        entry.is_some_and(|entry| all_in(&all_words(entry), &beside))
    };
    let fit: Vec<String> = keys.iter().filter(fits).cloned().collect();
    if fit.is_empty() { keys } else { fit }
}

/// Rows of services with the codes that were given. A reason that is a status word is the outcome,
/// rather than the row that says that there is one.
fn service_codes(said: &Said) -> Vec<String> {
    let from_loose = said.saf.is_none();
    let loose = |at: usize| said.loose.get(at).copied().and_then(fullword);
    let (saf, rc, rsn) = match from_loose {
        true => (loose(0), said.rc.or(loose(1)), said.rsn.or(loose(2))),
        false => (said.saf, said.rc, said.rsn),
    };
    let services = if said.services.is_empty() { &Service::ALL[..] } else { &said.services };
    let mut found = Vec::new();
    for service in services {
        let of_service = || saf::ROWS.iter().filter(|row| row.services.contains(service));
        let near = |row: &&saf::ServiceCode| {
            saf.is_none_or(|saf| saf == row.codes.saf) && rc.is_none_or(|rc| rc == row.codes.rc)
        };
        let exact =
            |row: &&saf::ServiceCode| rsn.is_none_or(|rsn| !row.any_reason && rsn == row.codes.rsn);
        let rows: Vec<_> = of_service().filter(near).filter(exact).collect();
        let status = of_service().filter(near).any(|row| row.any_reason) && rows.is_empty();
        match rsn.and_then(kerberos_status::lookup).filter(|_| status) {
            Some(row) => found.push(format!("X'{:08X}'", row.word)),
            None if status => {
                let any = of_service().filter(near).filter(|row| row.any_reason);
                found.extend(any.map(|row| row.key(*service)));
            }
            None => found.extend(rows.iter().map(|row| row.key(*service))),
        }
    }
    found
}

/// Rows of commands; a condition alone is the condition.
fn responses(said: &Said) -> Vec<String> {
    if let (Some(resp), None, None) = (said.resp, said.resp2, said.command) {
        return vec![resp.name().to_owned()];
    }
    let resp2 = said.resp2.or_else(|| i32::try_from(*said.loose.first()?).ok());
    let fits = |row: &&response::Response| {
        said.command.is_none_or(|command| command == row.command)
            && said.resp.is_none_or(|resp| resp == row.resp)
            && resp2.is_none_or(|resp2| resp2 == row.resp2)
    };
    response::all().filter(fits).map(response::Response::key).collect()
}

/// What a number alone may be.
fn number_alone(number: i64, said: &Said) -> Vec<String> {
    let mut found = Vec::new();
    let word = fullword(number).filter(|word| *word > 0xFFFF);
    if let Some(row) = word.and_then(kerberos_status::lookup) {
        found.push(format!("X'{:08X}'", row.word));
    }
    let Ok(small) = u32::try_from(number) else { return found };
    let reason = numbered(number);
    if said.words.iter().any(|word| word == "REASON") {
        return reason.map(|reason| vec![reason.key()]).unwrap_or_default();
    }
    let resp = i32::try_from(small).ok();
    let condition = resp.and_then(crate::catalogue::conditions::Condition::from_number);
    found.extend(condition.map(|condition| condition.name().to_owned()));
    let rows = response::all().filter(|row| Some(row.resp2) == resp && row.resp2 != 0);
    found.extend(rows.map(response::Response::key));
    found.extend(reason.map(Reason::key));
    let protocol = from_protocol_error(small).and_then(kerberos_status::lookup);
    found.extend(protocol.map(|row| format!("X'{:08X}'", row.word)));
    let digits = format!("{small:04}");
    let ids = messages::ROWS.iter().filter(|message| message.id.ends_with(&digits));
    found.extend(ids.map(|message| message.id.to_owned()));
    found
}

/// Entries whose whole key is one of the words: an abend code, a condition.
fn named(said: &Said, entries: &[Entry]) -> Vec<String> {
    let is_word = |entry: &&Entry| said.words.contains(&entry.key);
    entries.iter().filter(is_word).map(|entry| entry.key.clone()).collect()
}

/// Entries that hold the words: as their whole title or text, or one after another in it, or all of
/// them there, or all of them anywhere. The strictest of the four that finds something counts.
fn searched(text: &str, entries: &[Entry]) -> Vec<String> {
    let wanted = words(text);
    let said = |entry: &Entry| [words(&entry.title), words(&entry.text)];
    let whole = |entry: &Entry| said(entry).contains(&wanted);
    let one_after_another = |entry: &Entry| said(entry).iter().any(|own| contains(own, &wanted));
    let there = |entry: &Entry| all_in(&said(entry).concat(), &wanted);
    let anywhere = |entry: &Entry| all_in(&all_words(entry), &wanted);
    let rules: [&dyn Fn(&Entry) -> bool; 4] = [&whole, &one_after_another, &there, &anywhere];
    let found = rules.iter().map(|rule| {
        let found = entries.iter().filter(|entry| rule(entry));
        found.map(|entry| entry.key.clone()).collect::<Vec<_>>()
    });
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn all_words(entry: &Entry) -> Vec<String> {
    [&entry.title, &entry.text, entry.cause, entry.cure, &entry.key].map(words).concat()
}

/// What can be said of four characters that are no abend code of the catalogue.
fn of_abend(word: &str) -> String {
    let system = word.strip_prefix('S').filter(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()));
    match (system, word.starts_with('A')) {
        (Some(_), _) => "As an abend code it is a completion code of z/OS, not of CICS: look it up in MVS System \
            Codes."
            .to_owned(),
        (_, true) => "As an abend code it is one of CICS's own, as all that begin with A, but the model has \
            nothing that leads to it: look it up in CICS messages and codes."
            .to_owned(),
        _ => format!(
            "As an abend code it is the program's own (EXEC CICS ABEND ABCODE('{word}')): those of CICS begin with A."
        ),
    }
}

/// The words of a text in lower case; everything but letters and digits separates.
fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric());
    split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn contains(own: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && own.windows(wanted.len()).any(|window| window == wanted)
}

fn all_in(own: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && wanted.iter().all(|word| own.contains(word))
}

fn unknown(text: &str, said: &Said, entries: &[Entry]) -> Answer {
    let note = match (said.resp, said.resp2, said.words.as_slice()) {
        (Some(resp), Some(resp2), _) => {
            let of = said.command.map(|command| format!(" of {command}")).unwrap_or_default();
            Some(format!("No answer {resp} with RESP2 {resp2}{of} is known here."))
        }
        (_, _, []) => table_of(said),
        (_, _, [word]) if word.len() == 4 && said.loose.is_empty() => Some(of_abend(word)),
        _ => None,
    };
    let mut keys = Vec::new();
    // Without the command, or the condition alone.
    if said.resp.is_some() {
        keys.extend(responses(&Said { command: None, ..said.clone() }));
        keys.extend(said.resp.map(|resp| resp.name().to_owned()));
    }
    let found = keys.iter().filter_map(|key| entries.iter().find(|entry| entry.key == *key));
    let mut nearest: Vec<Candidate> = found.map(Candidate::of).collect();
    for candidate in like(text, entries) {
        if !nearest.contains(&candidate) {
            nearest.push(candidate);
        }
    }
    nearest.truncate(NEAREST_MAX);
    Answer::Unknown { note, nearest }
}

/// The table of status words in which an unknown word lies.
fn table_of(said: &Said) -> Option<String> {
    let [number] = said.loose.as_slice() else { return None };
    let word = fullword(*number)?;
    let (base, name) = kerberos_status::TABLES
        .into_iter()
        .find(|(base, _)| (*base..base.saturating_add(256)).contains(&word))?;
    let number = word - base;
    Some(format!("X'{word:08X}' lies in the table of {name}: number {number} from X'{base:08X}'."))
}

/// Entries that are nearly spelt so: by key, or by their words with the misspelt ones corrected.
fn like(text: &str, entries: &[Entry]) -> Vec<Candidate> {
    let keys = entries.iter().map(|entry| entry.key.as_str());
    let mut found: Vec<String> =
        nearest(text.trim(), keys).map(str::to_owned).into_iter().collect();
    let known: BTreeSet<String> = entries.iter().flat_map(all_words).collect();
    let corrected = words(text).into_iter().take(CORRECTED_MAX).filter_map(|word| {
        if known.contains(&word) {
            return Some(word);
        }
        nearest(&word, known.iter().map(String::as_str)).map(str::to_owned)
    });
    let corrected = corrected.collect::<Vec<_>>().join(" ");
    found.extend(reasons(&corrected));
    found.extend(searched(&corrected, entries));
    let mut nearest: Vec<Candidate> = Vec::new();
    for entry in found.iter().filter_map(|key| entries.iter().find(|entry| entry.key == *key)) {
        let candidate = Candidate::of(entry);
        if !nearest.contains(&candidate) {
            nearest.push(candidate);
        }
    }
    nearest.truncate(NEAREST_MAX);
    nearest
}
