//! `diff` and what `check` says of golden traces.

use super::{Folder, SUCCESS, regionsim, told};

const EXPIRED: &str = "scenarios/dfhxs1402/ticket-expired.ron";
const SIBLING: &str = "scenarios/dfhxs1402/ticket-expired-sibling.ron";
const GOLDEN: &str = "traces/dfhxs1402/success.jsonl";
const LATE: &str = "script.pay.at=19:05:01";

#[track_caller]
fn refused(arguments: &[&str], says: &str) {
    let (code, out, err) = told(arguments);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains(says), "{err}");
}

#[test]
fn a_scenario_is_equal_to_its_golden_trace_and_to_itself() {
    for (a, b) in [(GOLDEN, SUCCESS), (SUCCESS, GOLDEN), (SUCCESS, SUCCESS)] {
        let (code, out, err) = told(&["diff", a, b]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert!(out.contains(": no difference"), "{out}");
    }
}

#[test]
fn what_a_change_does_is_told_from_its_first_effect() {
    let (code, out, err) = told(&["diff", SUCCESS, "--set", LATE]);
    assert_eq!((code, err.as_str()), (1, ""));
    for part in [
        "script.pay.at: \"09:00:20\" -> \"19:05:01\"",
        "First real divergence: time",
        "alice script.step pay Start  (scenarios/dfhxs1402/success.ron:11)",
        "10h4m41s later",
        "A  CICSPRD1 task 00001: VERIFY TOKEN -> NORMAL",
        "B  CICSPRD1 task 00001: DFHXS1402 TicketExpired",
        "everything from record 124 of A, 124 of B on is 10h4m41s later",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let changed_in_a = told(&["diff", SUCCESS, SUCCESS, "--set-a", LATE]).1;
    assert!(changed_in_a.contains("10h4m41s earlier"), "{changed_in_a}");
    let both = told(&["diff", SUCCESS, "--set-a", LATE, "--set-b", LATE]);
    assert_eq!(both.0, 0, "{}", both.1);
}

#[test]
fn siblings_part_where_the_value_is_first_used() {
    let (code, out, _) = told(&["diff", EXPIRED, SIBLING, "--format", "json", "--limit", "3"]);
    assert_eq!(code, 1);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&json["schema"], &json["equal"]), (&1.into(), &false.into()));
    assert_eq!(json["differences"].as_array().expect("a list").len(), 3);
    let first = &json["first"];
    assert_eq!(first["a"]["brief"], "check kdc.least-life lifetime");
    assert_eq!(first["chain_a"][0]["brief"], "script.step logon LogOn");
    let inputs = json["inputs"].as_array().expect("inputs");
    let path = "systems.SYSA.esm.realm.max_ticket_life";
    assert!(inputs.iter().any(|input| input["path"] == path && input["to"] == "\"1200s\""));
    let counts = &json["counts"];
    let sum = ["equal", "value", "bytes", "time", "order", "missing"];
    let sum: u64 = sum.iter().map(|class| counts[class].as_u64().expect("a count")).sum();
    assert_eq!(json["a"]["records"], sum);
}

#[test]
fn outcomes_alone_do_not_see_tokens_or_times() {
    let (code, out, _) = told(&["diff", SUCCESS, "--seed", "5", "--outcome"]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(told(&["diff", SUCCESS, "--seed", "5"]).0, 1);
    assert_eq!(told(&["diff", SUCCESS, "--set", "script.pay.at=09:01:00", "--outcome"]).0, 0);
    let (code, out, _) = told(&["diff", SUCCESS, "--set", LATE, "--outcome"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("VERIFY TOKEN -> NORMAL\" -> \"")
            || out.contains("VERIFY TOKEN -> NORMAL -> "),
        "{out}"
    );
}

#[test]
fn what_is_ignored_does_not_count_and_must_exist() {
    let ignoring =
        ["--ignore-field", "sha256", "--ignore-field", "outputs", "--ignore-field", "containers"];
    let arguments =
        [&["diff", SUCCESS, "--seed", "5", "--ignore-kind", "check"], &ignoring[..]].concat();
    let (code, out, _) = told(&arguments);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("left out as asked"), "{out}");
    assert_eq!(told(&["diff", SUCCESS, "--set", LATE, "--ignore-kind", "net.*"]).0, 1);
    refused(&["diff", SUCCESS, GOLDEN, "--ignore-kind", "chekc"], "did you mean `check`?");
    refused(
        &["diff", SUCCESS, GOLDEN, "--ignore-kind", "nte.*"],
        "there is no kind of record `nte.*`",
    );
    refused(&["diff", SUCCESS, GOLDEN, "--ignore-field", "sha265"], "did you mean `sha256`?");
    refused(&["diff", SUCCESS, GOLDEN, "--ignore-node", "CICSPRD2"], "did you mean `CICSPRD1`?");
    assert_eq!(told(&["diff", SUCCESS, GOLDEN, "--ignore-node", "alice"]).0, 0);
}

#[test]
fn unusable_inputs_are_told_each_in_its_own_words() {
    let folder = Folder::new("diff");
    let whole = std::fs::read_to_string(GOLDEN).expect("a trace");
    refused(&["diff", SUCCESS], "change a value with --set");
    refused(&["diff", GOLDEN], "what is traces/dfhxs1402/success.jsonl to be compared with?");
    refused(&["diff", SUCCESS, GOLDEN, "--set", LATE], "nothing of it can be changed");
    refused(&["diff", SUCCESS, "nowhere.jsonl"], "cannot read nowhere.jsonl");
    refused(&["diff", SUCCESS, "scenarios"], "it is a directory");
    refused(&["diff", SUCCESS, "README.md"], "this is not a trace");
    let newer = folder.write("newer.jsonl", whole.replacen("\"version\":1", "\"version\":2", 1));
    refused(&["diff", SUCCESS, &newer], "use the program that wrote it or a newer one");
    let cut: String = whole.lines().take(50).map(|line| format!("{line}\n")).collect();
    let cut = folder.write("cut.jsonl", cut);
    let (code, out, err) = told(&["diff", &cut, SUCCESS]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: ") && err.contains("line 51: the trace is cut"), "{err}");
    assert!(out.contains("not compared, after that place: 0 records of A, 221 of B"), "{out}");
    let edited = folder.write("edited.jsonl", whole.replacen("\"ALICE\"", "\"ALICF\"", 1));
    let (code, out, err) = told(&["diff", &edited, SUCCESS]);
    assert!(code == 2 && err.contains("the trace was edited"), "{err}");
    assert!(out.contains("userid: \"ALICF\" -> \"ALICE\""), "{out}");
}

#[test]
fn a_trace_may_come_from_a_pipe() {
    if !std::path::Path::new("/dev/stdin").exists() {
        return;
    }
    let trace = std::fs::read(GOLDEN).expect("a trace");
    regionsim(&["diff", "/dev/stdin", SUCCESS]).write_stdin(trace).assert().success();
}

#[test]
fn check_names_the_first_divergence_of_a_golden_trace_and_what_to_type() {
    let folder = Folder::new("check-diff");
    let scenario = folder.changed(&[]);
    let golden = folder.path("traces/changed.jsonl");
    assert_eq!(told(&["check", &scenario, "--bless"]).0, 0);
    assert_eq!(told(&["run", &scenario, "--seed", "9", "--trace", &golden]).0, 0);
    let (code, out, _) = told(&["check", &scenario]);
    assert_eq!(code, 1);
    assert!(
        out.contains("first: bytes") && out.contains("alice net.send to SYSA.NAS AS-REQ"),
        "{out}"
    );
    assert!(out.contains(&format!("more: regionsim diff {golden} {scenario}")), "{out}");
    // Only the title is another: no record differs, but the header does.
    let text = std::fs::read_to_string(&scenario).expect("a scenario");
    assert_eq!(told(&["check", &scenario, "--bless"]).0, 0);
    std::fs::write(&scenario, text.replacen("title: \"A ", "title: \"Another ", 1))
        .expect("a file");
    let (code, out, _) = told(&["check", &scenario]);
    assert_eq!(code, 1);
    assert!(out.contains("no record, only what went in: title: "), "{out}");
}
