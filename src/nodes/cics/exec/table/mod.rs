//! The command table: what each command is made of. Parsing, checking and the printed reference
//! all read it, so a new command is one entry here and its words in [`Verb`] and [`Opt`].
//!
//! Options and rules follow the syntax diagrams of the CICS TS application programming reference,
//! each command under its own name; VERIFY TOKEN differs by release. Options that exist but that
//! the region does not model are listed, so that they are refused as such and never ignored.

mod containers;
mod security;
mod task;
mod time;

use std::fmt;

use super::release::Release;
use super::words::{Cvda, Opt, Verb};

/// One command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The command.
    pub verb: Verb,
    /// What it does, in one sentence.
    pub purpose: &'static str,
    /// The first modelled release that has it.
    pub since: Release,
    /// Its own options; [`COMMON`] come on top.
    pub options: &'static [OptionSpec],
    /// What must or must not stand together.
    pub rules: &'static [Rule],
    /// The conditions that it can raise.
    pub conditions: &'static [&'static str],
    /// Options of the real command that are not modelled.
    pub unmodelled: &'static [&'static str],
}

/// One option of a command.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// The option.
    pub opt: Opt,
    /// What its argument is.
    pub kind: Kind,
    /// Whether the command cannot do without it.
    pub required: bool,
    /// The first modelled release that has it, if it is later than its command's.
    pub since: Release,
}

/// What the argument of an option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No argument.
    Keyword,
    /// A data-value: a literal or a data area that CICS reads.
    Value(Data),
    /// A data-value that may be left out together with its parentheses.
    OptionalValue(Data),
    /// A data-area that CICS reads.
    Input(Data),
    /// A data-area that CICS sets.
    Output(Data),
    /// A data-area that CICS reads and sets.
    Both(Data),
    /// A ptr-ref that CICS sets.
    Pointer,
    /// A CVDA that CICS reads: one of these, or a fullword that holds one.
    Cvda(&'static [Cvda]),
}

/// The data behind an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Characters: at most so many where CICS reads, all of them where CICS writes.
    Char(u16),
    /// Exactly so many bytes of any type where CICS reads, at least where it writes.
    Bytes(u16),
    /// Signed 32-bit number.
    Fullword,
    /// Signed 16-bit number.
    Halfword,
    /// Packed decimal of so many bytes.
    Packed(u8),
    /// Any data; where CICS reads, a pointer stands for the storage that it refers to.
    Any,
}

/// What must or must not stand together.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Not two of these.
    AtMostOne(&'static [Opt]),
    /// One of these and no other.
    ExactlyOne(&'static [Opt]),
    /// All of these or none.
    Together(&'static [Opt]),
    /// The first needs at least one of the others.
    Needs(Opt, &'static [Opt]),
    /// The first excludes each of the others.
    Excludes(Opt, &'static [Opt]),
}

/// Options that every command takes. RESP implies NOHANDLE.
pub static COMMON: [OptionSpec; 3] =
    [output(Opt::Resp, Data::Fullword), output(Opt::Resp2, Data::Fullword), keyword(Opt::Nohandle)];

/// Every command, in the order of their names.
pub static COMMANDS: [&CommandSpec; 20] = [
    &task::ABEND,
    &time::ASKTIME,
    &task::ASSIGN,
    &time::DELAY,
    &containers::DELETE_CONTAINER,
    &time::FORMATTIME,
    &containers::GET_CONTAINER,
    &task::LINK,
    &containers::PUT_CONTAINER,
    &security::REQUEST_ENCRYPTPTKT,
    &security::REQUEST_PASSTICKET,
    &task::RETURN,
    &security::SIGNOFF,
    &security::SIGNON,
    &security::SIGNON_TOKEN,
    &task::START,
    &security::VERIFY_PASSWORD,
    &security::VERIFY_PHRASE,
    &security::VERIFY_TOKEN,
    &task::WRITEQ_TD,
];

/// CICS commands that are not modelled: a verb, with an object where other objects are modelled.
#[rustfmt::skip]
pub static UNMODELLED: &[&str] = &[
    "ACQUIRE", "ADDRESS", "ALLOCATE", "BIF", "BUILD", "CANCEL", "CHANGE", "CHECK", "COLLECT",
    "CONNECT", "CONVERSE", "DEFINE", "DELETE CHANNEL", "DELETE COUNTER", "DELETE FILE",
    "DELETEQ", "DEQ", "DOCUMENT", "DUMP", "ENDBR", "ENQ", "ENTER", "EXTRACT", "FETCH", "FORCE",
    "FREE", "FREEMAIN", "GDS", "GET COUNTER", "GET DCOUNTER", "GETMAIN", "GETNEXT", "HANDLE",
    "IGNORE", "INQUIRE", "INVOKE", "ISSUE", "JOURNAL", "LINK ACQPROCESS", "LINK ACTIVITY",
    "LOAD", "MONITOR", "MOVE", "POP", "POST", "PURGE", "PUSH", "QUERY", "READ", "READNEXT",
    "READPREV", "READQ", "REATTACH", "RECEIVE", "RELEASE", "RESET", "RESETBR",
    "RESUME", "RETRIEVE", "REWRITE", "RUN", "SEND", "SIGNAL", "SOAPFAULT",
    "SPOOLCLOSE", "SPOOLOPEN", "SPOOLREAD", "SPOOLWRITE", "START ATTACH", "START BREXIT",
    "STARTBR", "STARTBROWSE", "SUSPEND", "SYNCPOINT", "TEST", "TRANSFORM", "UNLOCK", "UPDATE",
    "WAIT", "WEB", "WRITE", "WRITEQ TS", "WSACONTEXT",
    "WSAEPR", "XCTL",
];

/// The entry of a command.
pub fn spec(verb: Verb) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|spec| spec.verb == verb).copied()
}

impl CommandSpec {
    /// The entry of an option of this command.
    pub fn option(&self, opt: Opt) -> Option<&OptionSpec> {
        self.all_options().find(|option| option.opt == opt)
    }

    /// Its own options and the common ones.
    pub fn all_options(&self) -> impl Iterator<Item = &OptionSpec> {
        self.options.iter().chain(&COMMON)
    }
}

impl OptionSpec {
    const fn new(opt: Opt, kind: Kind) -> OptionSpec {
        OptionSpec { opt, kind, required: false, since: Release::V5_2 }
    }

    const fn required(self) -> OptionSpec {
        OptionSpec { required: true, ..self }
    }

    const fn since(self, since: Release) -> OptionSpec {
        OptionSpec { since, ..self }
    }

    /// How the option is written: `ISUSERID(CHAR(8) data-area)`.
    pub fn signature(&self) -> String {
        match self.kind {
            Kind::Keyword => self.opt.word().to_owned(),
            kind => format!("{}({kind})", self.opt.word()),
        }
    }
}

const fn keyword(opt: Opt) -> OptionSpec {
    OptionSpec::new(opt, Kind::Keyword)
}

const fn value(opt: Opt, data: Data) -> OptionSpec {
    OptionSpec::new(opt, Kind::Value(data))
}

const fn input(opt: Opt, data: Data) -> OptionSpec {
    OptionSpec::new(opt, Kind::Input(data))
}

const fn output(opt: Opt, data: Data) -> OptionSpec {
    OptionSpec::new(opt, Kind::Output(data))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Keyword => f.write_str("no argument"),
            Kind::Value(data) => write!(f, "{data} data-value"),
            Kind::OptionalValue(data) => write!(f, "{data} data-value, optional"),
            Kind::Input(data) | Kind::Output(data) | Kind::Both(data) => {
                write!(f, "{data} data-area")
            }
            Kind::Pointer => f.write_str("ptr-ref"),
            Kind::Cvda(values) => {
                let words: Vec<&str> = values.iter().map(|value| value.word()).collect();
                write!(f, "cvda {}", words.join(" | "))
            }
        }
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Char(length) => write!(f, "CHAR({length})"),
            Data::Bytes(length) => write!(f, "{length}-byte"),
            Data::Fullword => f.write_str("FULLWORD"),
            Data::Halfword => f.write_str("HALFWORD"),
            Data::Packed(length) => write!(f, "PACKED({length})"),
            Data::Any => f.write_str("any"),
        }
    }
}

/// Words of some options, as a sentence lists them: `INTO, SET or NODATA`.
pub(super) fn list(opts: &[Opt], conjunction: &str) -> String {
    match opts {
        [] => String::new(),
        [only] => only.word().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(|opt| opt.word()).collect();
            format!("{} {conjunction} {}", first.join(", "), last.word())
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::AtMostOne(opts) => write!(f, "at most one of {}", list(opts, "and")),
            Rule::ExactlyOne(opts) => write!(f, "exactly one of {}", list(opts, "and")),
            Rule::Together(opts) => write!(f, "{} only together", list(opts, "and")),
            Rule::Needs(opt, [only]) => write!(f, "{} needs {}", opt.word(), only.word()),
            Rule::Needs(opt, any) => write!(f, "{} needs one of {}", opt.word(), list(any, "and")),
            Rule::Excludes(opt, others) => {
                write!(f, "{} excludes {}", opt.word(), list(others, "and"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_entry_in_order() {
        let verbs: Vec<Verb> = COMMANDS.iter().map(|spec| spec.verb).collect();
        assert_eq!(verbs, Verb::ALL);
        assert!(UNMODELLED.is_sorted());
        for unmodelled in UNMODELLED {
            for spec in COMMANDS {
                assert_ne!(spec.verb.word(), *unmodelled);
                assert!(spec.verb.first() != *unmodelled || unmodelled.contains(' '));
            }
        }
    }

    #[test]
    fn entries_are_consistent() {
        for spec in COMMANDS {
            let command = spec.verb.word();
            let words: Vec<&str> = spec.all_options().map(|option| option.opt.word()).collect();
            let mut unique = words.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), words.len(), "{command} names an option twice");
            assert!(spec.unmodelled.is_sorted(), "{command}");
            for unmodelled in spec.unmodelled {
                assert!(!words.contains(unmodelled), "{command} {unmodelled}");
            }
            if let Some(object) = spec.verb.object() {
                assert!(spec.option(object).is_some_and(|object| object.required), "{command}");
            }
            for option in spec.options {
                if let Kind::Cvda(values) = option.kind {
                    assert!(values.iter().all(|value| spec.option(value.keyword()).is_some()));
                }
            }
            for rule in spec.rules {
                for opt in mentioned(rule) {
                    assert!(spec.option(opt).is_some(), "{command} {}", opt.word());
                }
            }
        }
    }

    fn mentioned(rule: &Rule) -> Vec<Opt> {
        match rule {
            Rule::AtMostOne(opts) | Rule::ExactlyOne(opts) | Rule::Together(opts) => opts.to_vec(),
            Rule::Needs(opt, others) | Rule::Excludes(opt, others) => [&[*opt], *others].concat(),
        }
    }

    #[test]
    fn every_option_belongs_to_some_command() {
        for opt in Opt::ALL {
            assert!(COMMANDS.iter().any(|spec| spec.option(*opt).is_some()), "{opt:?}");
        }
    }
}
