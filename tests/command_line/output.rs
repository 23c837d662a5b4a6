//! What the commands print, and with which exit code.

use crate::{Folder, SUCCESS, regionsim, told};

const EXPIRED: &str = "scenarios/dfhxs1402/ticket-expired.ron";

#[test]
fn exit_codes_tell_success_difference_and_unusable_input() {
    let folder = Folder::new("codes");
    let (code, out, err) = told(&["run", SUCCESS]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(!out.contains('\u{1b}'), "no colour without a terminal");
    assert_eq!(told(&["run", EXPIRED]).0, 0, "a refusal that is expected is a success");
    let failing = folder.changed(&[("value: \"ALICE\"", "value: \"BOB\"")]);
    let (code, out, _) = told(&["run", &failing]);
    assert_eq!(code, 1);
    assert!(out.contains("FAILED &USER is \"BOB\""), "{out}");
    assert!(out.contains(&format!("repeat with: regionsim run {failing}")), "{out}");
    assert_eq!(told(&["run", "none.ron"]).0, 2);
    assert_eq!(told(&["--help"]).0, 0);
    assert_eq!(told(&["--version"]).0, 0);
    for command in ["run", "check", "coverage", "explain", "rules", "why", "schema", "inspect"] {
        assert_eq!(told(&[command, "--help"]).0, 0, "{command}");
    }
}

#[test]
fn json_parses_and_says_what_the_text_says() {
    let (_, out, _) = told(&["run", EXPIRED, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["as_expected"], true);
    assert!(out.contains("DFHXS1402 TicketExpired"), "{out}");
    let (_, text, _) = told(&["run", EXPIRED]);
    assert!(text.contains(json["digest"].as_str().expect("a digest")));
    for subject in ["scenario", "plex", "commands", "trace"] {
        let (code, out, _) = told(&["schema", subject, "--format", "json"]);
        assert_eq!(code, 0);
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{subject}");
        let (code, text, _) = told(&["schema", subject]);
        assert!(code == 0 && text.lines().count() > 20, "{subject}");
    }
}

#[test]
fn why_leads_from_the_message_to_the_line_of_the_script() {
    let (code, out, err) = told(&["why", EXPIRED]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("DFHXS1402") && out.contains("ticket-expired.ron:"), "{out}");
    let (code, json, _) = told(&["why", EXPIRED, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &json["schema"]), (0, &1.into()));
    let other = json["others"][0]["record"].to_string();
    let (code, out, _) = told(&["why", EXPIRED, "--record", &other]);
    assert!(code == 0 && out.contains(&format!("(record {other}, ")), "{out}");
    let (code, _, err) = told(&["why", EXPIRED, "--record", "9999"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: the run has no record 9999: it has "), "{err}");
}

#[test]
fn the_keys_of_json_are_described_by_schema() {
    for (form, arguments) in
        [("run", vec!["run", EXPIRED]), ("why", vec!["why", EXPIRED]), ("rules", vec!["rules"])]
    {
        let (_, described, _) = told(&["schema", "--output", form]);
        let (_, json, _) = told(&[&arguments[..], &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        for key in json.as_object().expect("an object").keys() {
            assert!(described.contains(&format!("    {key}: ")), "{form}: {key}");
        }
    }
    // Without a form all are listed; each is described, and all schemas come at once.
    let (_, list, _) = told(&["schema", "--output"]);
    let (_, all, _) = told(&["schema", "--output", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&all).expect("JSON");
    let names: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    let keys: Vec<&String> = all.as_object().expect("an object").keys().collect();
    assert!(names.len() > 10 && names == keys, "{list}");
    for name in names {
        let (code, schema, _) = told(&["schema", "--output", name, "--format", "json"]);
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        assert_eq!((code, &schema), (0, &all[name]));
    }
    let (code, _, err) = told(&["schema", "--output", "rnu"]);
    assert!(code == 2 && err.contains("possible values: all, run, run-seeds"), "{err}");
    assert_eq!(told(&["schema", "plex", "--output", "run"]).0, 2);
}

#[test]
fn what_is_piped_fits_eighty_columns_and_says_what_to_type_next() {
    let folder = Folder::new("next");
    let failing = folder.changed(&[("value: \"ALICE\"", "value: \"BOB\"")]);
    let (_, out, _) = told(&["run", &failing]);
    for line in out.lines().filter(|line| !line.contains("regionsim ")) {
        assert!(line.chars().count() <= 80, "{line:?}");
    }
    assert!(out.contains("Expectations: 1 of "), "{out}");
    assert!(out.contains("found: task 00001: &USER is \"ALICE\" (record "), "{out}");
    let next = out.lines().find_map(|line| line.trim().strip_prefix("next:  regionsim "));
    let next: Vec<&str> = next.expect("a command").split(' ').collect();
    let (code, why, _) = told(&next);
    assert!(code == 0 && why.contains("VERIFY TOKEN -> NORMAL"), "{why}");
    assert!(!out.ends_with("\n\n") && out.ends_with('\n'), "{out:?}");
}

#[test]
fn check_reports_to_junit_and_json_and_the_workers_change_nothing() {
    let folder = Folder::new("junit");
    folder.changed(&[("value: \"ALICE\"", "value: \"BOB\"")]);
    folder.write("scenarios/broken.ron", "Scenario(");
    let (scenarios, junit) = (folder.path("scenarios"), folder.path("report.xml"));
    let (code, out, err) = told(&["check", &scenarios, "--junit", &junit, "--jobs", "1"]);
    assert_eq!((code, err.as_str()), (2, ""), "{out}");
    assert!(out.contains("0 passed, 2 failed"), "{out}");
    let xml = std::fs::read_to_string(&junit).expect("a report");
    assert!(xml.contains("tests=\"2\"") && xml.contains("failures=\"1\""), "{xml}");
    assert!(xml.contains("errors=\"1\"") && xml.matches("<testcase").count() == 2, "{xml}");
    assert_eq!(told(&["check", &scenarios, "--jobs", "4"]).1, out);
    let (code, json, _) = told(&["check", &scenarios, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let verdicts: Vec<_> = json["results"].as_array().expect("results").iter().collect();
    assert_eq!(code, 2);
    assert_eq!(
        (&verdicts[0]["verdict"], &verdicts[1]["verdict"]),
        (&"unusable".into(), &"failed".into())
    );
}

#[test]
fn a_cut_or_changed_golden_trace_is_told_and_blessing_mends_it() {
    let folder = Folder::new("golden");
    folder.changed(&[]);
    let scenarios = folder.path("scenarios");
    let (code, out, _) = told(&["check", &scenarios]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("there is no golden trace") && out.contains("--bless"), "{out}");
    let (code, out, _) = told(&["check", &scenarios, "--bless"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("blessed"), "{out}");
    assert_eq!(told(&["check", &scenarios]).0, 0);
    let golden = folder.path("traces/changed.jsonl");
    let whole = std::fs::read_to_string(&golden).expect("a trace");
    let cut: String = whole.lines().take(10).map(|line| format!("{line}\n")).collect();
    let edited = whole.replacen("ALICE", "ALICF", 1);
    for wrong in [cut, edited, String::new()] {
        std::fs::write(&golden, wrong).expect("a file");
        let (code, out, _) = told(&["check", &scenarios]);
        assert_eq!(code, 1, "{out}");
        assert!(out.contains("changed.jsonl"), "{out}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly_and_a_full_disk_is_told() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let program = assert_cmd::cargo::cargo_bin("regionsim");
    let line = format!(
        "{} schema plex 2>&1 >/dev/null | cat; {} schema plex | head -1",
        program.display(),
        program.display()
    );
    let shell = assert_cmd::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    let text = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert_eq!(String::from_utf8_lossy(&shell.stderr), "");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = std::process::Command::new(&program)
        .args(["schema", "plex"])
        .stdout(full)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.starts_with("error: cannot write: ") && err.lines().count() == 1, "{err}");
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let folder = Folder::new("colour");
    let broken = folder.changed(&[("title:", "tilte:")]);
    let err = |arguments: &[&str]| told(arguments).2;
    assert!(!err(&["run", &broken]).contains('\u{1b}'));
    assert!(err(&["run", &broken, "--color", "always"]).contains('\u{1b}'));
    regionsim(&["run", SUCCESS, "--color", "sometimes"]).assert().code(2);
}
