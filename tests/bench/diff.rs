//! What a comparison costs: a million records against a million, from files.
//!
//! `cargo bench --bench diff`. The figure that is asked for is 5 s; the worst of the cases counts.
//! Peak memory is that of the whole process, which holds no trace: both are written and read as
//! streams. On a machine that does other work too, the processor's time says more than the clock's.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a bench measures time")]
#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "a bench prints figures")]

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use regionsim::check::{Check, Mark, Rule};
use regionsim::study::diff::{Options, compare};
use regionsim::trace::{Header, Line, Record, TraceWriter};

const RECORDS: u64 = 1_000_000;
const SECONDS_ASKED: f64 = 5.0;
/// 2026-03-02T09:00:00Z.
const NINE: i64 = 1_772_442_000_000_000_000;

static SKEW: Rule = Rule {
    id: "kerberos.skew",
    text: "The authenticator is no further than the limit from the server's clock.",
    source: "RFC 4120 section 3.2.3",
    mark: Mark::Documented,
};

/// How the second trace differs from the first.
#[derive(Clone, Copy)]
struct Change {
    name: &'static str,
    /// A record more at the beginning: every number after it is another.
    inserted: bool,
    /// Every so many-th record has another value.
    value_every: u64,
    /// Every so many-th record is missing.
    missing_every: u64,
    /// Records after the half are later by this (nanoseconds).
    shift: i64,
}

const EQUAL: Change =
    Change { name: "equal", inserted: false, value_every: 0, missing_every: 0, shift: 0 };
const CASES: [Change; 5] = [
    EQUAL,
    Change { name: "one record more at the start", inserted: true, ..EQUAL },
    Change {
        name: "6 min later from the half on",
        inserted: true,
        shift: 360_000_000_000,
        ..EQUAL
    },
    Change {
        name: "every 100th another, every 1000th gone",
        value_every: 100,
        missing_every: 1000,
        ..EQUAL
    },
    Change { name: "every record another", value_every: 1, ..EQUAL },
];

fn main() {
    let quick = std::env::args().any(|argument| argument == "--test");
    let records = if quick { RECORDS / 100 } else { RECORDS };
    let mut worst: f64 = 0.0;
    write("a", EQUAL, records);
    for case in CASES {
        write("b", case, records);
        let options = Options { limit: 20, ..Options::default() };
        let (started, worked) = (Instant::now(), processor_seconds());
        let found = compare(open("a"), open("b"), &options).expect("both are traces");
        let seconds = started.elapsed().as_secs_f64();
        let worked = processor_seconds().zip(worked).map_or(seconds, |(now, then)| now - then);
        worst = worst.max(worked);
        let differ = found.tally.totals.differing();
        let name = case.name;
        println!("{name:<40} {seconds:>6.2} s, processor {worked:>5.2} s, {differ:>8} differ");
    }
    let verdict = if worst < SECONDS_ASKED { "met" } else { "missed" };
    println!(
        "{records} records against as many: {worst:.2} s at worst, asked {SECONDS_ASKED} s: {verdict}"
    );
    match peak_kilobytes() {
        Some(peak) => println!("peak memory {} MB", peak / 1024),
        None => println!("peak memory cannot be read here"),
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-diff-{name}.jsonl"))
}

fn open(name: &str) -> BufReader<File> {
    BufReader::with_capacity(1 << 20, File::open(path(name)).expect("it was just made"))
}

fn write(name: &str, change: Change, records: u64) {
    let file = File::create(path(name)).expect("the target directory takes a file");
    let header =
        Header { program: "0.1.0".into(), title: "A benchmark".into(), ..Header::default() };
    let mut writer = TraceWriter::new(file, &header);
    let node: Arc<str> = "CICSPRD1".into();
    let mut written = 0;
    let mut put = |record: Record, t: i64| {
        written += 1;
        let cause = u64::checked_sub(written, 2).filter(|n| *n > 0);
        let line = Line { node: Some(node.clone()), cause, ..Line::new(written, t, record) };
        writer.write(&line).expect("the disk takes it");
    };
    if change.inserted {
        put(Record::new("node.start"), NINE);
    }
    for n in (1..=records).filter(|n| change.missing_every == 0 || n % change.missing_every != 0) {
        let other = change.value_every > 0 && n % change.value_every == 0;
        let later = if n > records / 2 { change.shift } else { 0 };
        put(record(n, i64::from(other)), NINE + n as i64 * 1_234_567 + later);
    }
    writer.finish().expect("the disk takes it");
}

/// The records of the trace bench: checks of twelve fields, sent messages of seven, and small ones.
fn record(n: u64, other: i64) -> Record {
    let number = n as i64;
    match n % 3 {
        0 => {
            let at = 1_772_442_000 + number;
            let (subject, against) =
                (("authenticator time", at), ("region time", at + number % 600 + other));
            Record::from_check(&Check::within_seconds(&SKEW, subject, against, 300)).task(n as u32)
        }
        1 => Record::new("net.send")
            .text("link", "alice-CICSPRD1")
            .text("to", "CICSPRD1")
            .text("what", "start")
            .int("bytes", 1400 + number % 100 + other)
            .text("sha256", format!("{:064x}", (number as u128).wrapping_mul(u128::MAX / 7))),
        _ => Record::new("exec.end")
            .task(n as u32)
            .text("command", "VERIFY TOKEN")
            .text("resp", "NOTAUTH")
            .int("resp2", number % 200 + other),
    }
}

/// How long the process has kept a processor busy, where the system tells (in hundredths).
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in parentheses; user and system time are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = |field: Option<&str>| field?.parse::<f64>().ok();
    Some((ticks(fields.next())? + ticks(fields.next())?) / 100.0)
}

/// The most memory that the process ever had, where the system tells.
fn peak_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
