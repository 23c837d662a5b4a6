//! RACF commands as administrators type them: TSO syntax in, changes of the database out.
//!
//! [`RacfCommand::parse`] judges a text as the command processor would: names of commands and their
//! short names, operands and their unambiguous abbreviations, values in parentheses, texts in quotes.
//! All complaints come back together, each with its place. What the real command has and the model does
//! not is a complaint too: nothing is accepted that would have no effect, except what `table` says.
//!
//! [`RacfCommand::apply`] carries a command out. What depends on the state of the database (a user
//! that is not defined) is a [`Refusal`], as at a terminal: the other users or profiles of the same
//! command are done all the same. A class that is RACLISTed answers from its copy in storage until
//! SETROPTS RACLIST(class) REFRESH, whatever commands change in the database (RACF Security
//! Administrator's Guide, refreshing profiles for SETROPTS RACLIST processing).
//!
//! Who enters a command is not modelled: it is an administrator who may do everything, with SYS1 as his
//! group.
//!
//! ```
//! use regionsim::nodes::esm::command::RacfCommand;
//!
//! let command = RacfCommand::parse("ALU alice PASSWORD(secret) NOEXP").unwrap();
//! assert_eq!(command.shown(), "ALU alice PASSWORD(…) NOEXP");
//!
//! let errors = RacfCommand::parse("ALTUSER ALICE REVOK RESUM3").unwrap_err();
//! assert_eq!(errors[0].to_string(), "20..26: `RESUM3` is not an operand of ALTUSER");
//! ```

mod mapping;
mod operands;
mod options;
mod passtickets;
mod racdcert;
mod reference;
mod resources;
mod scan;
mod segments;
mod table;
mod users;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::database::validate::{Finding, Severity, segment};
use super::database::{Database, InStorage};
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::scalar::words::suggestion;
use operands::{Operands, Reader, Word};
use options::OptionsChange;
use racdcert::CertificateChange;
pub use reference::{CommandReference, OperandReference, reference};
use resources::{AccessChange, ProfileChange};
use scan::{Form, Term, scan};
use table::{COMMANDS, CommandSpec, Positional, UNMODELLED, Verb};
use users::UserChange;

/// A command that was understood.
#[derive(Clone, Debug)]
pub struct RacfCommand {
    text: String,
    secrets: Vec<Span>,
    action: Action,
}

/// The bytes of files, by the names that commands and declarations have for them.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// What a command does.
#[derive(Clone, Debug)]
enum Action {
    AddGroups(Vec<Word>),
    AddUsers(Vec<Word>, Box<UserChange>),
    AlterUsers(Vec<Word>, Box<UserChange>),
    Certificates(Box<CertificateChange>),
    Connect { users: Vec<Word>, group: Word, revoked: Option<bool> },
    DeleteGroups(Vec<Word>),
    DeleteUsers(Vec<Word>),
    Permit(AccessChange),
    AlterProfiles(ProfileChange),
    DefineProfiles(ProfileChange),
    DeleteProfiles { class: Word, profiles: Vec<Word> },
    Remove { users: Vec<Word>, group: Word },
    SetOptions(OptionsChange),
}

/// What a command changed: what decisions afterwards rest on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A user, by user ID: his attributes and connections.
    User(String),
    /// A group.
    Group(String),
    /// A principal of the local realm, by its name: whose it is, its keys and lifetimes.
    Principal(String),
    /// The local realm.
    Realm,
    /// A profile.
    Profile {
        /// Its class.
        class: String,
        /// Its name.
        name: String,
    },
    /// A RACF variable, by its name with the ampersand.
    Variable(String),
    /// The options of a class; a class that is in storage is there anew.
    Class(String),
    /// A certificate.
    Certificate {
        /// Its owner: a user ID, `CERTAUTH` or `SITE`.
        owner: String,
        /// Its label.
        label: String,
    },
    /// A certificate name filter.
    Filter {
        /// The user ID to which it maps.
        owner: String,
        /// Its label.
        label: String,
    },
    /// A key ring.
    Ring {
        /// The user ID that owns it.
        owner: String,
        /// Its name.
        name: String,
    },
    /// An option of the whole system.
    Option(&'static str),
}

impl Subject {
    /// The path of what was changed, from the database down, as findings of its validation have it.
    pub fn path(&self) -> Option<String> {
        Some(match self {
            Subject::User(id) => format!("users.{}", segment(id)),
            Subject::Group(name) => format!("groups.{}", segment(name)),
            Subject::Realm => "realm".to_owned(),
            Subject::Profile { class, name } => {
                format!("profiles.{}.{}", segment(class), segment(name))
            }
            Subject::Variable(name) => format!("variables.{}", segment(name)),
            Subject::Class(name) => format!("classes.{}", segment(name)),
            Subject::Certificate { owner, label } => {
                format!("certificates.{}.{}", segment(owner), segment(label))
            }
            Subject::Filter { owner, label } => {
                format!("name_filters.{}.{}", segment(owner), segment(label))
            }
            Subject::Ring { owner, name } => {
                format!("key_rings.{}.{}", segment(owner), segment(name))
            }
            Subject::Principal(_) | Subject::Option(_) => return None,
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::User(id) => write!(f, "user {id}"),
            Subject::Group(name) => write!(f, "group {name}"),
            Subject::Principal(name) => write!(f, "principal {name}"),
            Subject::Realm => f.write_str("the local realm"),
            Subject::Profile { class, name } => write!(f, "profile {name} of {class}"),
            Subject::Variable(name) => write!(f, "variable {name}"),
            Subject::Class(name) => write!(f, "class {name}"),
            Subject::Certificate { owner, label } => write!(f, "certificate {label} of {owner}"),
            Subject::Filter { owner, label } => write!(f, "filter {label} of {owner}"),
            Subject::Ring { owner, name } => write!(f, "key ring {name} of {owner}"),
            Subject::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// Something that a command could not do, because of what the database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The piece of the command that it is about.
    pub span: Span,
    /// Why, in one sentence without a full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
}

/// What came of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// What it changed.
    pub changed: Vec<Subject>,
    /// What it could not do.
    pub refused: Vec<Refusal>,
}

impl RacfCommand {
    /// Reads a command.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, in the order of the places; its author mends it.
    pub fn parse(text: &str) -> Result<RacfCommand, Vec<SyntaxError>> {
        let (terms, errors) = scan(text);
        let mut reader = Reader { errors, secrets: Vec::new() };
        let action =
            if reader.errors.is_empty() { action(text, &terms, &mut reader) } else { None };
        let Reader { mut errors, secrets } = reader;
        match action {
            Some(action) if errors.is_empty() => {
                Ok(RacfCommand { text: text.to_owned(), secrets, action })
            }
            _ => {
                errors.sort_by_key(|error| error.span);
                Err(errors)
            }
        }
    }

    /// The command on one line, for people to read: passwords are left out.
    pub fn shown(&self) -> String {
        let mut shown = String::new();
        let mut at = 0;
        for Span { start, end } in &self.secrets {
            shown.push_str(self.text.get(at..*start).unwrap_or_default());
            shown.push_str("(…)");
            at = *end;
        }
        shown.push_str(self.text.get(at..).unwrap_or_default());
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The file that the command reads, and where its name stands.
    pub fn file(&self) -> Option<(&str, Span)> {
        match &self.action {
            Action::Certificates(change) => {
                change.file().map(|word| (word.text.as_str(), word.span))
            }
            _ => None,
        }
    }

    /// Carries the command out. Pure: the same command, database, storage and files come to the same.
    pub fn apply(&self, database: &mut Database, storage: &mut InStorage, files: &Files) -> Effect {
        let mut work = Work { database, storage, files, effect: Effect::default() };
        match &self.action {
            Action::AddGroups(groups) => work.add_groups(groups),
            Action::AddUsers(users, change) => work.add_users(users, change),
            Action::AlterUsers(users, change) => work.alter_users(users, change),
            Action::Certificates(change) => work.certificates(change),
            Action::Connect { users, group, revoked } => work.connect(users, group, *revoked),
            Action::DeleteGroups(groups) => work.delete_groups(groups),
            Action::DeleteUsers(users) => work.delete_users(users),
            Action::Permit(change) => work.permit(change),
            Action::AlterProfiles(change) => work.alter_profiles(change),
            Action::DefineProfiles(change) => work.define_profiles(change),
            Action::DeleteProfiles { class, profiles } => work.delete_profiles(class, profiles),
            Action::Remove { users, group } => work.remove(users, group),
            Action::SetOptions(change) => work.set_options(change),
        }
        work.effect
    }
}

/// A command at work.
struct Work<'a> {
    database: &'a mut Database,
    storage: &'a mut InStorage,
    files: &'a Files,
    effect: Effect,
}

impl Work<'_> {
    fn changed(&mut self, subject: Subject) {
        self.effect.changed.push(subject);
    }

    fn refuse(&mut self, word: &Word, message: impl Into<String>) {
        let refusal = Refusal { span: word.span, message: message.into(), help: None };
        self.effect.refused.push(refusal);
    }

    /// Refuses a name that is not defined, with the nearest one that is; `what` says what it names.
    fn unknown(&mut self, what: &str, word: &Word, valid: Vec<String>) {
        let message = format!("{what} is not defined");
        let help = suggestion(&word.text, valid.iter().map(String::as_str));
        self.effect.refused.push(Refusal { span: word.span, message, help });
    }

    /// Refuses what leaves something inconsistent in the database. Answers whether it does.
    fn refuse_found(&mut self, word: &Word, findings: Vec<Finding>) -> bool {
        let found = findings.into_iter().find(|finding| finding.severity == Severity::Error);
        let is_found = found.is_some();
        if let Some(finding) = found {
            self.refuse(word, finding.to_string());
        }
        is_found
    }
}

fn action(text: &str, terms: &[Term], reader: &mut Reader) -> Option<Action> {
    let Some((first, rest)) = terms.split_first() else {
        reader.complain(Span::new(0, text.len()), "a command is missing");
        return None;
    };
    let spec = command(first, reader)?;
    // The list behind the name of a command is its first operand: `ADDUSER(A B)`.
    let attached = first.list.clone().map(|list| Term {
        text: String::new(),
        span: list.span,
        form: Form::List,
        list: Some(list),
    });
    let mut rest: Vec<Term> = attached.into_iter().chain(rest.iter().cloned()).collect();
    let mut places = Vec::new();
    for positional in spec.positionals {
        let words = positional_words(spec, positional, &mut rest, first.span, reader)?;
        places.push(words);
    }
    let operands = reader.operands(spec.name, &spec.operands, &rest);
    build(spec, first.span, places, &operands, reader)
}

fn command(term: &Term, reader: &mut Reader) -> Option<&'static CommandSpec> {
    let word = term.text.to_ascii_uppercase();
    let found = COMMANDS.iter().find(|spec| word == spec.name || word == spec.short);
    if found.is_some() && term.form == Form::Word {
        return found;
    }
    let shown = quote(&term.text);
    if UNMODELLED.iter().any(|(name, short)| word == *name || word == *short) {
        reader.complain(term.span, format!("the model does not have the RACF command {shown}"));
        return None;
    }
    let error = SyntaxError::new(term.span, format!("{shown} is not a RACF command"));
    let help = suggestion(&word, COMMANDS.iter().map(|spec| spec.name));
    reader.errors.push(match help {
        Some(help) => error.help(help),
        None => error,
    });
    None
}

/// Takes what stands at the place of a positional operand.
fn positional_words(
    spec: &CommandSpec,
    positional: &Positional,
    rest: &mut Vec<Term>,
    command: Span,
    reader: &mut Reader,
) -> Option<Vec<Word>> {
    let what = positional.what;
    let word = |term: &Term| Word { text: term.text.clone(), span: term.span };
    let words = match rest.first() {
        Some(Term { form: Form::List, list: Some(list), .. }) if positional.many => {
            if let Some(inner) = list.terms.iter().find(|term| term.list.is_some()) {
                reader.complain(inner.span, format!("this is not a {what}"));
            }
            list.terms.iter().map(word).collect()
        }
        Some(term) if term.form != Form::List && term.list.is_none() => vec![word(term)],
        _ => Vec::new(),
    };
    if words.is_empty() {
        let place = rest.first().map_or(command, |term| term.span);
        reader.complain(place, format!("{} needs a {what} here", spec.name));
        return None;
    }
    rest.remove(0);
    Some(words)
}

fn build(
    spec: &CommandSpec,
    command: Span,
    places: Vec<Vec<Word>>,
    operands: &Operands,
    reader: &mut Reader,
) -> Option<Action> {
    let mut places = places.into_iter();
    let mut next = || places.next().unwrap_or_default();
    match spec.verb {
        Verb::AddGroup => {
            users::group_operands(operands, reader);
            Some(Action::AddGroups(names("group", next(), reader)))
        }
        Verb::AddUser | Verb::AltUser => {
            let users = names("user ID", next(), reader);
            let change = Box::new(UserChange::read(operands, reader)?);
            Some(match spec.verb {
                Verb::AddUser => Action::AddUsers(users, change),
                _ => Action::AlterUsers(users, change),
            })
        }
        Verb::Connect | Verb::Remove => {
            let users = names("user ID", next(), reader);
            let group = needed(spec, "GROUP", command, operands, reader)?;
            let group = names("group", vec![group], reader).pop()?;
            users::owner(operands, reader);
            Some(match spec.verb {
                Verb::Connect => {
                    let revoked = operands.choice("REVOKE", "RESUME");
                    Action::Connect { users, group, revoked }
                }
                _ => Action::Remove { users, group },
            })
        }
        Verb::DelGroup => Some(Action::DeleteGroups(names("group", next(), reader))),
        Verb::DelUser => Some(Action::DeleteUsers(names("user ID", next(), reader))),
        Verb::Permit => {
            let profile = next().pop()?;
            let class = needed(spec, "CLASS", command, operands, reader)?;
            let class = names("class", vec![class], reader).pop()?;
            resources::not_of_certificates(&class, reader);
            AccessChange::read(command, class, profile, operands, reader).map(Action::Permit)
        }
        Verb::RacDcert => {
            let change = CertificateChange::read(command, operands, reader)?;
            Some(Action::Certificates(Box::new(change)))
        }
        Verb::RAlter | Verb::RDefine | Verb::RDelete => {
            let class = names("class", next(), reader).pop()?;
            resources::not_of_certificates(&class, reader);
            let profiles = resources::profile_names(&class, next(), reader);
            if spec.verb == Verb::RDelete {
                return Some(Action::DeleteProfiles { class, profiles });
            }
            let change = ProfileChange::read(class, profiles, operands, reader)?;
            Some(match spec.verb {
                Verb::RAlter => Action::AlterProfiles(change),
                _ => Action::DefineProfiles(change),
            })
        }
        Verb::SetRopts => OptionsChange::read(command, operands, reader).map(Action::SetOptions),
    }
}

/// Words that must be names, in upper case.
fn names(what: &str, words: Vec<Word>, reader: &mut Reader) -> Vec<Word> {
    let words: Vec<Word> = words.iter().map(Word::upper).collect();
    for word in words.iter().filter(|word| !super::database::validate::is_name(&word.text)) {
        let message = format!(
            "{} is no {what}: it has 1 to 8 of A-Z 0-9 # @ $ and begins with no digit",
            quote(&word.text)
        );
        reader.complain(word.span, message);
    }
    words
}

/// The value of an operand that the real command gives a default which the model does not have.
fn needed(
    spec: &CommandSpec,
    name: &str,
    command: Span,
    operands: &Operands,
    reader: &mut Reader,
) -> Option<Word> {
    // Where operands are wrong, this one may be among them.
    if !operands.has(name) && reader.errors.is_empty() {
        reader.complain(command, format!("{} needs {name}(…) in this model", spec.name));
    }
    operands.word(name).cloned()
}
