//! Complete flows a second: log-on with pre-authentication, ticket, token, VERIFY TOKEN with ENCRYPTKEY
//! and ISUSERID, the trace encoded and digested. One core, keys derived beforehand, every flow with a
//! seed and a time of its own.
//!
//! `cargo bench --bench flow` prints the rate of whole runs (each builds its world anew), the rate of
//! flows that follow each other in one run, and the time of `check` over all scenarios, cold and warm.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock"
)]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "rates for people")]

use std::io;
use std::time::Instant;

use regionsim::host::files::Disk;
use regionsim::host::suite::{Golden, SharedKeys, find, run_all};
use regionsim::protocol::kerberos::KeyTable;
use regionsim::scalar::Timestamp;
use regionsim::scenario::outcome::{Item, Reached};
use regionsim::scenario::plan::{Plan, load};
use regionsim::scenario::run::{Options, Report, run};

const SCENARIO: &str = "scenarios/dfhxs1402/success.ron";
const SECOND: i64 = 1_000_000_000;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (runs, samples) = if quick { (50, 1) } else { (2_000, 5) };
    let plan = load(&Disk, SCENARIO, &[]).expect("the scenario loads");
    let mut table = KeyTable::new();
    assert!(once(&plan, &mut table).as_expected());

    let mut rates: Vec<f64> = (0..samples)
        .map(|sample| {
            let begin = Instant::now();
            for number in 0..runs {
                let plan = distinct(&plan, sample * runs + number);
                assert!(once(&plan, &mut table).as_expected());
            }
            runs as f64 / begin.elapsed().as_secs_f64()
        })
        .collect();
    println!("runs of one flow: {:.0} a second (median of {samples})", median(&mut rates));

    let mut rates: Vec<f64> = (0..samples)
        .map(|sample| {
            let plan = repeated(&plan, runs as usize, sample);
            let begin = Instant::now();
            let report = once(&plan, &mut table);
            let verified = report.outcome.items().iter().filter(|item| is_verified(item));
            assert_eq!(verified.count(), runs as usize, "every flow ends with a verified token");
            runs as f64 / begin.elapsed().as_secs_f64()
        })
        .collect();
    println!("flows in one run: {:.0} a second (median of {samples})", median(&mut rates));

    let files = find(&["scenarios".to_owned()]).expect("scenarios");
    let keys = SharedKeys::default();
    for state in ["cold", "warm"] {
        let begin = Instant::now();
        let mut failed = 0;
        run_all(&files, 2, Golden::Compare, &keys, |result| {
            failed += usize::from(!result.failures.is_empty());
            Ok(())
        })
        .expect("all run");
        let seconds = begin.elapsed().as_secs_f64();
        println!(
            "check of {} scenarios on 2 workers, keys {state}: {seconds:.2} s, {failed} failed",
            files.len()
        );
    }
}

fn is_verified(item: &Item) -> bool {
    matches!(&item.result, Reached::Response { command, resp, .. } if command == "VERIFY TOKEN" && resp == "NORMAL")
}

fn once(plan: &Plan, table: &mut KeyTable) -> Report {
    let mut sink = io::sink();
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    run(plan, table, options, &mut |_| {}).expect("the plan runs")
}

/// The same flow with another seed, some seconds later.
fn distinct(plan: &Plan, number: i64) -> Plan {
    let mut plan = plan.clone();
    plan.scenario.seed = 10_000 + number as u64;
    plan.start = later(plan.start, number);
    plan.times = plan.times.iter().map(|time| later(*time, number)).collect();
    plan
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(time.nanoseconds() + seconds * SECOND)
}

/// The flow so many times in one run, a minute apart.
fn repeated(plan: &Plan, times: usize, seed: i64) -> Plan {
    let mut long = distinct(plan, seed);
    let (steps, at) = (plan.scenario.script.clone(), plan.times.clone());
    long.scenario.expect.clear();
    long.scenario.script = steps.iter().cloned().cycle().take(steps.len() * times).collect();
    long.times = (0..times as i64)
        .flat_map(|round| at.iter().map(move |time| (round, time)))
        .map(|(round, time)| later(*time, round * 60))
        .collect();
    long
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
