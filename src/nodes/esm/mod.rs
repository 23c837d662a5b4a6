//! The external security manager of a system.

pub mod database;
