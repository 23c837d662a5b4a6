//! A decision is the value of a check: nothing is refused that no record explains.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use regionsim::check::Rule;
use regionsim::study;
use regionsim::trace::{Line, Record, TraceReader, Value};

use crate::fixture::{scenarios, text};

/// The golden trace of every scenario.
fn traces() -> impl Iterator<Item = (String, Vec<Line>)> {
    scenarios().into_iter().map(|scenario| {
        let path = scenario.replacen("scenarios/", "traces/", 1).replace(".ron", ".jsonl");
        let file = File::open(&path).unwrap_or_else(|why| panic!("{path}: {why}"));
        let lines = TraceReader::new(BufReader::new(file)).expect("a trace");
        (path, lines.collect::<Result<_, _>>().expect("a whole trace"))
    })
}

fn of<'a>(lines: &'a [Line], kind: &'a str) -> impl Iterator<Item = &'a Line> {
    lines.iter().filter(move |line| line.record.kind == kind)
}

/// What led to a line, step by step: its cause, the cause of that, and so on.
fn causes<'a>(lines: &'a [Line], of: &Line) -> impl Iterator<Item = &'a Line> {
    let before = |line: &Line| line.cause.map(|n| &lines[n as usize - 1]);
    std::iter::successors(before(of), move |line| before(line))
}

fn is_no(line: &Line) -> bool {
    line.record.kind == "check" && text(line, "verdict") == "failed"
}

/// Refusals of a run without a reason of their own.
pub(crate) fn unexplained(lines: &[Line]) -> Vec<&Line> {
    let refusals = lines.iter().filter(|line| is_refusal(line));
    refusals.filter(|line| !is_explained(lines, line)).collect()
}

/// Whether a record says that something was refused, failed or lost.
fn is_refusal(line: &Line) -> bool {
    match line.record.kind.as_ref() {
        "exec.end" => text(line, "resp") != "NORMAL",
        "saf.return" => ["saf", "rc"].iter().any(|code| crate::fixture::int(line, code) != 0),
        "nas.return" => text(line, "status") != "X'00000000'",
        "client.mutual" | "client.passticket" => text(line, "verdict") == "refused",
        "task.refused" | "task.abend" | "region.failed" | "client.failed" | "kdc.error"
        | "cscs.message" | "message.lost" | "message.suppressed" => true,
        _ => false,
    }
}

/// Whether the work that a refusal ends began with this record: no reason lies before it. What a
/// client learned or a clock did earlier is another story.
fn begins(cause: &Line, refusal: &Line) -> bool {
    let kind = cause.record.kind.as_ref();
    let same_node = cause.node == refusal.node;
    let delivered = |what: &[&str]| kind == "net.deliver" && what.contains(&&*text(cause, "what"));
    match refusal.record.kind.as_ref() {
        "exec.end" | "task.abend" | "cscs.message" if kind == "exec.begin" => true,
        "task.refused" => {
            kind == "exec.begin" || delivered(&["start"]) || kind == "timer" && same_node
        }
        "saf.return" => kind == "saf.call" && same_node,
        "nas.return" => delivered(&["nas-call"]),
        "kdc.error" => kind == "net.deliver" && same_node && !delivered(&["saf-return"]),
        "client.failed" | "client.mutual" => kind == "net.send" && same_node,
        "message.lost" | "message.suppressed" => {
            kind != "check" && !kind.starts_with("net.") && !kind.starts_with("fault.")
        }
        _ => kind == "script.step" || kind == "node.start",
    }
}

/// Whether a record can be the reason of a refusal.
fn is_reason(cause: &Line, refusal: &Line) -> bool {
    let rule = text(cause, "rule");
    match (refusal.record.kind.as_ref(), cause.record.kind.as_ref()) {
        // The reason of a message is not that of its loss.
        ("message.lost", "check") => is_no(cause) && rule.starts_with("td."),
        ("message.suppressed", "check") => is_no(cause) && rule == "cics.xmeout",
        (_, "check") => is_no(cause),
        (_, "net.refused" | "net.lost" | "net.unreadable" | "saf.timeout") => true,
        // A program ends itself by its own word. Nothing was compared.
        ("task.abend", "exec.begin") => text(cause, "command") == "ABEND",
        (_, kind) => {
            kind.starts_with("fault.") || kind.starts_with("node.") && kind != "node.start"
        }
    }
}

/// Whether a refusal has a reason of its own among its causes.
fn is_explained(lines: &[Line], refusal: &Line) -> bool {
    for cause in causes(lines, refusal) {
        if is_reason(cause, refusal) {
            return true;
        }
        if begins(cause, refusal) {
            return false;
        }
    }
    false
}

#[test]
fn every_refusal_has_a_reason_of_its_own_among_its_causes() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (path, lines) in traces() {
        for line in lines.iter().filter(|line| is_refusal(line)) {
            *seen.entry(line.record.kind.to_string()).or_default() += 1;
        }
        assert!(unexplained(&lines).is_empty(), "{path}: {:#?}", unexplained(&lines));
    }
    for kind in [
        "exec.end",
        "saf.return",
        "nas.return",
        "kdc.error",
        "task.refused",
        "task.abend",
        "region.failed",
        "client.failed",
        "cscs.message",
        "message.lost",
        "message.suppressed",
    ] {
        assert!(seen.contains_key(kind), "the scenarios have no {kind}: {seen:?}");
    }
}

#[test]
fn a_refusal_whose_check_said_yes_is_not_explained() {
    let mut noticed = 0;
    for (path, mut lines) in traces() {
        let decided = |line: &Line| is_refusal(line) && causes(&lines, line).any(is_no);
        let refusals: Vec<Line> = lines.iter().filter(|line| decided(line)).cloned().collect();
        let explained =
            |lines: &[Line]| refusals.iter().filter(|line| is_explained(lines, line)).count();
        let before = explained(&lines);
        for line in lines.iter_mut().filter(|line| is_no(line)) {
            line.record = Record::new("check").text("verdict", "passed");
        }
        noticed += before - explained(&lines);
        assert!(before >= explained(&lines), "{path}");
    }
    assert!(noticed > 200, "only {noticed} refusals rest on a check");
}

#[test]
fn the_verdict_of_a_check_is_the_sign_of_its_margin() {
    let mut seen = 0;
    for (path, lines) in traces() {
        for line in of(&lines, "check") {
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
fn every_decision_about_access_says_whose_to_what_and_by_which_profile() {
    let about = |line: &Line, name: &str| {
        let about = line.record.get("about").and_then(Value::as_object);
        about.and_then(|about| about.get(name)?.as_text()).unwrap_or_default().to_owned()
    };
    let mut ways = std::collections::BTreeSet::new();
    for (path, lines) in traces() {
        let is_access = |line: &&Line| {
            matches!(text(line, "rule").as_str(), "esm.access-level" | "esm.profile-covers")
        };
        for line in of(&lines, "check").filter(is_access) {
            for name in ["user", "class", "resource", "wanted", "profile"] {
                assert!(!about(line, name).is_empty(), "{path}: {name} {:?}", line.record);
            }
            if text(line, "rule") == "esm.access-level" {
                let (held, by) = (text(line, "subject_value"), about(line, "by"));
                assert!(held.ends_with(&format!(" by {by}")), "{path}: {:?}", line.record);
                ways.insert(by.split(' ').take(4).collect::<Vec<_>>().join(" "));
            }
        }
    }
    assert!(ways.contains("the entry of user") && ways.contains("the entry of group"), "{ways:?}");
}

#[test]
fn every_rule_of_a_trace_is_listed_once_as_the_trace_shows_it() {
    let rules = study::rules();
    let by_id: BTreeMap<&str, &Rule> = rules.iter().map(|rule| (rule.id, *rule)).collect();
    assert_eq!(by_id.len(), rules.len(), "ids are unique");
    for rule in &rules {
        assert!(rule.text.ends_with('.') && !rule.source.is_empty(), "{}", rule.id);
    }
    for (path, lines) in traces() {
        for line in of(&lines, "check") {
            let id = text(line, "rule");
            let rule = by_id.get(id.as_str()).unwrap_or_else(|| panic!("{path}: {id} not listed"));
            assert_eq!(text(line, "source"), rule.source, "{path}: {id}");
            assert_eq!(text(line, "mark"), rule.mark.word(), "{path}: {id}");
        }
    }
}

#[test]
fn only_script_scheduled_changes_and_starts_have_no_cause() {
    for (path, lines) in traces() {
        for (index, line) in lines.iter().enumerate() {
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
