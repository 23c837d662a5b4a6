//! The outside world: files, sockets, worker pool, terminal.

pub mod diagnostics;
pub mod files;
pub mod suite;
pub mod survey;
