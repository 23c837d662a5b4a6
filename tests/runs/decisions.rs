//! A decision is the value of a check: nothing is refused that no record explains.

use std::collections::{BTreeMap, BTreeSet};

use regionsim::check::Rule;
use regionsim::study;
use regionsim::trace::{Line, Value};

use crate::fixture::{Run, plan_of, run_plan, scenarios, text};

fn runs() -> impl Iterator<Item = (String, Run)> {
    scenarios().into_iter().map(|path| {
        let run = run_plan(&plan_of(&path, &[]));
        (path, run)
    })
}

fn ancestors<'a>(run: &'a Run, line: &'a Line) -> Vec<&'a Line> {
    let mut found = BTreeMap::new();
    let mut open = BTreeSet::from([line.n]);
    while let Some(n) = open.pop_last() {
        let line = &run.lines[n as usize - 1];
        if found.insert(n, line).is_none() {
            open.extend(line.cause.iter().chain(&line.also));
        }
    }
    found.into_values().collect()
}

/// Whether a record says that something was refused.
fn is_refusal(line: &Line) -> bool {
    match line.record.kind.as_ref() {
        "cscs.message" | "message.lost" | "message.suppressed" => true,
        "exec.end" => matches!(text(line, "resp").as_str(), "NOTAUTH"),
        "kdc.error" => !text(line, "error").contains("PREAUTH_REQUIRED"),
        "client.mutual" => text(line, "verdict") == "refused",
        _ => false,
    }
}

/// Whether a record can be the reason of a refusal.
fn is_reason(line: &Line) -> bool {
    match line.record.kind.as_ref() {
        "check" => text(line, "verdict") == "failed",
        "net.refused" | "net.lost" | "net.unreadable" | "saf.timeout" | "client.failed" => true,
        kind => kind.starts_with("fault.") || kind.starts_with("node."),
    }
}

#[test]
fn every_refusal_has_a_reason_among_its_causes() {
    let mut seen = 0;
    for (path, run) in runs() {
        for line in run.lines.iter().filter(|line| is_refusal(line)) {
            let explained = ancestors(&run, line).into_iter().any(is_reason);
            assert!(explained, "{path}: record {} {:?}", line.n, line.record);
            seen += 1;
        }
    }
    assert!(seen >= 2, "the scenarios have refusals");
}

#[test]
fn the_verdict_of_a_check_is_the_sign_of_its_margin() {
    let mut seen = 0;
    for (path, run) in runs() {
        for line in run.of("check") {
            if let Some(margin) = line.record.get("margin").and_then(Value::as_int) {
                let passed = text(line, "verdict") == "passed";
                assert_eq!(passed, margin >= 0, "{path}: {:?}", line.record);
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn every_rule_of_a_trace_is_listed_once_as_the_trace_shows_it() {
    let rules = study::rules();
    let by_id: BTreeMap<&str, &Rule> = rules.iter().map(|rule| (rule.id, *rule)).collect();
    assert_eq!(by_id.len(), rules.len(), "ids are unique");
    for rule in &rules {
        assert!(rule.text.ends_with('.') && !rule.source.is_empty(), "{}", rule.id);
    }
    for (path, run) in runs() {
        for line in run.of("check") {
            let id = text(line, "rule");
            let rule = by_id.get(id.as_str()).unwrap_or_else(|| panic!("{path}: {id} not listed"));
            assert_eq!(text(line, "source"), rule.source, "{path}: {id}");
            assert_eq!(text(line, "mark"), rule.mark.word(), "{path}: {id}");
        }
    }
}

#[test]
fn only_script_scheduled_changes_and_starts_have_no_cause() {
    for (path, run) in runs() {
        for (index, line) in run.lines.iter().enumerate() {
            assert_eq!(line.n, index as u64 + 1, "{path}");
            assert!(line.cause.iter().chain(&line.also).all(|cause| *cause < line.n), "{path}");
            if line.cause.is_none() {
                let kind = line.record.kind.as_ref();
                let begins = matches!(kind, "script.step" | "node.start")
                    || ["clock.", "fault.", "node."].iter().any(|area| kind.starts_with(area));
                assert!(begins, "{path}: record {} {kind} has no cause", line.n);
            }
        }
    }
}
