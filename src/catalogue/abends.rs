//! Abend codes that the region gives by itself. Which condition becomes which abend where nobody
//! handles it stands in [`super::conditions`]; the entries here say it by the code.

use super::conditions::{self, ConditionRow};
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
    let unhandled = conditions::ROWS.iter().filter_map(|row| Some(of_condition(row, row.abend?)));
    ROWS.into_iter().map(own).chain(unhandled)
}

fn own(row: &'static Abend) -> Entry {
    Entry {
        kind: Kind::Abend,
        key: row.code.to_owned(),
        title: row.meaning.into(),
        text: row.meaning.into(),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: None,
    }
}

fn of_condition(row: &'static ConditionRow, code: &str) -> Entry {
    Entry {
        kind: Kind::Abend,
        key: code.to_owned(),
        title: format!("{} that nobody handles", row.name).into(),
        text: format!("The task raised {} (RESP {}) and did not handle it.", row.name, row.number)
            .into(),
        cause: "A command without RESP and NOHANDLE raised the condition.",
        cure: "Look up what the command reported in EIBRESP2. Code RESP or NOHANDLE to keep the \
               task alive.",
        mark: row.mark,
        source: row.source,
        beyond: row.beyond(),
    }
}
