//! What `why` says of each class of outcome: the step, the place, the rule, the limit, the amount, the
//! clock. Sentences are compared without their line ends; widths have a test of their own.

use regionsim::study::why::{Explanation, explain};

use crate::fixture::{Run, Small, plan_of, run_plan};

/// A scenario with a run of it.
pub(crate) struct Told {
    pub(crate) plan: regionsim::scenario::plan::Plan,
    pub(crate) run: Run,
}

impl Told {
    pub(crate) fn of(path: &str) -> Told {
        Told::changed(path, &[])
    }

    pub(crate) fn changed(path: &str, changes: &[&str]) -> Told {
        let plan = plan_of(&format!("scenarios/{path}.ron"), changes);
        let run = run_plan(&plan);
        Told { plan, run }
    }

    /// Steps of a client and others on the repository's plex.
    fn script(script: &str, changes: &[&'static str]) -> Told {
        let mut small = Small::program("", "");
        small.script = script.to_owned();
        small.changes = changes.to_vec();
        let plan = small.plan();
        let run = run_plan(&plan);
        Told { plan, run }
    }

    pub(crate) fn explanation(&self, record: Option<u64>) -> Explanation {
        explain(&self.plan, &self.run.lines, record).expect("an explanation")
    }

    /// The text of the first trouble, on one line.
    pub(crate) fn text(&self) -> String {
        flat(&self.explanation(None).text(80))
    }

    /// The text of the first record of a kind.
    pub(crate) fn text_of(&self, kind: &str) -> String {
        let line = self.run.of(kind).next().unwrap_or_else(|| panic!("no {kind}"));
        flat(&self.explanation(Some(line.n)).text(80))
    }

    /// The `because` section alone.
    fn because(&self) -> String {
        let text = self.text();
        let from = text.find("Because ").expect("a reason");
        let to = text.find(" How it came about").expect("a story");
        text[from..to].to_owned()
    }

    fn says(&self, sentences: &[&str]) {
        says(&self.text(), sentences);
    }
}

pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn says(text: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(text.contains(sentence), "{sentence:?} is not in\n{text}");
    }
}

#[test]
fn an_expired_ticket_tells_both_times_the_limit_and_the_step_that_got_it() {
    let told = Told::of("dfhxs1402/ticket-expired");
    told.says(&[
        "CICSPRD1 task 00001: DFHXS1402 TicketExpired (record ",
        "DFHXS1402 03/02/2026 10:16:00 CICSPRD1 A request to inquire",
        "Because SYSA.NAS said no: server time 09:16:00 is 6 min (360 s) after ticket end 09:10:00; \
         the limit is 5 min (300 s): beyond it by 60 s",
        "the rule: A ticket is valid until its end time, plus the clock skew.",
        "server time: the clock of SYSA, which shows true time",
        "ticket end: of the ticket that alice got at 09:00:01 (step ticket, \
         scenarios/dfhxs1402/ticket-expired.ron:11)",
        "compared in whole seconds; rule kerberos.ticket-end: RFC 4120 section 3.2.3",
        "This scenario: present the token before the work waits",
        "Catalogue, DFHXS1402/9: Get a new ticket",
        "systems.SYSA.esm.realm.max_ticket_life: \"10m\" (scenarios/dfhxs1402/ticket-expired.ron:8)",
        "09:16:00 alice starts PAY1 in CICSPRD1 as ALICE, with a new token (step queued, \
         scenarios/dfhxs1402/ticket-expired.ron:12)",
    ]);
}

#[test]
fn a_wrong_clock_is_told_with_how_wrong_it_was_and_who_made_it_so() {
    for (path, sentences) in [
        (
            "lessons/slow-client",
            [
                "authenticator time: made by alice at 09:00:12, by the clock of DESK, 6 min (360 s) \
                 behind true time 09:00:12 (step pay, scenarios/lessons/slow-client.ron:12)",
                "at 09:00:02 the clock of DESK is stepped 6 min (360 s) back, from 09:00:02 to \
                 08:54:02 (step late, scenarios/lessons/slow-client.ron:11)",
                "server time: the clock of SYSA, which shows true time",
            ],
        ),
        (
            "faults/clock-drift",
            [
                "server time: the clock of SYSA, 6 min 28 s (388.740024 s) ahead of true time \
                 18:00:00",
                "at 09:00:05 the clock of SYSA begins to gain 12000 ppm (step drift, \
                 scenarios/faults/clock-drift.ron:11)",
                "18:00:00 true time; clock of SYSA: 18:06:28)",
            ],
        ),
        (
            "faults/clock-freeze",
            [
                "server time: the clock of SYSA, 15 min 50 s (950.002 s) behind true time 09:16:00",
                "at 09:00:10 the clock of SYSA stands still at 09:00:10 (step freeze, \
                 scenarios/faults/clock-freeze.ron:12)",
                "authenticator time 09:16:00 is 15 min 50 s (950 s) after server time 09:00:10; the \
                 limit is 5 min (300 s): beyond it by 10 min 50 s (650 s)",
            ],
        ),
        (
            "faults/client-clock-wrong-at-log-on",
            [
                "encrypted timestamp 09:06:00 is 6 min (360 s) after KDC time 09:00:00",
                "the clock of DESK starts 6 min (360 s) ahead of true time (systems.DESK.clock, \
                 scenarios/faults/client-clock-wrong-at-log-on.ron:8)",
                "(step logon, scenarios/faults/client-clock-wrong-at-log-on.ron:10)",
            ],
        ),
        (
            "dfhxs1402/unclassified-ticket-not-yet-valid",
            [
                "ticket start 09:00:01 is 9 min 41 s (581 s) after server time 08:50:20",
                "ticket start: of the ticket that alice got at 09:00:01 (step ticket, ",
                "at 09:00:10 the clock of SYSA is stepped 10 min (600 s) back",
            ],
        ),
    ] {
        Told::of(path).says(&sentences);
    }
}

#[test]
fn a_token_made_early_is_told_with_the_step_that_made_it() {
    Told::of("dfhxs1402/authenticator-expired-made-early").says(&[
        "authenticator time 09:00:02 is 5 min 58 s (358 s) before server time 09:06:00; the limit is \
         5 min (300 s), either way: beyond it by 58 s",
        "authenticator time: made by alice at 09:00:02, by the clock of DESK, which shows true time \
         (step token, scenarios/dfhxs1402/authenticator-expired-made-early.ron:11)",
    ]);
}

#[test]
fn a_delayed_held_or_changed_request_is_told_with_its_fault() {
    Told::of("faults/start-delayed").says(&[
        "on the way, at 09:00:20: fault late delays the request to start from alice to CICSPRD1 on \
         link alice-region by 6 min (360 s) (fault late, scenarios/faults/start-delayed.ron:9)",
    ]);
    Told::of("faults/start-held").says(&[
        "fault queue holds the request to start from alice to CICSPRD1 on link alice-region back \
         (fault queue, scenarios/faults/start-held.ron:9)",
        "on the way, at 09:07:30: what fault queue holds goes on (1 messages) (step release, \
         scenarios/faults/start-held.ron:18)",
        "beyond it by 2 min 10 s (130 s)",
    ]);
    Told::of("dfhxs1402/invalid-token-corrupted").says(&[
        "SYSA.NAS said no by this rule: The authenticator opens with the session key of the ticket.",
        "fault flip inverts bit 1000 from the end of the request to start from alice to CICSPRD1 on \
         link alice-region (fault flip, scenarios/dfhxs1402/invalid-token-corrupted.ron:9)",
    ]);
}

#[test]
fn a_replay_is_told_with_its_first_use() {
    Told::of("dfhxs1402/attempted-replay").says(&[
        "it was accepted before, at 09:00:20.002 in task 00001 (record ",
        "(step pay, scenarios/dfhxs1402/attempted-replay.ron:11)",
    ]);
    Told::of("dfhxs1402/attempted-replay-from-network")
        .says(&["that fault wiretap stored is sent again (fault wiretap, "]);
    Told::of("faults/start-duplicated").says(&["once more, 5 ms later (fault twice, "]);
}

#[test]
fn a_partition_is_told_with_its_step_and_each_try() {
    let told = Told::of("faults/partition");
    told.says(&[
        "alice: failed: the KDC does not answer (record ",
        "alice waited 3 times 1 s for an answer to its TGS-REQ, by the clock of DESK, and gave up at \
         09:00:04",
        "at 09:00:01, 09:00:02 and 09:00:03: the TGS-REQ from alice to SYSA.NAS on link alice-kdc is \
         lost: since 09:00:00.5 alice and SYSA.NAS are parted: nothing passes between them (step \
         cut, scenarios/faults/partition.ron:10)",
        "nodes.alice.patience changes it",
        "09:00:02 alice has no answer yet and asks again",
    ]);
}

#[test]
fn lost_requests_are_told_with_their_fault() {
    Told::of("faults/lost-requests").says(&[
        "at 09:00:01, 09:00:02 and 09:00:03: fault loss drops the TGS-REQ from alice to SYSA.NAS on \
         link alice-kdc (fault loss, scenarios/faults/lost-requests.ron:9)",
    ]);
    Told::of("faults/start-corrupted").says(&[
        "CICSPRD1 cannot read what came, and drops it; on its way, at 09:00:20, fault flip inverts \
         bit ",
        "(fault flip, scenarios/faults/start-corrupted.ron:",
        "alice waits 60 s for the end of a task (nodes.alice.reply_timeout, \
         scenarios/faults/start-corrupted.ron:8)",
    ]);
    // A link that loses everything is a rule of the plex, or of whoever changes it.
    Told::changed("dfhxs1402/success", &["links.alice-kdc.loss=1/1"]).says(&[
        "alice waited 3 times 1 s for an answer to its AS-REQ",
        "fault loss of alice-kdc drops the AS-REQ from alice to SYSA.NAS on link alice-kdc (fault \
         loss of alice-kdc, --set #1)",
    ]);
}

#[test]
fn a_request_that_was_repeated_with_success_says_so() {
    Told::of("faults/lost-request-retried").says(&[
        "checks on the way said yes; the closest to their limits:",
        "authenticator time 09:00:01 is 1 s before server time 09:00:02; the limit is 5 min (300 s), \
         either way: 4 min 59 s (299 s) to spare (kerberos.clock-skew, record ",
        "alice waited in vain for an answer to its TGS-REQ at first, and asked again",
        "at 09:00:01: fault loss drops the TGS-REQ from alice to SYSA.NAS",
    ]);
}

#[test]
fn a_held_nas_is_told_with_the_step_that_holds_it_and_until_when() {
    Told::of("dfhxs1402/kdc-not-responding").says(&[
        "CICSPRD1 waited 60 s for R_ticketserv to return, by the clock of SYSA, and gave up at \
         09:01:20",
        "nobody takes the call of the NAS from SYSA.ESM to SYSA.NAS: since 09:00:10 SYSA.NAS is \
         held: it keeps what comes and does nothing, to the end of the run (step hold, \
         scenarios/dfhxs1402/kdc-not-responding.ron:11)",
        "nodes.CICSPRD1.kerberos_timeout changes it",
    ]);
    let steps = |condition: &str| {
        format!(
            "(name: \"on\", at: \"09:00:00\", client: \"alice\", do: LogOn), \
             (name: \"get\", at: \"+1s\", client: \"alice\", do: GetTicket(service: \"CICSPRD1\")), \
             {condition} (name: \"pay\", at: \"09:01:00\", client: \"alice\", do: Start(region: \
             \"CICSPRD1\", transaction: \"PAY1\", userid: \"ALICE\", token: New)), \
             (name: \"up\", at: \"09:05:00\", node: \"SYSA.NAS\", do: Resume),"
        )
    };
    let held = "(name: \"dump\", at: \"09:00:30\", node: \"SYSA.NAS\", do: Hold),";
    Told::script(&steps(held), &[]).says(&[
        "since 09:00:30 SYSA.NAS is held: it keeps what comes and does nothing, until 09:05:00 (step \
         up, small:2); it is taken at 09:05:00, 2 min 59.998 s",
    ].map(|text| text.trim_end_matches(", 2 min 59.998 s")));
    let slow = "(name: \"busy\", at: \"09:00:30\", node: \"SYSA.NAS\", do: Slow(by: \"90s\")),";
    Told::script(&steps(slow), &[]).says(&[
        "SYSA.NAS becomes slow: everything takes 90 s longer, until 09:05:00 (step up, small:2); it \
         is taken at 09:02:30.002, 30 s after the wait has ended (step busy, small:2)",
    ]);
}

#[test]
fn a_node_that_is_not_there_is_told_with_the_step_that_stopped_it() {
    Told::of("dfhxs1402/kdc-not-active").says(&[
        "SYSA.ESM is told that nobody took the call of the NAS from SYSA.ESM to SYSA.NAS",
        "since 09:00:10 SYSA.NAS is stopped: nobody is there (step stop, \
         scenarios/dfhxs1402/kdc-not-active.ron:11)",
    ]);
    Told::of("region/esm-not-active-at-attach").says(&[
        "CICSPRD1 is told that nobody took the SAF call from CICSPRD1 to SYSA.ESM",
        "(step stop, scenarios/region/esm-not-active-at-attach.ron:11)",
        "Catalogue, RACROUTE VERIFY 4/0/0: Activate the ESM on this system.",
    ]);
}

#[test]
fn a_lost_message_says_so_and_what_it_would_have_said() {
    let behind = [
        "It would have reported this (R_USERMAP service responded not authorized by ESM): CICSPRD \
         asks for READ access to IRR.RUSERMAP in class FACILITY and holds NONE: 2 levels short",
        "PERMIT IRR.RUSERMAP CLASS(FACILITY) ID(CICSPRD) ACCESS(READ)",
    ];
    for (path, sentences) in [
        (
            "region/cscs-full",
            [
                "DFHXS1402 was lost. MSGUSR said no: records with this one 3, against capacity 2: \
                 beyond it by 1",
                "the setting that decides (nodes.MSGUSR.capacity, scenarios/region/cscs-full.ron:10)",
                "--set 'nodes.MSGUSR.capacity=1000'",
            ],
        ),
        (
            "region/cscs-missing",
            [
                "DFHXS1402 was lost. CICSPRD1 said no by this rule: The transient data queue is \
                 defined to the region.",
                "queue CSCS, against defined none",
                "--set 'nodes.CICSPRD1.queues.CSCS=MSGUSR'",
            ],
        ),
        (
            "region/xmeout-reroute-undefined",
            [
                "queue SECL, against defined CSCS",
                "what the exit at XMEOUT says of DFHXS1402 (nodes.CICSPRD1.xmeout.DFHXS1402, \
                 scenarios/region/xmeout-reroute-undefined.ron:",
                "--set 'nodes.CICSPRD1.queues.SECL=MSGUSR'",
            ],
        ),
        (
            "region/xmeout-suppress",
            [
                "DFHXS1402 was not written. CICSPRD1 said no by this rule: A message is written \
                 unless the exit at XMEOUT suppresses it.",
                "(nodes.CICSPRD1.xmeout.DFHXS1402, scenarios/region/xmeout-suppress.ron:",
                "--set 'nodes.CICSPRD1.xmeout={}'",
            ],
        ),
    ] {
        let told = Told::of(path);
        told.says(&sentences);
        told.says(&behind);
    }
    Told::of("region/xmeout-reroute")
        .says(&["The exit at XMEOUT sent DFHXS1402 to queue SECL", "IRR.RUSERMAP"]);
}

#[test]
fn refused_access_is_a_sentence_with_the_commands_that_mend_it() {
    Told::of("dfhxs1402/ticketserv-not-authorized").says(&[
        "CICSPRD asks for READ access to IRR.RTICKETSERV in class FACILITY and holds NONE: 2 levels \
         short",
        "profile IRR.RTICKETSERV of class FACILITY decides: CICSPRD has NONE by UACC \
         (systems.SYSA.esm.profiles.FACILITY.\"IRR.RTICKETSERV\".access, \
         scenarios/dfhxs1402/ticketserv-not-authorized.ron:8)",
        "CICSPRD1 called R_ticketserv, which asks about CICSPRD, the region's own user ID \
         (nodes.CICSPRD1.userid, scenarios/plexes/plex1.ron:59)",
        "Suggested RACF commands: PERMIT IRR.RTICKETSERV CLASS(FACILITY) ID(CICSPRD) ACCESS(READ) \
         SETROPTS RACLIST(FACILITY) REFRESH",
    ]);
    Told::of("region/attach-refused-by-own-entry").says(&[
        "profile PAY* of class TCICSTRN decides: ALICE has NONE by the entry of user ALICE",
        "PERMIT PAY* CLASS(TCICSTRN) ID(ALICE) DELETE (in place of PERMIT: group STAFF has READ)",
    ]);
    Told::of("region/default-user-refused").says(&[
        "CICSUSER asks for READ access to PAY1 in class TCICSTRN and holds NONE: 2 levels short",
        "CONNECT CICSUSER GROUP(STAFF) (in place of PERMIT: group STAFF has READ)",
        "CICSPRD1 asked with RACROUTE FASTAUTH when the task began (step pay, ",
    ]);
    let no_profile = ["systems.SYSA.esm.profiles.TCICSTRN={}"];
    Told::changed("dfhxs1402/success", &no_profile).says(&[
        "ALICE asks for READ access to PAY1 in class TCICSTRN, and no profile covers it",
        "RDEFINE TCICSTRN PAY1 UACC(NONE) PERMIT PAY1 CLASS(TCICSTRN) ID(ALICE) ACCESS(READ)",
    ]);
    let inactive = ["systems.SYSA.esm.classes.FACILITY.active=false"];
    Told::changed("dfhxs1402/success", &inactive).says(&[
        "CICSPRD asks for READ access to IRR.RTICKETSERV in class FACILITY, but the class is not \
         active",
        "SETROPTS CLASSACT(FACILITY) RACLIST(FACILITY)",
    ]);
    Told::of("region/revoked-user").says(&[
        "SYSA.ESM said no by this rule: The user must not be revoked. user BOB, against state \
         revoked",
        "the setting that decides (systems.SYSA.esm.users.BOB.revoked, \
         scenarios/region/revoked-user.ron:",
        "ALTUSER BOB RESUME",
    ]);
}

/// What an administrator did in the script stands beside what the files say, which no longer holds.
#[test]
fn racf_commands_of_the_script_are_named_with_their_steps() {
    let told = Told::of("esm/permit-refresh-forgotten");
    let second = told.run.of("cscs.message").last().expect("a message").n;
    let explanation = told.explanation(Some(second));
    says(
        &flat(&explanation.text(80)),
        &[
            "CICSPRD asks for READ access to IRR.RTICKETSERV in class FACILITY and holds NONE",
            "before, at 09:01:00: SYSA.ESM carries out PERMIT IRR.RTICKETSERV CLASS(FACILITY) \
             ID(CICSPRD) ACCESS(READ) (step permit, scenarios/esm/permit-refresh-forgotten.ron:",
            "that is in the database, but not in the copy in storage: ",
            "Suggested RACF commands: SETROPTS RACLIST(FACILITY) REFRESH",
        ],
    );
    assert!(explanation.fix.iter().all(|fix| !fix.text.starts_with("PERMIT ")), "it is there");
    Told::of("esm/revoked-before-attach").says(&[
        "The user must not be revoked.",
        "SYSA.ESM carries out ALTUSER ALICE REVOKE (step revoke, \
         scenarios/esm/revoked-before-attach.ron:",
        "ALTUSER ALICE RESUME",
    ]);
    let told = Told::of("esm/client-loses-kerb-segment");
    told.says(&["principal alice, against user none", "ALTUSER ALICE NOKERB (step remove, "]);
    assert!(told.explanation(None).fix.iter().all(|fix| fix.source != "try"));
}

#[test]
fn bytes_that_a_fault_cut_or_added_are_told() {
    Told::of("faults/token-truncated")
        .says(&[" lets only the first ", "part KRBTOKEN of the request"]);
    Told::of("faults/token-padded").says(&[" adds ", " bytes to part KRBTOKEN of the request"]);
}

/// The commands under "to see what a change would do" are true: with the change that refusal is gone.
#[test]
fn what_why_suggests_to_try_helps() {
    for path in [
        "dfhxs1402/ticketserv-not-authorized",
        "dfhxs1402/unclassified-gensec",
        "dfhxs1402/usermap-not-authorized",
        "region/attach-refused",
        "region/attach-refused-by-own-entry",
        "region/default-user-refused",
        "region/revoked-user",
        "region/cscs-full",
        "region/cscs-missing",
        "region/xmeout-suppress",
        "region/xmeout-reroute-undefined",
    ] {
        let told = Told::of(path).explanation(None);
        let mut tried = 0;
        for fix in told.fix.iter().filter(|fix| fix.source == "try") {
            let change = fix.text.split(" --set '").nth(1).and_then(|end| end.strip_suffix('\''));
            let change = change.unwrap_or_else(|| panic!("{path}: {}", fix.text));
            let after = Told::changed(path, &[change]).explanation(None);
            assert_ne!(after.outcome.text, told.outcome.text, "{path}: {change}");
            tried += 1;
        }
        assert!(tried > 0, "{path}");
    }
    for change in
        ["systems.SYSA.esm.profiles.TCICSTRN={}", "systems.SYSA.esm.classes.FACILITY.active=false"]
    {
        let told = Told::changed("dfhxs1402/success", &[change]).explanation(None);
        let fix = told.fix.iter().find(|fix| fix.source == "try").expect("a change to try");
        let mend = fix.text.split(" --set '").nth(2).and_then(|end| end.strip_suffix('\''));
        let after = Told::changed("dfhxs1402/success", &[change, mend.expect("a change")]);
        assert_ne!(after.explanation(None).outcome.text, told.outcome.text, "{change}");
    }
}

#[test]
fn a_client_that_lacks_something_is_led_back_to_the_step_that_failed() {
    let told = Told::of("faults/wrong-password");
    told.says(&[
        "SYSA.NAS said no by this rule: The encrypted timestamp opens with the client's key.",
        "it began here: alice logs on with a password that the script types (step logon, \
         scenarios/faults/wrong-password.ron:9)",
    ]);
    let last = told.run.of("client.failed").last().expect("a failure").n;
    let text = flat(&told.explanation(Some(last)).text(80));
    says(
        &text,
        &[
            "alice has no ticket for the service, because an earlier step failed at 09:00:01",
            "alice has no ticket-granting ticket, because an earlier step failed",
            "The encrypted timestamp opens with the client's key.",
        ],
    );
    let script = "(name: \"pay\", at: \"09:00:00\", client: \"alice\", do: Start(region: \
                  \"CICSPRD1\", transaction: \"PAY1\", token: New)),";
    Told::script(script, &[]).says(&[
        "alice has no ticket for the service, and no earlier step gets one (step pay, small:2)",
    ]);
}

#[test]
fn a_region_that_does_not_answer_is_told_by_where_the_request_got_stuck() {
    let script = "(name: \"hang\", at: \"09:00:00\", node: \"CICSPRD1\", do: Hold), \
                  (name: \"pay\", at: \"09:00:01\", client: \"alice\", do: Start(region: \
                  \"CICSPRD1\", transaction: \"MAIN\")),";
    Told::script(script, &["nodes.alice.reply_timeout=30s"]).says(&[
        "alice waited 30 s for an answer to its request to start, by the clock of DESK, and gave up at \
         09:00:31",
        "nobody takes the request to start from alice to CICSPRD1 on link alice-region: since \
         09:00:00 CICSPRD1 is held: it keeps what comes and does nothing, to the end of the run \
         (step hang, small:2)",
        "alice waits 30 s for the end of a task (nodes.alice.reply_timeout, --set #1)",
    ]);
}

#[test]
fn injected_codes_are_told_with_the_step_that_gave_them() {
    Told::of("faults/unexpected-code").says(&[
        "SYSA.ESM answers a call of R_",
        " with codes that the script gives it: SAF ",
        "(step ",
        ", scenarios/faults/unexpected-code.ron:",
        "SYSA.ESM is made to answer its next call with SAF ",
    ]);
}

#[test]
fn an_abend_is_told_with_the_command_that_nobody_handled() {
    let text = Told::of("region/abend-aey7").text_of("task.abend");
    says(
        &text,
        &[
            "VERIFY TOKEN raised NOTAUTH, and the command has neither RESP nor NOHANDLE: abend AEY7 \
             (program ",
            ", scenarios/region/abend-aey7.ron:",
            "authenticator time 09:06:20 is 6 min (360 s) after server time 09:00:20",
            "Catalogue, AEY7: Look up what the command reported in EIBRESP2.",
        ],
    );
    let text = Told::of("region/abend-aica").text_of("task.abend");
    says(
        &text,
        &[
            "CICSPRD1 said no: commands 9, against limit 8: beyond it by 1",
            "CICSPRD1 executes ASKTIME, 9 times (program PAYLOOP, scenarios/region/abend-aica.ron:",
        ],
    );
    let small = Small::program("", "Exec(\"ABEND ABCODE('OOPS')\")");
    let plan = small.plan();
    let told = Told { run: run_plan(&plan), plan };
    says(
        &told.text(),
        &[
            "The task ended itself with OOPS: CICSPRD1 executes ABEND ABCODE('OOPS') (program MAIN, \
           plex:",
        ],
    );
}

/// A loop of two commands is long and says nothing new: its middle is counted and not told.
#[test]
fn the_middle_of_a_long_story_is_left_out() {
    let small = Small::program(
        "\"U\": \"CHAR(8)\"",
        "Repeat(times: 500, body: [Exec(\"ASKTIME\"), Exec(\"ASSIGN USERID(&U)\")])",
    );
    let plan = small.plan();
    let told = Told { run: run_plan(&plan), plan };
    let explanation = told.explanation(None);
    assert_eq!(explanation.chain.len(), 121);
    let text = flat(&explanation.text(80));
    let start = text.find("events are left out here").expect("a mark");
    let count = text[..start].trim_end().rsplit(' ').next().expect("a number");
    assert!(count.parse::<u32>().expect("a number") > 800, "{count}");
}

#[test]
fn what_a_client_learns_afterwards_is_led_back_to_the_command() {
    let told = Told::of("dfhxs1402/mutual-without-outtoken");
    let text = told.text_of("client.mutual");
    says(
        &text,
        &[
            "The region had said no before (record ",
            "VERIFY TOKEN ends with INVREQ, RESP2 52",
            "mutual authentication requested, against OUTTOKEN not coded",
            "(step pay, scenarios/dfhxs1402/mutual-without-outtoken.ron:",
        ],
    );
}

#[test]
fn pre_authentication_is_a_normal_step_of_log_on() {
    let told = Told::of("dfhxs1402/success");
    let text = told.text();
    says(
        &text,
        &[
            "SYSA.NAS asks alice@PROD.EXAMPLE to pre-authenticate first, a normal step of log-on (KDC \
           error 25 PREAUTH_REQUIRED)",
        ],
    );
    assert!(!text.contains("says no") && !text.contains("refuses"), "{text}");
    let error = told.run.of("kdc.error").next().expect("error 25").n;
    assert!(told.explanation(Some(error)).well);
}

#[test]
fn a_program_that_names_what_is_not_there_is_told_with_its_line() {
    Told::of("region/link-program-missing").says(&[
        "CICSPRD1 said no by this rule: The program is defined to the region.",
        "program PAYROLE, against defined PAYCHECK PAYFRONT PAYMUTUL PAYROLL",
        "the nearest of them: PAYROLL",
        "Catalogue, LINK PGMIDERR 1: Define the program, or correct the name.",
        "executes LINK PROGRAM('PAYROLE') CHANNEL('CLIENT') RESP(&RC) (program PAYFRONT, \
         scenarios/region/link-program-missing.ron:12)",
    ]);
}

#[test]
fn the_settings_that_decided_are_shown_where_they_are_written() {
    for (path, setting) in [
        (
            "dfhxs1402/security-not-active",
            "(nodes.CICSPRD1.sit.SEC, scenarios/dfhxs1402/security-not-active.ron:8)",
        ),
        (
            "dfhxs1402/not-a-kerberos-region-no-key",
            "(nodes.CICSPRD1.sit.KERBEROSUSER, scenarios/dfhxs1402/not-a-kerberos-region-no-key.ron:",
        ),
        (
            "dfhxs1402/not-a-kerberos-region",
            "(nodes.CICSPRD1.sit.KERBEROSUSER, scenarios/dfhxs1402/not-a-kerberos-region.ron:10)",
        ),
    ] {
        let because = Told::of(path).because();
        says(&because, &[&format!("the setting that decides {setting}")]);
    }
}
