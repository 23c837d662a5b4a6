//! The command line: one file per command, no logic of its own.

mod check;
mod coverage;
mod demo;
mod diff;
mod explain;
mod flip;
mod forms;
mod inspect;
mod kerberos;
mod new;
mod passticket;
mod rules;
mod run;
mod saml;
mod schema;
mod serve;
mod shell;
mod why;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use serde::Serialize;

use crate::host::diagnostics;
use crate::host::files::Disk;
use crate::host::latest::Latest;
use crate::scalar::Duration;
use crate::scenario::plan::{Plan, Unusable, load};
use crate::scenario::problem::Problem;

/// Deterministic simulator of a mainframe security region.
#[derive(Debug, Parser)]
#[command(name = "regionsim", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 as expected; 1 a difference, a failed expectation, a refusal, a \
    damaged token or nothing known; 2 unusable input.\n\nExamples:\n  regionsim demo\n  \
    regionsim run scenarios/dfhxs1402/ticket-expired.ron"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// See three runs that end differently, and why; no files are needed.
    Demo(demo::Demo),
    /// Write a scenario and its plex to begin with.
    New(new::New),
    /// Run one scenario and print what a person needs to know of it.
    Run(run::Run),
    /// Run every scenario under the paths: expectations, siblings and golden traces.
    Check(check::Check),
    /// Compare two traces or scenarios: where they part, and all that differs.
    Diff(diff::Diff),
    /// Hold the catalogue of documented outcomes against the scenarios: which reaches which.
    Coverage(coverage::Coverage),
    /// Explain a code, a message or a line of a log: causes, cures, the scenario that shows it.
    Explain(explain::Explain),
    /// List the rules by which anything is decided, with their sources.
    Rules(rules::Rules),
    /// Explain an outcome: the causes, the clocks, the limits and the margins.
    Why(why::Why),
    /// Find every value of a path at which the outcome changes, and the check that decides.
    Flip(flip::Flip),
    /// Generate and evaluate PassTickets.
    #[command(subcommand, name = "passticket")]
    PassTicket(passticket::PassTicket),
    /// Verify tokens; read and write key tables and credential caches.
    #[command(subcommand)]
    Kerberos(kerberos::Kerberos),
    /// Validate SAML tokens and issue them again.
    #[command(subcommand)]
    Saml(saml::Saml),
    /// Serve real clients from a plex: a KDC on the wall clock.
    #[command(subcommand)]
    Serve(serve::Serve),
    /// Take a token apart, field by field, without keys.
    Inspect(inspect::Inspect),
    /// Print the annotated reference of scenario files, commands or traces.
    Schema(schema::Schema),
    /// Print a script that completes this command line in a shell.
    Completions(shell::Completions),
    /// Print the manual page, or write those of all commands.
    Man(shell::Manual),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    /// On a terminal, as NO_COLOR and CLICOLOR say.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// As expected.
    Expected,
    /// A difference, or a failed expectation.
    Different,
    /// Unusable input.
    Unusable,
}

/// Why a command stopped before its end.
#[derive(Debug)]
enum Stop {
    /// Standard output is gone (a closed pipe); nothing is left to tell.
    Output(io::Error),
    /// The input is unusable, and it has been said why.
    Told,
    /// The input is unusable for this reason.
    Because(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Output(error)
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    let end = match &arguments.command {
        Command::Demo(command) => command.run(&mut out),
        Command::New(command) => command.run(&mut out),
        Command::Run(command) => command.run(&mut out),
        Command::Check(command) => command.run(&mut out),
        Command::Diff(command) => command.run(&mut out),
        Command::Coverage(command) => command.run(&mut out),
        Command::Explain(command) => command.run(&mut out),
        Command::Rules(command) => command.run(&mut out),
        Command::Why(command) => command.run(&mut out),
        Command::Flip(command) => command.run(&mut out),
        Command::PassTicket(command) => command.run(&mut out),
        Command::Kerberos(command) => command.run(&mut out),
        Command::Saml(command) => command.run(&mut out),
        Command::Serve(command) => command.run(&mut out),
        Command::Inspect(command) => command.run(&mut out),
        Command::Schema(command) => command.run(&mut out),
        Command::Completions(command) => command.run(&mut out),
        Command::Man(command) => command.run(&mut out),
    };
    let end = end.and_then(|end| {
        out.flush()?;
        Ok(end)
    });
    match end {
        Ok(End::Expected) => ExitCode::SUCCESS,
        Ok(End::Different) => ExitCode::from(1),
        Ok(End::Unusable) | Err(Stop::Told) => ExitCode::from(2),
        // Whoever closed the pipe has seen enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Stop::Output(error)) => {
            tell(&format!("error: cannot write: {error}"));
            ExitCode::from(2)
        }
        Err(Stop::Because(why)) => {
            tell(&format!("error: {why}"));
            ExitCode::from(2)
        }
    }
}

/// A result for programs, on several lines.
fn json(out: &mut dyn Write, result: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(result).map_err(io::Error::other)?)
}

/// A result for programs, on one line: one of several.
fn json_line(out: &mut dyn Write, result: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", serde_json::to_string(result).map_err(io::Error::other)?)
}

/// A line for the person, beside the results.
fn tell(line: &str) {
    // When standard error is gone too, nobody can be told.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Columns of the terminal; where results go elsewhere, what fits everywhere.
fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(WIDTH, |(width, _)| usize::from(width.0))
}

/// Columns of text that goes to a file or pipe.
const WIDTH: usize = 80;

/// The word for the scenario that was run last, with its changes; `./latest` is a file.
const LATEST: &str = "latest";

/// Loads a scenario, or that of the latest run with its changes before these; what is wrong with it is told.
fn plan_or_latest(path: &str, changes: &[String]) -> Result<Plan, Stop> {
    if path != LATEST {
        return plan(path, changes);
    }
    let latest = Latest::find().map_err(|error| Stop::Because(error.to_string()))?;
    let all = [&latest.changes[..], changes].concat();
    let plan = plan(&latest.scenario, &all)?;
    if changes.is_empty() && plan.run_id() != latest.run {
        let path = &latest.scenario;
        tell(&format!("note: {path} or its plex has changed since the latest run; as it is now:"));
    }
    Ok(plan)
}

/// Loads a scenario; what is wrong with it is told.
fn plan(path: &str, changes: &[String]) -> Result<Plan, Stop> {
    told(load(&Disk, path, changes))
}

/// What was loaded; what is wrong with it is told.
fn told(loaded: Result<Plan, Box<Unusable>>) -> Result<Plan, Stop> {
    let (problems, sources, plan) = match loaded {
        Ok(plan) => (plan.warnings.clone(), plan.sources.clone(), Some(plan)),
        Err(unusable) => (unusable.problems, unusable.sources, None),
    };
    let unread = |problem: &Problem| sources.text(problem.span.source).is_empty();
    if problems.iter().all(unread) {
        // There is no text to draw a picture of.
        for problem in problems.iter() {
            let name = sources.name(problem.span.source);
            let place =
                if problem.message.contains(name) { String::new() } else { format!("{name}: ") };
            let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            tell(&format!("error: {place}{}{help}", problem.message));
        }
    } else if !problems.is_empty() {
        tell(diagnostics::render(&problems, &sources, true).trim_end());
    }
    plan.ok_or(Stop::Told)
}

/// A duration that an option wants in whole seconds.
fn whole_seconds(option: &str, duration: Duration) -> Result<i64, Stop> {
    const SECOND: i64 = 1_000_000_000;
    if duration.nanoseconds() % SECOND != 0 {
        return Err(Stop::Because(format!("{option} {duration}: only whole seconds count here")));
    }
    Ok(duration.nanoseconds() / SECOND)
}
