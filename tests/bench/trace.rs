//! What a trace costs: records a second to nowhere and to a file, next to the cost of writing the same
//! bytes without making them.
//!
//! `cargo bench --bench trace`. Every sample is one trace of a million records, of which no two are
//! equal: checks of twelve fields, sent messages of seven, and small ones, in turn.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use regionsim::check::{Check, Mark, Rule};
use regionsim::trace::{Header, Line, Record, TraceReader, TraceWriter};

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
    let local = (n % 2 == 0).then_some(t + 4_000_000_000 + number);
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
    let mut t = NINE;
    let mut places = 0..lines.len();
    for n in 1..=RECORDS {
        let place = places.next().unwrap_or_else(|| {
            places = 1..lines.len();
            0
        });
        t += 1_234_567;
        let line = &mut lines[place];
        (line.n, line.t, line.cause) = (n, t, (n > 1).then_some(n - 1));
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

fn file() -> File {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-trace.jsonl");
    File::create(path).expect("a file can be made in the target directory")
}

fn counted(bencher: Bencher<'_, '_>, bytes: u64) -> Bencher<'_, '_, impl divan::bench::BencherConfigMarker> {
    bencher
}
