//! What `diff` compares: files that are traces, and scenarios that are run for it.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::Plan;
use crate::scenario::run::{Options, run};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 1 << 20;

/// Whether an argument names a scenario; everything else is taken for a trace.
pub fn is_scenario(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|kind| kind == "ron")
}

/// Opens a trace. A pipe is copied first: records are looked at twice.
///
/// # Errors
/// It cannot be opened or read, in the words of the system.
pub fn open(path: &Path) -> io::Result<BufReader<File>> {
    let mut file = File::open(path)?;
    let facts = file.metadata()?;
    if facts.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    if facts.is_file() {
        return Ok(BufReader::with_capacity(PIECE_BYTES, file));
    }
    let mut copy = tempfile::tempfile()?;
    io::copy(&mut file, &mut copy)?;
    rewound(copy)
}

/// Runs a scenario; its trace stands in a file without a name, which is gone when it is closed.
///
/// # Errors
/// The run failed, or there is no room for the trace.
pub fn perform(plan: &Plan, table: &mut KeyTable) -> Result<BufReader<File>, String> {
    let told = |error: io::Error| format!("the trace of {}: {error}", plan.path);
    let mut out = io::BufWriter::new(tempfile::tempfile().map_err(told)?);
    let options = Options { trace: &mut out, bytes: false, queue: sim::QueueKind::default() };
    run(plan, table, options, &mut |_| {}).map_err(|error| format!("{}: {error}", plan.path))?;
    out.flush().map_err(told)?;
    let file = out.into_inner().map_err(|error| told(error.into_error()))?;
    rewound(file).map_err(told)
}

fn rewound(mut file: File) -> io::Result<BufReader<File>> {
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::with_capacity(PIECE_BYTES, file))
}
