//! The Kerberos keys of an ESM's principals: made when a password is set, held with their versions and
//! with the salt of that moment.

use std::collections::BTreeMap;

use super::database::Database;
use super::database::kerberos::KeySource;
use crate::nodes::frame::KeyFacts;
use crate::protocol::kerberos::{EncryptionType, StringToKey};

/// Keys by user ID, the realm's own, and those that it has in common with others, by profile.
#[derive(Clone, Default)]
pub struct Keys {
    users: BTreeMap<String, Vec<KeyFacts>>,
    realm: Vec<KeyFacts>,
    trusts: BTreeMap<String, Vec<KeyFacts>>,
}

impl Keys {
    /// Derives the keys of every principal of a database.
    pub fn derive(database: &Database, table: &mut dyn StringToKey) -> Keys {
        let mut keys = Keys::default();
        for userid in database.users.keys() {
            keys.update_user(database, userid, table);
        }
        keys.update_realm(database, table);
        keys
    }

    /// Makes the keys that a user got since, and drops those that he has no longer. Keys that stay are
    /// as they were made, whatever was changed of the user since.
    pub fn update_user(&mut self, database: &Database, userid: &str, table: &mut dyn StringToKey) {
        let made = self.users.remove(userid).unwrap_or_default();
        let keys = updated(made, &database.kerberos_keys(userid), table);
        if !keys.is_empty() {
            self.users.insert(userid.to_owned(), keys);
        }
    }

    /// The same for the realm, and for what it has in common with others.
    pub fn update_realm(&mut self, database: &Database, table: &mut dyn StringToKey) {
        let made = std::mem::take(&mut self.realm);
        self.realm = updated(made, &database.realm_keys(), table);
        for (profile, _) in database.trusts() {
            self.update_trust(database, profile, table);
        }
    }

    /// The same for a profile of trust.
    pub fn update_trust(
        &mut self,
        database: &Database,
        profile: &str,
        table: &mut dyn StringToKey,
    ) {
        let made = self.trusts.remove(profile).unwrap_or_default();
        let keys = updated(made, &database.trust_keys(profile), table);
        if !keys.is_empty() {
            self.trusts.insert(profile.to_owned(), keys);
        }
    }

    /// A user's keys, current version first, strongest first.
    pub fn of_user(&self, userid: &str) -> &[KeyFacts] {
        self.users.get(userid).map(Vec::as_slice).unwrap_or_default()
    }

    /// The keys of the realm's ticket-granting service.
    pub fn of_realm(&self) -> &[KeyFacts] {
        &self.realm
    }

    /// The keys of a profile of trust.
    pub fn of_trust(&self, profile: &str) -> &[KeyFacts] {
        self.trusts.get(profile).map(Vec::as_slice).unwrap_or_default()
    }
}

fn updated(
    made: Vec<KeyFacts>,
    sources: &[KeySource],
    table: &mut dyn StringToKey,
) -> Vec<KeyFacts> {
    let key = |source: &KeySource| {
        let number = source.encryption_type.number();
        let is_it = |key: &&KeyFacts| key.version == source.version && key.etype == number;
        let kept = made.iter().find(is_it).cloned();
        kept.or_else(|| derived(source, table))
    };
    sources.iter().filter_map(key).collect()
}

fn derived(source: &KeySource, table: &mut dyn StringToKey) -> Option<KeyFacts> {
    // Types that the model does not have (DES, DES3) get no key and so are never used.
    let etype = EncryptionType::from_number(source.encryption_type.number())?;
    let iterations = etype.default_iterations();
    let password = source.password.reveal().as_bytes();
    let key = table.key(etype, password, source.salt.as_bytes(), iterations);
    Some(KeyFacts {
        version: source.version,
        etype: etype.number(),
        salt: source.salt.clone(),
        iterations,
        key: key.bytes().to_vec(),
    })
}
