//! The trace of a run: what happened, when, by whose clock, and why.
//!
//! # The format
//!
//! A trace is JSON Lines: UTF-8, one JSON object a line, each line ended by LF (also the last). It is
//! canonical: the order of the fields is fixed, there are no spaces, no floats, no booleans and no
//! nulls, and strings have no escapes but those that RFC 8259 section 7 demands. Two equal runs
//! write equal bytes.
//!
//! The **first line** is the header: name and version of the format, then program version, title and
//! digest of the scenario, seed, run id and overrides; `"secret":"yes"` where the trace holds whole
//! tokens. The **last line** is the trailer: the number of records and the BLAKE3 digest of all bytes
//! before it. Whoever changes, cuts or extends the file by accident breaks one of them. The digest
//! carries no key, so it does not stop a forger.
//!
//! A **record** has its number `n` (from 1, without gaps), true time `t`, the node's own time `local`
//! where that differs, the `node`, the `task`, the number of the record that was its `cause` and
//! `also` further ones, its `kind`, and the fields of that kind; [`kinds`] documents each of them.
//! What is absent is left out. Times are RFC 3339 in UTC, to the nanosecond, without zeros at the end.
//! Other numbers are integers of 64 bits.
//!
//! Every later version will begin with the same `{"trace":"regionsim","version":`, so that any
//! program can say which one a file needs.
//!
//! ```
//! use regionsim::trace::{Header, Line, Record, TraceReader, TraceWriter};
//!
//! let header = Header {
//!     program: "0.1.0".into(),
//!     title: "A ticket outlives its validity".into(),
//!     scenario: "5f0c".into(),
//!     seed: 1402,
//!     run: "0.1.0-5f0c-1402".into(),
//!     overrides: vec!["systems.SYSA.clock.skew=4m".into()],
//!     secret: false,
//! };
//! let nine = 1_772_442_000_000_000_000; // 2026-03-02T09:00:00Z
//! let step = Record::new("script.step").int("step", 1).text("action", "Start PAY1");
//! let end = Record::new("exec.end").task(42).text("command", "VERIFY TOKEN").int("resp", 70);
//!
//! let mut writer = TraceWriter::new(Vec::new(), &header);
//! writer.write(&Line::new(1, nine, step))?;
//! writer.write(&Line {
//!     local: Some(nine + 240_500_000_000),
//!     node: Some("CICSPRD1".into()),
//!     cause: Some(1),
//!     ..Line::new(2, nine + 500_000_000, end)
//! })?;
//! let (summary, bytes) = writer.finish_into()?;
//!
//! let text = String::from_utf8(bytes)?;
//! let lines: Vec<&str> = text.lines().collect();
//! assert_eq!(lines[0], concat!(
//!     r#"{"trace":"regionsim","version":1,"program":"0.1.0","title":"A ticket outlives its validity","#,
//!     r#""scenario":"5f0c","seed":1402,"run":"0.1.0-5f0c-1402","overrides":["systems.SYSA.clock.skew=4m"]}"#,
//! ));
//! assert_eq!(lines[1],
//!     r#"{"n":1,"t":"2026-03-02T09:00:00Z","kind":"script.step","step":1,"action":"Start PAY1"}"#);
//! assert_eq!(lines[2], concat!(
//!     r#"{"n":2,"t":"2026-03-02T09:00:00.5Z","local":"2026-03-02T09:04:00.5Z","node":"CICSPRD1","#,
//!     r#""task":42,"cause":1,"kind":"exec.end","command":"VERIFY TOKEN","resp":70}"#,
//! ));
//! assert_eq!(lines[3], format!(r#"{{"records":2,"blake3":"{}"}}"#, summary.digest));
//!
//! let mut reader = TraceReader::new(text.as_bytes())?;
//! let records: Vec<Line> = reader.by_ref().collect::<Result<_, _>>()?;
//! assert_eq!(records[1].cause, Some(1));
//! assert_eq!(reader.summary(), Some(&summary));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod kinds;

mod digest;
mod header;
mod input;
mod json;
mod line;
mod outline;
mod places;
mod reader;
mod record;
mod timestamp;
mod writer;

pub use digest::sha256;
pub use header::{FORMAT_VERSION, Header, OLDEST_VERSION, OPENING, Summary};
pub use line::{LINE_FIELDS, Line};
pub use outline::{Fields, Outline};
pub use places::Places;
pub use reader::{MAX_LINE_BYTES, Problem, TraceError, TraceReader, verify};
pub use record::{Name, Object, Record, Value};
pub use timestamp::{Timestamp, TimestampError};
pub use writer::TraceWriter;
