//! PassTickets, tokens, key tables and credential caches from the command line.

use std::path::Path;

use serde_json::Value;

use crate::{Folder, ROOT, SUCCESS, regionsim, told};

const LEGACY: &str = "E001193519561977";
const MIT: &str = "tests/interop/kerberos/mit";

/// Words of a command line, then arguments with blanks.
fn words<'a>(line: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    line.split(' ').chain(more.iter().copied()).collect()
}

fn file(name: &str) -> String {
    format!("{MIT}/{name}")
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn every_vector_is_generated_and_evaluated_at_both_ends_of_its_window() {
    let vectors = include_str!("../vectors/passticket.json");
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let of = |group: &str| vectors[group].as_array().expect("vectors").clone();
    for vector in of("legacy").iter().take(4).chain(&of("enhanced")) {
        let text = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
        let key = text("key_hex") + &text("hmac_key_hex");
        let (algorithm, window) = match text("type").as_str() {
            "" => (vec!["--algorithm", "legacy"], 600),
            "UPPER" => (vec!["--algorithm", "enhanced", "--type", "upper"], 60),
            _ => (vec!["--type", "MIXED"], 60),
        };
        let run = |command: &str, at: i64, more: &[&str]| {
            let (user, appl, at) = (text("userid"), text("application"), format!("@{at}"));
            let mut arguments = vec!["passticket", command, "--user", &user, "--appl", &appl];
            arguments.extend(["--key", &key, "--at", &at]);
            arguments.extend(algorithm.iter().chain(more));
            told(&arguments)
        };
        let (time, ticket) = (vector["time_unix"].as_i64().expect("a time"), text("passticket"));
        assert_eq!(
            run("generate", time, &[]),
            (0, format!("{ticket}\n"), String::new()),
            "{vector}"
        );
        for (apart, code) in [(0, 0), (window, 0), (window + 1, 1)] {
            let (found, out, err) = run("evaluate", time + apart, &["--ticket", &ticket]);
            assert_eq!((found, err.as_str()), (code, ""), "{vector} {apart}: {out}");
            assert!(out.contains(&format!("age            {apart} s")), "{out}");
            assert!(out.contains(&format!("(@{time})")), "{out}");
            if time >= apart {
                assert_eq!(run("evaluate", time - apart, &["--ticket", &ticket]).0, code);
            }
        }
    }
}

#[test]
fn an_evaluation_says_when_how_old_and_why() {
    let line = format!(
        "passticket evaluate --user ibmuser --appl tsor001 --key {LEGACY} --ticket ZVQLMCAN"
    );
    let (code, out, _) = told(&words(&line, &["--at", "2023-11-14T23:18:20+01:00"]));
    assert_eq!(code, 0, "{out}");
    for word in [
        "accepted: IBMUSER for TSOR001",
        "2023-11-14T22:13:20Z (@1700000000)",
        "age            300 s",
        "+300 s  passticket.window",
    ] {
        assert!(out.contains(word), "{word} is not in\n{out}");
    }
    let (code, out, _) =
        told(&words(&line, &["--at", "@1700000000", "--ticket", "ZVQLMCAN", "--format", "json"]));
    let verdicts = json_lines(&out);
    assert_eq!((code, verdicts.len()), (1, 2), "the second use is a replay");
    assert_eq!(
        (&verdicts[0]["verdict"], &verdicts[0]["made"]),
        (&"accepted".into(), &1_700_000_000.into())
    );
    assert_eq!(
        (&verdicts[1]["verdict"], &verdicts[1]["reason"]),
        (&"refused".into(), &"it was used before".into())
    );
    let checks = verdicts[1]["checks"].as_array().expect("checks");
    assert_eq!(checks.last().map(|check| &check["rule"]), Some(&"passticket.replay".into()));
    let again = ["--at", "@1700000000", "--ticket", "ZVQLMCAN", "--replay", "yes"];
    assert_eq!(told(&words(&line, &again)).0, 0);
    let (code, out, _) = told(&words(&line.replace("ZVQLMCAN", "password"), &["--at", "@0"]));
    assert_eq!(code, 1);
    assert!(out.contains("no PassTicket") && !out.contains("password"), "{out}");
}

#[test]
fn keys_come_from_files_and_are_never_shown() {
    let folder = Folder::new("ptkt-keys");
    let key = folder.write("key.txt", format!("{LEGACY}\n"));
    let line = "passticket generate --user IBMUSER --appl TSOR001 --at @1700000000";
    assert_eq!(told(&words(line, &["--key-file", &key])).1, "ZVQLMCAN\n");
    let mut command = regionsim(&words(line, &["--key-file", "-"]));
    command.write_stdin(LEGACY).assert().success().stdout("ZVQLMCAN\n");
    for (key, told_why) in [
        ("E00119351956197", "15 digits do not make whole bytes"),
        ("E00119351956197Z", "'Z' at character 16 is no digit"),
        (
            "E0011935195619770000",
            "32 to 256 bytes (64 to 512 hexadecimal digits), this one has 10; a legacy key has 8",
        ),
        ("", "this one has 0"),
    ] {
        let (code, out, err) = told(&words(line, &["--key", key]));
        assert_eq!((code, out.as_str()), (2, ""), "{key}");
        assert!(err.contains(told_why) && !err.contains("E00119"), "{err}");
    }
    let wrong = words(line, &["--key", LEGACY, "--algorithm", "enhanced"]);
    assert!(told(&wrong).2.contains("32 to 256 bytes"));
    let wrong = "5A".repeat(32);
    let wrong = words(line, &["--key", &wrong, "--algorithm", "legacy"]);
    assert!(
        told(&wrong)
            .2
            .contains("a legacy key has 8 bytes (16 hexadecimal digits), this one has 32")
    );
}

#[test]
fn what_a_passticket_cannot_be_made_of_is_told() {
    let long = "5A".repeat(32);
    for (change, told_why) in [
        (["--user", "NINECHARS"], "it has 9 characters, and a name has 1 to 8"),
        (["--appl", "A-B"], "'-' at character 2 is not one of A-Z, 0-9, $, # and @"),
        (["--at", "2026-03-02"], "is not a time such as"),
        (["--at", "@-1"], "PassTickets count seconds from 1970 on"),
        (["--timeout", "601s"], "a timeout is from 1 to 600 seconds, not 601"),
        (["--timeout", "0s"], "a timeout is from 1 to 600 seconds, not 0"),
        (["--timeout", "1.5s"], "only whole seconds count here"),
        (["--timeout", "60"], "60"),
        (["--type", "lower"], "upper"),
        (["--key-file", "none.txt"], "cannot be used with"),
    ] {
        let mut arguments = vec!["passticket", "generate"];
        for option in
            [["--user", "IBMUSER"], ["--appl", "TSOR001"], ["--at", "@0"], ["--key", long.as_str()]]
        {
            arguments.extend(if option[0] == change[0] { change } else { option });
        }
        if !["--user", "--appl", "--at"].contains(&change[0]) {
            arguments.extend(change);
        }
        let (code, out, err) = told(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{change:?}: {err}");
        assert!(err.contains(told_why), "{change:?}: {err}");
    }
    // Options of enhanced PassTickets are of no effect on legacy ones, and that is said.
    let line = format!(
        "passticket generate --user IBMUSER --appl TSOR001 --key {LEGACY} --at @1700000000"
    );
    let (code, out, err) = told(&words(&line, &["--timeout", "60s", "--type", "mixed"]));
    assert_eq!((code, out.as_str()), (0, "ZVQLMCAN\n"));
    assert!(err.contains("a legacy one is valid for 600 s") && err.matches("warning").count() == 2);
}

#[test]
fn a_token_of_mits_is_verified_at_both_ends_of_its_time() {
    let (token, keytab) = (file("e20.token"), file("services.keytab"));
    for (at, code, number) in [
        ("2026-03-02T08:55:19Z", 1, Value::from(37)),
        ("2026-03-02T08:55:20Z", 0, Value::Null),
        ("2026-03-02T10:05:20.9+01:00", 0, Value::Null),
        ("@1772442321", 1, Value::from(37)),
        ("2026-03-02T09:15:01Z", 1, Value::from(32)),
    ] {
        let line = format!("kerberos verify {token} --keytab {keytab} --at {at}");
        let (found, out, err) = told(&words(&line, &["--format", "json"]));
        assert_eq!((found, err.as_str()), (code, ""), "{at}: {out}");
        let verdict = &json_lines(&out)[0];
        assert_eq!(verdict["verdict"], if code == 0 { "accepted" } else { "refused" });
        for (name, value) in [
            ("krb_error", number),
            ("client", "alice@TEST.EXAMPLE".into()),
            ("server", "HTTP/e20.example@TEST.EXAMPLE".into()),
            ("gss_flag_names", "MUTUAL+SEQUENCE+CONF+INTEG".into()),
            ("authtime", 1_772_442_000.into()),
            ("starttime", 1_772_442_000.into()),
            ("endtime", 1_772_442_600.into()),
        ] {
            assert_eq!(verdict[name], value, "{at} {name}");
        }
        assert_eq!(verdict["gss_flags"].as_u64().expect("flags") & 0x3F, 58);
        let (found, text, _) = told(&words(&line, &[]));
        assert_eq!(found, code);
        for word in ["alice@TEST.EXAMPLE", "2026-03-02T08:55:20Z to 2026-03-02T09:05:20Z"] {
            assert!(text.contains(word), "{word} is not in\n{text}");
        }
    }
    let skewed = format!("kerberos verify {token} --keytab {keytab} --at 2026-03-02T09:05:21Z");
    assert_eq!(told(&words(&skewed, &["--skew", "301s"])).0, 0);
    assert_eq!(told(&words(&skewed, &["--skew", "5m"])).0, 1);
}

#[test]
fn tokens_come_as_bytes_or_text_and_those_of_one_call_are_accepted_once() {
    let folder = Folder::new("tokens");
    let bytes = std::fs::read(Path::new(ROOT).join(file("e17.token"))).expect("a token");
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let (text, keytab) = (folder.write("e17.txt", format!("{text}\n")), file("services.keytab"));
    let line = format!("kerberos verify --keytab {keytab} --at 2026-03-02T09:01:00Z --format json");
    assert_eq!(told(&words(&line, &[&text])).0, 0);
    let mut command = regionsim(&words(&line, &["-"]));
    command.write_stdin(bytes).assert().success();
    let (code, out, _) = told(&words(&line, &[&text, &file("e18.token"), &file("e17.token")]));
    let numbers: Vec<_> = json_lines(&out).iter().map(|it| it["krb_error"].clone()).collect();
    assert_eq!((code, numbers), (1, vec![Value::Null, Value::Null, 34.into()]));
    for (name, content) in [("empty", ""), ("text", "no token at all\n"), ("short", "60")] {
        let (code, out, _) = told(&words(&line, &[&folder.write(name, content)]));
        let verdict = &json_lines(&out)[0];
        assert_eq!(
            (code, &verdict["verdict"], &verdict["krb_error"]),
            (1, &"refused".into(), &Value::Null)
        );
    }
}

#[test]
fn what_tokens_cannot_be_verified_with_is_told() {
    let folder = Folder::new("unusable");
    let (token, keytab) = (file("e20.token"), file("services.keytab"));
    let empty = folder.write("empty.keytab", b"\x05\x02");
    let cut = folder.write("cut.keytab", b"\x05\x02\x00\x00\x00\x54\x00");
    let at = "2026-03-02T09:01:00Z";
    for (arguments, told_why) in [
        (vec!["none.token", "--keytab", &keytab, "--at", at], "none.token: No such file"),
        (vec![&token, "--keytab", "none.keytab", "--at", at], "none.keytab: No such file"),
        (vec![&token, "--keytab", "tests", "--at", at], "tests: it is a directory"),
        (
            vec![&token, "--keytab", &token, "--at", at],
            "byte 0: no key table: it begins with X'6082'",
        ),
        (vec![&token, "--keytab", &empty, "--at", at], "the key table has no entries"),
        (
            vec![&token, "--keytab", &cut, "--at", at],
            "byte 6: an entry of 84 bytes, and 1 are left",
        ),
        (vec![&token, "--keytab", &keytab, "--at", "9 am"], "is not a time such as"),
        (vec![&token, "--keytab", &keytab, "--at", at, "--skew", "0.5s"], "only whole seconds"),
        (
            vec![&token, "--keytab", &keytab, "--at", at, "--principal", "HTTP/none"],
            "no key of HTTP/none@TEST.EXAMPLE; these have keys: HTTP/e17.example@TEST.EXAMPLE, HTTP/e18",
        ),
        (
            vec![&token, "--keytab", &keytab, "--at", at, "--principal", "HTTP/@R"],
            "write NAME@REALM",
        ),
        (vec!["-", "--keytab", "-", "--at", at], "standard input can be read once"),
        (vec!["--keytab", &keytab, "--at", at], "TOKENFILE"),
    ] {
        let arguments: Vec<&str> = ["kerberos", "verify"].into_iter().chain(arguments).collect();
        let (code, out, err) = told(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(told_why), "{arguments:?}: {err}");
    }
}

#[test]
fn names_count_where_one_is_given() {
    let (token, keytab) = (file("e20.token"), file("services.keytab"));
    let line =
        format!("kerberos verify {token} --keytab {keytab} --at 2026-03-02T09:01:00Z --principal");
    assert_eq!(told(&words(&line, &["HTTP/e20.example"])).0, 0);
    assert_eq!(told(&words(&line, &["HTTP/e20.example@TEST.EXAMPLE"])).0, 0);
    let (code, out, _) = told(&words(&line, &["HTTP/e17.example"]));
    assert_eq!(code, 1);
    assert!(out.contains("refused (35 NOT_US)") && out.contains("FAILED"), "{out}");
}

#[test]
fn key_tables_are_made_listed_and_added_to() {
    let folder = Folder::new("keytabs");
    let (password, made) =
        (folder.write("password", "userpw\nsecond line"), folder.path("made.keytab"));
    let line =
        format!("kerberos keytab make -o {made} --principal HTTP/h@R --password-file {password}");
    let (code, out, err) = told(&words(&line, &["--at", "@1772442000"]));
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("4 keys of HTTP/h@R"), "{err}");
    let (code, _, err) = told(&words(&line, &[]));
    assert!(code == 2 && err.contains("it is there already"), "{err}");
    assert_eq!(told(&words(&line, &["--append", "--kvno", "2", "--etype", "17"])).0, 0);
    let (_, text, _) = told(&words(&format!("kerberos keytab list {made}"), &[]));
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(
        text.contains("1        2026-03-02T09:00:00Z  HTTP/h@R   aes256-cts-hmac-sha384-192"),
        "{text}"
    );
    let list = format!("kerberos keytab list {made} --format json");
    let (_, json, _) = told(&words(&list, &[]));
    assert!(json.contains("\"key\": null") && !json.contains("0x"), "{json}");
    let json: Value = serde_json::from_str(&told(&words(&list, &["--keys"])).1).expect("JSON");
    let keys: Vec<&Value> = json["entries"].as_array().expect("entries").iter().collect();
    assert_eq!(keys[4]["kvno"], 2);
    assert_eq!((&keys[3]["key"], &keys[3]["etype"]), (&keys[4]["key"], &keys[4]["etype"]));
    let digits = folder.write("digits", keys[3]["key"].as_str().expect("a key"));
    let one = folder.path("one.keytab");
    let line = format!("kerberos keytab make -o {one} --principal HTTP/h@R --key-file {digits}");
    assert_eq!(told(&words(&line, &["--etype", "aes128-cts-hmac-sha1-96"])).0, 0);
    for (more, told_why) in [
        (vec!["--force"], "a key is of one --etype"),
        (vec!["--force", "--etype", "18"], "a key of aes256-cts-hmac-sha1-96 has 32 bytes, not 16"),
        (
            vec!["--force", "--etype", "aes128-cts-hmac-sha1-69"],
            "did you mean `aes128-cts-hmac-sha1-96`?",
        ),
        (vec!["--append", "--force"], "cannot be used with"),
        (vec!["--force", "--etype", "17", "--at", "@-1"], "a key table holds 1970 to 2106"),
    ] {
        let (code, _, err) = told(&words(&line, &more));
        assert!(code == 2 && err.contains(told_why), "{more:?}: {err}");
    }
    let other = line.replace("HTTP/h@R", "HTTP/h");
    assert!(told(&words(&other, &["--force", "--etype", "17"])).2.contains("the realm is missing"));
}

#[test]
fn what_a_scenario_holds_verifies_outside_it() {
    let folder = Folder::new("export");
    let [keytab, ccache, token] = ["keys", "cache", "token"].map(|name| folder.path(name));
    let (code, out, err) =
        told(&words(&format!("kerberos keytab export {SUCCESS} -o {keytab}"), &[]));
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("12 keys, for its owner's eyes alone"), "{err}");
    assert_eq!(told(&words(&format!("kerberos ccache export {SUCCESS} -o {ccache}"), &[])).0, 0);
    assert_eq!(told(&words(&format!("kerberos token export {SUCCESS} -o {token}"), &[])).0, 0);
    let (_, tickets, _) = told(&words(&format!("kerberos ccache list {ccache}"), &[]));
    for word in [
        "principal alice@PROD.EXAMPLE",
        "krbtgt/PROD.EXAMPLE@PROD.EXAMPLE",
        "CICS/prd1.example@PROD.EXAMPLE",
    ] {
        assert!(tickets.contains(word), "{word} is not in\n{tickets}");
    }
    let line =
        format!("kerberos verify {token} --keytab {keytab} --principal CICS/prd1.example --at");
    let (code, out, _) = told(&words(&line, &["2026-03-02T09:01:00Z"]));
    assert_eq!(code, 0, "{out}");
    assert_eq!(told(&words(&line, &["2026-03-02T10:01:00Z"])).0, 1);
    #[cfg(unix)]
    for path in [&keytab, &ccache, &token] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
    // The same keys from the plex alone, of one principal.
    let plex = "scenarios/plexes/plex1.ron";
    let region = folder.path("region");
    let line =
        format!("kerberos keytab export --plex {plex} -o {region} --principal CICS/prd1.example");
    assert_eq!(told(&words(&line, &[])).0, 0);
    let list = |path: &str| told(&words(&format!("kerberos keytab list {path} --keys"), &[])).1;
    let own = list(&keytab).lines().filter(|line| line.contains("CICS/")).count();
    assert_eq!((own, list(&region).lines().count()), (4, 5));
    let key = |text: &str| {
        let line = text.lines().find(|line| line.contains("CICS/")).expect("an entry").to_owned();
        line.rsplit(' ').next().expect("a key").to_owned()
    };
    assert_eq!(key(&list(&keytab)), key(&list(&region)));
    let changed =
        words(&line, &["--force", "--set", "systems.SYSA.esm.users.CICSPRD.password=OTHERPW"]);
    assert_eq!(told(&changed).0, 0);
    assert_ne!(key(&list(&keytab)), key(&list(&region)));
}

#[test]
fn what_cannot_be_exported_is_told() {
    let folder = Folder::new("export-none");
    let file = folder.path("file");
    for (line, told_why) in [
        (format!("keytab export none.ron -o {file}"), "none.ron"),
        (format!("keytab export -o {file}"), "SCENARIO"),
        (format!("keytab export --plex {SUCCESS} -o {file}"), "Scenario"),
        (
            format!("keytab export {SUCCESS} -o {file} --principal nobody"),
            "nobody@PROD.EXAMPLE has no key; these have keys: CICS/prd1.example@PROD.EXAMPLE",
        ),
        (format!("keytab export {SUCCESS} -o {}/none/file", folder.path("x")), "No such file"),
        (
            format!("ccache export {SUCCESS} -o {file} --client bob"),
            "no client bob; there are: alice",
        ),
        (format!("token export {SUCCESS} -o {file} --name none"), "no token none"),
    ] {
        let (code, out, err) = told(&words(&format!("kerberos {line}"), &[]));
        assert_eq!((code, out.as_str()), (2, ""), "{line}: {err}");
        assert!(err.contains(told_why), "{line}: {err}");
        assert!(!Path::new(&file).exists(), "{line}");
    }
}
