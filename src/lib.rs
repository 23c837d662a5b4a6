//! regionsim: a deterministic simulator of a mainframe security region.

#[cfg(feature = "host")]
pub mod cli;
#[cfg(feature = "host")]
pub mod host;

pub mod catalogue;
pub mod check;
pub mod nodes;
pub mod protocol;
pub mod scalar;
pub mod scenario;
pub mod study;
pub mod trace;
