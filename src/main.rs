//! The command line of regionsim.

use std::process::ExitCode;

fn main() -> ExitCode {
    regionsim::cli::main()
}
