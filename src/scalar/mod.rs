//! Values as files write them: durations, times, ratios, bytes. A leaf: knows nobody but the calendar
//! of [`crate::check`].

mod duration;
mod moment;
mod text;
mod time;
pub mod words;

pub use duration::{Duration, Offset};
pub use moment::Moment;
pub use text::{Hex, MAX_HEX_BYTES, Ratio, ScalarError};
pub use time::{Date, ScriptTime, Timestamp};
