//! What a command can answer: the shape that the tables of all commands share.

use super::conditions::Condition;
use super::{
    Entry, Kind, commands, encryptptkt, request_passticket, signon, verify_password, verify_token,
};
use crate::check::Mark;

/// One RESP2 of one command.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// The command: `VERIFY TOKEN`.
    pub command: &'static str,
    /// RESP.
    pub resp: Condition,
    /// RESP2.
    pub resp2: i32,
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

impl Response {
    /// The same response of another command.
    pub(super) const fn of(&self, command: &'static str) -> Response {
        Response { command, ..*self }
    }

    /// The row's stable name: `VERIFY TOKEN NOTAUTH 61`.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.command, self.resp, self.resp2)
    }
}

/// The row of a RESP and RESP2 in a command's table.
pub fn lookup(
    rows: &[&'static Response],
    resp: Condition,
    resp2: i32,
) -> Option<&'static Response> {
    rows.iter().copied().find(|row| row.resp == resp && row.resp2 == resp2)
}

/// The responses of all commands.
pub fn all() -> impl Iterator<Item = &'static Response> {
    let tables: [&[&'static Response]; 6] = [
        &verify_token::ROWS,
        &encryptptkt::ROWS,
        &request_passticket::ROWS,
        &verify_password::ROWS,
        &signon::ROWS,
        &commands::ROWS,
    ];
    tables.into_iter().flatten().copied()
}

/// The responses as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let beyond = |row| verify_token::BEYOND.iter().find(|(of, _)| *of == row).map(|(_, why)| *why);
    all().map(move |row| Entry {
        kind: Kind::Response,
        key: row.key(),
        title: format!("{} RESP2 {} of {}", row.resp, row.resp2, row.command).into(),
        text: row.meaning.into(),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: beyond(row),
    })
}
