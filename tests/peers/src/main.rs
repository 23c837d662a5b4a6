//! Prints events per second of the engine and its peers, and the ratios between them.
//!
//! All run the same workloads with the same draws; each round has a seed of its own, the peers take turns within a
//! round, and the medians of the rounds are compared. That they ran the same events is checked, not assumed.

#![allow(clippy::disallowed_types, clippy::disallowed_methods)]

mod actors;
mod bare;
mod callback;
mod engine;
mod workload;

use sim::QueueKind;
use workload::{Run, Workload};

const ROUNDS: u64 = 7;

struct Peer {
    name: &'static str,
    /// Events per round, so that each takes a fraction of a second.
    events: u64,
    run: fn(Workload, u64, u64) -> Run,
    /// How many times faster than it the engine has to be on PHOLD.
    asked: Option<f64>,
}

const PEERS: [Peer; 5] = [
    Peer { name: "engine, calendar queue", events: 2_000_000, run: |w, s, e| engine::run(w, s, e, QueueKind::Calendar), asked: None },
    Peer { name: "engine, heap queue", events: 2_000_000, run: |w, s, e| engine::run(w, s, e, QueueKind::Heap), asked: None },
    Peer { name: "bare loop over BinaryHeap", events: 2_000_000, run: bare::run, asked: Some(1.5) },
    Peer { name: "simcore 0.1.0", events: 500_000, run: callback::run, asked: Some(2.5) },
    Peer { name: "nexosim 1.0.0", events: 200_000, run: actors::run, asked: Some(10.0) },
];

fn main() {
    if std::env::args().nth(1).as_deref() == Some("profile") {
        let w = match std::env::args().nth(2).as_deref() { Some("ring") => Workload::Ring, Some("timers") => Workload::Timers, _ => Workload::Phold };
        let i: usize = std::env::args().nth(3).and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut best = f64::MAX;
        for round in 0..30 {
            let run = (PEERS[i].run)(w, round, 400_000);
            best = best.min(run.elapsed.as_secs_f64() / run.tally.events as f64 * 1e9);
        }
        println!("{best:.1} ns/event");
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let require = arguments.iter().any(|argument| argument == "--require");
    let rounds = arguments.iter().find_map(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let mut missed = false;
    println!("{:<8} {:<28} {:>12} {:>10} {:>8}", "work", "engine", "events/s", "ns/event", "ratio");
    for workload in [Workload::Phold, Workload::Ring, Workload::Timers] {
        check_same_events(workload);
        let mut samples = [const { Vec::new() }; PEERS.len()];
        for round in 0..rounds {
            for (peer, samples) in PEERS.iter().zip(&mut samples) {
                let run = (peer.run)(workload, 1_000 + round, peer.events);
                samples.push(run.elapsed.as_secs_f64() / run.tally.events as f64);
            }
        }
        let medians = samples.map(median);
        for (peer, median) in PEERS.iter().zip(medians) {
            let (rate, nanos, ratio) = (1.0 / median, median * 1e9, median / medians[0]);
            let asked = peer.asked.filter(|_| workload == Workload::Phold);
            let verdict = match asked {
                None => String::new(),
                Some(asked) if ratio >= asked => format!("  asked {asked}: met"),
                Some(asked) => format!("  asked {asked}: missed"),
            };
            missed |= asked.is_some_and(|asked| ratio < asked);
            println!(
                "{:<8} {:<28} {rate:>12.0} {nanos:>10.1} {ratio:>8.2}{verdict}",
                format!("{workload:?}").to_lowercase(),
                peer.name
            );
        }
    }
    println!("\nratio: how many times faster than that line the engine with its calendar queue is");
    if require && missed {
        std::process::exit(1);
    }
}

/// Every engine has to see the same processes get the same events at the same times.
fn check_same_events(workload: Workload) {
    let wanted = (PEERS[0].run)(workload, 1, 50_000).tally;
    for peer in &PEERS[1..] {
        let tally = (peer.run)(workload, 1, 50_000).tally;
        // Engines that step by time rather than by event can be a few events further.
        if tally.events == wanted.events {
            assert_eq!(tally.sum, wanted.sum, "{} ran other events", peer.name);
        } else {
            println!("note: {} ran {} events where {} were asked for", peer.name, tally.events, wanted.events);
        }
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
