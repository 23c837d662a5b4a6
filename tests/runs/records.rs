//! Traces of whole runs: every record as the table of kinds says, and no secret in any.

use regionsim::nodes::frame::{Frame, Packet, SafResult};
use regionsim::scenario::build::build;
use regionsim::scenario::model::{Action, Node};
use regionsim::scenario::plan::Plan;
use regionsim::trace::{Value, kinds, verify};
use sim::{Message as _, QueueKind, What};

use crate::fixture::{KEYS, plan_of, run_plan, run_with, scenarios};

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

/// Passwords of the plex and the script, and keys that frames carry within a system.
fn secrets(plan: &Plan) -> Vec<String> {
    let mut secrets = Vec::new();
    for system in plan.plex.systems.values() {
        let Some(esm) = &system.esm else { continue };
        let json = serde_json::to_value(esm).unwrap();
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
        if let Action::LogOn { password: Some(password) } = &step.action {
            secrets.push(password.clone());
        }
    }
    let mut table = KEYS.snapshot();
    let mut simulation = build(plan, &mut table, QueueKind::default()).unwrap();
    let mut keys = Vec::new();
    let mut observer = |entry: &sim::Entry<'_, regionsim::nodes::Actor>| {
        if let What::Sent { message, .. } = &entry.what
            && let Ok(Frame::SafReturn(reply)) = Packet::new(message.bytes().to_vec()).open()
            && let SafResult::Principals(facts) = reply.result
        {
            let own = facts.principals.iter().flat_map(|principal| &principal.keys);
            keys.extend(own.map(|key| hex(&key.key)));
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
                    Some(text) if name.contains("password") => found.push(text.to_owned()),
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
        let trace = String::from_utf8(run_plan(&plan).trace).unwrap().to_lowercase();
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
    assert!(secret.of("net.send").all(whole));
    let header = secret.trace.split(|byte| *byte == b'\n').next().unwrap();
    assert!(String::from_utf8_lossy(header).ends_with(r#""secret":"yes"}"#));
    let bytes = |line: &regionsim::trace::Line| {
        line.record.get("data").and_then(Value::as_text).map(|data| data.len() as i64 / 2)
    };
    for line in secret.of("net.send") {
        assert_eq!(bytes(line), line.record.get("bytes").and_then(Value::as_int));
    }
}
