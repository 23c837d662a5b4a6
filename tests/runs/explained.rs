//! What holds for every explanation: each outcome of each scenario has one, it can be asked for by its
//! record, as text of any width and as JSON.

use regionsim::scenario::outcome::is_outcome;
use regionsim::study::explain::Answer;
use regionsim::study::why::{Explanation, explain};

use crate::fixture::{plan_of, run_plan, scenarios};
use crate::why::{Told, flat, says};

#[test]
fn other_outcomes_are_listed_with_the_command_that_explains_them() {
    let told = Told::of("region/cics-continues");
    let explanation = told.explanation(None);
    let outcomes = told.run.lines.iter().filter(|line| is_outcome(&line.record)).count() as u64;
    assert_eq!(explanation.others.len() as u64 + explanation.others_left_out + 1, outcomes);
    let text = explanation.text(80);
    says(
        &text,
        &[
            "To explain one of them:",
            "    regionsim why scenarios/region/cics-continues.ron --record N\n",
        ],
    );
    let changed = Told::changed("dfhxs1402/success", &["seed=7"]).explanation(None);
    assert_eq!(
        changed.command,
        "regionsim why scenarios/dfhxs1402/success.ron --set 'seed=7' --record"
    );
    for other in &explanation.others {
        assert_eq!(told.explanation(Some(other.record)).outcome, *other);
    }
}

#[test]
fn records_that_are_not_there_and_runs_without_outcome_are_told() {
    let told = Told::of("dfhxs1402/success");
    let last = told.run.lines.len() as u64;
    let error = explain(&told.plan, &told.run.lines, Some(last + 1)).expect_err("no such record");
    assert_eq!(error.to_string(), format!("the run has no record {}: it has {last}", last + 1));
    let error = explain(&told.plan, &told.run.lines[..3], None).expect_err("no outcome");
    assert!(error.to_string().contains("nothing that could be explained"));
}

/// Every outcome of every scenario is led back to a line of its script, and rests on a decision with
/// both of its sides, or on what was done to a node, a path or a message, with its place.
#[test]
fn every_outcome_of_every_scenario_is_explained() {
    for path in scenarios() {
        let plan = plan_of(&path, &[]);
        let run = run_plan(&plan);
        for line in run.lines.iter().filter(|line| is_outcome(&line.record)) {
            let told = explain(&plan, &run.lines, Some(line.n)).expect("an explanation");
            let text = flat(&told.text(80));
            let context = format!("{path}, record {}:\n{text}", line.n);
            let of_script = |number: &str| number.starts_with(|digit: char| digit.is_ascii_digit());
            let file = format!("{path}:");
            let mut places = text.split(&file).skip(1);
            assert!(places.any(of_script), "no line of the script: {context}");
            assert!(rests_on_something(&told), "no reason: {context}");
        }
    }
}

fn rests_on_something(told: &Explanation) -> bool {
    told.because.iter().any(|finding| {
        let placed = finding.details.iter().any(|detail| detail.place.is_some());
        match finding.kind {
            "check" => finding.check.as_ref().is_some_and(|check| {
                check.verdict == "failed"
                    && !check.subject_value.is_empty()
                    && !check.against_value.is_empty()
            }),
            "silence" | "node" => placed,
            // Codes that the script gave, or an ABEND that the program wanted.
            "injected" => !finding.places.is_empty(),
            "program" => !finding.places.is_empty() && finding.text.contains(" executes ABEND"),
            "passed" => told.well && !finding.details.is_empty(),
            _ => false,
        }
    })
}

/// What the catalogue is quoted for can be asked for, by the command that `why` prints.
#[test]
fn the_catalogue_can_be_asked_about_what_why_quotes() {
    let mut asked = std::collections::BTreeSet::new();
    for path in scenarios() {
        let plan = plan_of(&path, &[]);
        let run = run_plan(&plan);
        for line in run.lines.iter().filter(|line| is_outcome(&line.record)) {
            let told = explain(&plan, &run.lines, Some(line.n)).expect("an explanation");
            asked.extend(told.fix.into_iter().filter_map(|fix| fix.entry));
        }
    }
    assert!(asked.len() > 20, "{asked:?}");
    for key in asked {
        match regionsim::study::explain::explain(&key) {
            Answer::Explained(told) => assert_eq!(told.entry.key, key),
            other => panic!("{key}: {}", other.text(100)),
        }
    }
}

/// Any record can be asked about, and no sentence is a kind of record in place of words.
#[test]
fn every_record_has_words() {
    for path in [
        "faults/partition",
        "faults/clock-slew",
        "faults/unexpected-code",
        "faults/start-held",
        "dfhxs1402/success-mutual",
        "dfhxs1402/kdc-not-responding",
        "region/cscs-full",
        "region/start-second-task",
    ] {
        let told = Told::of(path);
        for line in &told.run.lines {
            let explanation = told.explanation(Some(line.n));
            let kind = line.record.kind.as_ref();
            let words = &explanation.outcome.text;
            assert!(
                !(words.is_empty() || kind.contains('.') && words.contains(kind)),
                "{path} {}: {words}",
                line.n
            );
            assert!(explanation.chain.iter().all(|event| !event.text.is_empty()), "{path}");
        }
    }
}

/// Nothing but commands to type, and words that are longer than a line, is wider than the width.
#[test]
fn explanations_and_reports_keep_the_width() {
    let paths =
        ["faults/clock-drift", "region/cscs-full", "dfhxs1402/attempted-replay-from-network"];
    for (path, width) in paths.iter().flat_map(|path| [(path, 40), (path, 80), (path, 100)]) {
        let told = Told::of(path);
        let mut story = regionsim::study::story::Story::default();
        told.run.lines.iter().for_each(|line| story.observe(line));
        let report = story.report(&told.plan, &told.run.report, &Default::default(), width);
        for line in told.explanation(None).text(width).lines().chain(report.lines()) {
            let command =
                ["regionsim ", "PERMIT ", "with: "].iter().any(|part| line.contains(part));
            let digest = line.contains("digest");
            let one_word = line.trim().split(' ').count() == 1;
            let fits = line.chars().count() <= width;
            assert!(fits || command || digest || one_word, "{path} {width}: {line:?}");
            assert_eq!(line, line.trim_end(), "{path}: blanks at the end");
        }
    }
}

#[test]
fn json_has_the_documented_keys_and_the_numbers_of_the_decision() {
    let told = Told::of("dfhxs1402/ticket-expired").explanation(None);
    let json = serde_json::to_value(&told).expect("JSON");
    let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    let documented = [
        "schema",
        "scenario",
        "run",
        "outcome",
        "well",
        "because",
        "fix",
        "changes",
        "chain",
        "checks_passed",
        "closest",
        "others",
        "others_left_out",
        "command",
    ];
    let mut sorted = documented;
    sorted.sort_unstable();
    let mut found = keys.clone();
    found.sort_unstable();
    assert_eq!(found, sorted);
    let check = &json["because"][0]["check"];
    assert_eq!(check["rule"], "kerberos.ticket-end");
    assert_eq!((&check["margin"], &check["unit"]), (&(-60).into(), &"s".into()));
    assert_eq!(check["limit"], "300 s");
    assert_eq!(check["clock_ahead_ns"], 0);
    let place = json["chain"]
        .as_array()
        .expect("events")
        .iter()
        .find(|event| event["what"] == "step queued");
    let place = place.expect("the step");
    assert_eq!((&place["line"], &place["kind"]), (&12.into(), &"script.step".into()));
    assert_eq!(json["outcome"]["text"], "CICSPRD1 task 00001: DFHXS1402 TicketExpired");
    assert!(told.checks_passed > 100);
}
