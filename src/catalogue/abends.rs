//! Abend codes that the region gives by itself; those of unhandled conditions are in
//! [`super::conditions`].

use super::{Entry, Kind};
use crate::check::Mark;

/// An abend code.
#[derive(Debug, PartialEq, Eq)]
pub struct Abend {
    /// The code.
    pub code: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// What brings it about.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

/// All of them.
pub static ROWS: [&Abend; 2] = [&RUNAWAY, &NO_ABCODE];

/// A task that does not come to an end.
pub static RUNAWAY: Abend = Abend {
    code: "AICA",
    meaning: "The task was in a loop.",
    cause: "It executed more commands than the region lets one task execute.",
    cure: "Give the loop of the program an end.",
    mark: Mark::Assumed,
    source: "assumed: the code is common knowledge; the region counts commands in place of ICVR time",
};

/// ABEND without ABCODE. The model's own mark: what the product puts there was not found.
pub static NO_ABCODE: Abend = Abend {
    code: "????",
    meaning: "The program ended itself without a code.",
    cause: "EXEC CICS ABEND without ABCODE.",
    cure: "Give ABCODE, so that the abend can be told from others.",
    mark: Mark::Assumed,
    source: "assumed: dumps and messages show question marks where a program gives no code",
};

pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.into_iter().map(|row| Entry {
        kind: Kind::Abend,
        key: row.code.to_owned(),
        title: row.meaning.into(),
        text: row.meaning.into(),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
    })
}
