//! RSA public keys: whether one made a signature (PKCS #1 version 1.5, RFC 8017 section 8.2.2).
//!
//! Every token costs one or two of these, and nothing in them is secret: so the arithmetic is the plain
//! one of Montgomery, with what depends on the key alone computed once.

use std::cmp::Ordering;

use super::certificate::Hash;

/// Shortest and longest modulus (bits).
const BITS: std::ops::RangeInclusive<usize> = 1024..=8192;
/// Largest exponent. Everybody uses 65537.
const EXPONENT_MAX: u64 = (1 << 33) - 1;

/// A public key. Numbers are limbs of 64 bits, the lowest first.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    modulus: Vec<u64>,
    exponent: u64,
    /// Octets of a signature.
    octets: usize,
    /// -1 divided by the lowest limb of the modulus, modulo 2^64.
    inverse: u64,
    /// R^2 modulo the modulus, with which numbers go into Montgomery's form; R is 2^64 for each limb.
    into_form: Vec<u64>,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RSA key of {} octets", self.octets)
    }
}

impl PublicKey {
    /// A key of its numbers, big-endian; none where they are no key, or one too short or too long.
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Option<PublicKey> {
        let modulus = without_zeros(modulus);
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        let exponent = without_zeros(exponent);
        let exponent = (exponent.len() <= 8)
            .then(|| exponent.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)))?;
        let is_odd = modulus.last()? & exponent.to_le_bytes()[0] & 1 == 1;
        if !BITS.contains(&bits) || !is_odd || !(3..=EXPONENT_MAX).contains(&exponent) {
            return None;
        }
        let octets = modulus.len();
        let modulus = limbs(modulus);
        let lowest = *modulus.first()?;
        // Newton's iteration doubles the number of right bits, which are three at first.
        let inverse = (0..5)
            .fold(lowest, |own, _| own.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(own))));
        let inverse = inverse.wrapping_neg();
        let mut key = PublicKey { modulus, exponent, octets, inverse, into_form: Vec::new() };
        key.into_form = key.square_of_r(bits);
        Some(key)
    }

    /// R^2 modulo the modulus of so many bits.
    fn square_of_r(&self, bits: usize) -> Vec<u64> {
        let length = self.modulus.len();
        let width = length * 64;
        // 2^(bits - 1) is less than the modulus; doubled until it is R, and once more.
        let mut two = vec![0; length];
        if let Some(limb) = two.get_mut((bits - 1) / 64) {
            *limb = 1 << ((bits - 1) % 64);
        }
        for _ in 0..=width - bits + 1 {
            self.double(&mut two);
        }
        // Now it is 2 in Montgomery's form; its power is R in that form.
        self.power(&two, width as u64)
    }

    /// Twice a number, reduced.
    fn double(&self, number: &mut [u64]) {
        let mut carry = 0;
        for limb in number.iter_mut() {
            let above = *limb >> 63;
            *limb = *limb << 1 | carry;
            carry = above;
        }
        self.reduce(number, carry);
    }

    /// Takes the modulus away once where the number, with a bit above it, is not less.
    fn reduce(&self, number: &mut [u64], above: u64) {
        if above == 0 && less(number, &self.modulus) {
            return;
        }
        let mut borrow = false;
        for (limb, own) in number.iter_mut().zip(&self.modulus) {
            let (first, under) = limb.overflowing_sub(*own);
            let (second, again) = first.overflowing_sub(u64::from(borrow));
            *limb = second;
            borrow = under || again;
        }
    }

    /// The product of two numbers divided by R, modulo the modulus.
    fn product(&self, one: &[u64], other: &[u64], out: &mut Vec<u64>) {
        let length = self.modulus.len();
        out.clear();
        out.resize(2 * length, 0);
        let first = other.first().copied().unwrap_or_default();
        let mut top = 0;
        for (place, limb) in one.iter().enumerate() {
            let Some((row, above)) =
                out.get_mut(place..).and_then(|own| own.split_at_mut_checked(length))
            else {
                return;
            };
            let start = row.first().copied().unwrap_or_default();
            // With so many times the modulus, the lowest limb becomes zero.
            let factor = limb.wrapping_mul(first).wrapping_add(start).wrapping_mul(self.inverse);
            let (mut carry, mut carried) = (0, 0);
            for ((slot, number), own) in row.iter_mut().zip(other).zip(&self.modulus) {
                let sum = u128::from(*slot) + u128::from(*limb) * u128::from(*number) + carry;
                carry = sum >> 64;
                let sum = u128::from(sum as u64) + u128::from(factor) * u128::from(*own) + carried;
                carried = sum >> 64;
                *slot = sum as u64;
            }
            let sum = top + carry + carried;
            if let Some(slot) = above.first_mut() {
                let sum = sum + u128::from(*slot);
                *slot = sum as u64;
                top = sum >> 64;
            }
        }
        // The lower half is zero now.
        out.drain(..length);
        self.reduce(out, top as u64);
    }

    /// A power of a number in Montgomery's form; the exponent is not 0.
    fn power(&self, number: &[u64], exponent: u64) -> Vec<u64> {
        let mut power = number.to_vec();
        let mut next = Vec::with_capacity(power.len());
        // Behind the highest bit, which the number itself stands for.
        for bit in (0..63 - exponent.leading_zeros()).rev() {
            self.product(&power, &power, &mut next);
            std::mem::swap(&mut power, &mut next);
            if exponent >> bit & 1 == 1 {
                self.product(&power, number, &mut next);
                std::mem::swap(&mut power, &mut next);
            }
        }
        power
    }

    /// Whether this key made a signature over a digest.
    pub(super) fn verifies(&self, hash: Hash, digest: &[u8], signature: &[u8]) -> bool {
        if signature.len() != self.octets {
            return false;
        }
        let mut number = limbs(signature);
        number.resize(self.modulus.len(), 0);
        if !less(&number, &self.modulus) {
            return false;
        }
        let mut inside = Vec::new();
        self.product(&number, &self.into_form, &mut inside);
        let power = self.power(&inside, self.exponent);
        let mut unit = vec![0; self.modulus.len()];
        if let Some(lowest) = unit.first_mut() {
            *lowest = 1;
        }
        self.product(&power, &unit, &mut inside);
        let opened = inside.iter().flat_map(|limb| limb.to_le_bytes()).take(self.octets);
        encoded(hash, digest, self.octets)
            .is_some_and(|expected| opened.eq(expected.into_iter().rev()))
    }
}

/// What a signature over a digest opens to (RFC 8017 section 9.2); none where there is no room.
fn encoded(hash: Hash, digest: &[u8], octets: usize) -> Option<Vec<u8>> {
    /// The shortest padding.
    const PADDING: usize = 8;
    let info = hash.digest_info();
    let padding =
        octets.checked_sub(3 + info.len() + digest.len()).filter(|own| *own >= PADDING)?;
    let mut all = vec![0, 1];
    all.resize(2 + padding, 0xFF);
    all.push(0);
    all.extend_from_slice(info);
    all.extend_from_slice(digest);
    Some(all)
}

fn without_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

/// Limbs of a big-endian number.
fn limbs(octets: &[u8]) -> Vec<u64> {
    let limb = |part: &[u8]| part.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
    octets.rchunks(8).map(limb).collect()
}

/// Whether a number is less than another one of as many limbs.
fn less(one: &[u64], other: &[u64]) -> bool {
    one.iter().rev().cmp(other.iter().rev()) == Ordering::Less
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys and signatures that OpenSSL made over `signed`: hash, modulus, exponent, signature.
    const SIGNATURES: &str = include_str!("../../../tests/x509/signatures.txt");

    fn octets(digits: &str) -> Vec<u8> {
        let octet = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        (0..digits.len() / 2).map(|at| octet(2 * at)).collect()
    }

    fn each(mut check: impl FnMut(Hash, Vec<u8>, Vec<u8>, Vec<u8>)) -> usize {
        let lines = SIGNATURES.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                let parts: Vec<&str> = line.split(' ').collect();
                let hash = Hash::ALL.into_iter().find(|hash| hash.word() == parts[0]).unwrap();
                check(hash, octets(parts[1]), octets(parts[2]), octets(parts[3]));
            })
            .count()
    }

    #[test]
    fn signatures_of_other_software_are_verified() {
        let count = each(|hash, modulus, exponent, signature| {
            let key = PublicKey::new(&modulus, &exponent).unwrap();
            let digest = hash.digest(b"signed");
            assert!(key.verifies(hash, &digest, &signature), "{} {}", hash.word(), modulus.len());
            assert!(!key.verifies(hash, &hash.digest(b"other"), &signature));
            for other in Hash::ALL.into_iter().filter(|other| *other != hash) {
                assert!(!key.verifies(other, &other.digest(b"signed"), &signature));
            }
            // Zeros in front of the numbers of a key mean nothing, before a signature they are wrong.
            let padded = PublicKey::new(&[&[0], &modulus[..]].concat(), &exponent);
            assert_eq!(padded.as_ref(), Some(&key));
            assert!(!key.verifies(hash, &digest, &[&[0], &signature[..]].concat()));
            assert!(!key.verifies(hash, &digest, &signature[1..]));
            for place in 0..signature.len() {
                let mut flipped = signature.clone();
                flipped[place] ^= 1 << (place % 8);
                assert!(!key.verifies(hash, &digest, &flipped), "{place}");
            }
        });
        assert_eq!(count, 16);
    }

    /// A number that is not less than the modulus has another one that opens to the same.
    #[test]
    fn a_signature_is_less_than_the_modulus() {
        each(|hash, modulus, exponent, signature| {
            let mut carry = 0;
            let mut sum: Vec<u8> = modulus
                .iter()
                .zip(&signature)
                .rev()
                .map(|(one, other)| {
                    let sum = u16::from(*one) + u16::from(*other) + carry;
                    carry = sum >> 8;
                    sum as u8
                })
                .collect();
            sum.reverse();
            let key = PublicKey::new(&modulus, &exponent).unwrap();
            assert!(carry == 1 || !key.verifies(hash, &hash.digest(b"signed"), &sum));
        });
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let odd = |length: usize| vec![0xFF; length];
        assert!(PublicKey::new(&odd(128), &[1, 0, 1]).is_some());
        assert!(PublicKey::new(&odd(1024), &[3]).is_some());
        for (modulus, exponent) in [
            (odd(127), vec![1, 0, 1]),
            (odd(1025), vec![1, 0, 1]),
            ([&[0x7F][..], &odd(127)].concat(), vec![1, 0, 1]),
            ([&odd(127)[..], &[0xFE]].concat(), vec![1, 0, 1]),
            (odd(128), vec![1]),
            (odd(128), vec![2]),
            (odd(128), vec![]),
            (odd(128), vec![2, 0, 0, 0, 1]),
            (odd(128), odd(9)),
            (Vec::new(), vec![3]),
        ] {
            assert!(PublicKey::new(&modulus, &exponent).is_none(), "{exponent:?}");
        }
    }

    #[test]
    fn the_encoding_is_the_one_of_the_standard() {
        let digest = Hash::Sha1.digest(b"");
        let found = encoded(Hash::Sha1, &digest, 46).unwrap();
        assert_eq!(found[..11], [0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0]);
        assert_eq!(&found[11..26], Hash::Sha1.digest_info());
        assert_eq!(found[26..], digest);
        assert_eq!(encoded(Hash::Sha1, &digest, 45), None);
    }
}
