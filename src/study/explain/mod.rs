//! What a code, a message or a whole line of a log means: causes, cures, and a scenario that shows it.
//!
//! Text in, structured explanation out; [`print`] makes words or JSON of it. Everything comes from the
//! catalogue, so that nothing is needed but the program. The sections stand in the order of the
//! messages manuals, in words of our own.

mod compose;
mod find;
mod line;
mod print;
mod reply;
mod said;

use crate::catalogue::{Entry, entries};
use schemars::JsonSchema;
use serde::Serialize;

pub use line::{Split, split_line};
pub use reply::Reply;

/// Most bytes that are looked at: a message has less than a thousand.
pub const BYTES_MAX: usize = 8_192;

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One outcome, with the values of the line if a line was given.
    Explained(Box<Explanation>),
    /// It may be each of these.
    Ambiguous(Vec<Candidate>),
    /// Nothing is known of it.
    Unknown {
        /// Why nothing is said, where that is worth a sentence.
        note: Option<String>,
        /// What was perhaps meant.
        nearest: Vec<Candidate>,
    },
    /// It cannot be a question; why.
    Unusable(String),
}

/// An outcome that was perhaps meant, and how to ask for it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Candidate {
    /// Its key in the catalogue.
    pub key: String,
    /// What it is, in a few words.
    pub title: String,
    /// Its text or meaning.
    pub text: String,
    /// The command that explains it.
    pub ask: String,
}

/// An outcome and everything that is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The entry of the catalogue.
    pub entry: Entry,
    /// What it is, in a few words; of a line also where it comes from.
    pub heading: String,
    /// What it says and what brings it about.
    pub explanation: Vec<String>,
    /// What the region does about it.
    pub system_action: Option<String>,
    /// What a person does about it.
    pub user_response: String,
    /// What to type: where, and the line.
    pub lines: Vec<(&'static str, String)>,
    /// The names in these lines that only the reader can fill in, and what they mean.
    pub placeholders: Vec<(&'static str, String)>,
    /// The module that issues a message. Inner none: not known.
    pub module: Option<Option<&'static str>>,
    /// Where a message goes.
    pub destination: Option<&'static str>,
    /// The inserts of a message.
    pub inserts: Vec<Insert>,
    /// Outcomes that it is mistaken for, and what tells each of them from it.
    pub neighbours: Vec<(Candidate, &'static str)>,
    /// The supplied scenario that shows it.
    pub scenario: Option<&'static str>,
    /// What a reader must know of the explanation itself.
    pub notes: Vec<String>,
}

/// An insert of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Insert {
    /// From 1.
    pub number: usize,
    /// Its name in the list of the message.
    pub name: &'static str,
    /// What it holds.
    pub meaning: &'static str,
    /// What it holds in the line that was given.
    pub value: Option<String>,
    /// What that value means.
    pub reads: Option<String>,
}

/// Explains what was said: arguments of a command line joined by blanks, or a pasted text.
pub fn explain(what: &str) -> Answer {
    if what.len() > BYTES_MAX {
        let length = what.len();
        return Answer::Unusable(format!(
            "{length} bytes are no code and no message: at most {BYTES_MAX}"
        ));
    }
    let clean: String =
        what.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    if !clean.chars().any(|c| c.is_alphanumeric() || c == '?') {
        return Answer::Unusable("nothing was asked for".to_owned());
    }
    find::answer(&clean, &entries())
}

/// The command that explains an entry, as a shell takes it.
fn ask(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_.".contains(c);
    let quote = match key {
        key if key.chars().all(plain) => "",
        key if key.contains('\'') => "\"",
        _ => "'",
    };
    format!("regionsim explain {quote}{key}{quote}")
}

impl Candidate {
    fn of(entry: &Entry) -> Candidate {
        Candidate {
            key: entry.key.clone(),
            title: entry.title.to_string(),
            text: entry.text.to_string(),
            ask: ask(&entry.key),
        }
    }
}
