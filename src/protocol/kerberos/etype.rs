//! Encryption types 17 to 20: encryption, checksum and pseudo-random function.
//!
//! Types 17 and 18 are RFC 3962 (the tag covers the plain text), 19 and 20 are RFC 8009 (the tag
//! covers the cipher text). The confounder is an argument, so that every octet of a message comes
//! from the run's own random stream.

use std::fmt;
use std::sync::Arc;

use sha1::{Digest, Sha1};
use thiserror::Error;

use super::cts::{Aes, BLOCK};
use super::derive::{self, Hash, KeyedHash, Purpose};
use super::schedule::{Schedule, UsageKeys};

/// The random block in front of every plain text.
pub type Confounder = [u8; BLOCK];

/// The encryption types of the model; their numbers are those of the IANA registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum EncryptionType {
    /// aes128-cts-hmac-sha1-96, RFC 3962.
    Aes128Sha1 = 17,
    /// aes256-cts-hmac-sha1-96, RFC 3962.
    Aes256Sha1 = 18,
    /// aes128-cts-hmac-sha256-128, RFC 8009.
    Aes128Sha2 = 19,
    /// aes256-cts-hmac-sha384-192, RFC 8009.
    Aes256Sha2 = 20,
}

impl EncryptionType {
    /// All types, strongest first in the order that the z/OS KDC documents.
    pub const STRONGEST_FIRST: [EncryptionType; 4] = [
        EncryptionType::Aes256Sha2,
        EncryptionType::Aes128Sha2,
        EncryptionType::Aes256Sha1,
        EncryptionType::Aes128Sha1,
    ];

    /// The type of a number on the wire; `None` for the types that the model refuses.
    pub fn from_number(number: i32) -> Option<EncryptionType> {
        Self::STRONGEST_FIRST.into_iter().find(|etype| etype.number() == number)
    }

    /// The number on the wire.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// The registered name; it is part of the salt of types 19 and 20.
    pub fn name(self) -> &'static str {
        match self {
            EncryptionType::Aes128Sha1 => "aes128-cts-hmac-sha1-96",
            EncryptionType::Aes256Sha1 => "aes256-cts-hmac-sha1-96",
            EncryptionType::Aes128Sha2 => "aes128-cts-hmac-sha256-128",
            EncryptionType::Aes256Sha2 => "aes256-cts-hmac-sha384-192",
        }
    }

    /// Position in [`EncryptionType::STRONGEST_FIRST`]: 0 is the strongest.
    pub fn strength_rank(self) -> usize {
        Self::STRONGEST_FIRST.iter().take_while(|etype| **etype != self).count()
    }

    /// Bytes of a key.
    pub fn key_length(self) -> usize {
        match self {
            EncryptionType::Aes128Sha1 | EncryptionType::Aes128Sha2 => 16,
            EncryptionType::Aes256Sha1 | EncryptionType::Aes256Sha2 => 32,
        }
    }

    /// Bytes of the integrity tag and of a checksum.
    pub fn tag_length(self) -> usize {
        match self {
            EncryptionType::Aes128Sha1 | EncryptionType::Aes256Sha1 => 12,
            EncryptionType::Aes128Sha2 => 16,
            EncryptionType::Aes256Sha2 => 24,
        }
    }

    /// The number of the keyed checksum that goes with the type.
    pub fn checksum_type(self) -> i32 {
        match self {
            EncryptionType::Aes128Sha1 => 15,
            EncryptionType::Aes256Sha1 => 16,
            EncryptionType::Aes128Sha2 => 19,
            EncryptionType::Aes256Sha2 => 20,
        }
    }

    /// Iterations of string-to-key where nothing else is said (RFC 3962 section 4, RFC 8009 section 4).
    pub fn default_iterations(self) -> u32 {
        match self {
            EncryptionType::Aes128Sha1 | EncryptionType::Aes256Sha1 => 4096,
            EncryptionType::Aes128Sha2 | EncryptionType::Aes256Sha2 => 32_768,
        }
    }

    pub(super) fn hash(self) -> Hash {
        match self {
            EncryptionType::Aes128Sha1 | EncryptionType::Aes256Sha1 => Hash::Sha1,
            EncryptionType::Aes128Sha2 => Hash::Sha256,
            EncryptionType::Aes256Sha2 => Hash::Sha384,
        }
    }

    /// Whether the tag covers the cipher text (RFC 8009) rather than the plain text (RFC 3962).
    fn tags_cipher(self) -> bool {
        matches!(self, EncryptionType::Aes128Sha2 | EncryptionType::Aes256Sha2)
    }
}

impl fmt::Display for EncryptionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A key has not the length of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a key of {etype} has {} bytes, not {length}", etype.key_length())]
pub struct KeyLengthError {
    /// The type of the key.
    pub etype: EncryptionType,
    /// The bytes that were given.
    pub length: usize,
}

/// Encrypted data could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecryptError {
    /// Shorter than a confounder and a tag.
    #[error("encrypted data is shorter than confounder and tag")]
    Truncated,
    /// The tag does not fit: another key, another usage, or changed data.
    #[error("integrity tag does not fit")]
    Integrity,
}

/// A protocol key. Its text form never shows the bytes.
#[derive(Clone)]
pub struct Key {
    etype: EncryptionType,
    /// The first [`EncryptionType::key_length`] bytes count, the rest is zero.
    bytes: [u8; 32],
    /// What is derived from it, where it is used often; clones share it.
    schedule: Option<Arc<Schedule>>,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        (self.etype, self.bytes) == (other.etype, other.bytes)
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, redacted)", self.etype)
    }
}

impl Key {
    /// A key from its bytes.
    ///
    /// # Errors
    /// [`KeyLengthError`] when whoever made the bytes did not fit them to the type.
    pub fn new(etype: EncryptionType, bytes: &[u8]) -> Result<Key, KeyLengthError> {
        if bytes.len() != etype.key_length() {
            return Err(KeyLengthError { etype, length: bytes.len() });
        }
        let mut key = Key { etype, bytes: [0; 32], schedule: None };
        for (to, from) in key.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(key)
    }

    /// A key from the run's random stream.
    pub fn random(etype: EncryptionType, random: &mut dyn rand_core::Rng) -> Key {
        let mut key = Key { etype, bytes: [0; 32], schedule: None };
        random.fill_bytes(&mut key.bytes[..etype.key_length()]);
        key
    }

    /// The same key, which keeps what is derived from it: for one that is used again and again.
    #[must_use]
    pub fn kept(self) -> Key {
        Key { schedule: Some(Arc::default()), ..self }
    }

    /// The type.
    pub fn etype(&self) -> EncryptionType {
        self.etype
    }

    /// The bytes: a secret.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.etype.key_length()]
    }

    /// Encrypts and protects `plain` for a key usage (RFC 3961 section 5.3, RFC 8009 section 5).
    pub fn encrypt(&self, usage: u32, confounder: &Confounder, plain: &[u8]) -> Vec<u8> {
        let mut data = Vec::with_capacity(BLOCK + plain.len());
        data.extend_from_slice(confounder);
        data.extend_from_slice(plain);
        let keys = self.usage_keys(usage);
        let sealed = keys.encryption.encrypt_cts(&data);
        let mut cipher = sealed.expect("the confounder alone is one block");
        let tag = self.tag(&keys, &data, &cipher);
        cipher.extend_from_slice(&tag);
        cipher
    }

    /// Opens what [`Key::encrypt`] made, without its confounder.
    ///
    /// # Errors
    /// [`DecryptError`]: the sender used another key or usage, or the data was changed on its way.
    pub fn decrypt(&self, usage: u32, encrypted: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let split = encrypted.len().checked_sub(self.etype.tag_length());
        let (cipher, tag) =
            split.and_then(|at| encrypted.split_at_checked(at)).ok_or(DecryptError::Truncated)?;
        let keys = self.usage_keys(usage);
        // RFC 8009 section 5: the tag is verified before anything is decrypted.
        if self.etype.tags_cipher() && self.tag(&keys, &[], cipher) != tag {
            return Err(DecryptError::Integrity);
        }
        let mut data = keys.encryption.decrypt_cts(cipher).ok_or(DecryptError::Truncated)?;
        if !self.etype.tags_cipher() && self.tag(&keys, &data, cipher) != tag {
            return Err(DecryptError::Integrity);
        }
        data.drain(..BLOCK);
        Ok(data)
    }

    /// The keyed checksum of the type over `data`.
    pub fn checksum(&self, usage: u32, data: &[u8]) -> Vec<u8> {
        let key = self.derived(usage, Purpose::Checksum);
        self.truncated(KeyedHash::new(self.etype.hash(), &key).of(&[data]))
    }

    /// The pseudo-random function of the type (RFC 3962 section 6, RFC 8009 section 5).
    pub fn prf(&self, input: &[u8]) -> Vec<u8> {
        match self.etype {
            EncryptionType::Aes128Sha1 | EncryptionType::Aes256Sha1 => {
                let digest = Sha1::digest(input);
                let key = derive::derive(self.etype, self.bytes(), b"prf", self.etype.key_length());
                let mut block = [0; BLOCK];
                block.copy_from_slice(&digest[..BLOCK]);
                expanded(&key).encrypt_block(&block).to_vec()
            }
            EncryptionType::Aes128Sha2 => self.prf_sha2(input, 32),
            EncryptionType::Aes256Sha2 => self.prf_sha2(input, 48),
        }
    }

    /// The key for one usage and purpose; exposed because the standards publish vectors of it.
    pub fn derived(&self, usage: u32, purpose: Purpose) -> Vec<u8> {
        derive::usage_key(self.etype, self.bytes(), usage, purpose)
    }

    fn prf_sha2(&self, input: &[u8], length: usize) -> Vec<u8> {
        derive::kdf_hmac_sha2(self.etype.hash(), self.bytes(), b"prf", input, length)
    }

    fn usage_keys(&self, usage: u32) -> Arc<UsageKeys> {
        let derive = || UsageKeys::derive(self.etype, self.bytes(), usage);
        match &self.schedule {
            Some(schedule) => schedule.of(usage, derive),
            None => Arc::new(derive()),
        }
    }

    fn tag(&self, keys: &UsageKeys, plain: &[u8], cipher: &[u8]) -> Vec<u8> {
        let tag = if self.etype.tags_cipher() {
            keys.integrity.of(&[&[0; BLOCK], cipher])
        } else {
            keys.integrity.of(&[plain])
        };
        self.truncated(tag)
    }

    fn truncated(&self, mut tag: Vec<u8>) -> Vec<u8> {
        tag.truncate(self.etype.tag_length());
        tag
    }
}

pub(super) fn expanded(key: &[u8]) -> Aes {
    Aes::new(key).expect("encryption keys have 16 or 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_opens_only_with_its_own_key_usage_and_every_octet_of_it() {
        for etype in EncryptionType::STRONGEST_FIRST {
            let key = Key::new(etype, &vec![3; etype.key_length()]).unwrap();
            let other = Key::new(etype, &vec![4; etype.key_length()]).unwrap();
            for length in [0, 1, 15, 16, 17, 100] {
                let plain = vec![0x5A; length];
                let sealed = key.encrypt(11, &[1; 16], &plain);
                assert_eq!(key.decrypt(11, &sealed).unwrap(), plain);
                assert_eq!(key.decrypt(12, &sealed), Err(DecryptError::Integrity));
                assert_eq!(other.decrypt(11, &sealed), Err(DecryptError::Integrity));
                for at in 0..sealed.len() {
                    assert!(key.decrypt(11, &sealed[..at]).is_err());
                    let mut changed = sealed.clone();
                    changed[at] ^= 1;
                    assert_eq!(key.decrypt(11, &changed), Err(DecryptError::Integrity));
                }
            }
        }
    }

    #[test]
    fn keys_have_the_length_of_their_type_and_hide_their_bytes() {
        for etype in EncryptionType::STRONGEST_FIRST {
            assert_eq!(EncryptionType::from_number(etype.number()), Some(etype));
            assert!(Key::new(etype, &[0; 24]).is_err());
            let key = Key::new(etype, &vec![0xAB; etype.key_length()]).unwrap();
            assert!(!format!("{key:?}").to_lowercase().contains("ab, ab"));
            assert!(format!("{key:?}").contains("redacted"));
        }
        for legacy in [1, 2, 3, 16, 23, 0, -1] {
            assert_eq!(EncryptionType::from_number(legacy), None);
        }
    }
}
