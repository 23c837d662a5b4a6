//! The command line of regionsim.

fn main() {}
