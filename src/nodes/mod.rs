//! The actors.

pub mod cics;
pub mod esm;
