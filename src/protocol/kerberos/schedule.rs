//! What is derived from a key for its uses, and keys that keep it: a pure cache, like the keys themselves.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::cts::Aes;
use super::derive::{self, KeyedHash, Purpose};
use super::etype::{EncryptionType, Key, expanded};

/// Usage numbers below this are kept; those of Kerberos and GSS-API are (RFC 4120 section 7.5.1, RFC 4121 section 2).
const USAGES: usize = 26;
/// Most keys that a ring keeps; then it begins anew.
const KEYS_MAX: usize = 1_024;

/// The derived keys of one usage, expanded.
pub(super) struct UsageKeys {
    pub(super) encryption: Aes,
    pub(super) integrity: KeyedHash,
}

impl UsageKeys {
    pub(super) fn derive(etype: EncryptionType, base: &[u8], usage: u32) -> UsageKeys {
        let key = |purpose| derive::usage_key(etype, base, usage, purpose);
        UsageKeys {
            encryption: expanded(&key(Purpose::Encryption)),
            integrity: KeyedHash::new(etype.hash(), &key(Purpose::Integrity)),
        }
    }
}

/// What was derived from a key so far, by usage.
#[derive(Default)]
pub(super) struct Schedule([OnceLock<Arc<UsageKeys>>; USAGES]);

impl Schedule {
    /// The derived keys of a usage; `derive` makes them the first time.
    pub(super) fn of(&self, usage: u32, derive: impl FnOnce() -> UsageKeys) -> Arc<UsageKeys> {
        match usize::try_from(usage).ok().and_then(|usage| self.0.get(usage)) {
            Some(kept) => Arc::clone(kept.get_or_init(|| Arc::new(derive()))),
            None => Arc::new(derive()),
        }
    }
}

/// Keys by their bytes, each with what is derived from it.
///
/// For whoever gets the same keys again and again as bytes. What a key does is the same with it and without.
#[derive(Clone, Default)]
pub struct KeyRing(BTreeMap<(EncryptionType, Vec<u8>), Key>);

impl KeyRing {
    /// A ring without keys.
    pub fn new() -> KeyRing {
        KeyRing::default()
    }

    /// The key with these bytes; none where they have not the length of the type.
    pub fn key(&mut self, etype: EncryptionType, bytes: &[u8]) -> Option<Key> {
        let name = (etype, bytes.to_vec());
        if let Some(key) = self.0.get(&name) {
            return Some(key.clone());
        }
        let key = Key::new(etype, bytes).ok()?.kept();
        if self.0.len() >= KEYS_MAX {
            self.0.clear();
        }
        self.0.insert(name, key.clone());
        Some(key)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_keeps_its_schedule_does_what_it_did_before() {
        let mut ring = KeyRing::new();
        for etype in EncryptionType::STRONGEST_FIRST {
            let bytes = vec![7; etype.key_length()];
            let (plain, kept) =
                (Key::new(etype, &bytes).unwrap(), ring.key(etype, &bytes).unwrap());
            assert_eq!(plain, kept);
            for usage in [0, 2, 11, 25, 26, 1_024, u32::MAX] {
                let sealed = plain.encrypt(usage, &[1; 16], b"text");
                // Twice: derived, then kept.
                for _ in 0..2 {
                    let again = ring.key(etype, &bytes).unwrap();
                    assert_eq!(again.encrypt(usage, &[1; 16], b"text"), sealed);
                    assert_eq!(again.decrypt(usage, &sealed).unwrap(), b"text");
                    assert!(again.decrypt(usage ^ 1, &sealed).is_err());
                }
            }
        }
        assert!(ring.key(EncryptionType::Aes128Sha1, &[0; 32]).is_none());
        assert_eq!(format!("{ring:?}"), "KeyRing(4 keys)");
    }

    #[test]
    fn a_full_ring_begins_anew() {
        let mut ring = KeyRing::new();
        for number in 0..2 * KEYS_MAX as u128 {
            assert!(ring.key(EncryptionType::Aes128Sha1, &number.to_be_bytes()).is_some());
            assert!(ring.0.len() <= KEYS_MAX);
        }
    }
}
