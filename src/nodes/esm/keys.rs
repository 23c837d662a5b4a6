//! The Kerberos keys of an ESM's principals: made when a password is set, held with their versions.

use std::collections::BTreeMap;

use super::database::Database;
use super::database::kerberos::KeySource;
use crate::nodes::frame::KeyFacts;
use crate::protocol::kerberos::{EncryptionType, StringToKey};

/// Keys by user ID, and the realm's own.
#[derive(Clone, Default)]
pub struct Keys {
    users: BTreeMap<String, Vec<KeyFacts>>,
    realm: Vec<KeyFacts>,
}

impl Keys {
    /// Derives the keys of every principal of a database.
    pub fn derive(database: &Database, table: &mut dyn StringToKey) -> Keys {
        let users = database.users.keys().map(|userid| {
            let sources = database.kerberos_keys(userid);
            (userid.clone(), derived(&sources, table))
        });
        let users = users.collect();
        Keys { users, realm: derived(&database.realm_keys(), table) }
    }

    /// A user's keys, current version first, strongest first.
    pub fn of_user(&self, userid: &str) -> &[KeyFacts] {
        self.users.get(userid).map(Vec::as_slice).unwrap_or_default()
    }

    /// The keys of the realm's ticket-granting service.
    pub fn of_realm(&self) -> &[KeyFacts] {
        &self.realm
    }
}

fn derived(sources: &[KeySource], table: &mut dyn StringToKey) -> Vec<KeyFacts> {
    let key = |source: &KeySource| {
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
    };
    sources.iter().filter_map(key).collect()
}
