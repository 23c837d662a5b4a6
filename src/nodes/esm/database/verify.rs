//! May this user work at all: what an attach or a sign-on asks before anything else.

use super::Database;
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Checks, Mark, Operand, Rule};

/// The answer to a verification without a password, as an attach makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The codes that the caller sees.
    pub codes: SafReturn,
    /// The group under which the user works, where he may.
    pub group: Option<String>,
    /// How it came to that.
    pub checks: Checks,
}

const SOURCE: &str = "z/OS RACROUTE Macro Reference, REQUEST=VERIFY";

/// The rules of this file.
pub(crate) const RULES: [&Rule; 4] =
    [&USER_DEFINED, &USER_NOT_REVOKED, &USER_CONNECTED, &CONNECTION_NOT_REVOKED];

static USER_DEFINED: Rule = Rule {
    id: "esm.user-defined",
    text: "The user must be defined.",
    source: SOURCE,
    mark: Mark::Documented,
};

static USER_NOT_REVOKED: Rule = Rule {
    id: "esm.user-not-revoked",
    text: "The user must not be revoked.",
    source: SOURCE,
    mark: Mark::Documented,
};

static USER_CONNECTED: Rule = Rule {
    id: "esm.user-connected",
    text: "The user must be connected to the group.",
    source: SOURCE,
    mark: Mark::Documented,
};

static CONNECTION_NOT_REVOKED: Rule = Rule {
    id: "esm.connection-not-revoked",
    text: "The user's connection to the group must not be revoked.",
    source: SOURCE,
    mark: Mark::Documented,
};

/// Verifies a user under a group, `None` for his default group. A protected user passes: nobody
/// types his password, but work may run under him.
pub fn verify(database: &Database, user_id: &str, group: Option<&str>) -> Verification {
    let mut checks = Checks::new();
    match admit(database, user_id, group, &mut checks) {
        Ok(group) => Verification { codes: saf::SUCCESS, group: Some(group), checks },
        Err(codes) => Verification { codes, group: None, checks },
    }
}

fn admit(
    database: &Database,
    user_id: &str,
    group: Option<&str>,
    checks: &mut Checks,
) -> Result<String, SafReturn> {
    let subject = || Operand::new("user", user_id.to_owned());
    let mut decide = |rule, against: Operand, holds, refusal| {
        let verdict = checks.decide(Check::holds(rule, subject(), against, holds));
        if verdict { Ok(()) } else { Err(refusal) }
    };
    let user = database.users.get(user_id);
    let state = Operand::new("database", if user.is_some() { "defined" } else { "not defined" });
    decide(&USER_DEFINED, state, user.is_some(), saf::USER_UNKNOWN)?;
    let user = user.ok_or(saf::USER_UNKNOWN)?;
    let state = Operand::new("state", state_word(user.revoked));
    decide(&USER_NOT_REVOKED, state, !user.revoked, saf::USER_REVOKED)?;
    let group = group.unwrap_or(&user.default_group);
    let connection = user.connection(group).filter(|_| database.has_group(group));
    let against = || Operand::new("group", group.to_owned());
    decide(&USER_CONNECTED, against(), connection.is_some(), saf::USER_NOT_IN_GROUP)?;
    let revoked = connection.is_some_and(|connection| connection.revoked);
    decide(&CONNECTION_NOT_REVOKED, against(), !revoked, saf::GROUP_REVOKED)?;
    Ok(group.to_owned())
}

fn state_word(revoked: bool) -> &'static str {
    if revoked { "revoked" } else { "not revoked" }
}
