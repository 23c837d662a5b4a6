//! Mistakes in files and arguments: where, what, and what to do about it.

use crate::{Folder, SUCCESS, told};

/// Runs the success scenario with a change, which must be refused with these words.
fn refused(name: &str, changes: &[(&str, &str)], words: &[&str]) {
    let folder = Folder::new(name);
    let (code, out, err) = told(&["run", &folder.changed(changes)]);
    assert_eq!((code, out.as_str()), (2, ""), "{name}: {err}");
    for word in words {
        assert!(err.contains(word), "{name}: {word:?} is not in\n{err}");
    }
}

#[test]
fn mistakes_in_the_scenario_are_shown_at_their_place() {
    let first = "at: \"09:00:00\", client: \"alice\", do: LogOn";
    for (name, from, to, words) in [
        ("field", "title:", "tilte:", &["tilte", "did you mean `title`?", "changed.ron:3:5"][..]),
        ("second-field", "seed: 1402,", "seed: 1402, seed: 1,", &["seed", "changed.ron:7"]),
        ("time", "09:00:20", "9 am", &["9 am", "09:00:00"]),
        ("backwards", "09:00:20", "08:00:20", &["time runs backwards"]),
        ("no-time", "at: \"09:00:00\", client", "client", &["a step needs a time", "`at`"]),
        (
            "client",
            "client: \"alice\", do: LogOn",
            "client: \"alcie\", do: LogOn",
            &["unknown client `alcie`", "did you mean `alice`?"],
        ),
        (
            "actor",
            first,
            "at: \"09:00:00\", system: \"SYSA\", do: LogOn",
            &["not done by `system`", "needs `client`"],
        ),
        ("action", "do: LogOn", "do: Logon", &["Logon", "did you mean `LogOn`?"]),
        (
            "region",
            "region: \"CICSPRD1\"",
            "region: \"CICSPRD2\"",
            &["unknown region `CICSPRD2`", "CICSPRD1"],
        ),
        (
            "transaction",
            "transaction: \"PAY1\"",
            "transaction: \"PAY9\"",
            &["unknown transaction `PAY9`"],
        ),
        (
            "duplicate",
            "name: \"ticket\"",
            "name: \"logon\"",
            &["a second step has the name `logon`"],
        ),
        (
            "plex",
            "../plexes/plex1.ron",
            "../plexes/plex9.ron",
            &["plex9.ron", "cannot read", "No such file"],
        ),
        ("token", "token: New", "token: Made(\"t\")", &["unknown token `t`"]),
        ("condition", "resp: NORMAL", "resp: NORMALL", &["NORMALL", "did you mean"]),
        (
            "command",
            "\"VERIFY TOKEN\"",
            "\"VERIFY TOKN\"",
            &["unknown command `VERIFY TOKN`", "VERIFY TOKEN"],
        ),
        (
            "area",
            "Variable(name: \"USER\"",
            "Variable(name: \"USR\"",
            &["unknown data area `USR`", "did you mean `USER`?"],
        ),
        ("bracket", "expect: [", "expect: (", &["changed.ron:"]),
        (
            "single",
            "plex: \"../plexes/plex1.ron\"",
            "plex: '../plexes/plex1.ron'",
            &["this is more than one letter", "a text stands in double quotes"],
        ),
        ("bare", "userid: \"ALICE\"", "userid: /ALICE", &["found `ALICE`", "in double quotes"]),
        (
            "json",
            "seed: 1402",
            "\"seed\": 1402",
            &["expected the name of a field", "the names of fields stand without quotes"],
        ),
        (
            "key",
            "seed: 1402,",
            "seed: 1402, set: { systems.SYSA.clock.skew: \"6m\" },",
            &["expected `:`, found `.`", "a key with dots stands in double quotes"],
        ),
        (
            "variant",
            "client: \"alice\", do: LogOn",
            "client: \"alice\", do: Wait(\"5s\")",
            &["expected `Wait`, found `Wait(…)`", "write `Wait(for: …)`"],
        ),
        (
            "record-field",
            "expect: [",
            "expect: [Record(kind: \"task.attach\", fields: { \"usrid\": \"ALICE\" }),",
            &["unknown field `usrid` of record task.attach", "did you mean `userid`?"],
        ),
        (
            "record-node",
            "expect: [",
            "expect: [Record(kind: \"task.attach\", node: \"CICSPRD9\"),",
            &["unknown node `CICSPRD9`", "did you mean `CICSPRD1`?"],
        ),
        (
            "no-plex",
            "../plexes/plex1.ron",
            "changed.ron",
            &["this file is a scenario, not a plex", "changed.ron:6:11", "here it says so"],
        ),
        (
            "slew",
            first,
            "at: \"09:00:00\", system: \"DESK\", do: SlewClock(ppm: 0)",
            &["a clock is slewed by 1 to 1000000"],
        ),
        (
            "part",
            "seed: 1402,",
            "seed: 1402, faults: [(name: \"f\", link: \"alice-kdc\", kind: \"AS-REP\", part: \"X\", do: Drop)],",
            &["a message of kind AS-REP has no parts"],
        ),
        (
            "ends",
            "seed: 1402,",
            "seed: 1402, faults: [(name: \"f\", link: \"alice-kdc\", do: Overwrite(with: \"00\"))],",
            &["Overwrite takes either `from_start` or `from_end`"],
        ),
    ] {
        refused(name, &[(from, to)], words);
    }
}

#[test]
fn mistakes_in_the_plex_are_shown_at_their_place() {
    for (name, from, to, words) in [
        ("unit", "\"10h\"", "\"10 hours\"", &["10 hours", "plex1.ron:"][..]),
        ("no-unit", "\"10h\"", "\"10\"", &["unit", "plex1.ron:"]),
        (
            "system",
            "system: \"DESK\"",
            "system: \"DESC\"",
            &["unknown system `DESC`", "did you mean `DESK`?"],
        ),
        (
            "program",
            "program: \"PAYROLL\"",
            "program: \"PAYROL\"",
            &["unknown program `PAYROL`", "PAYROLL"],
        ),
        ("kdc", "kdc: \"SYSA.NAS\"", "kdc: \"SYSB.NAS\"", &["unknown KDC `SYSB.NAS`"]),
        (
            "link",
            "(\"alice\", \"CICSPRD1\")",
            "(\"alice\", \"CICSPRD7\")",
            &["unknown node `CICSPRD7`"],
        ),
        ("verb", "Exec(\"GET CONTAINER", "Exec(\"GIT CONTAINER", &["GIT", "plex1.ron:"]),
        (
            "option",
            "KERBEROS ISUSERID(&USER) ENCRYPTKEY",
            "KERBEROS ISUSERDI(&USER) ENCRYPTKEY",
            &["ISUSERDI", "ISUSERID"],
        ),
        ("variable", "ISUSERID(&USER) ENCRYPTKEY", "ISUSERID(&USR) ENCRYPTKEY", &["USR", "USER"]),
        (
            "short",
            "\"USER\": \"CHAR(8)\"",
            "\"USER\": \"CHAR(7)\"",
            &["ISUSERID", "CHAR(8)", "CHAR(7)"],
        ),
        ("release", "release: \"5.6\"", "release: \"5.2\"", &["ENCRYPTKEY", "5.4"]),
        (
            "runaway",
            "release: \"5.6\"",
            "release: \"5.6\", runaway_commands: 0",
            &["plex1.ron:", "1 to 100000 commands"],
        ),
        ("unknown-release", "release: \"5.6\"", "release: \"5.7\"", &["5.7", "5.6"]),
        ("type", "\"BIT(8192)\"", "\"BITS(8192)\"", &["BITS(8192)"]),
        (
            "user",
            "\"ALICE\": (",
            "\"alice\": (",
            &["plex1.ron:26:21", "a name has 1 to 8 of A-Z", "begins with no digit"],
        ),
        (
            "access",
            "\"CICSPRD\": READ",
            "\"CICSPDR\": READ",
            &["plex1.ron:38:55", "neither a user nor a group", "did you mean `CICSPRD`?"],
        ),
        (
            "default-group",
            "default_group: \"STAFF\", password: \"ALICEPW\"",
            "default_group: \"STAF\", password: \"ALICEPW\"",
            &["group STAF is not defined", "did you mean `STAFF`?"],
        ),
        (
            "password",
            "\"STAFF\", password: \"ALICEPW\"",
            "\"STAFF\", password: \"ALICEPASSWORD\"",
            &["a password has 1 to 8 characters"],
        ),
        (
            "second-link",
            "(\"alice\", \"CICSPRD1\")",
            "(\"SYSA.NAS\", \"alice\")",
            &["link `alice-kdc` joins these two nodes already", "plex1.ron:131"],
        ),
        (
            "latency",
            "Fixed(\"2ms\")",
            "Uniform(least: \"5ms\", most: \"2ms\")",
            &["the shortest latency is longer than the longest", "plex1.ron:130"],
        ),
        (
            "drift",
            "\"DESK\": ()",
            "\"DESK\": (clock: (drift_ppm: -1000000))",
            &["a clock gains between -999999 and 1000000 parts per million"],
        ),
    ] {
        refused(name, &[(from, to)], words);
    }
}

#[test]
fn mistakes_in_racf_commands_are_shown_inside_their_text() {
    let step = |command: &str| {
        format!(
            "(at: \"09:00:00\", system: \"SYSA\", do: Racf(\"{command}\")),\n        (name: \"logon\""
        )
    };
    let plex = |command: &str| format!("commands: [\"{command}\"],\n                groups: [");
    let (logon, groups) = ("(name: \"logon\"", "groups: [");
    for (name, from, to, words) in [
        (
            "racf-operand",
            logon,
            step("ALTUSER ALICE REVOK3"),
            &["changed.ron:9:66", "^^^^^^", "`REVOK3` is not an operand of ALTUSER", "`REVOKE`?"][..],
        ),
        (
            "racf-verb",
            logon,
            step("ALTUZER ALICE REVOKE"),
            &["`ALTUZER` is not a RACF", "`ALTUSER`?"],
        ),
        (
            "racf-system",
            logon,
            step("ALTUSER ALICE REVOKE").replace("SYSA", "DESK"),
            &["system `DESK` has no ESM"],
        ),
        (
            "racf-client",
            logon,
            step("ALTUSER ALICE REVOKE").replace("system: \"SYSA\"", "client: \"alice\""),
            &["this step needs `system`", "not done by `client`"],
        ),
        (
            "racf-plex",
            groups,
            plex("PERMIT X CLASS(FACILITY) ID(ALCIE"),
            &["plex1.ron:", "is not closed"],
        ),
        (
            "racf-refused",
            groups,
            plex("ALTUSER ALCIE REVOKE"),
            &["plex1.ron:", "the command is refused: user ALCIE is not defined", "`ALICE`?"],
        ),
    ] {
        refused(name, &[(from, &to)], words);
    }
    let folder = Folder::new("racf-warning");
    let (code, _, err) = told(&["run", &folder.changed(&[(logon, &step("ALTUSER ALCIE REVOKE"))])]);
    assert_eq!(code, 0, "{err}");
    for word in ["warning", "user ALCIE is not defined", "`ALICE`?", "allow: [RacfCommandRefused]"]
    {
        assert!(err.contains(word), "{word:?} is not in\n{err}");
    }
}

#[test]
fn a_warning_is_silent_where_it_is_meant_and_an_allowance_must_have_a_use() {
    let folder = Folder::new("allow");
    let route = ("queues: {", "xmeout: { \"DFHXS1402\": Route(\"NONE\") }, queues: {");
    let (code, _, err) = told(&["run", &folder.changed(&[route])]);
    assert_eq!(code, 0);
    for word in ["warning", "no queue `NONE`", "allow: [XmeoutUndefinedQueue]", "1 warning"] {
        assert!(err.contains(word), "{word:?} is not in\n{err}");
    }
    let allow = ("seed: 1402,", "seed: 1402, allow: [XmeoutUndefinedQueue],");
    let allowed = folder.changed(&[route, allow]);
    assert_eq!(told(&["run", &allowed]).2, "");
    let (code, out, err) = told(&["check", &allowed]);
    assert!(code == 1 && err.is_empty() && !out.contains("warning"), "{out}{err}");
    let varied = told(&["run", &allowed, "--set", "nodes.CICSPRD1.xmeout={}"]);
    assert_eq!((varied.0, varied.2.as_str()), (0, ""), "an experiment may remove the cause");
    for (name, changes, words) in [
        ("allow-unused", [allow], ["nothing here gives the warning", "leave it out"]),
        (
            "allow-unknown",
            [("seed: 1402,", "seed: 1402, allow: [XmeoutUndefindQueue],")],
            ["is not a valid `Warning`", "did you mean `XmeoutUndefinedQueue`?"],
        ),
    ] {
        refused(name, &changes, &words);
    }
}

#[test]
fn all_mistakes_of_all_files_are_shown_at_once() {
    let changes =
        [("title: \"A ticket", "tilte: \"A ticket"), ("09:00:20", "9 am"), ("\"10h\"", "\"10\"")];
    refused("many", &changes, &["tilte", "9 am", "plex1.ron", "3 errors"]);
}

#[test]
fn arguments_that_lead_nowhere_are_named() {
    for (arguments, words) in [
        (&["run", "none.ron"][..], &["none.ron", "No such file"][..]),
        (&["run", "scenarios"], &["scenarios", "it is a directory"]),
        (&["run", SUCCESS, "--set", "systems.SYSA.clokc.skew=6m"], &["clokc", "clock"]),
        (&["run", SUCCESS, "--set", "systems.SYSB.clock.skew=6m"], &["SYSB", "SYSA"]),
        (&["run", SUCCESS, "--set", "systems.SYSA.clock.skew"], &["--set #1", "="]),
        (
            &["run", SUCCESS, "--set", "systems.SYSA.clock.skew=6 minutes"],
            &["6 minutes", "--set #1"],
        ),
        (&["run", SUCCESS, "--seed", "many"], &["many", "--seed"]),
        (&["run", SUCCESS, "--set", "plex=none.ron"], &["cannot read", "none.ron", "--set #1"]),
        (&["run", SUCCESS, "--set", "set.x=1"], &["unknown section `set`", "`seed`"]),
        (&["run", SUCCESS, "--trace", "none/x.jsonl"], &["none/x.jsonl", "No such file"]),
        (&["run", SUCCESS, "--bytes"], &["--trace"]),
        (&["check", "none"], &["none", "No such file"]),
        (&["check", "scenarios/plexes"], &["no scenario file", "scenarios/plexes"]),
        (&["why", SUCCESS, "--record", "999999"], &["no record 999999"]),
        (&["schema", "plexx"], &["plexx", "plex"]),
        (&["rum"], &["rum", "run"]),
        (&["run"], &["SCENARIO"]),
    ] {
        let (code, out, err) = told(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        for word in words {
            assert!(err.contains(word), "{arguments:?}: {word:?} is not in\n{err}");
        }
    }
}

#[test]
fn files_that_are_no_scenario_are_refused() {
    let folder = Folder::new("none");
    let huge = vec![b' '; (4 << 20) + 1];
    for (name, content, words) in [
        ("empty.ron", &b""[..], &["empty.ron is empty", "`regionsim schema`"][..]),
        ("blank.ron", b" \r\n\t", &["blank.ron is empty"]),
        ("comment.ron", b"// nothing", &["comment.ron:1:11", "the end of the text"]),
        (
            "latin.ron",
            b"Scenario(title: \"\xE4\")",
            &["X'E4'", "is not UTF-8", "save the file as UTF-8"],
        ),
        ("plex.ron", b"Plex(systems: {}, nodes: {})", &["this is a plex, not a scenario"]),
        ("huge.ron", &huge, &["4194305 bytes", "the limit is 4194304"]),
        ("nul.ron", b"\x00\x01\x02", &["nul.ron:1:1"]),
        ("binary.ron", b"\x89PNG\x00\x01", &["X'89'", "this is no text", "a text in RON"]),
        ("wide.ron", b"\xFF\xFES\x00c\x00", &["this is UTF-16", "save the file as UTF-8"]),
        ("deep.ron", "(".repeat(200_000).as_bytes(), &["values are nested too deeply here"]),
    ] {
        let (code, _, err) = told(&["run", &folder.write(name, content)]);
        assert_eq!(code, 2, "{name}: {err}");
        for word in words {
            assert!(err.contains(word), "{name}: {word:?} is not in\n{err}");
        }
        assert!(err.len() < 4000, "{name}: {} bytes", err.len());
    }
    let large = folder.write("large.ron", "");
    let file = std::fs::OpenOptions::new().write(true).open(&large).expect("a file");
    file.set_len(100 << 20).expect("a large file");
    let (code, _, err) = told(&["run", &large]);
    assert!(code == 2 && err.contains("it has 104857600 bytes; the limit is"), "{err}");
}

#[test]
fn a_plex_given_on_the_command_line_is_used() {
    let folder = Folder::new("other-plex");
    let scenario = folder.changed(&[]);
    let plex = std::fs::read_to_string(folder.path("plexes/plex1.ron")).expect("a file");
    folder.write("plexes/other.ron", plex.replace("\"CICSPRD\": READ", "\"CICSUSER\": READ"));
    assert_eq!(told(&["run", &scenario]).0, 0);
    let (code, out, _) = told(&["run", &scenario, "--set", "plex=../plexes/other.ron"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("TicketservNotAuthorized") || out.contains("not authorized by ESM"),
        "{out}"
    );
}

#[test]
fn warnings_wait_until_errors_are_mended() {
    let folder = Folder::new("waiting");
    let route = ("queues: {", "xmeout: { \"DFHXS1402\": Route(\"NONE\") }, queues: {");
    let broken = folder.changed(&[route, ("do: LogOn", "do: Logon")]);
    let (code, _, err) = told(&["run", &broken]);
    assert!(code == 2 && err.contains("1 error") && !err.contains("warning"), "{err}");
}

#[test]
fn numbers_without_an_end_or_a_beginning_are_refused() {
    let (code, _, err) = told(&["run", SUCCESS, "--seeds", "1..99999999999"]);
    assert!(code == 2 && err.contains("more than 1000000 runs"), "{err}");
    for arguments in [["check", SUCCESS], ["coverage", SUCCESS]] {
        let (code, _, err) = told(&[&arguments[..], &["--jobs", "0"]].concat());
        assert!(code == 2 && err.contains("--jobs"), "{err}");
    }
    let (code, _, err) = told(&["coverage", "scenarios/lessons", "--require=DFHXS1400"]);
    assert!(code == 2 && err.contains("nothing that leads there"), "{err}");
}

#[test]
fn the_advice_of_the_author_is_for_the_outcome_that_he_expects() {
    let expired = "scenarios/dfhxs1402/ticket-expired.ron";
    let own = "This scenario: present the token before";
    assert!(told(&["why", expired]).1.contains(own));
    let (_, out, _) = told(&["why", expired, "--set", "script.queued.do.userid=NOSUCH"]);
    assert!(out.contains("ADDUSER") && !out.contains(own), "{out}");
}

#[test]
fn values_that_no_system_has_are_refused_where_they_stand() {
    for (change, words) in [
        ("systems.SYSA.gmt_offset=99h", "at most a day"),
        ("systems.SYSA.clock.skew=-100000d", "100 years"),
        ("script.pay.do.userid=TOOLONGUSERID", "is no user ID"),
        ("script.pay.do.userid=alice", "is no user ID"),
    ] {
        let (code, _, err) = told(&["run", SUCCESS, "--set", change]);
        assert!(code == 2 && err.contains(words), "{change}: {err}");
    }
}

#[test]
fn realms_that_cannot_be_reached_or_trusted_are_refused_where_they_stand() {
    let client = "nodes.carol.realms=";
    let trust = "systems.SYSA.esm.profiles.REALM=";
    let kdc = "nodes.PARTNER.principals=";
    for (path, value, place, words) in [
        (client, "{\"PROD.EXAMPLE\":(kdc:\"SYSA.NSA\")}", 41, "did you mean `SYSA.NAS`"),
        (client, "{\"PRDO.EXAMPLE\":(kdc:\"SYSA.NAS\")}", 41, "serves realm PROD.EXAMPLE"),
        (client, "{\"TEST.EXAMPLE\":(kdc:\"SYSB.NAS\")}", 21, "is the client's own realm"),
        (
            client,
            "{\"PROD.EXAMPLE\":(kdc:\"SYSA.NAS\",through:[\"TEST.EXAMPEL\"])}",
            61,
            "unknown realm of this client `TEST.EXAMPEL`",
        ),
        (
            "script.ticket.do.service=",
            "\"CICS/prd1.example@PRD.EXAMPLE\"",
            26,
            "did you mean `PROD.EXAMPLE`",
        ),
        (kdc, "{\"krbtgt/X@Y\":(password:\"p\")}", 27, "krbtgt/PARTNER.EXAMPLE@OTHER"),
        (kdc, "{\"krbtgt/\":(password:\"p\")}", 27, "krbtgt/OTHER"),
        (kdc, "{\"dave@X\":(password:\"p\")}", 27, "a name goes without its realm"),
        (trust, "{\"OTHER\":(kerb:(password:\"x\"))}", 34, "/.../REALM_1/KRBTGT/REALM_2"),
        (trust, "{\"/.../A/KRBTGT/B\":(kerb:(password:\"x\"))}", 34, "the local one, PROD.EXAMPLE"),
        (trust, "{\"/.../A/KRBTGT/PROD.EXAMPLE\":()}", 63, "needs `kerb` with a password"),
        (
            trust,
            "{\"/.../A/KRBTGT/PROD.EXAMPLE\":(kerb:(password:\"\"))}",
            79,
            "has 1 to 128 characters",
        ),
        (
            "systems.SYSA.esm.profiles.FACILITY=",
            "{\"X\":(kerb:(password:\"p\"))}",
            47,
            "only profiles of class REALM",
        ),
    ] {
        let change = format!("{path}{value}");
        let (code, _, err) = told(&["run", "scenarios/realms/one-way.ron", "--set", &change]);
        assert_eq!(code, 2, "{change}: {err}");
        assert!(err.contains(words), "{change}: {err}");
        assert!(err.contains(&format!("--set #1:1:{place}\n")), "{change}: {err}");
    }
}

#[test]
fn a_server_that_cannot_be_says_why_and_does_not_begin() {
    let plex = "scenarios/plexes/plex1.ron";
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    for (arguments, words) in [
        (&["--plex", SUCCESS][..], "a scenario, not a plex"),
        (&["--plex", plex, "--node", "CICSPRD1"], "there are: SYSA.NAS"),
        (&["--plex", plex, "--listen", "10088"], "invalid socket address"),
        (&["--plex", plex, "--listen", &taken], "in use"),
        (&["--plex", plex, "--listen", "127.0.0.1:0", "--krb5-conf", plex], "left alone"),
    ] {
        let (code, _, err) = told(&[&["serve", "kdc"], arguments].concat());
        assert!(code == 2 && err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn lines_of_logs_are_read_as_far_as_they_go() {
    let cut =
        "DFHXS1402 03/02/2026 10:16:00 CICSPRD1 A request to inquire the client principal of a";
    let (code, out, _) = told(&["explain", cut]);
    assert!(code == 0 && out.contains("ends before the message does"), "{out}");
    assert!(!out.contains("Not part of the message"), "{out}");
    let racf = "ICH408I USER(BOB     ) GROUP(STAFF   ) NAME(BOB BROWN           ) SOME WORDS";
    let (code, out, _) = told(&["explain", racf]);
    let facts = ["user: BOB\n", "group: STAFF\n", "name: BOB BROWN\n", "words: SOME WORDS"];
    assert!(code == 0 && facts.iter().all(|fact| out.contains(fact)), "{out}");
    let (code, out, _) = told(&["explain", "kerberos.ticket-end"]);
    assert!(code == 1 && out.contains("regionsim rules kerberos.ticket-end"), "{out}");
}

#[test]
fn why_takes_the_seed_that_run_suggests_and_inspect_takes_octets_by_their_kind() {
    let (code, out, err) = told(&["why", "scenarios/dfhxs1402/ticket-expired.ron", "--seed", "3"]);
    assert!(code == 0 && out.contains("ticket end"), "{out}{err}");
    let garbage = "scenarios/dfhxs1402/garbage.token";
    assert_eq!(told(&["inspect", garbage]).0, 2);
    let (code, out, err) = told(&["inspect", garbage, "--kind", "AP-REQ"]);
    assert!(code == 1 && out.contains("AP-REQ"), "{out}{err}");
}

#[test]
fn a_trace_is_told_from_a_scenario_and_a_negative_number_from_an_option() {
    let trace = "traces/lessons/slow-client.jsonl";
    for command in ["run", "why"] {
        let (code, _, err) = told(&[command, trace]);
        assert!(code == 2 && err.contains("this is a trace") && err.contains("diff"), "{err}");
    }
    for arguments in [["run", SUCCESS, "--seed", "-1"], ["why", SUCCESS, "--record", "-1"]] {
        let (code, _, err) = told(&arguments);
        assert!(code == 2 && err.contains("invalid value '-1'"), "{err}");
    }
}
