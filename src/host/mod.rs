//! The outside world: files, sockets, worker pool, terminal.

pub mod diagnostics;
pub mod files;
pub mod junit;
pub mod kdc;
pub mod latest;
pub mod seeds;
pub mod sides;
pub mod suite;
pub mod survey;
