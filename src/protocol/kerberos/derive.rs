//! Key derivation: n-fold and DK for the SHA-1 types (RFC 3961 section 5.1), KDF-HMAC-SHA2 for the
//! SHA-2 types (RFC 8009 section 3), and the three keys of each usage.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use super::cts::{Aes, BLOCK};
use super::etype::EncryptionType;

/// What a derived key is for; the last octet of the derivation constant (RFC 3961 section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Kc: checksums.
    Checksum = 0x99,
    /// Ke: encryption.
    Encryption = 0xAA,
    /// Ki: integrity of encrypted data.
    Integrity = 0x55,
}

/// The hash functions under the encryption types.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
}

/// A hash function with its key: HMAC, before the message.
pub(super) enum KeyedHash {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl KeyedHash {
    pub(super) fn new(hash: Hash, key: &[u8]) -> KeyedHash {
        match hash {
            Hash::Sha1 => KeyedHash::Sha1(keyed(key)),
            Hash::Sha256 => KeyedHash::Sha256(keyed(key)),
            Hash::Sha384 => KeyedHash::Sha384(keyed(key)),
        }
    }

    /// HMAC over the concatenation of `parts`.
    pub(super) fn of(&self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            KeyedHash::Sha1(mac) => finished(mac.clone(), parts),
            KeyedHash::Sha256(mac) => finished(mac.clone(), parts),
            KeyedHash::Sha384(mac) => finished(mac.clone(), parts),
        }
    }
}

fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn finished(mut mac: impl Mac, parts: &[&[u8]]) -> Vec<u8> {
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// HMAC over the concatenation of `parts`.
pub(super) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    KeyedHash::new(hash, key).of(parts)
}

/// The key for one usage number and purpose.
pub(super) fn usage_key(
    etype: EncryptionType,
    base: &[u8],
    usage: u32,
    purpose: Purpose,
) -> Vec<u8> {
    let mut constant = [0; 5];
    constant[..4].copy_from_slice(&usage.to_be_bytes());
    constant[4] = purpose as u8;
    let length = match (etype, purpose) {
        // RFC 8009 section 5: Kc and Ki of type 20 have 192 bits.
        (EncryptionType::Aes256Sha2, Purpose::Checksum | Purpose::Integrity) => 24,
        _ => etype.key_length(),
    };
    derive(etype, base, &constant, length)
}

/// A key of `length` bytes from `base` and a constant: DK or KDF-HMAC-SHA2 without context.
pub(super) fn derive(
    etype: EncryptionType,
    base: &[u8],
    constant: &[u8],
    length: usize,
) -> Vec<u8> {
    match etype {
        EncryptionType::Aes128Sha1 | EncryptionType::Aes256Sha1 => {
            derive_random(base, constant, length)
        }
        EncryptionType::Aes128Sha2 | EncryptionType::Aes256Sha2 => {
            kdf_hmac_sha2(etype.hash(), base, constant, &[], length)
        }
    }
}

/// KDF-HMAC-SHA2 of RFC 8009 section 3; one round gives all that any use needs.
pub(super) fn kdf_hmac_sha2(
    hash: Hash,
    base: &[u8],
    label: &[u8],
    context: &[u8],
    length: usize,
) -> Vec<u8> {
    let bits = u32::try_from(length * 8).unwrap_or(u32::MAX);
    let mut out =
        hmac(hash, base, &[&1u32.to_be_bytes(), label, &[0], context, &bits.to_be_bytes()]);
    out.truncate(length);
    out
}

/// DR of RFC 3961 section 5.1: the folded constant, encrypted again and again.
fn derive_random(base: &[u8], constant: &[u8], length: usize) -> Vec<u8> {
    let aes = Aes::new(base).expect("a Key has the length of its type");
    let mut block = [0; BLOCK];
    block.copy_from_slice(&n_fold(constant, BLOCK));
    let mut out = Vec::with_capacity(length + BLOCK);
    while out.len() < length {
        block = aes.encrypt_block(&block);
        out.extend_from_slice(&block);
    }
    out.truncate(length);
    out
}

/// n-fold of RFC 3961 section 5.1, for whole octets.
///
/// Copies of the input, each rotated right by 13 bits more than the one before, are laid end to end
/// until their length is a common multiple with `length`; then pieces of `length` bytes are added
/// with end-around carry. An empty input or output gives zeros.
pub fn n_fold(input: &[u8], length: usize) -> Vec<u8> {
    let mut sum = vec![0u8; length];
    if input.is_empty() || length == 0 {
        return sum;
    }
    let total = input.len() / gcd(input.len(), length) * length;
    let mut carry = 0u32;
    for at in (0..total).rev() {
        let slot = at % length;
        carry += u32::from(sum[slot]) + u32::from(rotated_octet(input, at));
        sum[slot] = carry as u8;
        carry >>= 8;
    }
    while carry > 0 {
        for slot in sum.iter_mut().rev() {
            carry += u32::from(*slot);
            *slot = carry as u8;
            carry >>= 8;
        }
    }
    sum
}

/// Octet `at` of the rotated copies.
fn rotated_octet(input: &[u8], at: usize) -> u8 {
    let bits = input.len() * 8;
    let rotation = at / input.len() * 13 % bits;
    let from = (at % input.len() * 8 + bits - rotation) % bits;
    let high = u16::from(input[from / 8]);
    let low = u16::from(input[(from / 8 + 1) % input.len()]);
    ((high << 8 | low) >> (8 - from % 8)) as u8
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
