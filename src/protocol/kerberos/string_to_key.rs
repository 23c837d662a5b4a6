//! String-to-key, and the key cache that a caller hands in so that iterations are never paid twice.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use super::derive::{self, Hash};
use super::etype::{EncryptionType, Key};

/// The most iterations that are ever computed.
///
/// The number comes from the KDC's reply in clear text; without a limit, whoever changes that reply
/// could stop a client for hours (RFC 3962 section 4 asks for such a limit).
pub const MOST_ITERATIONS: u32 = 1_000_000;

/// The key of a password (RFC 3962 section 4, RFC 8009 section 4): always computed, never remembered.
///
/// `iterations` is taken as 1 to [`MOST_ITERATIONS`]; whoever reads it from a message checks it first.
pub fn string_to_key(etype: EncryptionType, password: &[u8], salt: &[u8], iterations: u32) -> Key {
    let iterations = iterations.clamp(1, MOST_ITERATIONS);
    let mut stretched = [0; 32];
    let stretched = &mut stretched[..etype.key_length()];
    match etype.hash() {
        Hash::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, iterations, stretched),
        Hash::Sha256 => {
            pbkdf2_hmac::<Sha256>(password, &named_salt(etype, salt), iterations, stretched);
        }
        Hash::Sha384 => {
            pbkdf2_hmac::<Sha384>(password, &named_salt(etype, salt), iterations, stretched);
        }
    }
    let key = derive::derive(etype, stretched, b"kerberos", etype.key_length());
    Key::new(etype, &key).expect("derived to the length of the type")
}

/// RFC 8009 section 4: the salt follows the name of the type and a zero octet.
fn named_salt(etype: EncryptionType, salt: &[u8]) -> Vec<u8> {
    [etype.name().as_bytes(), &[0], salt].concat()
}

/// Whoever turns passwords into keys: a cache, or the computation itself.
pub trait StringToKey {
    /// The same result as [`string_to_key`], however it is reached.
    fn key(&mut self, etype: EncryptionType, password: &[u8], salt: &[u8], iterations: u32) -> Key;
}

/// What a key was computed from. Holds a password, so its text form shows nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    etype: EncryptionType,
    iterations: u32,
    salt: Vec<u8>,
    password: Vec<u8>,
}

/// Keys computed once: a snapshot that many runs share, and what this run added.
///
/// It is a pure cache. A result never depends on whether it was there before, so a trace is the same
/// with a warm table and a cold one. Locks, where threads share tables, belong to the caller.
#[derive(Clone, Default)]
pub struct KeyTable {
    shared: Arc<BTreeMap<Source, Key>>,
    added: BTreeMap<Source, Key>,
}

impl KeyTable {
    /// An empty table.
    pub fn new() -> Self {
        KeyTable::default()
    }

    /// Takes over what another run added.
    pub fn merge(&mut self, other: KeyTable) {
        if !other.added.is_empty() {
            Arc::make_mut(&mut self.shared).extend(other.added);
        }
    }

    /// A table that shares everything known here and starts without additions of its own.
    #[must_use]
    pub fn snapshot(&self) -> KeyTable {
        let mut shared = Arc::clone(&self.shared);
        if !self.added.is_empty() {
            Arc::make_mut(&mut shared)
                .extend(self.added.iter().map(|(source, key)| (source.clone(), key.clone())));
        }
        KeyTable { shared, added: BTreeMap::new() }
    }

    /// How many keys this table had to compute itself.
    pub fn computed(&self) -> usize {
        self.added.len()
    }
}

impl StringToKey for KeyTable {
    fn key(&mut self, etype: EncryptionType, password: &[u8], salt: &[u8], iterations: u32) -> Key {
        let source = Source { etype, iterations, salt: salt.to_vec(), password: password.to_vec() };
        if let Some(key) = self.shared.get(&source).or_else(|| self.added.get(&source)) {
            return key.clone();
        }
        let key = string_to_key(etype, password, salt, iterations).kept();
        self.added.insert(source, key.clone());
        key
    }
}

impl fmt::Debug for KeyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyTable({} shared, {} added)", self.shared.len(), self.added.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warm_table_gives_the_same_key_without_computing() {
        let mut cold = KeyTable::new();
        let ask = |table: &mut KeyTable| {
            table.key(EncryptionType::Aes256Sha1, b"secret", b"EXAMPLE.COMalice", 4)
        };
        let key = ask(&mut cold);
        assert_eq!(
            key,
            string_to_key(EncryptionType::Aes256Sha1, b"secret", b"EXAMPLE.COMalice", 4)
        );
        assert_eq!((ask(&mut cold), cold.computed()), (key.clone(), 1));
        let mut warm = cold.snapshot();
        assert_eq!((ask(&mut warm), warm.computed()), (key.clone(), 0));
        let mut merged = KeyTable::new();
        merged.merge(cold);
        assert_eq!((ask(&mut merged), merged.computed()), (key, 0));
        assert!(!format!("{merged:?}").contains("secret"));
    }

    #[test]
    fn every_input_counts() {
        let base = string_to_key(EncryptionType::Aes128Sha1, b"p", b"s", 1);
        assert_ne!(base, string_to_key(EncryptionType::Aes128Sha1, b"q", b"s", 1));
        assert_ne!(base, string_to_key(EncryptionType::Aes128Sha1, b"p", b"t", 1));
        assert_ne!(base, string_to_key(EncryptionType::Aes128Sha1, b"p", b"s", 2));
        assert_eq!(base, string_to_key(EncryptionType::Aes128Sha1, b"p", b"s", 0));
    }
}
