//! What a trace costs: records a second to nowhere and to a file, next to the cost of writing the same
//! bytes without making them.
//!
//! `cargo bench --bench trace`. Every sample is one trace of a million records, of which no two are
//! equal: checks of twelve fields, sent messages of seven, and small ones, in turn.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use regionsim::check::{Check, Mark, Rule};
use regionsim::trace::{Header, Line, Record, TraceWriter, verify};

const RECORDS: u64 = 1_000_000;
/// Different lines that are made once and written in turn, each time under another number.
const DIFFERENT: u64 = 4096;
/// 2026-03-02T09:00:00Z.
const NINE: i64 = 1_772_442_000_000_000_000;

static SKEW: Rule = Rule {
    id: "kerberos.skew",
    text: "The authenticator is no further than the limit from the server's clock.",
    source: "RFC 4120 section 3.2.3",
    mark: Mark::Documented,
};

fn main() {
    divan::main();
}

fn header() -> Header {
    Header { program: "0.1.0".into(), title: "A benchmark".into(), ..Header::default() }
}

/// A line that differs from every other in number, times and most values.
fn line(n: u64, node: &Arc<str>) -> Line {
    let number = n as i64;
    let t = NINE + number * 1_234_567;
    let line = Line::new(n, t, record(n, number, t / 1_000_000_000));
    let local = n.is_multiple_of(2).then_some(t + 4_000_000_000 + number);
    Line { local, node: Some(node.clone()), cause: n.checked_sub(2).filter(|n| *n > 0), ..line }
}

fn record(n: u64, number: i64, seconds: i64) -> Record {
    match n % 3 {
        0 => {
            let checked = Check::within_seconds(
                &SKEW,
                ("authenticator time", seconds),
                ("region time", seconds + number % 600),
                300,
            );
            Record::from_check(&checked).task(number as u32)
        }
        1 => Record::new("net.send")
            .int("message", number)
            .text("link", "alice-CICSPRD1")
            .text("to", "CICSPRD1")
            .text("label", "START PAY1")
            .int("length", 1400 + number % 100)
            .text("sha256", format!("{:064x}", (number as u128).wrapping_mul(u128::MAX / 7))),
        _ => Record::new("exec.end")
            .task(number as u32)
            .text("command", "VERIFY TOKEN")
            .int("resp", 70)
            .text("condition", "NOTAUTH")
            .int("resp2", number % 200),
    }
}

fn lines() -> Vec<Line> {
    let node = Arc::from("CICSPRD1");
    (1..=DIFFERENT).map(|n| line(n, &node)).collect()
}

/// Writes a million records that are there already.
fn write_made(lines: &mut [Line], out: impl Write) -> u64 {
    let mut writer = TraceWriter::new(out, &header());
    for (n, place) in (1..=RECORDS).zip((0..lines.len()).cycle()) {
        let line = &mut lines[place];
        (line.n, line.t) = (n, line.t + 1);
        writer.write(line).expect("the sink takes it");
    }
    writer.finish().expect("the sink takes it").bytes
}

/// Makes a million records and writes each.
fn make_and_write(out: impl Write) -> u64 {
    let node = Arc::from("CICSPRD1");
    let mut writer = TraceWriter::new(out, &header());
    for n in 1..=RECORDS {
        writer.write(&line(n, &node)).expect("the sink takes it");
    }
    writer.finish().expect("the sink takes it").bytes
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-trace.jsonl")
}

fn file() -> File {
    File::create(path()).expect("the target directory takes a file")
}

/// A million records that are there, to a sink that only counts.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn made_to_nowhere(bencher: Bencher) {
    let mut lines = lines();
    let bytes = write_made(&mut lines, io::sink());
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| write_made(black_box(&mut lines), io::sink()));
}

/// A million records, made as a node makes them, to a sink that only counts.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn making_to_nowhere(bencher: Bencher) {
    let bytes = make_and_write(io::sink());
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| make_and_write(io::sink()));
}

/// A million records that are there, to a file.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn made_to_file(bencher: Bencher) {
    let mut lines = lines();
    let bytes = write_made(&mut lines, io::sink());
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| write_made(black_box(&mut lines), file()));
}

/// A million records, made as a node makes them, to a file.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn making_to_file(bencher: Bencher) {
    let bytes = make_and_write(io::sink());
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| make_and_write(file()));
}

/// The bytes of such a file, written as they are: what the file alone costs.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn reference_bytes_to_file(bencher: Bencher) {
    let mut all = Vec::new();
    let bytes = make_and_write(&mut all);
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| file().write_all(black_box(&all)).expect("the disk takes it"));
}

/// The bytes of such a trace, digested as they are: what the identity alone costs.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn reference_digest(bencher: Bencher) {
    let mut all = Vec::new();
    let bytes = make_and_write(&mut all);
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| blake3::hash(black_box(&all)));
}

/// Such a file, read back record by record and verified.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn read_from_file(bencher: Bencher) {
    let bytes = make_and_write(file());
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(bytes))
        .bench_local(|| verify(BufReader::new(File::open(path()).expect("it was just made"))));
}
