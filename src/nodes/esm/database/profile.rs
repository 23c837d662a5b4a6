//! General resource profiles and their access lists.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ssignon::Ssignon;
use super::trust::TrustSegment;

/// How much of a resource somebody may use. Each level includes those before it (RACF Command
/// Language Reference, PERMIT; the place of EXECUTE is assumed).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum AccessLevel {
    /// Nothing.
    #[default]
    None,
    /// Run, but not look.
    Execute,
    /// Look.
    Read,
    /// Change.
    Update,
    /// Change, and a little more, as the class defines it.
    Control,
    /// Everything.
    Alter,
}

impl AccessLevel {
    /// All levels, lowest first.
    pub const ALL: [AccessLevel; 6] = [
        AccessLevel::None,
        AccessLevel::Execute,
        AccessLevel::Read,
        AccessLevel::Update,
        AccessLevel::Control,
        AccessLevel::Alter,
    ];

    /// The level of a word of commands.
    pub fn find(word: &str) -> Option<AccessLevel> {
        AccessLevel::ALL.into_iter().find(|level| level.word() == word)
    }

    /// The word of commands: `READ`.
    pub fn word(self) -> &'static str {
        match self {
            AccessLevel::None => "NONE",
            AccessLevel::Execute => "EXECUTE",
            AccessLevel::Read => "READ",
            AccessLevel::Update => "UPDATE",
            AccessLevel::Control => "CONTROL",
            AccessLevel::Alter => "ALTER",
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The entry of an access list that stands for every defined user.
pub const ANYBODY: &str = "*";

/// A profile of a general resource; its name is the key under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Universal access: what everybody has who is not on the access list.
    pub uacc: AccessLevel,
    /// The access list: user, group or `*`, and the level that it is permitted.
    pub access: BTreeMap<String, AccessLevel>,
    /// APPLDATA: a text that the class gives its meaning, such as the user of a KERBLINK profile.
    pub appldata: String,
    /// From which wanted level on refusals are logged, READ to ALTER (AUDIT(FAILURES(level))); without
    /// it none are (AUDIT(NONE)).
    #[serde(skip_serializing_if = "is_usual")]
    #[schemars(extend("default" = "READ"))]
    pub audit_failures: Option<AccessLevel>,
    /// The SSIGNON segment of a PTKTDATA profile: keys of PassTickets.
    pub ssignon: Option<Ssignon>,
    /// The KERB segment of a profile of class REALM: the key that this realm has in common with another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kerb: Option<TrustSegment>,
}

impl Default for Profile {
    /// A profile that gives nobody anything and logs every refusal, as RDEFINE makes it.
    fn default() -> Profile {
        Profile {
            uacc: AccessLevel::None,
            access: BTreeMap::new(),
            appldata: String::new(),
            audit_failures: USUAL_AUDIT,
            ssignon: None,
            kerb: None,
        }
    }
}

/// AUDIT(FAILURES(READ)), which RDEFINE sets (RACF Command Language Reference, RDEFINE, AUDIT).
const USUAL_AUDIT: Option<AccessLevel> = Some(AccessLevel::Read);

fn is_usual(audit: &Option<AccessLevel>) -> bool {
    *audit == USUAL_AUDIT
}
