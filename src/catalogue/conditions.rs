//! CICS conditions: RESP names, RESP numbers, and the abend of each where nobody handles it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, Kind, response};
use crate::check::Mark;

/// A condition that a command raises. Its name in files is the one that programs use: `NOTAUTH`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Condition {
    /// The command did what it was asked.
    Normal,
    /// Any condition without a name of its own.
    Error,
    /// A terminal is unknown or unusable.
    TermIdErr,
    /// A file is not defined.
    FileNotFound,
    /// A record or name is not there.
    NotFnd,
    /// A record is there already.
    DupRec,
    /// The request is not valid as it was made.
    InvReq,
    /// Input or output failed.
    IoErr,
    /// No space on the data set.
    NoSpace,
    /// A file operation that the access method does not know.
    Illogic,
    /// A length is wrong.
    LengErr,
    /// A program is unknown or unusable.
    PgmIdErr,
    /// A transaction is unknown or unusable.
    TransIdErr,
    /// No storage.
    NoStg,
    /// A queue is unknown.
    QidErr,
    /// A remote system is unknown or unreachable.
    SysIdErr,
    /// A user is unknown or not permitted.
    UserIdErr,
    /// Security refused the request.
    NotAuth,
    /// Nothing more to browse.
    End,
    /// Another unit of work holds the record.
    Locked,
    /// A container is not there or its name is not valid.
    ContainerErr,
    /// A channel is not there or its name is not valid.
    ChannelErr,
    /// A coded character set is unknown or cannot be converted.
    CcsidErr,
    /// A code page is unknown or cannot be converted.
    CodepageErr,
}

/// A condition's row.
#[derive(Debug, PartialEq, Eq)]
pub struct ConditionRow {
    /// The condition.
    pub condition: Condition,
    /// The name that programs use.
    pub name: &'static str,
    /// The value in EIBRESP.
    pub number: i32,
    /// The abend code when no handler, RESP or NOHANDLE takes the condition.
    pub abend: Option<&'static str>,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

const RESPONSES: &str = "CICS TS, Response codes of EXEC CICS commands";
const RECALLED: &str = "assumed: the number is common knowledge, no public page was read";
const SECOND_HAND: &str =
    "abend: CICS TS 5.3 messages, AEIA and following; number second-hand, a third-party CICS";

/// All conditions, in the order of their numbers.
pub static ROWS: [ConditionRow; 24] = [
    recalled(Condition::Normal, "NORMAL", 0, None),
    recalled(Condition::Error, "ERROR", 1, None),
    listed(Condition::TermIdErr, "TERMIDERR", 11, Some("AEIK")),
    listed(Condition::FileNotFound, "FILENOTFOUND", 12, Some("AEIL")),
    listed(Condition::NotFnd, "NOTFND", 13, Some("AEIM")),
    listed(Condition::DupRec, "DUPREC", 14, Some("AEIN")),
    listed(Condition::InvReq, "INVREQ", 16, Some("AEIP")),
    listed(Condition::IoErr, "IOERR", 17, Some("AEIQ")),
    listed(Condition::NoSpace, "NOSPACE", 18, Some("AEIR")),
    listed(Condition::Illogic, "ILLOGIC", 21, Some("AEIU")),
    listed(Condition::LengErr, "LENGERR", 22, Some("AEIV")),
    listed(Condition::PgmIdErr, "PGMIDERR", 27, Some("AEI0")),
    listed(Condition::TransIdErr, "TRANSIDERR", 28, Some("AEI1")),
    listed(Condition::NoStg, "NOSTG", 42, None),
    listed(Condition::QidErr, "QIDERR", 44, Some("AEYH")),
    listed(Condition::SysIdErr, "SYSIDERR", 53, Some("AEYQ")),
    listed(Condition::UserIdErr, "USERIDERR", 69, Some("AEYX")),
    listed(Condition::NotAuth, "NOTAUTH", 70, Some("AEY7")),
    listed(Condition::End, "END", 83, Some("AEXK")),
    listed(Condition::Locked, "LOCKED", 100, Some("AEX8")),
    second_hand(Condition::ContainerErr, "CONTAINERERR", 110, "AEZJ"),
    second_hand(Condition::ChannelErr, "CHANNELERR", 122, "AEZV"),
    second_hand(Condition::CcsidErr, "CCSIDERR", 123, "AEZW"),
    second_hand(Condition::CodepageErr, "CODEPAGEERR", 125, "AEZY"),
];

impl Condition {
    /// The condition's row.
    pub fn row(self) -> &'static ConditionRow {
        // The match over variants and the table are kept together by a test; the first row stands
        // in only where the table were incomplete.
        ROWS.iter().find(|row| row.condition == self).unwrap_or(&ROWS[0])
    }

    /// The name that programs use: `NOTAUTH`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The value in EIBRESP.
    pub fn number(self) -> i32 {
        self.row().number
    }

    /// The abend code when nobody handles the condition.
    pub fn abend(self) -> Option<&'static str> {
        self.row().abend
    }

    /// The condition of a name, in upper case.
    pub fn from_name(name: &str) -> Option<Condition> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.condition)
    }

    /// The condition of a value in EIBRESP.
    pub fn from_number(number: i32) -> Option<Condition> {
        ROWS.iter().find(|row| row.number == number).map(|row| row.condition)
    }
}

impl ConditionRow {
    /// Why no run can come to the condition, where no modelled command raises it.
    pub(super) fn beyond(&self) -> Option<&'static str> {
        let raised = response::all().any(|row| row.resp == self.condition);
        let possible = raised || self.condition == Condition::Normal;
        (!possible).then_some("no command that is modelled raises it")
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The conditions as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::Condition,
        key: row.name.to_owned(),
        title: row.name.into(),
        text: match row.abend {
            Some(abend) => format!("RESP {}, abend {abend} when not handled", row.number).into(),
            None => format!("RESP {}", row.number).into(),
        },
        cause: "A command raised the condition; RESP2 of that command says which case it is.",
        cure: "Look up RESP2 under the command. Code RESP or NOHANDLE to keep the task alive.",
        mark: row.mark,
        source: row.source,
        beyond: row.beyond(),
    })
}

const fn listed(
    condition: Condition,
    name: &'static str,
    number: i32,
    abend: Option<&'static str>,
) -> ConditionRow {
    ConditionRow { condition, name, number, abend, mark: Mark::Documented, source: RESPONSES }
}

const fn recalled(
    condition: Condition,
    name: &'static str,
    number: i32,
    abend: Option<&'static str>,
) -> ConditionRow {
    ConditionRow { condition, name, number, abend, mark: Mark::Assumed, source: RECALLED }
}

const fn second_hand(
    condition: Condition,
    name: &'static str,
    number: i32,
    abend: &'static str,
) -> ConditionRow {
    let abend = Some(abend);
    ConditionRow { condition, name, number, abend, mark: Mark::Assumed, source: SECOND_HAND }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_the_words_of_files_agree() {
        for row in &ROWS {
            assert_eq!(row.condition.row(), row);
            assert_eq!(Condition::from_name(row.name), Some(row.condition));
            assert_eq!(Condition::from_number(row.number), Some(row.condition));
            let word = serde_json::to_string(&row.condition).unwrap();
            assert_eq!(word, format!("\"{}\"", row.name));
        }
        // CODEPAGEERR is the last variant: the table has a row for each.
        assert_eq!(Condition::CodepageErr as usize + 1, ROWS.len());
        assert!(ROWS.is_sorted_by_key(|row| row.number));
        assert_eq!(Condition::from_name("notauth"), None);
        assert_eq!(Condition::from_number(2), None);
    }
}
