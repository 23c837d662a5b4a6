//! The enhanced algorithm: HMAC-SHA-512, six rounds over the second, eight characters of base 36 or 64.
//!
//! The algorithm is the one of *z/OS Security Server RACF Macros and Interfaces* and of the vendor's
//! published generator. The rounds form a Feistel network, so [`EnhancedKey::made`] runs them
//! backwards.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use thiserror::Error;

use super::key::KeyError;
use super::{LENGTH, LONGEST_WINDOW, Parties, PassTicket};
use crate::check::Seconds;

const ROUNDS: u8 = 6;
const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
/// 24 bits: half of what is coded.
const HALF: u32 = 0xFF_FFFF;

/// The characters of an enhanced PassTicket (TYPE of the PTKTDATA profile).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketType {
    /// Capitals and digits: 41 bits of the second.
    Upper,
    /// Also small letters, `-` and `_`: 48 bits. The default; needs mixed-case passwords.
    Mixed,
}

impl TicketType {
    /// The word of the operand.
    pub fn word(self) -> &'static str {
        match self {
            TicketType::Upper => "UPPER",
            TicketType::Mixed => "MIXED",
        }
    }

    fn base(self) -> u64 {
        match self {
            TicketType::Upper => 36,
            TicketType::Mixed => 64,
        }
    }

    /// Bits of the second that a PassTicket holds.
    fn bits(self) -> u32 {
        match self {
            TicketType::Upper => 41,
            TicketType::Mixed => 48,
        }
    }

    /// What is kept of a round's result: eight characters of base 36 hold no more than 41 bits.
    fn kept(self, round: u8) -> u32 {
        match self {
            TicketType::Upper if round % 2 == 1 => 0x1_FFFF,
            _ => HALF,
        }
    }
}

/// How far the generator's second may be from the evaluator's (TIMEOUT of the PTKTDATA profile):
/// 1 to 600 seconds, 60 where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout(i64);

/// A timeout that the profile does not take; whoever chose it mends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a timeout is from 1 to 600 seconds, not {0}")]
pub struct TimeoutError(i64);

impl Timeout {
    /// A timeout of so many seconds.
    ///
    /// # Errors
    /// [`TimeoutError`] when whoever chose it left the range.
    pub fn new(seconds: i64) -> Result<Timeout, TimeoutError> {
        let fits = (1..=LONGEST_WINDOW).contains(&seconds);
        fits.then_some(Timeout(seconds)).ok_or(TimeoutError(seconds))
    }

    /// In seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl Default for Timeout {
    fn default() -> Timeout {
        Timeout(60)
    }
}

/// An HMAC key with its two prepared states.
#[derive(Clone)]
pub struct EnhancedKey(Hmac<Sha512>);

impl fmt::Debug for EnhancedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnhancedKey(redacted)")
    }
}

impl EnhancedKey {
    /// A key from its bytes: 32 to 256 of them, 64 recommended.
    ///
    /// # Errors
    /// [`KeyError::EnhancedLength`] when whoever made the bytes made fewer or more.
    pub fn new(bytes: &[u8]) -> Result<EnhancedKey, KeyError> {
        let fits = (32..=256).contains(&bytes.len());
        let key = Hmac::new_from_slice(bytes).ok().filter(|_| fits);
        key.map(EnhancedKey).ok_or(KeyError::EnhancedLength(bytes.len()))
    }

    /// The PassTicket of a second, an unsigned number of 48 bits.
    pub fn generate(&self, parties: &Parties, kind: TicketType, now: Seconds) -> PassTicket {
        let names = Names::new(parties);
        let coded = self.mask(&names) ^ now.rem_euclid(1 << 48) as u64;
        let (mut left, mut right) = ((coded >> 24) as u32, coded as u32 & HALF);
        for round in 1..=ROUNDS {
            let mixed = left ^ self.round(&names, round, right);
            (left, right) = (right, mixed & kind.kept(round));
        }
        written(u64::from(left) << 24 | u64::from(right), kind)
    }

    /// The second in which a text was generated; `None` where the text is no PassTicket of this type.
    ///
    /// Of the type UPPER only the low 41 bits are there; the bits above are taken as zero, which they
    /// are for the next 69,000 years.
    pub fn made(&self, parties: &Parties, kind: TicketType, text: &str) -> Option<Seconds> {
        let value = read(text, kind)?;
        let names = Names::new(parties);
        let (mut left, mut right) = ((value >> 24) as u32, value as u32 & HALF);
        for round in (1..=ROUNDS).rev() {
            let mixed = right ^ (self.round(&names, round, left) & kind.kept(round));
            (left, right) = (mixed, left);
        }
        let coded = u64::from(left) << 24 | u64::from(right);
        let time = (coded ^ self.mask(&names)) & ((1 << kind.bits()) - 1);
        i64::try_from(time).ok()
    }

    /// What the second is combined with.
    fn mask(&self, names: &Names) -> u64 {
        let [a, b, c, d, e, f, ..] = self.digest(&names.0);
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    fn round(&self, names: &Names, round: u8, half: u32) -> u32 {
        let [_, a, b, c] = half.to_be_bytes();
        let mut message = [0; 4 + 2 * LENGTH];
        let whole = [a, b, c, round].into_iter().chain(names.0);
        message.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        let [a, b, c, ..] = self.digest(&message);
        u32::from_be_bytes([0, a, b, c])
    }

    fn digest(&self, message: &[u8]) -> [u8; 64] {
        let mut hmac = self.0.clone();
        hmac.update(message);
        hmac.finalize().into_bytes().into()
    }
}

/// User ID and application, both filled up with blanks.
struct Names([u8; 2 * LENGTH]);

impl Names {
    fn new(parties: &Parties) -> Names {
        let mut both = [0; 2 * LENGTH];
        let whole = parties.user.padded().iter().chain(parties.application.padded());
        both.iter_mut().zip(whole).for_each(|(to, from)| *to = *from);
        Names(both)
    }
}

/// Eight digits, the most significant first.
fn written(value: u64, kind: TicketType) -> PassTicket {
    let mut rest = value;
    let mut out = [0; LENGTH];
    for digit in out.iter_mut().rev() {
        *digit = ALPHABET[(rest % kind.base()) as usize];
        rest /= kind.base();
    }
    PassTicket(out)
}

/// The value of eight digits; `None` where another character occurs or the value is too large.
fn read(text: &str, kind: TicketType) -> Option<u64> {
    let digits: &[u8; LENGTH] = text.as_bytes().try_into().ok()?;
    let mut value = 0;
    for digit in digits {
        let found = ALPHABET.iter().position(|letter| letter == digit)?;
        let found = u64::try_from(found).ok().filter(|found| *found < kind.base())?;
        value = value * kind.base() + found;
    }
    (value >> kind.bits() == 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read_to_the_ends_of_the_range() {
        for (kind, most, text) in [
            (TicketType::Upper, (1 << 41) - 1, "S27TO3CV"),
            (TicketType::Mixed, (1 << 48) - 1, "________"),
        ] {
            assert_eq!(written(0, kind).as_str(), "00000000");
            for value in [0, 1, most / 3, most] {
                assert_eq!(read(written(value, kind).as_str(), kind), Some(value));
            }
            assert_eq!(written(most, kind).as_str(), text);
        }
        for text in [
            "S27TO3CW",
            "ZZZZZZZZ",
            "0000000a",
            "0000000-",
            "0000000",
            "000000000",
            "0000000\u{e4}",
        ] {
            assert_eq!(read(text, TicketType::Upper), None, "{text}");
        }
        for text in ["0000000+", "", "0000 000"] {
            assert_eq!(read(text, TicketType::Mixed), None, "{text}");
        }
    }

    #[test]
    fn timeouts_have_the_range_of_the_operand() {
        for (seconds, fits) in
            [(0, false), (1, true), (600, true), (601, false), (-1, false), (65_537, false)]
        {
            assert_eq!(Timeout::new(seconds).is_ok(), fits, "{seconds}");
        }
        assert_eq!(Timeout::default().seconds(), 60);
    }
}
