//! Same resolved scenario, same seed, same version: the same bytes, whatever is around.

use std::process::Command;

use regionsim::host::suite::{Golden, SharedKeys, run_all};
use regionsim::nodes::Actor;
use regionsim::protocol::kerberos::KeyTable;
use regionsim::scenario::build::build;
use regionsim::scenario::plan::Plan;
use regionsim::scenario::run::{Options, run};
use sim::{Message as _, QueueKind, What};

use crate::fixture::{KEYS, Memory, PLEX, loaded, plan_of, run_plan, run_with, scenarios, text};

const SUCCESS: &str = "scenarios/dfhxs1402/success.ron";

#[test]
fn every_scenario_gives_the_same_bytes_twice_and_with_either_queue() {
    for path in scenarios() {
        let plan = plan_of(&path, &[]);
        let first = run_with(&plan, false, QueueKind::Heap);
        let second = run_with(&plan, false, QueueKind::Heap);
        let calendar = run_with(&plan, false, QueueKind::Calendar);
        assert!(first.trace == second.trace, "{path}: twice");
        assert!(first.trace == calendar.trace, "{path}: queues");
        assert_eq!(first.report.fingerprint, second.report.fingerprint, "{path}");
        assert_eq!(first.report.fingerprint, calendar.report.fingerprint, "{path}");
    }
}

#[test]
fn a_cold_key_table_gives_the_same_trace_as_a_warm_one() {
    let plan = plan_of(SUCCESS, &[]);
    let mut table = KeyTable::new();
    let mut traces = Vec::new();
    for _ in 0..2 {
        let mut trace = Vec::new();
        let options = Options { trace: &mut trace, bytes: true, queue: QueueKind::default() };
        run(&plan, &mut table, options, &mut |_| {}).expect("as the test set it up");
        table = table.snapshot();
        traces.push(trace);
    }
    assert_eq!(table.computed(), 0, "the second run found its keys");
    assert!(traces[0] == traces[1]);
}

#[test]
fn the_number_of_workers_changes_no_result() {
    let files = scenarios();
    let results = |jobs| {
        let mut results = Vec::new();
        let keys = SharedKeys::default();
        run_all(&files, jobs, Golden::Compare, &keys, |result| {
            results.push(format!("{result:?}"));
            Ok(())
        })
        .expect("as the test set it up");
        results
    };
    let alone = results(1);
    assert_eq!(alone.len(), files.len());
    assert_eq!(alone, results(4));
}

#[test]
fn the_environment_and_the_folder_change_no_byte() {
    let program = env!("CARGO_BIN_EXE_regionsim");
    let root = env!("CARGO_MANIFEST_DIR");
    let scenario = format!("{root}/{SUCCESS}");
    let folder = std::env::temp_dir().join(format!("regionsim-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("as the test set it up");
    let traced = |name: &str, command: &mut Command| {
        let file = folder.join(name);
        let done = command
            .args(["run", &scenario, "--trace"])
            .arg(&file)
            .output()
            .expect("as the test set it up");
        assert!(done.status.success(), "{done:?}");
        (std::fs::read(&file).expect("as the test set it up"), done.stdout)
    };
    let plain = traced("a", Command::new(program).current_dir(root));
    let odd = traced(
        "b",
        Command::new(program)
            .current_dir(&folder)
            .env_clear()
            .env("TZ", "Pacific/Kiritimati")
            .env("LANG", "tr_TR.UTF-8"),
    );
    // Every golden trace was written under another environment than this.
    let all = Command::new(program)
        .current_dir(&folder)
        .env_clear()
        .env("TZ", "Pacific/Kiritimati")
        .env("LANG", "tr_TR.UTF-8")
        .args(["check", &format!("{root}/scenarios")])
        .output()
        .expect("as the test set it up");
    let told = String::from_utf8_lossy(&all.stdout);
    assert!(all.status.success() && told.contains(", 0 failed"), "{told}");
    std::fs::remove_dir_all(&folder).expect("as the test set it up");
    assert!(plain == odd);
    assert!(plain.0 == run_plan(&plan_of(SUCCESS, &[])).trace, "the program and the library");
}

/// Everything that an entry says, as text.
fn told(entry: &sim::Entry<'_, Actor>) -> String {
    let what = match &entry.what {
        What::Note(note) => format!("{:?}", note.take()),
        What::Sent { message, .. } => format!("sent {:?}", message.bytes()),
        What::Delivered { message, .. } => format!("delivered {:?}", message.bytes()),
        What::TimerFired { timer, at, .. } => format!("timer {timer:?} {at:?}"),
        What::Lost { why, .. } => format!("lost {why:?}"),
        What::Fault { name, answer, message, .. } => {
            format!("fault {name} {answer:?} {:?}", message.bytes())
        }
        _ => String::new(),
    };
    format!(
        "{} {:?} {:?} {:?} {:?} {what}",
        entry.n, entry.time, entry.node, entry.cause, entry.also
    )
}

fn finish(simulation: &mut sim::Simulation<Actor>, plan: &Plan) -> (Vec<String>, u64) {
    let mut seen = Vec::new();
    let mut observer = |entry: &sim::Entry<'_, Actor>| seen.push(told(entry));
    match plan.until {
        Some(until) => {
            simulation.run_until(sim::Time::from_nanos(until.nanoseconds()), &mut observer)
        }
        None => simulation.run(&mut observer),
    };
    (seen, simulation.fingerprint())
}

#[test]
fn a_fork_goes_on_as_the_original_would() {
    for path in scenarios() {
        let plan = plan_of(&path, &[]);
        let mut table = KEYS.snapshot();
        let mut whole =
            build(&plan, &mut table, QueueKind::default()).expect("as the test set it up");
        let start = whole.clone();
        let (all, fingerprint) = finish(&mut whole, &plan);
        for part in [1, 2, 3] {
            let mut original = start.clone();
            for _ in 0..whole.events() * part / 4 {
                original.step(&mut ());
            }
            let done = original.entries() as usize;
            let mut fork = original.clone();
            let (rest, of_fork) = finish(&mut fork, &plan);
            assert!(rest == all[done..], "{path}: fork after {done} entries");
            assert_eq!(of_fork, fingerprint, "{path}");
            // The fork has drawn, sent and ended; its original has not noticed.
            assert_eq!(finish(&mut original, &plan), (rest, of_fork), "{path}");
        }
    }
}

#[test]
fn another_node_that_acts_shifts_no_random_byte_of_alice() {
    let scenario = std::fs::read_to_string(SUCCESS).expect("as the test set it up");
    let bob = "nodes: { \"aaron\": Client(system: \"DESK\", principal: \"alice\", \
               password: \"ALICEPW\", kdc: \"SYSA.NAS\"),";
    let step = "script: [ (at: \"08:59:59\", client: \"aaron\", do: \
                Start(region: \"CICSPRD1\", transaction: \"PAY1\", userid: \"ALICE\")),";
    let more = [
        ("../plexes/plex1.ron".to_owned(), PLEX.replacen("nodes: {", bob, 1).into_bytes()),
        ("more".to_owned(), scenario.replacen("script: [", step, 1).into_bytes()),
    ];
    let token = |run: &crate::fixture::Run| {
        let tokens: Vec<String> = run.of("client.token").map(|line| text(line, "sha256")).collect();
        assert_eq!(tokens.len(), 1);
        tokens[0].clone()
    };
    let alone = run_plan(&plan_of(SUCCESS, &[]));
    let both = run_plan(&loaded(&Memory(more.into()), "more", &[]));
    assert!(both.lines.len() > alone.lines.len());
    assert_eq!(token(&alone), token(&both));
}

#[test]
fn another_seed_gives_other_tokens_and_the_same_outcome() {
    let (one, other) =
        (run_plan(&plan_of(SUCCESS, &[])), run_plan(&plan_of(SUCCESS, &["seed=1403"])));
    assert_eq!(one.report.outcome, other.report.outcome);
    assert_ne!(one.report.fingerprint, other.report.fingerprint);
    let tokens = |run: &crate::fixture::Run| {
        run.of("client.token").map(|line| text(line, "sha256")).collect::<Vec<_>>()
    };
    assert_ne!(tokens(&one), tokens(&other));
}
