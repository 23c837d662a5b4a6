//! What `run` shows on demand, the latest result, and many seeds.

use std::fs;

use crate::{Folder, SUCCESS, regionsim, told};

const EXPIRED: &str = "scenarios/dfhxs1402/ticket-expired.ron";
const REVOKED: &str = "scenarios/passtickets/wrong-passtickets-revoke.ron";

#[test]
fn the_log_of_a_component_is_shown_by_its_own_clock() {
    let (code, out, _) = told(&["run", REVOKED, "--log", "SYSB.ESM", "--log", "SYSA.NAS"]);
    assert_eq!(code, 0, "{out}");
    let log = out.split("Log SYSB.ESM").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    assert!(log.contains("facts of ICH408I: USER(BOB) GROUP(STAFF) NAME(Bob Brown). The"), "{log}");
    assert!(log.contains("revokes BOB"), "{log}");
    assert!(out.contains("Log SYSA.NAS, by its own clock"), "{out}");
    assert!(out.contains("issues a ticket-granting ticket to alice@PROD.EXAMPLE"), "{out}");

    let refused = ["run", "scenarios/region/attach-refused.ron", "--log", "SYSA.ESM"];
    let (_, out, _) = told(&refused);
    let log = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let facts = "facts of ICH408I: USER(BOB) GROUP(STAFF) NAME(Bob Brown) RESOURCE(PAY1) CL(TCICSTRN) \
                 FROM(PAY*) ACCESS INTENT(READ) ACCESS ALLOWED(NONE). The";
    assert!(log.contains(facts), "{out}");

    let slow = ["run", SUCCESS, "--set", "systems.SYSA.clock.skew=-2s", "--log", "SYSA.NAS"];
    let (_, out, _) = told(&slow);
    assert!(out.contains("[2 s behind true time]"), "{out}");

    let (code, _, err) = told(&["run", SUCCESS, "--log", "alice"]);
    assert_eq!(
        (code, err.contains("alice keeps no log of its own; valid are")),
        (2, true),
        "{err}"
    );
    let (code, _, err) = told(&["run", SUCCESS, "--log", "CICSPRD2"]);
    assert_eq!((code, err.contains("did you mean `CICSPRD1`?")), (2, true), "{err}");
}

#[test]
fn a_watch_list_shows_records_rules_areas_and_containers() {
    let watches = ["kdc.error", "net.*", "kerberos.ticket-end", "&esmreas", "'ANSWER'", "fault.*"];
    let mut arguments = vec!["run", EXPIRED];
    watches.iter().for_each(|watch| arguments.extend(["--watch", watch]));
    let (code, out, _) = told(&arguments);
    assert_eq!(code, 0);
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "Watch kdc.error, by the nodes' own clocks 09:00:00 SYSA.NAS refuses alice@PROD.EXAMPLE",
        "SYSA.NAS says no by kerberos.ticket-end: server time 09:16:00 is 6 min (360 s)",
        "CICSPRD1 task 00001: VERIFY TOKEN sets X'96C73A20'",
        "CICSPRD1 task 00001: CHAR \"REFUSED\"",
        "Watch fault.*, by the nodes' own clocks nothing",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    arguments.extend(["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&told(&arguments).1).expect("JSON");
    let followed = json["followed"].as_array().expect("a list");
    assert_eq!(followed.len(), watches.len());
    assert_eq!(followed[0]["asked"], "watch kdc.error");
    assert_eq!(followed[0]["lines"][0]["node"], "SYSA.NAS");

    let (code, out, _) = told(&["run", EXPIRED, "--watch", "kerberos.*"]);
    assert_eq!(code, 0);
    assert!(out.contains("by kerberos.ticket-start") && out.contains("by kerberos.ticket-end"));

    for (wrong, help) in [
        ("kdc.eror", "did you mean `kdc.error`?"),
        ("kdc", "did you mean `kdc.*`?"),
        ("kerberos", "did you mean `kerberos.*`?"),
        ("kdc.e*", "`regionsim schema trace` and `regionsim rules` list them"),
        ("&USR", "did you mean `USER`?"),
        ("''", "a container has a name"),
    ] {
        let (code, _, err) = told(&["run", SUCCESS, "--watch", wrong]);
        assert!(code == 2 && err.contains(help), "{wrong}: {err}");
    }
}

#[test]
fn outcomes_are_counted_over_seeds_and_each_can_be_seen_again() {
    let arguments = ["run", SUCCESS, "--set", "links.alice-kdc.loss=30%", "--seeds", "1..60"];
    let (code, out, _) = told(&arguments);
    assert_eq!(code, 1, "not all are as expected: {out}");
    assert!(out.contains("60 runs, seeds 1 to 60: "), "{out}");
    let one_worker = told(&[&arguments[..], &["--jobs", "1"]].concat()).1;
    assert_eq!(out, one_worker, "workers change nothing");

    let json = told(&[&arguments[..], &["--format", "json"]].concat()).1;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let outcomes = json["outcomes"].as_array().expect("a list");
    assert!(outcomes.len() > 1, "{json:#}");
    let runs: u64 = outcomes.iter().map(|outcome| outcome["runs"].as_u64().unwrap()).sum();
    assert_eq!(runs, 60);
    for outcome in outcomes {
        let seed = outcome["first_seed"].to_string();
        let again = [&arguments[..4], &["--seed", &seed, "--format", "json"]].concat();
        let (code, out, _) = told(&again);
        let again: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(code == 0, outcome["as_expected"] == outcome["runs"]);
        let results = again["outcome"].as_array().expect("a list");
        let counted = outcome["results"].as_array().expect("a list");
        assert_eq!(results.len(), counted.len(), "seed {seed}");
        for (result, counted) in results.iter().zip(counted) {
            let (node, result) = (result["node"].as_str(), result["result"].as_str());
            let counted = counted.as_str().expect("text");
            assert!(counted.starts_with(node.unwrap()) && counted.ends_with(result.unwrap()));
        }
    }

    for (seeds, why) in
        [("5..1", "5 comes after 1"), ("1-5", "expected two seeds"), ("1..x", "no seed")]
    {
        let (code, _, err) = told(&["run", SUCCESS, "--seeds", seeds]);
        assert!(code == 2 && err.contains(why), "{seeds}: {err}");
    }
}

#[test]
fn the_latest_result_is_kept_explained_and_compared() {
    let state = Folder::new("latest");
    let told = |arguments: &[&str]| {
        let output =
            regionsim(arguments).env("XDG_STATE_HOME", &state.0).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, err) = told(&["why", "latest"]);
    assert!(code == Some(2) && err.contains("run a scenario first"), "{err}");

    let change = ["--set", "script.queued.at=+2m"];
    let changed = told(&[&["run", EXPIRED], &change[..]].concat()).1;
    assert!(changed.contains("task 00001"), "{changed}");
    let (code, latest, _) = told(&["why", "latest"]);
    let (_, named, _) = told(&[&["why", EXPIRED], &change[..]].concat());
    // The kept scenario is named from the root.
    let root = format!("{}/", crate::ROOT);
    assert_eq!(code, Some(0));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&latest).replace(&root, ""), words(&named));

    // A scenario that was changed since is explained as it is, and that is said.
    let folder = Folder::new("latest-changed");
    let own = folder.changed(&[]);
    assert_eq!(told(&["run", &own]).0, Some(0));
    assert_eq!(told(&["why", "latest"]).2, "");
    folder.changed(&[("seed: 1402", "seed: 1403")]);
    let (code, _, err) = told(&["why", "latest"]);
    assert!(code == Some(0) && err.contains("has changed since the latest run"), "{err}");
    told(&[&["run", EXPIRED], &change[..]].concat());

    assert_eq!(told(&[&["diff", "latest", EXPIRED, "--set"], &change[1..]].concat()).0, Some(0));
    let (code, out, _) = told(&["diff", "latest", EXPIRED]);
    assert!(code == Some(1) && out.contains("script.queued.at"), "{out}");
    let (code, out, _) = told(&["run", "latest"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("--set 'script.queued.at=+2m'"), "{out}");

    // One trace stays, and only its owner can read it.
    let kept: Vec<_> =
        fs::read_dir(state.0.join("regionsim")).unwrap().map(Result::unwrap).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    #[cfg(unix)]
    for file in kept {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
    }
}

#[test]
fn a_run_does_not_need_a_place_for_its_result() {
    let folder = Folder::new("no-place");
    let file = folder.write("a-file", "");
    let mut command = regionsim(&["run", SUCCESS]);
    command.env("XDG_STATE_HOME", file).assert().success().stderr("");
}
