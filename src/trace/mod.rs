//! trace

mod header;
mod input;
mod json;
mod line;
mod reader;
mod record;
mod timestamp;
mod writer;

pub use header::{FORMAT_VERSION, Header, OLDEST_VERSION, Summary};
pub use line::{LINE_FIELDS, Line};
pub use reader::{MAX_LINE_BYTES, Problem, TraceError, TraceReader, verify};
pub use record::{Name, Object, Record, Value};
pub use timestamp::{Timestamp, TimestampError};
pub use writer::TraceWriter;
