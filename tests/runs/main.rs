//! Whole runs: the same everywhere, moved by bytes alone, every decision and every record accounted
//! for, every command and every expectation as documented.

mod bytes;
mod decisions;
mod determinism;
mod expectations;
mod explained;
mod fixture;
mod records;
mod region;
mod saml;
mod secrets;
mod why;
mod why_passticket;
