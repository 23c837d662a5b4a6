//! Every outcome of the catalogue and every code of the program is explained, whatever its spelling.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionsim::catalogue::conditions::Condition;
use regionsim::catalogue::cures::{self, Place};
use regionsim::catalogue::dfhxs1402::{self, CallSite};
use regionsim::catalogue::kerberos_status::{self, from_protocol_error};
use regionsim::catalogue::saf::{SafReturn, Service, lookup};
use regionsim::catalogue::{Entry, Kind, entries, messages, response};
use regionsim::nodes::esm::command::RacfCommand;
use regionsim::study::explain::{Answer, Explanation, explain};

use crate::{golden_lines, int, source, sources, text};

fn told(what: &str) -> Explanation {
    match explain(what) {
        Answer::Explained(told) => *told,
        other => panic!("{what}: {other:?}"),
    }
}

/// Keys of the readings that a question has.
fn readings(what: &str) -> Vec<String> {
    match explain(what) {
        Answer::Explained(told) => vec![told.entry.key],
        Answer::Ambiguous(candidates) => {
            candidates.into_iter().map(|candidate| candidate.key).collect()
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// How a person would write an entry: what its messages, listings and programs show.
fn natural(entry: &Entry) -> Vec<String> {
    match entry.kind {
        Kind::Message => vec![entry.key.to_lowercase(), format!("what is {}?", entry.key)],
        Kind::Reason => {
            let number = entry.key.rsplit('/').next().unwrap_or_default().to_owned();
            let text = entry.text.trim_end_matches('.');
            vec![
                text.to_owned(),
                text.to_lowercase(),
                format!("DFHXS1402 reason {number}"),
                format!("dfhxs1402: {text}"),
            ]
        }
        Kind::Response => {
            let row = response::all().find(|row| row.key() == entry.key).expect("a row");
            let (command, resp, resp2) = (row.command, row.resp, row.resp2);
            vec![
                format!("{command} RESP={} RESP2={resp2}", resp.number()),
                format!("{} {resp} {resp2}", command.to_lowercase()),
                format!(
                    "EXEC CICS {command}: EIBRESP {} ({resp}), EIBRESP2 {resp2}",
                    resp.number()
                ),
            ]
        }
        Kind::SamlResponse => {
            let code = entry.key.rsplit('/').next().unwrap_or_default();
            vec![format!("DFHSAML-RESPONSE {code}"), format!("dfhsaml response {code}")]
        }
        Kind::Container | Kind::Assertion => vec![entry.key.to_lowercase()],
        Kind::Abend => vec![format!("abend {}", entry.key), entry.key.to_lowercase()],
        Kind::Condition => {
            let condition = Condition::from_name(&entry.key).expect("a condition");
            vec![entry.key.to_lowercase(), format!("RESP={}", condition.number())]
        }
        Kind::ServiceCode => {
            let (service, codes) = entry.key.rsplit_once(' ').expect("a service");
            match codes.split('/').collect::<Vec<_>>().as_slice() {
                [_, _, "status"] => Vec::new(),
                [saf, rc, rsn] => vec![
                    format!("{service} SAF {saf} ESM {rc} {rsn}"),
                    format!("{} SAF codes are (X'{saf:0>8}',X'00000000')", service.to_uppercase())
                        + &hexadecimal(rc, rsn),
                ],
                other => panic!("{other:?}"),
            }
        }
        Kind::Status => {
            let word = u32::from_str_radix(&entry.key[2..10], 16).expect("a word");
            let mut spellings = vec![
                format!("{word:08x}"),
                format!("0x{word:x}"),
                format!("(X'{word:08X}')"),
                word.to_string(),
                entry.title.to_string(),
                format!("SAF 8 ESM 16 X'{word:X}'"),
            ];
            if word > 0x7FFF_FFFF {
                spellings.push(word.cast_signed().to_string());
            }
            spellings
        }
    }
}

fn hexadecimal(rc: &str, rsn: &str) -> String {
    let [rc, rsn] = [rc, rsn].map(|code| code.parse::<u32>().expect("a number"));
    format!(" ESM codes are (X'{rc:08X}',X'{rsn:08X}')")
}

#[test]
fn every_entry_is_found_by_its_key_and_by_what_a_person_would_write() {
    for entry in entries() {
        assert_eq!(told(&entry.key).entry, entry);
        for spelling in natural(&entry) {
            assert_eq!(readings(&spelling), [entry.key.as_str()], "{spelling}");
        }
    }
}

#[test]
fn every_explanation_is_whole_and_its_advice_leads_on() {
    for entry in entries() {
        let told = told(&entry.key);
        assert!(!told.explanation.is_empty() && !told.user_response.is_empty(), "{}", entry.key);
        let mut text = Answer::Explained(Box::new(told.clone())).text(100);
        assert!(text.contains(entry.mark.word()), "{text}");
        for section in
            ["Explanation", "System action", "User response", "Module", "Destination", "Inserts"]
        {
            // In this order, those that there are.
            if let Some(at) = text.find(&format!("\n{section}\n")) {
                text = text[at + 1..].to_owned();
            }
        }
        for (other, _) in &told.neighbours {
            let command = other.ask.strip_prefix("regionsim explain ").expect("a command");
            let asked = command.trim_matches(['"', '\'']);
            let asked = if command.starts_with('"') { command.trim_matches('"') } else { asked };
            assert_eq!(self::told(asked).entry.key, other.key);
        }
    }
    let reason = told("DFHXS1402/9");
    let text = Answer::Explained(Box::new(reason)).text(100);
    let at = |title: &str| text.find(&format!("\n{title}\n")).unwrap_or_else(|| panic!("{title}"));
    let order =
        ["Explanation", "System action", "User response", "Module", "Destination", "Inserts"];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{text}");
}

#[test]
fn messages_without_a_public_text_say_so_and_nothing_more() {
    for id in ["DFHXS1400", "DFHXS1401"] {
        let told = told(id);
        assert!(told.explanation[0].contains("Its text is not public"), "{told:?}");
        assert!(told.inserts.is_empty() && told.lines.is_empty());
        assert_eq!(told.entry.mark.word(), "assumed");
    }
}

#[test]
fn several_readings_are_all_named_with_a_way_to_each() {
    let both = ["VERIFY TOKEN NOTAUTH 61", "SIGNON TOKEN NOTAUTH 61"];
    assert_eq!(readings("61"), [&both[..], &["X'96C73A3D'"]].concat());
    assert_eq!(readings("RESP2=61"), both);
    assert_eq!(readings("INVREQ 255"), ["REQUEST ENCRYPTPTKT INVREQ 255"]);
    assert_eq!(readings("not active"), ["DFHXS1402/2", "DFHXS1402/3", "DFHXS1402/4"]);
    assert_eq!(
        readings("SAF 8 ESM 8 16"),
        ["R_ticketserv 8/8/16", "R_usermap 8/8/16", "R_GenSec 8/8/16", "initACEE 8/8/16"]
    );
    assert_eq!(readings("SAF 8 ESM 16 X'96C73A25'"), ["X'96C73A25'"]);
    assert_eq!(readings("ticket expired"), ["DFHXS1402/9"]);
    assert_eq!(readings("TicketExpired"), ["DFHXS1402/9"]);
    assert_eq!(readings("25 PREAUTH_REQUIRED"), ["X'96C73A19'"]);
    assert_eq!(readings("KDC status 0x96c73a06"), ["X'96C73A06'"]);
    assert!(readings("R_usermap").len() > 10);
    assert!(readings("not yet valid").contains(&"X'96C73A21'".to_owned()));
    assert!(readings("16").contains(&"DFHXS1402/16".to_owned()));
    for what in ["61", "16", "CONTAINERERR 10", "R_GenSec"] {
        let Answer::Ambiguous(candidates) = explain(what) else { panic!("{what}") };
        for candidate in candidates {
            assert!(candidate.ask.starts_with("regionsim explain "), "{candidate:?}");
            assert_eq!(readings(&candidate.key), std::slice::from_ref(&candidate.key));
        }
    }
}

#[test]
fn what_is_unknown_names_what_was_perhaps_meant() {
    let unknown = |what: &str| match explain(what) {
        Answer::Unknown { note, nearest } => {
            (note.unwrap_or_default(), nearest.into_iter().map(|near| near.key).collect::<Vec<_>>())
        }
        other => panic!("{what}: {other:?}"),
    };
    assert_eq!(unknown("kdc not actve").1, ["DFHXS1402/4"]);
    assert_eq!(unknown("tickt expird").1[0], "DFHXS1402/9");
    assert!(unknown("DFHXS1403").0.contains("none of the messages"));
    assert!(unknown("DFHXS1402 17").0.contains("DFHXS1402/1 to DFHXS1402/16"));
    assert!(unknown("PAY1").0.contains("ABCODE('PAY1')"));
    assert!(unknown("X'96C73A7F'").0.contains("number 127"));
    let (note, nearest) = unknown("NOTAUTH 999");
    assert!(note.contains("RESP2 999"), "{note}");
    assert!(nearest.contains(&"NOTAUTH".to_owned()), "{nearest:?}");
    assert_eq!(unknown("foo bar baz").1, Vec::<String>::new());
    for nothing in ["", "  \n", "'", "--", "\u{0}"] {
        assert!(matches!(explain(nothing), Answer::Unusable(_)), "{nothing:?}");
    }
    assert!(matches!(explain(&"A".repeat(9_000)), Answer::Unusable(_)));
}

#[test]
fn every_code_of_every_golden_trace_is_explained() {
    let mut asked = BTreeSet::new();
    let mut services = std::collections::BTreeMap::new();
    for (_, line) in golden_lines() {
        let word = |name: &str| text(&line, name).to_owned();
        let task = (line.node.clone(), line.record.task);
        match line.record.kind.as_ref() {
            "exec.end" if word("resp") != "NORMAL" => {
                asked.insert(format!(
                    "{} {} {}",
                    word("command"),
                    word("resp"),
                    int(&line, "resp2")
                ));
            }
            "cscs.message" => {
                asked.insert(word("id"));
                asked.insert(word("line"));
            }
            // Of abends the region gives itself: the others are the programs'.
            "task.abend" if word("code") != "PAY1" => {
                asked.insert(format!("abend {}", word("code")));
            }
            "saf.call" => {
                services.insert(task, word("service").replace(" accept", ""));
            }
            "saf.return" => {
                let service = services.get(&task).cloned().unwrap_or_default();
                // A look into a control block: no service, and no codes of its own.
                if service == "RCVT PassTicket services" {
                    continue;
                }
                let (saf, rc) = (int(&line, "saf"), int(&line, "rc"));
                asked.insert(format!("{service} SAF {saf} ESM {rc} {}", word("rsn")));
            }
            "nas.return" if word("status") != "X'00000000'" => {
                asked.insert(word("status"));
            }
            "kdc.error" => {
                asked.insert(word("error"));
            }
            _ => {}
        }
    }
    assert!(asked.len() > 60, "{}", asked.len());
    for what in asked {
        assert_eq!(readings(&what).len(), 1, "{what}");
    }
}

/// Codes that the sources can return although no scenario comes to them.
#[test]
fn every_code_that_stands_in_the_sources_is_explained() {
    // KRB-ERROR numbers: those that the protocol names.
    let table = source("src/protocol/kerberos/error.rs");
    let numbers: Vec<(u32, String)> = table
        .lines()
        .filter_map(|line| {
            let (number, rest) = line.trim().split_once(' ')?;
            let name = rest.split(' ').next()?;
            rest.contains('"').then_some((number.parse().ok()?, name.to_owned()))
        })
        .collect();
    assert!(numbers.len() > 60);
    let mut used = 0;
    for (number, name) in &numbers {
        let code = format!("ErrorCode::{name}");
        let is_used = sources().iter().any(|(_, source)| {
            source.match_indices(&code).any(|(at, _)| {
                !source[at + code.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
        });
        if is_used {
            used += 1;
            let word = from_protocol_error(*number).expect("a protocol error");
            assert_eq!(told(&format!("X'{word:08X}'")).entry.kind, Kind::Status, "{name}");
        }
    }
    assert!(used > 15, "{used}");
    // Status words that have a name.
    let names = source("src/catalogue/kerberos_status.rs");
    let words = names.lines().filter_map(|line| {
        let (base, number) = line.strip_prefix("pub const ")?.split_once("_BASE + ")?;
        let base = match base.rsplit(' ').next()? {
            "KRB5" => kerberos_status::KRB5_BASE,
            "GSS" => kerberos_status::GSS_BASE,
            "GSS_KRB5" => kerberos_status::GSS_KRB5_BASE,
            other => panic!("{other}"),
        };
        let number = number.trim_end_matches(';');
        let hexadecimal = number.strip_prefix("0x");
        let number = match hexadecimal {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        Some(base + number.expect("a number"))
    });
    let words: Vec<u32> = words.collect();
    assert!(words.len() > 15);
    for word in words {
        assert_eq!(told(&word.to_string()).entry.key, format!("X'{word:08X}'"));
    }
}

#[test]
fn the_codes_of_every_reason_are_explained_for_the_service_that_returns_them() {
    let services = [
        (CallSite::RTicketserv, Service::RTicketserv),
        (CallSite::RUsermap, Service::RUsermap),
        (CallSite::RGenSecAccept, Service::RGenSec),
    ];
    let mut seen = 0;
    for row in &dfhxs1402::ROWS {
        let Some(codes) = row.codes else { continue };
        for (site, service) in services {
            if dfhxs1402::classify(site, codes) != row.reason {
                continue;
            }
            seen += 1;
            let SafReturn { saf, rc, rsn } = codes;
            assert!(lookup(service, codes).is_some());
            let name = service.name();
            let text =
                told(&format!("{name} SAF {saf} ESM {rc} X'{rsn:X}'")).explanation.join("\n");
            let success = codes == SafReturn::new(0, 0, 0);
            assert!(success || text.contains(&row.reason.key()), "{name} {codes}: {text}");
        }
    }
    assert!(seen > 14, "{seen}");
}

#[test]
fn racf_accepts_the_lines_that_it_is_told() {
    let mut typed = 0;
    for row in &cures::ROWS {
        for (place, line) in row.lines.iter().filter(|(place, _)| *place == Place::Racf) {
            let mut line = (*line).to_owned();
            for (name, value) in [
                ("{access}", "READ"),
                ("{seconds}", "36000"),
                ("{realm}", "OTHER.EXAMPLE"),
                ("{principal}", "CICS/prd1.example"),
                ("{class}", "TCICSTRN"),
                ("{resource}", "PAY1"),
                ("{password}", "secret"),
                ("{key}", "E001193519561977"),
                ("{attempts}", "3"),
            ] {
                line = line.replace(name, value);
            }
            // Whatever is left is a user ID, a group, an applid or the like.
            while let Some((before, rest)) = line.split_once('{') {
                let (_, after) = rest.split_once('}').expect("its end");
                line = format!("{before}NAME1{after}");
            }
            typed += 1;
            match RacfCommand::parse(&line) {
                Ok(_) => {}
                Err(errors) => {
                    let verb = line.split(' ').next().unwrap_or_default();
                    let known = ["LISTUSER", "RACDCERT", "RACMAP"].contains(&verb);
                    assert!(known, "{place:?} {line}: {errors:?}");
                }
            }
        }
    }
    assert!(typed > 25, "{typed}");
}

fn words_of_the_catalogue() -> Vec<String> {
    let mut words: Vec<String> =
        ["RESP", "RESP2", "SAF", "ESM", "REASON", "X'", "'", "(", ",", "-", "0x", "ABEND"]
            .map(str::to_owned)
            .to_vec();
    for entry in entries() {
        words.extend(entry.key.split(' ').map(str::to_owned));
        words.extend(entry.text.split(' ').take(4).map(str::to_owned));
    }
    words.extend(messages::ROWS.iter().filter_map(|row| row.template).map(str::to_owned));
    words
}

#[test]
fn what_run_prints_is_understood() {
    let key = |what: &str| match explain(what) {
        Answer::Explained(told) => told.entry.key.clone(),
        other => panic!("{what}: {other:?}"),
    };
    for what in [
        "ESMREAS=X'96C73A20'",
        "esmreas 96C73A20",
        "X96C73A20",
        "ESMREASON=-1765328352",
        "2529638944",
    ] {
        assert_eq!(key(what), "X'96C73A20'", "{what}");
    }
    let note = |what: &str| match explain(what) {
        Answer::Unknown { note, .. } => note.expect("a note"),
        other => panic!("{what}: {other:?}"),
    };
    assert!(note("kerberos.ticket-end").contains("regionsim rules kerberos.ticket-end"));
    assert!(note("ASRA").contains("one of CICS's own"));
    assert!(note("S0C4").contains("completion code of z/OS"));
    assert!(note("PAYX").contains("ABCODE('PAYX')"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, rng_seed: RngSeed::Fixed(1400), ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_panics(what in "\\PC{0,200}") {
        let answer = explain(&what);
        let _ = answer.text(100);
        prop_assert_eq!(answer.reply(&what).schema, 1);
    }

    #[test]
    fn no_mixture_of_known_words_and_numbers_panics(
        words in proptest::collection::vec(
            prop_oneof![
                3 => proptest::sample::select(words_of_the_catalogue()),
                1 => any::<i64>().prop_map(|number| number.to_string()),
                1 => any::<u32>().prop_map(|number| format!("X'{number:X}'")),
                1 => "[\\s\\n]{1,3}",
            ],
            0..12,
        ),
    ) {
        let what = words.join(" ");
        let answer = explain(&what);
        prop_assert!(!answer.text(100).is_empty());
    }
}
