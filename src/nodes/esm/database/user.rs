//! Users and their connections to groups.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kerberos::{KerbSegment, PreviousKeys};
use super::{Database, SYS1};

/// A user; his user ID is the key under which he is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// The person's name (NAME), for listings.
    pub name: String,
    /// The default group (DFLTGRP), to which the user is always connected.
    pub default_group: String,
    /// Further connections, and the state of the one to the default group, by group.
    pub groups: BTreeMap<String, Connection>,
    /// The password, 1 to 8 characters.
    pub password: Option<Password>,
    /// The password phrase, 9 to 100 characters.
    pub phrase: Option<Password>,
    /// No password and no phrase: nobody can sign on as this user (NOPASSWORD).
    pub protected: bool,
    /// The password must be changed before it can be used (EXPIRED). The KDC issues nothing until then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub password_expired: bool,
    /// Refused at every sign-on and attach until resumed (REVOKE).
    pub revoked: bool,
    /// Wrong passwords in a row so far; a right one sets it to zero.
    pub invalid_attempts: u32,
    /// Has nothing from UACC, from `ID(*)` or from global access (RESTRICTED).
    pub restricted: bool,
    /// The KERB segment: the user is a Kerberos principal.
    pub kerb: Option<KerbSegment>,
}

impl Default for User {
    fn default() -> Self {
        User {
            name: String::new(),
            default_group: SYS1.to_owned(),
            groups: BTreeMap::new(),
            password: None,
            phrase: None,
            protected: false,
            password_expired: false,
            revoked: false,
            invalid_attempts: 0,
            restricted: false,
            kerb: None,
        }
    }
}

/// A user's connection to a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Connection {
    /// The user may not work under this group (CONNECT … REVOKE).
    pub revoked: bool,
}

impl User {
    /// Whether nobody can sign on as this user: said so, or neither password nor phrase.
    pub fn is_protected(&self) -> bool {
        self.protected || (self.password.is_none() && self.phrase.is_none())
    }

    /// The connection to a group, `None` where there is none.
    pub fn connection(&self, group: &str) -> Option<Connection> {
        let default = (group == self.default_group).then(Connection::default);
        self.groups.get(group).copied().or(default)
    }

    /// The groups in which the user may work: connected, and the connection not revoked.
    pub fn active_groups(&self) -> impl Iterator<Item = &str> {
        let named = self.groups.keys().map(String::as_str);
        let default =
            (!self.groups.contains_key(&self.default_group)).then_some(self.default_group.as_str());
        named
            .chain(default)
            .filter(|group| self.connection(group).is_some_and(|connection| !connection.revoked))
    }
}

impl Database {
    /// Changes a user's password. Where he has a KERB segment, that makes new keys for every
    /// encryption type that is enabled, under the next version number, and keeps the last
    /// generation before it (zSecure, KERB segment: CURKEYV, PREVKEYV). Answers whether the user
    /// exists. The user is no longer protected.
    pub fn change_password(&mut self, user: &str, password: Password) -> bool {
        self.replace_password(user, password, false)
    }

    /// Sets a password that the user must change before he can use it. It makes no key: none is there
    /// for the next version number until he does (assumed: key generation asks for NOEXPIRED).
    pub fn set_expired_password(&mut self, user: &str, password: Password) -> bool {
        self.replace_password(user, password, true)
    }

    fn replace_password(&mut self, user: &str, password: Password, expired: bool) -> bool {
        let Some(user) = self.users.get_mut(user) else {
            return false;
        };
        let old = user.password.replace(password);
        user.protected = false;
        user.password_expired = expired;
        if let Some(kerb) = &mut user.kerb {
            let types = kerb.keyed_types().collect();
            kerb.previous = old.map(|password| PreviousKeys { password, types });
            kerb.key_version = kerb.key_version.saturating_add(1);
            kerb.without_key = if expired { kerb.encrypt.clone() } else { BTreeSet::new() };
        }
        true
    }
}

/// A secret that a person chose. It is never shown: its `Debug` form hides it. Serialising writes
/// it, because a declaration must be digested and written back whole; traces hold neither declarations
/// nor calls of the ESM.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "A password. It never enters a trace.")]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Password(text.into())
    }

    /// The secret itself. For comparing and deriving keys, never for showing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_group_is_a_connection_that_can_be_revoked() {
        let mut user = User { default_group: "PAY".to_owned(), ..User::default() };
        user.groups.insert("OLD".to_owned(), Connection { revoked: true });
        user.groups.insert("NEW".to_owned(), Connection::default());
        assert_eq!(user.active_groups().collect::<Vec<_>>(), ["NEW", "PAY"]);
        user.groups.insert("PAY".to_owned(), Connection { revoked: true });
        assert_eq!(user.active_groups().collect::<Vec<_>>(), ["NEW"]);
        assert_eq!(user.connection("OTHER"), None);
    }

    #[test]
    fn passwords_are_not_shown() {
        let user = User { password: Some(Password::new("S3CRET")), ..User::default() };
        assert!(!format!("{user:?}").contains("S3CRET"));
        assert!(!user.is_protected());
        assert!(User::default().is_protected());
        assert!(User { protected: true, ..user }.is_protected());
    }
}
