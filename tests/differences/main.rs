//! The comparison of two traces, from outside: what was done to a trace is exactly what is found,
//! whatever the bytes, in bounded memory.

mod damage;
mod hostile;
mod mutations;
mod window;

use std::io::Cursor;

use regionsim::study::diff::{Class, Comparison, Options, compare};
use regionsim::trace::{Header, Line, TraceReader, TraceWriter};

/// A trace of these lines; they are numbered anew, and causes follow.
fn trace(lines: &[Line]) -> Vec<u8> {
    let header = Header { program: "0.1.0".into(), title: "A test".into(), ..Header::default() };
    let mut writer = TraceWriter::new(Vec::new(), &header);
    for line in lines {
        writer.write(line).expect("the line can stand there");
    }
    writer.finish_into().expect("memory takes it").1
}

fn options() -> Options {
    Options { limit: 1000, ..Options::default() }
}

fn compared(a: &[u8], b: &[u8]) -> Comparison {
    compared_by(a, b, &options())
}

fn compared_by(a: &[u8], b: &[u8], options: &Options) -> Comparison {
    compare(Cursor::new(a), Cursor::new(b), options).expect("both are traces")
}

/// How many are equal and how many of each class there are.
fn counts(found: &Comparison) -> Vec<(&'static str, u64)> {
    let of = |class: &Class| (class.word(), found.tally.totals.of(*class));
    Class::ALL.iter().map(of).filter(|(_, count)| *count > 0).collect()
}

/// The records of some supplied golden traces.
fn supplied() -> Vec<Vec<Line>> {
    let names = [
        "traces/dfhxs1402/ticket-expired.jsonl",
        "traces/dfhxs1402/attempted-replay.jsonl",
        "traces/faults/clock-slew.jsonl",
        "traces/region/start-second-task.jsonl",
    ];
    let read = |name: &&str| {
        let bytes = std::fs::read(name).expect("a golden trace");
        let reader = TraceReader::new(&bytes[..]).expect("a trace");
        reader.collect::<Result<Vec<Line>, _>>().expect("a whole trace")
    };
    names.iter().map(read).collect()
}
