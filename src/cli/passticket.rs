//! `regionsim passticket`.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};

use super::{End, Format, Stop, json_line, tell, whole_seconds};
use crate::check::Checks;
use crate::host::files::read_input;
use crate::protocol::passticket::key::bytes_of;
use crate::protocol::passticket::{
    EnhancedKey, LegacyKey, Method, Name, Parties, ReplayCache, TicketType, Timeout, legacy,
};
use crate::scalar::{Duration, Moment};
use crate::study::evidence::{EvaluatedPassTicket, MadePassTicket, Question, passticket};

/// A key in digits is far shorter.
const KEY_FILE_MOST: u64 = 4096;

#[derive(Debug, Subcommand)]
#[command(after_help = "Example: regionsim passticket generate --user IBMUSER --appl TSOR001 \
    --key E001193519561977 --at @1700000000")]
pub(super) enum PassTicket {
    /// Generate the PassTicket of a moment and print it alone.
    #[command(after_help = "Example: regionsim passticket generate --user IBMUSER --appl TSOR001 \
        --key-file key.txt --at 2026-03-02T09:00:00Z")]
    Generate(Generate),
    /// Evaluate PassTickets: when each was made, its age, and whether it is accepted.
    #[command(
        after_help = "Of several tickets in one call each is accepted once, as on one system.\n\
        Exit codes: 0 accepted, 1 refused, 2 unusable input.\n\n\
        Example: regionsim passticket evaluate --user IBMUSER --appl TSOR001 \
        --key E001193519561977 --at @1700000600 --ticket ZVQLMCAN"
    )]
    Evaluate(Evaluate),
}

/// What a PTKTDATA profile says, and when.
#[derive(Debug, Args)]
struct Profile {
    /// The user ID.
    #[arg(long, value_name = "USERID")]
    user: Name,
    /// The application: the name of its PTKTDATA profile.
    #[arg(long, value_name = "NAME")]
    appl: Name,
    #[command(flatten)]
    key: Key,
    /// The time by the clock of whoever generates or evaluates: 2026-03-02T09:00:00Z, an offset such
    /// as +01:00 in place of Z, or @ and seconds since 1970.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Moment,
    /// The algorithm; without it the one that the length of the key is for.
    #[arg(long, value_enum, ignore_case = true)]
    algorithm: Option<Algorithm>,
    /// The characters of an enhanced PassTicket (operand TYPE) [default: mixed].
    #[arg(long = "type", value_enum, ignore_case = true)]
    kind: Option<Kind>,
    /// How long an enhanced PassTicket is valid, before and after (operand TIMEOUT, 1s to 600s)
    /// [default: 60s].
    #[arg(long, value_name = "DURATION")]
    timeout: Option<Duration>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Key {
    /// The key in hexadecimal digits: 16 for the legacy algorithm, 64 to 512 for the enhanced one.
    /// Others on this machine can see it while the command runs; --key-file keeps it from them.
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
    /// A file with the key in hexadecimal digits, - for standard input.
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    /// DES, valid for ten minutes.
    Legacy,
    /// HMAC-SHA-512, valid for the timeout of the profile.
    Enhanced,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Capitals and digits.
    Upper,
    /// Also small letters, - and _.
    Mixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Replay {
    /// As often as its window lasts.
    Yes,
    /// Once.
    No,
}

#[derive(Debug, Args)]
pub(super) struct Generate {
    #[command(flatten)]
    profile: Profile,
}

#[derive(Debug, Args)]
pub(super) struct Evaluate {
    #[command(flatten)]
    profile: Profile,
    /// A PassTicket, as often as wanted.
    #[arg(long, required = true, allow_hyphen_values = true)]
    ticket: Vec<String>,
    /// Whether a PassTicket may be used again (REPLAY(YES) of an enhanced profile, APPLDATA('NO
    /// REPLAY PROTECTION') of a legacy one).
    #[arg(long, value_enum, ignore_case = true, default_value_t = Replay::No)]
    replay: Replay,
}

impl PassTicket {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        match self {
            PassTicket::Generate(command) => command.run(out),
            PassTicket::Evaluate(command) => command.run(out),
        }
    }
}

impl Generate {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let Profile { format, .. } = &self.profile;
        let (method, parties, now) = self.profile.read()?;
        let ticket = method.generate(&parties, now);
        match format {
            Format::Text => writeln!(out, "{ticket}")?,
            Format::Json => {
                let question = Question { method: &method, parties: &parties, now };
                json_line(out, &MadePassTicket::of(&question, &ticket))?;
            }
        }
        Ok(End::Expected)
    }
}

impl Evaluate {
    fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let (method, parties, now) = self.profile.read()?;
        let question = Question { method: &method, parties: &parties, now };
        let mut cache = ReplayCache::default();
        let mut end = End::Expected;
        for (number, ticket) in self.ticket.iter().enumerate() {
            let replays = (self.replay == Replay::No).then_some(&mut cache);
            let mut checks = Checks::new();
            let evaluation = method.evaluate(&parties, ticket, now, replays, &mut checks);
            match self.profile.format {
                Format::Text => {
                    let gap = if number > 0 { "\n" } else { "" };
                    write!(out, "{gap}{}", passticket(&question, &evaluation, &checks))?;
                }
                Format::Json => {
                    json_line(out, &EvaluatedPassTicket::of(&question, &evaluation, &checks))?;
                }
            }
            if evaluation.verdict.is_err() {
                end = End::Different;
            }
        }
        Ok(end)
    }
}

impl Profile {
    fn read(&self) -> Result<(Method, Parties, i64), Stop> {
        let now = self.at.seconds();
        if now < 0 {
            let why = format!("--at {}: PassTickets count seconds from 1970 on", self.at);
            return Err(Stop::Because(why));
        }
        let parties = Parties { user: self.user, application: self.appl };
        Ok((self.method()?, parties, now))
    }

    fn method(&self) -> Result<Method, Stop> {
        let bytes = self.key.bytes()?;
        let told = |error: String| Stop::Because(format!("{}: {error}", self.key.name()));
        let by_length = if bytes.len() == 8 { Algorithm::Legacy } else { Algorithm::Enhanced };
        match self.algorithm.unwrap_or(by_length) {
            Algorithm::Legacy => {
                self.warn_legacy();
                LegacyKey::new(&bytes).map(Method::Legacy).map_err(|error| told(error.to_string()))
            }
            Algorithm::Enhanced => {
                let key = EnhancedKey::new(&bytes).map_err(|error| {
                    let hint = if self.algorithm.is_none() { "; a legacy key has 8" } else { "" };
                    told(format!("{error}{hint}"))
                })?;
                let kind = match self.kind {
                    Some(Kind::Upper) => TicketType::Upper,
                    Some(Kind::Mixed) | None => TicketType::Mixed,
                };
                Ok(Method::Enhanced { key, kind, timeout: self.timeout()? })
            }
        }
    }

    fn timeout(&self) -> Result<Timeout, Stop> {
        let Some(timeout) = self.timeout else { return Ok(Timeout::default()) };
        let seconds = whole_seconds("--timeout", timeout)?;
        Timeout::new(seconds).map_err(|error| Stop::Because(format!("--timeout: {error}")))
    }

    fn warn_legacy(&self) {
        if self.kind.is_some() {
            tell(
                "warning: --type is for enhanced PassTickets; a legacy one has capitals and digits",
            );
        }
        if self.timeout.is_some() {
            let window = legacy::WINDOW;
            tell(&format!(
                "warning: --timeout is for enhanced PassTickets; a legacy one is valid for {window} s"
            ));
        }
    }
}

impl Key {
    fn name(&self) -> &str {
        self.key_file.as_deref().unwrap_or("--key")
    }

    /// The bytes of the key; no message shows any of it.
    fn bytes(&self) -> Result<Vec<u8>, Stop> {
        let told = |why: &str| Stop::Because(format!("{}: {why}", self.name()));
        let digits = match (&self.key, &self.key_file) {
            (_, Some(path)) => {
                let file = read_input(path, KEY_FILE_MOST).map_err(|why| told(&why))?;
                String::from_utf8(file).map_err(|_| told("the key is not in hexadecimal digits"))?
            }
            (digits, None) => digits.clone().unwrap_or_default(),
        };
        bytes_of(digits.trim()).map_err(|error| told(&error.to_string()))
    }
}
