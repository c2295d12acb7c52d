//! Starts the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    sayagain::cli::run(std::env::args_os())
}
