//! Program DFHSAML from outside: its filter, its limits, its containers, and the files that it rests on.

use std::collections::BTreeSet;

use regionsim::catalogue::saml_areas::{FILTER_AREA, family};
use regionsim::host::files::Disk;
use regionsim::scenario::plan::load;
use regionsim::trace::Value;

use super::fixture::{Run, int, plan_of, run_plan, text};

const EXTRACT: &str = "scenarios/dfhsaml/extract.ron";
const EXTRACT_11: &str = "scenarios/dfhsaml/extract-11.ron";
const ISSUE: &str = "scenarios/dfhsaml/issue.ron";

fn run(path: &str, changes: &[&str]) -> Run {
    run_plan(&plan_of(path, changes))
}

/// The containers of the first task's channel when it ended, with their characters or digests.
fn containers(run: &Run) -> Vec<(String, String)> {
    let end = run.of("task.end").next().expect("a task that ended");
    let held = end.record.get("containers").and_then(Value::as_list).unwrap_or_default();
    let fields = held.iter().filter_map(Value::as_object).map(|held| {
        let field = |name| held.get(name).and_then(Value::as_text).unwrap_or_default().to_owned();
        (field("name"), if field("text").is_empty() { field("sha256") } else { field("text") })
    });
    fields.collect()
}

/// Families of the containers that are outputs and can be switched off.
fn switched(run: &Run) -> BTreeSet<&'static str> {
    let all = containers(run).into_iter().filter_map(|(name, _)| family(&name));
    all.filter(|family| family.filter.is_some()).map(|family| family.name).collect()
}

fn filtered(path: &str, filter: &str) -> Run {
    run(path, &[&format!("script.pay.do.containers={{\"DFHSAML-FILTER\": \"{filter}\"}}")])
}

#[test]
fn each_field_of_the_filter_switches_its_own_containers_and_no_others() {
    for path in [EXTRACT, EXTRACT_11] {
        let all = switched(&run(path, &[]));
        let mut found = BTreeSet::new();
        for place in 0..FILTER_AREA.fields.len() {
            let letters = |own: char, other: char| -> String {
                (0..16).map(|at| if at == place { own } else { other }).collect()
            };
            let alone = switched(&filtered(path, &letters('Y', 'N')));
            let without = switched(&filtered(path, &letters('N', 'Y')));
            let field = FILTER_AREA.fields[place].name;
            assert!(!alone.is_empty() || field == "SAMLI-PROXY", "{path}: {field}");
            assert!(alone.is_disjoint(&without), "{path}: {field}");
            assert_eq!(&(&alone | &without), &all, "{path}: {field}");
            assert!(found.is_disjoint(&alone), "{path}: {field}");
            found.extend(alone);
        }
        assert_eq!(found, all, "{path}");
    }
}

#[test]
fn more_than_999_of_a_kind_are_not_returned() {
    let attributes =
        "script.ask.do.assertion.attributes=[(name: \"a\", values: [\"v\"], copies: 1005)]";
    let many = run(EXTRACT, &[attributes]);
    assert_eq!(int(many.of("saml.response").next().expect("an answer"), "response"), 0);
    let held = containers(&many);
    let has = |name: &str| held.iter().any(|(held, _)| held == name);
    assert!(has("DFHSAML-ATTRN999") && has("DFHSAML-A999V001"));
    assert_eq!(held.iter().filter(|(name, _)| name.starts_with("DFHSAML-ATTRN")).count(), 999);
    // One audience, 999 attributes, one proxy audience: three fullwords.
    let counts = held.iter().find(|(name, _)| name == "DFHSAML-COUNTS").expect("counts");
    let expected: Vec<u8> = [2_i32, 999, 1].iter().flat_map(|count| count.to_be_bytes()).collect();
    assert_eq!(counts.1, regionsim::trace::sha256(&expected));
}

#[test]
fn an_attribute_too_many_is_not_added() {
    let attributes =
        "script.ask.do.assertion.attributes=[(name: \"a\", values: [\"v\"], copies: COPIES)]";
    for (copies, response) in [("998", 0), ("999", 26)] {
        let run = run(ISSUE, &[&attributes.replace("COPIES", copies)]);
        let last = run.of("saml.response").last().expect("an answer");
        assert_eq!(int(last, "response"), response, "{copies}: {}", text(last, "why"));
    }
}

#[test]
fn times_have_twenty_characters_each_and_blanks_where_there_is_none() {
    let times = |run: &Run| {
        let held = containers(run);
        held.into_iter().find(|(name, _)| name == "DFHSAML-TIMES").expect("times").1
    };
    let blank = " ".repeat(20);
    assert_eq!(
        times(&run(EXTRACT, &[])),
        "2026-03-02T09:00:00Z2026-03-02T09:05:00Z2026-03-02T08:55:00Z2027-06-01T00:00:00Z\
         2025-06-01T00:00:00Z"
    );
    let open = run(EXTRACT, &["script.ask.do.assertion.not_on_or_after=None"]);
    assert_eq!(times(&open).get(20..40), Some(blank.as_str()));
}

#[test]
fn a_token_that_was_validated_is_not_issued_in_place_of_one_that_was_refused() {
    let run = run("scenarios/dfhsaml/issue-after-refusal.ron", &[]);
    let answers: Vec<i64> = run.of("saml.response").map(|line| int(line, "response")).collect();
    assert_eq!(answers, [0, 1, 19]);
}

/// What a change makes wrong, in words with its place.
fn refused(change: &str) -> String {
    match load(&Disk, EXTRACT, &[change.to_owned()]) {
        Ok(_) => panic!("{change} is accepted"),
        Err(unusable) => unusable.problems.lines(&unusable.sources).join("\n"),
    }
}

#[test]
fn files_that_are_not_what_they_are_named_for_are_refused_where_they_are_named() {
    let ring = "systems.SYSA.esm.key_rings.CICSPRD.CICSRING";
    for (change, told) in [
        (
            "nodes.idp.certificate=\"pki/make.py\"".to_owned(),
            "pki/make.py: this is no X.509 certificate",
        ),
        (
            "nodes.idp.key=\"pki/rogue.key.pem\"".to_owned(),
            "pki/rogue.key.pem: the private key is not the one",
        ),
        ("nodes.idp.key=\"pki/gone.pem\"".to_owned(), "cannot read pki/gone.pem"),
        ("nodes.idp.chain=[\"pki/idp.key.pem\"]".to_owned(), "pki/idp.key.pem: PEM, line 1"),
        (
            "systems.SYSA.esm.certificates.CERTAUTH.IDPCA.file=\"saml.ron\"".to_owned(),
            "saml.ron: this is no X.509 certificate",
        ),
        (
            "systems.SYSA.esm.certificates.CICSPRD.CICSCERT.key=\"pki/idp.key.pem\"".to_owned(),
            "pki/idp.key.pem: the private key is not the one",
        ),
        (
            "nodes.CICSPRD1.jvmservers.OTHERJVM.sts_file=\"pki/idp.pem\"".to_owned(),
            "pki/idp.pem: line 1, column 1: text stands outside the document element",
        ),
        (
            format!("{ring}.certificates=[(\"CERTAUTH\", \"IDPCB\")]"),
            "has no certificate \"IDPCB\" (did you mean `IDPCA`?)",
        ),
        (format!("{ring}.default=(\"CERTAUTH\", \"OTHER\")"), "is not connected to the ring"),
        ("systems.SYSA.esm.key_rings={\"NOBODY\": {\"R\": ()}}".to_owned(), "NOBODY is no user"),
        ("nodes.CICSPRD1.groups=[\"DFHSAMLX\"]".to_owned(), "unknown CSD group `DFHSAMLX`"),
        ("nodes.CICSPRD1.sit.KEYRING=\"A RING\"".to_owned(), "a key ring's name"),
    ] {
        let found = refused(&change);
        assert!(found.contains(told), "{change}: {found}");
    }
}
