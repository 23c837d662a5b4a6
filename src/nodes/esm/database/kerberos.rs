//! Kerberos in the database: the local realm, KERB segments and keys.
//!
//! No cryptography here. A key is described by what it is made from ([`KeySource`]); the protocol
//! layer derives it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Database;
use super::life::TicketLife;
use super::principal::Principal;
use super::user::Password;

/// An encryption type by its ENCRYPT keyword, the strongest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum EncryptionType {
    /// aes256-cts-hmac-sha384-192.
    Aes256Sha2,
    /// aes128-cts-hmac-sha256-128.
    Aes128Sha2,
    /// aes256-cts-hmac-sha1-96.
    Aes256,
    /// aes128-cts-hmac-sha1-96.
    Aes128,
}

impl EncryptionType {
    /// All of them, the strongest first. DES and DES3 are not modelled.
    pub const ALL: [EncryptionType; 4] = [
        EncryptionType::Aes256Sha2,
        EncryptionType::Aes128Sha2,
        EncryptionType::Aes256,
        EncryptionType::Aes128,
    ];

    /// The number on the wire (RFC 3962 section 7, RFC 8009 section 8).
    pub fn number(self) -> i32 {
        match self {
            EncryptionType::Aes128 => 17,
            EncryptionType::Aes256 => 18,
            EncryptionType::Aes128Sha2 => 19,
            EncryptionType::Aes256Sha2 => 20,
        }
    }
}

/// The local realm: profile KERBDFLT of class REALM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Realm {
    /// The realm's name (KERBNAME).
    pub name: String,
    /// Shortest ticket that is granted (MINTKTLFE).
    #[serde(default = "least_life")]
    pub min_ticket_life: TicketLife,
    /// Lifetime of a ticket for which no end is asked (DEFTKTLFE); without it 10 hours, or the longest
    /// lifetime where that is shorter.
    #[serde(default)]
    pub default_ticket_life: Option<TicketLife>,
    /// Longest ticket that is granted (MAXTKTLFE).
    #[serde(default = "longest_life")]
    pub max_ticket_life: TicketLife,
    /// Tickets bind the client's addresses (CHECKADDRS).
    #[serde(default)]
    pub check_addresses: bool,
    /// Enabled encryption types (ENCRYPT).
    #[serde(default = "all_types")]
    pub encrypt: BTreeSet<EncryptionType>,
    /// The password of the ticket-granting service, 1 to 128 characters, case kept.
    pub password: Password,
    /// Version number of the key made from it.
    #[serde(default = "first_version")]
    pub key_version: u32,
    /// The generation before the current one, under the version number before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousKeys>,
}

/// A user's KERB segment: it makes him a principal of the local realm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KerbSegment {
    /// The principal's name without the realm (KERBNAME); case is kept.
    pub name: String,
    /// Enabled encryption types (ENCRYPT).
    #[serde(default = "all_types")]
    pub encrypt: BTreeSet<EncryptionType>,
    /// Shortest ticket (MINTKTLFE); the realm's where absent.
    #[serde(default)]
    pub min_ticket_life: Option<TicketLife>,
    /// Lifetime of a ticket for which no end is asked (DEFTKTLFE); the realm's where absent.
    #[serde(default)]
    pub default_ticket_life: Option<TicketLife>,
    /// Longest ticket (MAXTKTLFE); the realm's where absent.
    #[serde(default)]
    pub max_ticket_life: Option<TicketLife>,
    /// Version number of the current key (CURKEYV).
    #[serde(default = "first_version")]
    pub key_version: u32,
    /// Types that were enabled after the password was last set: they have no key until it is set
    /// again (IBM education on NAS encryption types).
    #[serde(default)]
    pub without_key: BTreeSet<EncryptionType>,
    /// The generation before the current one (PREVKEY), under the version number before.
    #[serde(default)]
    pub previous: Option<PreviousKeys>,
}

/// What the previous generation of keys was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviousKeys {
    /// The password before the current one.
    pub password: Password,
    /// The types that had a key then.
    #[serde(default = "all_types")]
    pub types: BTreeSet<EncryptionType>,
}

// Defaults (assumed) as the example of another ESM's manual shows them.
fn least_life() -> TicketLife {
    TicketLife::constant(30)
}

fn default_life() -> TicketLife {
    TicketLife::constant(36_000)
}

fn longest_life() -> TicketLife {
    TicketLife::constant(86_400)
}

fn all_types() -> BTreeSet<EncryptionType> {
    EncryptionType::ALL.into()
}

pub(super) fn first_version() -> u32 {
    1
}

impl Realm {
    /// The lifetime of a ticket for which no end is asked.
    pub fn life_by_default(&self) -> TicketLife {
        self.default_ticket_life.unwrap_or_else(|| default_life().min(self.max_ticket_life))
    }

    /// A realm with default lifetimes and all encryption types.
    pub fn new(name: impl Into<String>, password: Password) -> Self {
        Realm {
            name: name.into(),
            min_ticket_life: least_life(),
            default_ticket_life: None,
            max_ticket_life: longest_life(),
            check_addresses: false,
            encrypt: all_types(),
            password,
            key_version: first_version(),
            previous: None,
        }
    }
}

impl KerbSegment {
    /// A segment whose keys were made together with it (password set in the same command).
    pub fn new(name: impl Into<String>) -> Self {
        KerbSegment {
            name: name.into(),
            encrypt: all_types(),
            min_ticket_life: None,
            default_ticket_life: None,
            max_ticket_life: None,
            key_version: first_version(),
            without_key: BTreeSet::new(),
            previous: None,
        }
    }

    /// A segment that was added to a user who had his password already: it has no key until the
    /// password is set again (WebSphere documentation on KERB segments).
    pub fn without_keys(name: impl Into<String>) -> Self {
        let segment = KerbSegment::new(name);
        KerbSegment { key_version: 0, without_key: all_types(), ..segment }
    }

    /// Enables an encryption type. It has no key until the password is set again, unless it was
    /// enabled all the time.
    pub fn enable(&mut self, encryption_type: EncryptionType) {
        if self.encrypt.insert(encryption_type) {
            self.without_key.insert(encryption_type);
        }
    }

    /// Disables an encryption type. Its key goes with it (assumed).
    pub fn disable(&mut self, encryption_type: EncryptionType) {
        self.encrypt.remove(&encryption_type);
        self.without_key.remove(&encryption_type);
    }

    /// Enabled types that have a key, the strongest first.
    pub fn keyed_types(&self) -> impl Iterator<Item = EncryptionType> {
        self.encrypt.difference(&self.without_key).copied()
    }
}

/// What a key is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySource {
    /// Key version number.
    pub version: u32,
    /// Encryption type.
    pub encryption_type: EncryptionType,
    /// The password, already folded to upper case where passwords are.
    pub password: Password,
    /// The salt: realm, then the components of the name, nothing between (RFC 4120 section 4).
    pub salt: String,
}

impl Database {
    /// What a user's keys are made from: the current generation, strongest type first, then the
    /// previous one. None without a realm, a KERB segment or a password; none for a protected user.
    pub fn kerberos_keys(&self, user: &str) -> Vec<KeySource> {
        let (Some(principal), Some(user)) = (self.principal_of(user), self.users.get(user)) else {
            return Vec::new();
        };
        let (Some(kerb), Some(password), false) = (&user.kerb, &user.password, user.protected)
        else {
            return Vec::new();
        };
        let salt = salt(&principal);
        let source = |version, password: &Password, encryption_type| KeySource {
            version,
            encryption_type,
            password: self.as_entered(password),
            salt: salt.clone(),
        };
        let current = kerb.keyed_types().map(|kind| source(kerb.key_version, password, kind));
        let before = kerb.key_version.checked_sub(1).zip(kerb.previous.as_ref());
        let previous = before.into_iter().flat_map(|(version, keys)| {
            let source = &source;
            keys.types.iter().map(move |kind| source(version, &keys.password, *kind))
        });
        current.chain(previous).collect()
    }

    /// What the keys of the local ticket-granting service are made from: the current generation,
    /// strongest type first, then the previous one.
    /// The realm's password keeps its case whatever the option for users says.
    pub fn realm_keys(&self) -> Vec<KeySource> {
        let Some(realm) = &self.realm else {
            return Vec::new();
        };
        let name = format!("krbtgt/{}", realm.name);
        let salt = salt(&Principal { realm: realm.name.clone(), name });
        let source = |version, password: &Password, encryption_type| KeySource {
            version,
            encryption_type,
            password: password.clone(),
            salt: salt.clone(),
        };
        let source = &source;
        let current = realm.encrypt.iter();
        let current = current.map(|kind| source(realm.key_version, &realm.password, *kind));
        let before = realm.key_version.checked_sub(1).zip(realm.previous.as_ref());
        let previous = before.into_iter().flat_map(|(version, keys)| {
            keys.types.iter().map(move |kind| source(version, &keys.password, *kind))
        });
        current.chain(previous).collect()
    }

    /// SETROPTS PASSWORD(MIXEDCASE) or NOMIXEDCASE. Passwords that were folded when they were entered
    /// stay as they are.
    pub fn set_mixed_case_passwords(&mut self, on: bool) {
        if on && !self.mixed_case_passwords {
            let folded =
                |password: &Password| Password::new(password.reveal().to_ascii_uppercase());
            for user in self.users.values_mut() {
                user.password = user.password.as_ref().map(folded);
                if let Some(previous) = user.kerb.as_mut().and_then(|kerb| kerb.previous.as_mut()) {
                    previous.password = folded(&previous.password);
                }
            }
        }
        self.mixed_case_passwords = on;
    }

    /// A password as it is kept when somebody enters it: folded to upper case where case is not kept.
    pub fn as_entered(&self, password: &Password) -> Password {
        if self.mixed_case_passwords {
            password.clone()
        } else {
            Password::new(password.reveal().to_ascii_uppercase())
        }
    }
}

fn salt(principal: &Principal) -> String {
    format!("{}{}", principal.realm, principal.name.replace('/', ""))
}
