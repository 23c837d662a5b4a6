//! `explain`, `rules` and `coverage` from outside.

use crate::{Folder, regionsim, told};

#[test]
fn explain_answers_asks_back_or_says_that_it_does_not_know() {
    for (arguments, code, words) in [
        (&["ticket", "expired"][..], 0, &["DFHXS1402/9", "MAXTKTLFE", "ticket-expired.ron"][..]),
        (&["-1765328352"], 0, &["X'96C73A20'", "Kerberos error 32"]),
        (&["SAF", "8", "ESM", "16", "X'96C73A25'"], 0, &["KRB5KRB_AP_ERR_SKEW"]),
        (&["61"], 0, &["any of these 3", "regionsim explain 'VERIFY TOKEN NOTAUTH 61'"]),
        (&["DFHXS1401"], 0, &["not public", "assumed"]),
        (&["tickt", "expird"], 1, &["Nothing is known", "regionsim explain DFHXS1402/9"]),
    ] {
        let mut all = vec!["explain"];
        all.extend(arguments);
        let (found, out, err) = told(&all);
        assert_eq!((found, err.as_str()), (code, ""), "{arguments:?}: {out}");
        for word in words {
            assert!(out.contains(word), "{arguments:?}: {word:?} is not in\n{out}");
        }
    }
    let (code, out, _) = told(&["explain", "AEY7", "--format", "json"]);
    assert!(code == 0 && out.starts_with('{'), "{out}");
    for nothing in ["", " ", "'"] {
        let (code, out, err) = told(&["explain", nothing]);
        assert_eq!((code, out.as_str(), err.as_str()), (2, "", "error: nothing was asked for\n"));
    }
    assert_eq!(told(&["explain"]).0, 2);
}

#[test]
fn explain_needs_nothing_but_the_program_and_reads_what_is_pasted() {
    let folder = Folder::new("explain");
    let line = "DFHXS1402 03/02/2026 10:16:00 CICSPRD1 A request to inquire the client principal of a\n          \
        kerberos token obtained from a Security Token Service has failed, reason = KDC not active. SAF\n          \
        codes are (X'00000008',X'00000000') ESM codes are (X'0000000C',X'00000010') Taskid (00001)\n          \
        Tranid (PAY1) Task userid (ALICE)\n";
    let output = regionsim(&["explain", "-", "--format", "json"])
        .current_dir(folder.path("plexes"))
        .write_stdin(line)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&json["schema"], &json["answer"]), (&1.into(), &"explained".into()));
    let explanation = &json["explanation"];
    assert_eq!(explanation["key"], "DFHXS1402/4");
    assert_eq!(explanation["to_type"][0]["line"], "START SKRBKDC");
    assert_eq!(explanation["inserts"][10]["value"], "ALICE");
    let huge =
        regionsim(&["explain", "-"]).write_stdin("X".repeat(1 << 20)).output().expect("it runs");
    assert_eq!(huge.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&huge.stderr).contains("at most 8192"));
    let bytes =
        regionsim(&["explain", "-"]).write_stdin(&b"\xFF\xFE AEY7"[..]).output().expect("it runs");
    assert_eq!(bytes.status.code(), Some(0), "{bytes:?}");
}

#[test]
fn rules_are_listed_whole_or_by_a_word() {
    let (code, out, _) = told(&["rules"]);
    assert!(code == 0 && out.contains("kerberos.ticket-end\n"), "{out}");
    let (code, out, _) = told(&["rules", "cics.", "--assumed", "--format", "json"]);
    assert_eq!(code, 0, "{out}");
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert!(json["rules"].as_array().is_some_and(|rules| {
        !rules.is_empty() && rules.iter().all(|rule| rule["mark"] == "assumed")
    }));
    assert_eq!(told(&["rules", "no such words"]).0, 1);
}

#[test]
fn coverage_tells_holes_by_its_exit_code() {
    let folder = Folder::new("coverage");
    folder.changed(&[]);
    let scenarios = folder.path("scenarios");
    let (code, out, err) = told(&["coverage", &scenarios]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("DFHXS1402/9") && out.contains("1 scenarios were run"), "{out}");
    let (code, out, _) = told(&["coverage", &scenarios, "--require=reasons,verify-token"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("required: reasons, verify-token: 31 holes"), "{out}");
    assert!(out.contains("  DFHXS1402/16  none\n"), "{out}");
    assert_eq!(told(&["coverage", &scenarios, "--require"]).0, 1);
    let (code, _, err) = told(&["coverage", &scenarios, "--require=verify-tokn"]);
    assert!(code == 2 && err.contains("did you mean `verify-token`?"), "{err}");
    let (page, again) = (folder.path("page.html"), folder.path("again.html"));
    for (path, jobs) in [(&page, "1"), (&again, "3")] {
        let (code, out, err) = told(&[
            "coverage",
            "scenarios/verify_token",
            "--html",
            path,
            "--format",
            "json",
            "--jobs",
            jobs,
        ]);
        assert_eq!((code, err.as_str()), (0, ""));
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(json["schema"], 1);
        let entries = json["entries"].as_array().expect("entries");
        let jwt = entries.iter().find(|entry| entry["key"] == "VERIFY TOKEN INVREQ 65");
        let reached = &jwt.expect("an entry")["reached_by"][0];
        assert_eq!(reached["scenario"], "scenarios/verify_token/jwt.ron");
        assert_eq!(reached["sibling"], "scenarios/verify_token/verified.ron");
    }
    let read = |path| std::fs::read_to_string(path).expect("a page");
    assert!(read(&page).contains("jwt.ron"));
    assert_eq!(read(&page), read(&again), "the workers change nothing");
    folder.write("scenarios/broken.ron", "Scenario(");
    let (code, out, err) = told(&["coverage", &scenarios]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("broken.ron"), "{err}");
    assert_eq!(told(&["coverage", "none"]).0, 2);
}
