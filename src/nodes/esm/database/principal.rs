//! Principals and users: which user bears a principal, local or foreign.

use super::Database;
use super::kerberos::KerbSegment;
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Checks, Mark, Operand, Rule};

/// Longest realm and name together that the services return, in bytes.
pub const PRINCIPAL_MAX: usize = 240;

/// A principal of the local realm or of another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// Realm.
    pub realm: String,
    /// Name, components separated by `/`.
    pub name: String,
}

/// The answer of R_usermap for a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The codes that the caller sees.
    pub codes: SafReturn,
    /// The user, where there is one.
    pub user: Option<String>,
    /// How it came to that.
    pub checks: Checks,
}

/// The rules of this file.
pub(crate) const RULES: [&Rule; 5] =
    [&PRINCIPAL_FORM, &LOCAL_PRINCIPAL, &FOREIGN_PRINCIPAL, &FOREIGN_REALM, &MAPPED_USER_DEFINED];

static PRINCIPAL_FORM: Rule = Rule {
    id: "esm.principal-form",
    text: "A principal is a name in the local realm, or /.../realm/name in another one.",
    source: "z/OS RACF Callable Services, R_GenSec and R_usermap",
    mark: Mark::Documented,
};

static LOCAL_PRINCIPAL: Rule = Rule {
    id: "esm.kerbname",
    text: "A principal of the local realm is the user whose KERB segment bears the name.",
    source: "z/OS RACF Callable Services, R_usermap",
    mark: Mark::Documented,
};

static FOREIGN_PRINCIPAL: Rule = Rule {
    id: "esm.kerblink",
    text: "A foreign principal is the user of the KERBLINK profile of its own name.",
    source: "z/OS RACF Callable Services, R_usermap",
    mark: Mark::Documented,
};

static FOREIGN_REALM: Rule = Rule {
    id: "esm.kerblink-realm",
    text: "Else a foreign principal is the user of its realm's KERBLINK profile.",
    source: "assumed: realm-wide mapping is documented, its profile name and its place in the \
             order are not",
    mark: Mark::Assumed,
};

static MAPPED_USER_DEFINED: Rule = Rule {
    id: "esm.kerblink-user-defined",
    text: "The user that a KERBLINK profile names must be defined.",
    source: "assumed: a profile that names nobody maps to nobody",
    mark: Mark::Assumed,
};

/// The class of profiles that map foreign principals to users.
pub const KERBLINK: &str = "KERBLINK";
/// How the name of a principal of another realm begins.
pub const FOREIGN_PREFIX: &str = "/.../";

/// The names of the KERBLINK profiles of a foreign principal: its own, then that of its realm.
pub fn link_names(principal: &Principal) -> [String; 2] {
    let whole_realm = format!("{FOREIGN_PREFIX}{}/", principal.realm);
    [format!("{whole_realm}{}", principal.name), whole_realm]
}

impl Database {
    /// The principal of a user: his KERBNAME in the local realm.
    pub fn principal_of(&self, user: &str) -> Option<Principal> {
        let realm = self.realm.as_ref()?.name.clone();
        let name = self.users.get(user)?.kerb.as_ref()?.name.clone();
        Some(Principal { realm, name })
    }

    /// How the services write a principal: the name alone in the local realm,
    /// `/.../realm/name` from another one (RACF Callable Services, R_GenSec).
    pub fn principal_text(&self, principal: &Principal) -> String {
        if self.is_local(&principal.realm) {
            principal.name.clone()
        } else {
            format!("{FOREIGN_PREFIX}{}/{}", principal.realm, principal.name)
        }
    }

    /// The inverse of [`Database::principal_text`]; `None` for a malformed foreign name, or a local
    /// one where there is no local realm.
    pub fn parse_principal(&self, text: &str) -> Option<Principal> {
        let (realm, name) = match text.strip_prefix(FOREIGN_PREFIX) {
            Some(foreign) => foreign.split_once('/')?,
            None => (self.realm.as_ref()?.name.as_str(), text),
        };
        (!realm.is_empty() && !name.is_empty())
            .then(|| Principal { realm: realm.to_owned(), name: name.to_owned() })
    }

    /// The user of a principal as services write it, as R_usermap finds him: by KERB segment in the
    /// local realm, else by the KERBLINK profile of the principal, then by that of its realm.
    /// Revocation plays no part. KERBLINK profiles are read from the database, not from storage
    /// (assumed).
    pub fn map_principal(&self, text: &str) -> Mapping {
        let mut checks = Checks::new();
        let principal = self.parse_principal(text);
        let realm = self.realm.as_ref().map_or("none".to_owned(), |realm| realm.name.clone());
        let subject = Operand::new("principal", text.to_owned());
        let realm = Operand::new("local realm", realm);
        let formed = Check::holds(&PRINCIPAL_FORM, subject, realm, principal.is_some());
        let user = match (checks.decide(formed), principal) {
            (true, Some(principal)) if self.is_local(&principal.realm) => {
                self.map_local(&principal.name, &mut checks)
            }
            (true, Some(principal)) => self.map_foreign(&principal, &mut checks),
            _ => None,
        };
        let codes = if user.is_some() { saf::SUCCESS } else { saf::USERMAP_NO_MAPPING };
        Mapping { codes, user, checks }
    }

    /// Whether a realm is the local one.
    pub fn is_local(&self, realm: &str) -> bool {
        self.realm.as_ref().is_some_and(|local| local.name == realm)
    }

    fn map_local(&self, name: &str, checks: &mut Checks) -> Option<String> {
        let bears = |kerb: &KerbSegment| kerb.name == name;
        let found = self.users.iter().find(|(_, user)| user.kerb.as_ref().is_some_and(bears));
        let user = found.map(|(id, _)| id.clone());
        let against = Operand::new("user", user.clone().unwrap_or_else(|| "none".to_owned()));
        let subject = Operand::new("principal", name.to_owned());
        let known = Check::holds(&LOCAL_PRINCIPAL, subject, against, user.is_some());
        if checks.decide(known) { user } else { None }
    }

    fn map_foreign(&self, principal: &Principal, checks: &mut Checks) -> Option<String> {
        let [exact, whole_realm] = link_names(principal);
        let user = self
            .linked_user(&FOREIGN_PRINCIPAL, &exact, &exact, checks)
            .or_else(|| self.linked_user(&FOREIGN_REALM, &exact, &whole_realm, checks))?;
        let defined = self.users.contains_key(&user);
        let subject = Operand::new("user", user.clone());
        let against = Operand::new("database", if defined { "defined" } else { "not defined" });
        let known = Check::holds(&MAPPED_USER_DEFINED, subject, against, defined);
        checks.decide(known).then_some(user)
    }

    fn linked_user(
        &self,
        rule: &'static Rule,
        principal: &str,
        profile: &str,
        checks: &mut Checks,
    ) -> Option<String> {
        let found = self.profile(KERBLINK, profile);
        let subject = Operand::new("principal", principal.to_owned());
        let against = Operand::new("KERBLINK profile", profile.to_owned());
        let covered = Check::holds(rule, subject, against, found.is_some());
        if checks.decide(covered) { found.map(|profile| profile.appldata.clone()) } else { None }
    }
}
