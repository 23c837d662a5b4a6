//! What `why` says of PassTickets that are refused, and of those whom wrong ones have revoked.

use crate::why::{Told, flat, says};

/// The text of the first response with this RESP2.
fn text_of_response(told: &Told, resp2: i64) -> String {
    let ended = |line: &&regionsim::trace::Line| crate::fixture::int(line, "resp2") == resp2;
    let line = told.run.of("exec.end").find(ended).expect("such a response");
    flat(&told.explanation(Some(line.n)).text(80))
}

#[test]
fn a_key_that_lacks_or_differs_is_told_with_the_command_that_sets_it() {
    let text = Told::of("passtickets/key-missing").text();
    says(
        &text,
        &[
            "profile CICSPRD2, against has no key",
            "Suggested RACF commands: RALTER PTKTDATA CICSPRD2 SSIGNON(KEYMASKED(key)) SETROPTS \
             RACLIST(PTKTDATA) REFRESH",
        ],
    );
    let no_profile = ["systems.SYSB.esm.profiles.PTKTDATA={}"];
    let text = Told::changed("passtickets/key-missing", &no_profile).text();
    says(&text, &["RDEFINE PTKTDATA CICSPRD2 SSIGNON(KEYMASKED(key))"]);
    let text = Told::of("passtickets/key-differs").text();
    says(
        &text,
        &["RALTER PTKTDATA CICSPRD2 SSIGNON(KEYMASKED(key)) (the same key where it is made and \
           where it is judged)"],
    );
    let text = Told::of("passtickets/stale").text();
    assert!(!text.contains("RALTER PTKTDATA"), "no key mends a late one: {text}");
    let text = Told::of("passtickets/key-label-unknown").text();
    says(&text, &["a label under which ICSF has no key"]);
    assert!(!text.contains("Suggested RACF commands"), "RACF has no command for it: {text}");
}

#[test]
fn a_class_that_does_not_answer_is_told_with_setropts() {
    let text = Told::of("passtickets/class-not-active").text();
    let change = "--set 'systems.SYSB.esm.classes.PTKTDATA.active=true'";
    says(&text, &["SETROPTS CLASSACT(PTKTDATA) RACLIST(PTKTDATA)", change]);
    let not_in_storage = [
        "systems.SYSB.esm.classes.PTKTDATA.active=true",
        "systems.SYSB.esm.classes.PTKTDATA.raclist=false",
    ];
    let text = Told::changed("passtickets/class-not-active", &not_in_storage).text();
    says(&text, &["SETROPTS RACLIST(PTKTDATA) To see", "esm.classes.PTKTDATA.raclist=true'"]);
}

#[test]
fn of_two_algorithms_the_one_is_told_whose_passticket_it_is() {
    let text = Told::of("passtickets/enhanced-timeout").text();
    says(
        &text,
        &[
            "is 40 s before evaluator's time 09:01:00; the limit is 30 s, either way: beyond it by 10 s",
            "RALTER PTKTDATA CICSPRD2 SSIGNON(TIMEOUT(40))",
        ],
    );
    let far = ["script.signon.at=09:30:00"];
    let text = Told::changed("passtickets/enhanced-timeout", &far).text();
    assert!(!text.contains("SSIGNON(TIMEOUT("), "no TIMEOUT is so long: {text}");
}

#[test]
fn a_new_key_that_waits_for_a_refresh_is_told_with_its_command() {
    let text = Told::of("passtickets/key-changed-on-one").text();
    says(
        &text,
        &[
            "before, at 08:59:02: SYSB.ESM carries out RALTER PTKTDATA CICSPRD2 SSIGNON(KEYMASKED(…)) \
             (step alter-b",
            "in the database, but not in the copy in storage: profile CICSPRD2 of PTKTDATA",
            "Suggested RACF commands: SETROPTS RACLIST(PTKTDATA) REFRESH How it came about",
        ],
    );
    let text = Told::of("passtickets/key-changed").text();
    says(
        &text,
        &["(step alter, ", "(step refresh, ", "RALTER PTKTDATA CICSPRD2 SSIGNON(KEYMASKED(key))"],
    );
}

#[test]
fn a_user_whom_wrong_passtickets_revoked_is_told_with_when_and_the_limit() {
    let told = Told::of("passtickets/wrong-passtickets-revoke");
    let text = text_of_response(&told, 19);
    says(
        &text,
        &[
            "at 09:00:34.002 SYSB.ESM revokes BOB after too many wrong passwords (record ",
            "(step wrong4, ",
            "Suggested RACF commands: ALTUSER BOB RESUME SETROPTS PASSWORD(REVOKE(4))",
        ],
    );
    assert!(!text.contains("users.BOB.revoked=false"), "he is not revoked in the files: {text}");
    // What the refusal is about comes before what else comes of it.
    let text = told.text_of("cscs.message");
    says(&text, &["rule passticket.window"]);
    let text = Told::of("passtickets/revoke-without-initstats").text();
    says(&text, &["rule passticket.window"]);
    let text = Told::of("region/attach-refused-not-audited").text();
    says(
        &text,
        &[
            "BOB asks for READ access to PAY1 in class TCICSTRN",
            "PERMIT PAY* CLASS(TCICSTRN) ID(BOB)",
        ],
    );
}
