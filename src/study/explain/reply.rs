//! An answer for programs.

use schemars::JsonSchema;
use serde::Serialize;

use super::print::name_of;
use super::{Answer, Candidate, Explanation, Insert};

impl Answer {
    /// The answer for programs.
    pub fn reply(&self, what: &str) -> Reply {
        let mut reply = Reply {
            schema: 1,
            what: what.to_owned(),
            answer: Answered::Unknown,
            explanation: None,
            candidates: None,
            note: None,
            nearest: None,
        };
        match self {
            Answer::Explained(told) => {
                reply.answer = Answered::Explained;
                reply.explanation = Some(Explained::of(told));
            }
            Answer::Ambiguous(candidates) => {
                reply.answer = Answered::Ambiguous;
                reply.candidates = Some(candidates.clone());
            }
            Answer::Unknown { note, nearest } => {
                reply.note = note.clone();
                reply.nearest = Some(nearest.clone());
            }
            Answer::Unusable(why) => reply.note = Some(why.clone()),
        }
        reply
    }
}

/// What a code, a message or a line means: what `explain --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reply {
    /// Version of these keys: 1.
    pub schema: u32,
    /// What was asked.
    pub what: String,
    /// What became of the question.
    pub answer: Answered,
    /// Of `explained`: everything that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explained>,
    /// Of `ambiguous`: what it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<Candidate>>,
    /// Of `unknown`: why nothing is said, where that is worth a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Of `unknown`: what was perhaps meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Vec<Candidate>>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Answered {
    /// It is one outcome.
    Explained,
    /// It may be several.
    Ambiguous,
    /// Nothing is known of it.
    Unknown,
}

/// Everything that is known of an outcome, in the order of the messages manuals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explained {
    /// `message`, `reason`, `response`, `abend`, `condition`, `service code` or `status`.
    pub kind: &'static str,
    /// Its key in the catalogue.
    pub key: String,
    /// What it is, in a few words; of a line also where it comes from.
    pub heading: String,
    /// Its text or meaning.
    pub text: String,
    /// `documented` or `assumed`.
    pub mark: &'static str,
    /// Document and section.
    pub source: &'static str,
    /// What a reader must know of the explanation itself.
    pub notes: Vec<String>,
    /// What it says and what brings it about.
    pub explanation: Vec<String>,
    /// What the region does about it.
    pub system_action: Option<String>,
    /// What a person does about it.
    pub user_response: String,
    /// What to type.
    pub to_type: Vec<ToType>,
    /// The names in these lines that only the reader can fill in.
    pub names_to_fill_in: Vec<Placeholder>,
    /// The module that issues a message, where it is known.
    pub module: Option<&'static str>,
    /// Where a message goes.
    pub destination: Option<&'static str>,
    /// The inserts of a message, by number.
    pub inserts: Vec<Insert>,
    /// Outcomes that it is mistaken for.
    pub mistaken_for: Vec<Neighbour>,
    /// The supplied scenario that shows it.
    pub scenario: Option<&'static str>,
}

/// A line to type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToType {
    /// Where: `RACF`, `SIT`.
    pub place: &'static str,
    /// The line.
    pub line: String,
}

/// A name that only the reader can fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Placeholder {
    /// As it stands in the line.
    pub name: &'static str,
    /// What to put there.
    pub meaning: String,
}

/// An outcome that another one is mistaken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Neighbour {
    /// Its key in the catalogue.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What tells it from the one that is explained.
    pub tell: &'static str,
    /// The command that explains it.
    pub ask: String,
}

impl Explained {
    fn of(told: &Explanation) -> Explained {
        let entry = &told.entry;
        let lines = told.lines.iter();
        let names = told.placeholders.iter();
        let neighbours = told.neighbours.iter().map(|(other, tell)| Neighbour {
            key: other.key.clone(),
            title: name_of(other).to_owned(),
            tell,
            ask: other.ask.clone(),
        });
        Explained {
            kind: entry.kind.word(),
            key: entry.key.clone(),
            heading: told.heading.clone(),
            text: entry.text.to_string(),
            mark: entry.mark.word(),
            source: entry.source,
            notes: told.notes.clone(),
            explanation: told.explanation.clone(),
            system_action: told.system_action.clone(),
            user_response: told.user_response.clone(),
            to_type: lines.map(|(place, line)| ToType { place, line: line.clone() }).collect(),
            names_to_fill_in: names
                .map(|(name, meaning)| Placeholder { name, meaning: meaning.clone() })
                .collect(),
            module: told.module.flatten(),
            destination: told.destination,
            inserts: told.inserts.clone(),
            mistaken_for: neighbours.collect(),
            scenario: told.scenario,
        }
    }
}
