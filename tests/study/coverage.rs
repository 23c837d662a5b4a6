//! Coverage: what counts as reached, and whether the repository's scenarios reach what they should.

use std::sync::LazyLock;

use regionsim::catalogue::{Kind, shown_by};
use regionsim::host::suite::{SharedKeys, find};
use regionsim::host::survey::survey;
use regionsim::study::coverage::reach::{Census, How, Reach};
use regionsim::study::coverage::{Case, Coverage, State, coverage, page};
use regionsim::trace::{Line, Record};

/// All scenarios, run once for all tests.
static FOUND: LazyLock<Coverage> = LazyLock::new(|| {
    let files = find(&["scenarios".to_owned()]).expect("scenarios");
    let cases = survey(&files, 4, &SharedKeys::default()).expect("results");
    let cases: Vec<Case> = cases.into_iter().map(|case| case.expect("a case")).collect();
    coverage(&cases)
});

fn line(n: u64, cause: Option<u64>, record: Record) -> Line {
    Line { cause, ..Line::new(n, 0, record) }
}

fn end(command: &'static str, resp: &'static str, resp2: i64) -> Record {
    Record::new("exec.end").text("command", command).text("resp", resp).int("resp2", resp2)
}

fn reach(lines: &[Line]) -> Reach {
    let mut census = Census::default();
    lines.iter().for_each(|line| census.observe(line));
    census.finish()
}

fn how(reach: &Reach, kind: Kind, key: &str) -> Option<How> {
    reach.how(&(kind, key.to_owned()))
}

#[test]
fn what_a_fault_made_up_is_injected_and_so_is_all_that_follows() {
    let call = Record::new("saf.call").text("service", "R_ticketserv");
    let returned = || {
        Record::new("saf.return").int("saf", 8).int("rc", 8).text("rsn", "X'00000008'".to_owned())
    };
    let message =
        Record::new("cscs.message").text("id", "DFHXS1402").text("reason", "Unclassified");
    let fault = Record::new("fault.answer").text("service", "R_ticketserv");
    let injected = reach(&[
        line(1, None, call.clone()),
        line(2, Some(1), fault),
        line(3, Some(2), returned()),
        line(4, Some(3), message.clone()),
        line(5, Some(3), end("VERIFY TOKEN", "INVREQ", 100)),
        // Caused by something else, and in need of the injected answer all the same.
        Line { also: vec![5], ..line(6, None, Record::new("task.abend").text("code", "AEIP")) },
    ]);
    for (kind, key) in [
        (Kind::ServiceCode, "R_ticketserv 8/8/8"),
        (Kind::Reason, "DFHXS1402/11"),
        (Kind::Message, "DFHXS1402"),
        (Kind::Response, "VERIFY TOKEN INVREQ 100"),
        (Kind::Condition, "INVREQ"),
        (Kind::Abend, "AEIP"),
    ] {
        assert_eq!(how(&injected, kind, key), Some(How::Injected), "{key}");
    }
    let by_mechanism =
        reach(&[line(1, None, call), line(2, Some(1), returned()), line(3, Some(2), message)]);
    assert_eq!(how(&by_mechanism, Kind::Reason, "DFHXS1402/11"), Some(How::Reached));
    assert_eq!(how(&by_mechanism, Kind::ServiceCode, "R_ticketserv 8/8/8"), Some(How::Reached));
}

#[test]
fn status_words_and_kerberos_errors_are_one_outcome() {
    let call = Record::new("saf.call").text("service", "R_GenSec accept");
    let rsn = "X'96C73A22'";
    let found = reach(&[
        line(1, None, call),
        line(2, Some(1), Record::new("nas.return").text("status", rsn)),
        line(3, Some(2), Record::new("saf.return").int("saf", 8).int("rc", 16).text("rsn", rsn)),
        line(4, None, Record::new("kdc.error").text("error", "37 SKEW")),
        line(5, None, Record::new("nas.return").text("status", "X'00000000'")),
    ]);
    assert_eq!(how(&found, Kind::ServiceCode, "R_GenSec 8/16/status"), Some(How::Reached));
    assert_eq!(how(&found, Kind::Status, "X'96C73A22'"), Some(How::Reached));
    assert_eq!(how(&found, Kind::Status, "X'96C73A25'"), Some(How::Reached));
    assert_eq!(how(&found, Kind::Status, "X'00000000'"), None);
}

#[test]
fn an_abend_with_the_programs_own_code_is_no_outcome_of_the_region() {
    let begin =
        |text: &'static str| Record::new("exec.begin").text("command", "ABEND").text("text", text);
    let abend = |code: &'static str| Record::new("task.abend").text("code", code);
    let own =
        reach(&[line(1, None, begin("ABEND ABCODE('AEIP')")), line(2, Some(1), abend("AEIP"))]);
    assert_eq!(own.names().count(), 0);
    let none = reach(&[line(1, None, begin("ABEND")), line(2, Some(1), abend("????"))]);
    assert_eq!(how(&none, Kind::Abend, "????"), Some(How::Reached));
}

#[test]
fn a_scenario_needs_a_sibling_that_does_not_come_there() {
    let case = |path: &str, sibling_of: Option<&str>, resp2: Option<i64>| Case {
        path: path.to_owned(),
        sibling_of: sibling_of.map(str::to_owned),
        reach: reach(
            &resp2
                .map(|resp2| line(1, None, end("VERIFY TOKEN", "INVREQ", resp2)))
                .into_iter()
                .collect::<Vec<_>>(),
        ),
        listed: path != "beside",
    };
    let cases = [
        case("a", Some("b"), Some(31)),
        case("b", None, None),
        case("c", Some("d"), Some(32)),
        case("d", None, Some(32)),
        case("e", None, Some(50)),
        case("f", Some("beside"), Some(51)),
        case("beside", None, Some(999)),
        case("g", None, Some(998)),
    ];
    let found = coverage(&cases);
    let row = |key: &str| {
        let key = format!("VERIFY TOKEN INVREQ {key}");
        found.rows.iter().find(|row| row.entry.key == key).expect("a row")
    };
    assert_eq!((found.scenarios, row("31").state()), (7, State::Reached));
    assert_eq!(row("31").shown[0].sibling.as_deref(), Some("b"));
    // Both come there: neither shows by what.
    assert_eq!((row("32").state(), row("32").is_hole()), (State::Alone, true));
    assert_eq!((row("50").state(), row("50").is_hole()), (State::Alone, true));
    assert_eq!(row("51").shown[0].sibling.as_deref(), Some("beside"));
    assert_eq!((row("52").state(), row("52").is_hole()), (State::None, true));
    assert_eq!((row("103").state(), row("103").is_hole()), (State::Beyond, false));
    // What is only beside those that were asked for is not counted.
    let unknown: Vec<_> =
        found.unknown.iter().map(|((_, key), path)| (key.as_str(), path.as_str())).collect();
    assert_eq!(unknown, [("VERIFY TOKEN INVREQ 998", "g")]);
    assert_eq!(found.section("VERIFY-token").expect("rows").len(), 16);
    assert_eq!(found.section("dfhxs1402").expect("rows").len(), 17);
    assert_eq!(found.section("reasons").expect("rows").len(), 16);
    assert_eq!(found.section("all").expect("rows").len(), found.rows.len());
    let error = found.section("verify-tokn").expect_err("no section").to_string();
    assert!(error.contains("did you mean `verify-token`?"), "{error}");
    assert!(found.section("").is_err() && found.section("verify tok").is_err());
}

#[test]
fn every_entry_names_a_scenario_that_shows_it() {
    let mut wrong = Vec::new();
    for row in &FOUND.rows {
        let key = &row.entry.key;
        let named = shown_by::lookup(key);
        let reached = matches!(row.state(), State::Reached | State::Alone);
        match (named, reached) {
            (None, false) => {}
            (None, true) => wrong.push(format!("add ({key:?}, {:?}),", row.shown[0].scenario)),
            (Some(path), false) => wrong.push(format!("{path} no longer comes to {key}")),
            (Some(path), true) => {
                // The plainest scenario is the named one, if that is as good as any other.
                let first = &row.shown[0];
                if first.scenario != path {
                    wrong.push(format!("{path} shows {key} worse than {}", first.scenario));
                }
            }
        }
    }
    assert!(shown_by::ROWS.is_sorted_by_key(|(key, _)| key), "src/catalogue/shown_by.rs");
    let keys = shown_by::ROWS.iter().map(|(key, _)| key);
    for key in keys {
        assert!(FOUND.rows.iter().any(|row| row.entry.key == *key), "{key} is no entry");
    }
    assert!(wrong.is_empty(), "src/catalogue/shown_by.rs: {wrong:#?}");
}

#[test]
fn nothing_reached_is_unknown_and_nothing_beyond_the_model_is_reached() {
    assert!(FOUND.unknown.is_empty(), "{:?}", FOUND.unknown);
    for row in FOUND.rows.iter().filter(|row| row.entry.beyond.is_some()) {
        assert!(row.shown.is_empty(), "{} is reached: it is modelled now", row.entry.key);
    }
    let injected: Vec<_> = FOUND.rows.iter().filter(|row| row.state() == State::Injected).collect();
    assert_eq!(injected.len(), 1, "{injected:?}");
    assert_eq!(injected[0].entry.key, "R_ticketserv 8/8/8");
}

#[test]
fn the_page_stands_alone_and_says_everything_in_words() {
    let page = page::html(&FOUND);
    assert!(page.starts_with("<!DOCTYPE html>"));
    for outside in ["http:", "https:", "src=", "@import", "url(", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for row in &FOUND.rows {
        let key = row.entry.key.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(page.contains(&format!("<th scope=\"row\">{key}</th>")), "{key}");
    }
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    let states = page.matches("<td class=\"state\">").count();
    assert_eq!(states, FOUND.rows.len());
    for state in State::ALL {
        assert!(page.contains(&format!("</span>{}", state.word())), "{}", state.word());
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("lang=\"en\""));
    assert_eq!(page, page::html(&FOUND), "the same page from the same runs");
}
