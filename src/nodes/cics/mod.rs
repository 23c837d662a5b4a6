//! A CICS region.

pub mod exec;
