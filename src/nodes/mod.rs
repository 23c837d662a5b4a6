//! The actors.

pub mod cics;
