//! Traces of whole runs: every record as the table of kinds says, and no secret in any.

use regionsim::nodes::frame::{Frame, Packet, SafResult};
use regionsim::scenario::build::build;
use regionsim::scenario::model::{Action, Node, Secret};
use regionsim::scenario::plan::Plan;
use regionsim::trace::{Value, kinds, verify};
use sim::{Message as _, QueueKind, What};

use crate::fixture::{KEYS, Memory, PLEX, loaded, plan_of, run_plan, run_with, scenarios};

#[test]
fn every_record_is_as_the_table_of_kinds_says() {
    let mut wrong = std::collections::BTreeSet::new();
    for path in scenarios() {
        for secret in [false, true] {
            let run = run_with(&plan_of(&path, &[]), secret, QueueKind::default());
            for line in &run.lines {
                if let Err(why) = kinds::check(&line.record, secret) {
                    wrong.insert(why);
                }
            }
            verify(run.trace.as_slice()).expect("a whole trace");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every fault, clock change and condition of a node, with messages lost, delayed and unreadable.
const TURMOIL: &str = r#"
    (at: "09:00:00", client: "alice", do: LogOn),
    (at: "09:00:02", client: "alice", do: GetTicket(service: "CICSPRD1")),
    (at: "09:00:03", client: "alice", do: MakeToken(service: "CICSPRD1", name: "kept")),
    (at: "09:00:04", system: "SYSA", do: StepClock(by: "1s")),
    (at: "09:00:05", system: "SYSA", do: SetClock(to: "09:00:05")),
    (at: "09:00:06", system: "SYSA", do: DriftClock(ppm: 100)),
    (at: "09:00:07", system: "SYSA", do: FreezeClock),
    (at: "09:00:08", system: "SYSA", do: ThawClock),
    (at: "09:00:09", system: "SYSA", do: SlewClock(ppm: 500)),
    (at: "09:01:00", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1", userid: "ALICE", token: Made("kept"))),
    (at: "09:02:00", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1", userid: "ALICE", token: Again)),
    (at: "09:03:00", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1")),
    (at: "09:03:30", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1")),
    (at: "09:04:00", node: "SYSA.NAS", do: Hold),
    (at: "09:04:01", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1", userid: "ALICE", token: New)),
    (at: "09:06:00", node: "SYSA.NAS", do: Resume),
    (at: "09:06:01", node: "MSGUSR", do: Stop),
    (at: "09:06:02", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1", userid: "ALICE", token: Hex("00"))),
    (at: "09:06:03", node: "CICSPRD1", do: Slow(by: "1s")),
    (at: "09:06:04", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1", userid: "ALICE")),
    (at: "09:06:08", node: "CICSPRD1", do: Refuse),
    (at: "09:06:09", client: "alice", do: Start(region: "CICSPRD1", transaction: "PAY1")),
    (at: "09:07:00", between: ("alice", "SYSA.NAS"), do: Partition),
    (at: "09:07:01", client: "alice", do: LogOn(password: "WRONGPW")),
    (at: "09:08:00", between: ("alice", "SYSA.NAS"), do: Heal),
    (at: "09:08:01", client: "alice", do: LogOn(password: "WRONGPW")),
    (at: "09:09:00", fault: "held", do: Release),
    (at: "09:09:01", fault: "tapped", do: Replay),
    (at: "09:09:02", client: "alice", do: Wait(for: "1s")),
"#;

const RULES: &str = r#"faults: [
    (name: "delayed", link: "alice-kdc", kind: "AS-REQ", nth: 1, do: Delay("5ms")),
    (name: "twice", link: "alice-kdc", kind: "TGS-REQ", do: Duplicate(copies: 1, after: "1ms")),
    (name: "tapped", link: "alice-region", kind: "start", do: Tap),
    (name: "reordered", link: "alice-region", kind: "start", nth: 2, do: Reorder(timeout: "1s")),
    (name: "held", link: "alice-region", kind: "start-reply", nth: 1, do: Hold),
    (name: "changed", link: "alice-region", kind: "start", nth: 2, do: FlipBit(from_start: 8)),
    (name: "dropped", link: "alice-region", kind: "start-reply", nth: 2, do: Drop),
], script: ["#;

#[test]
fn the_records_of_every_disturbance_are_as_the_table_says() {
    let text = |script: &str| {
        format!(
            "#![enable(implicit_some)]\nScenario(title: \"t\", plex: \"plex\", {script}{TURMOIL}])"
        )
    };
    let files = [("plex", PLEX.to_owned()), ("turmoil", text(RULES))];
    let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let run = run_plan(&loaded(&Memory(files.into()), "turmoil", &[]));
    let without_reason = crate::decisions::unexplained(&run.lines);
    assert!(without_reason.is_empty(), "{without_reason:#?}");
    let mut seen = std::collections::BTreeSet::new();
    for line in &run.lines {
        assert_eq!(kinds::check(&line.record, false), Ok(()), "{:?}", line.record);
        seen.insert(line.record.kind.to_string());
    }
    for kind in [
        "fault.delay",
        "fault.duplicate",
        "fault.tap",
        "fault.reorder",
        "fault.hold",
        "fault.corrupt",
        "fault.drop",
        "fault.release",
        "fault.replay",
        "fault.replayed",
        "fault.partition",
        "fault.heal",
        "clock.step",
        "clock.set",
        "clock.drift",
        "clock.freeze",
        "clock.thaw",
        "clock.slew",
        "node.held",
        "node.up",
        "node.stopped",
        "node.slow",
        "node.refusing",
        "net.lost",
        "net.refused",
        "net.unreadable",
        "saf.timeout",
        "message.lost",
        "client.failed",
        "kdc.error",
        "task.refused",
        "timer",
        "region.active",
    ] {
        assert!(seen.contains(kind), "{kind} was not noted");
    }
}

/// Passwords of the plex and the script, and keys that frames carry within a system.
fn secrets(plan: &Plan) -> Vec<String> {
    let mut secrets = Vec::new();
    for system in plan.plex.systems.values() {
        let Some(esm) = &system.esm else { continue };
        let json = serde_json::to_value(esm).expect("as the test set it up");
        passwords(&json, &mut secrets);
    }
    for node in plan.plex.nodes.values() {
        if let Node::Client(config) = node {
            secrets.push(config.password.clone());
        }
        if let Node::Kdc(config) = node {
            secrets.extend(config.principals.values().map(|entry| entry.password.clone()));
        }
    }
    for step in &plan.scenario.script {
        match &step.action {
            Action::LogOn { password: Some(password) } => secrets.push(password.clone()),
            Action::Start { secrets: sent, .. } => {
                secrets.extend(sent.values().filter_map(|secret| match secret {
                    Secret::Text(text) => Some(text.reveal().to_owned()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    let mut table = KEYS.snapshot();
    let mut simulation =
        build(plan, &mut table, QueueKind::default()).expect("as the test set it up");
    let mut keys = Vec::new();
    let mut observer = |entry: &sim::Entry<'_, regionsim::nodes::Actor>| {
        if let What::Sent { message, .. } = &entry.what
            && let Ok(Frame::SafReturn(reply)) = Packet::new(message.bytes().to_vec()).open()
        {
            match reply.result {
                SafResult::Principals(facts) => {
                    let own = facts.principals.iter().flat_map(|principal| &principal.keys);
                    keys.extend(own.map(|key| hex(&key.key)));
                }
                SafResult::PassTicket(passticket) => keys.push(passticket.reveal().to_owned()),
                _ => {}
            }
        }
    };
    simulation.run(&mut observer);
    secrets.extend(keys);
    secrets.sort();
    secrets.dedup();
    secrets
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn passwords(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if name.contains("password") || name.ends_with("key") => {
                        found.push(text.to_owned());
                    }
                    _ => passwords(value, found),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| passwords(item, found)),
        _ => {}
    }
}

#[test]
fn no_password_and_no_key_enters_a_trace() {
    let mut looked_for = 0;
    for path in scenarios() {
        let plan = plan_of(&path, &[]);
        let trace =
            String::from_utf8(run_plan(&plan).trace).expect("as the test set it up").to_lowercase();
        let secrets = secrets(&plan);
        for secret in secrets.iter().filter(|secret| secret.len() > 3) {
            assert!(!trace.contains(&secret.to_lowercase()), "{path}: {secret}");
            looked_for += 1;
        }
    }
    assert!(looked_for > 10, "passwords and keys were known");
}

#[test]
fn the_encryptkey_is_not_shown() {
    let run = run_plan(&plan_of("scenarios/dfhxs1402/success.ron", &[]));
    let outputs = run.outputs("VERIFY TOKEN");
    assert_eq!(outputs["KEY"], "4 bytes, not shown");
    let whole = |line: &regionsim::trace::Line| line.record.get("data").is_some();
    assert!(!run.of("net.send").any(whole), "no whole bytes without --bytes");
    let secret = run_with(&plan_of("scenarios/dfhxs1402/success.ron", &[]), true, QueueKind::Heap);
    let within_the_esm = |line: &regionsim::trace::Line| {
        line.record
            .get("what")
            .and_then(Value::as_text)
            .is_some_and(|what| what.starts_with("saf-"))
    };
    assert!(secret.of("net.send").any(within_the_esm));
    for line in secret.of("net.send") {
        assert_eq!(
            whole(line),
            !within_the_esm(line),
            "passwords and keys pass within the ESM alone"
        );
    }
    let header = secret.trace.split(|byte| *byte == b'\n').next().expect("as the test set it up");
    assert!(String::from_utf8_lossy(header).ends_with(r#""secret":"yes"}"#));
    let bytes = |line: &regionsim::trace::Line| {
        line.record.get("data").and_then(Value::as_text).map(|data| data.len() as i64 / 2)
    };
    for line in secret.of("net.send").filter(|line| whole(line)) {
        assert_eq!(bytes(line), line.record.get("bytes").and_then(Value::as_int));
    }
}
