//! The legacy algorithm: DES, six rounds over the second, eight letters and digits.
//!
//! The algorithm is the one that *z/OS Security Server RACF Macros and Interfaces* describes as the
//! PassTicket generator algorithm with its time-coder; this file is the whole of it. Each step can be
//! undone, so [`LegacyKey::made`] runs it backwards.

use std::fmt;

use des::Des;
use des::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};

use super::key::KeyError;
use super::{LENGTH, LONGEST_WINDOW, Parties, PassTicket};
use crate::check::Seconds;

/// How far the generator's second may be from the evaluator's, either way, in seconds: ten minutes
/// that no operand changes (*RACF Security Administrator's Guide*, how RACF processes the password
/// or PassTicket).
pub const WINDOW: i64 = LONGEST_WINDOW;

/// What follows the user ID in the blocks of the time-coder.
const FILLER: u8 = 0x55;
const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The index of each letter and digit, and [`NONE`] for everything else.
static INDEXES: [u8; 256] = {
    let mut indexes = [NONE; 256];
    let mut index = 0;
    while index < ALPHABET.len() {
        indexes[ALPHABET[index] as usize] = index as u8;
        index += 1;
    }
    indexes
};
const NONE: u8 = u8::MAX;

/// The permutation of each round: output bit *i* is input bit `table[i]`, bit 1 the most significant.
/// Each is its own inverse.
#[rustfmt::skip]
const PERMUTATIONS: [[u8; 16]; 6] = [
    [10,  2, 12,  4, 14,  6, 16,  8,  9,  1, 11,  3, 13,  5, 15,  7],
    [ 1, 10,  3, 12, 13, 16,  7, 15,  9,  2, 11,  4,  5, 14,  8,  6],
    [ 3, 10,  1, 12, 13, 16,  9, 15,  7,  2, 14,  4,  5, 11,  8,  6],
    [10,  4, 12,  2, 14,  8, 16,  6,  9,  1, 13,  3, 11,  5, 15,  7],
    [ 4, 10, 12,  1,  8, 16, 14,  5,  9,  2, 13,  3, 11,  7, 15,  6],
    [ 1, 16, 15, 14, 13, 12, 11, 10,  9,  8,  7,  6,  5,  4,  3,  2],
];

/// What each half of the input gives in each round: the tables above for whole octets.
static PERMUTED: [[[u16; 256]; 2]; 6] = {
    let mut permuted = [[[0; 256]; 2]; 6];
    let mut round = 0;
    while round < 6 {
        let mut octet = 0;
        while octet < 256 {
            let mut bit = 0;
            while bit < 16 {
                let from = 16 - PERMUTATIONS[round][bit] as usize;
                let (half, shift) = if from < 8 { (1, from) } else { (0, from - 8) };
                permuted[round][half][octet] |= ((octet >> shift & 1) as u16) << (15 - bit);
                bit += 1;
            }
            octet += 1;
        }
        round += 1;
    }
    permuted
};

/// A secured signon key with its key schedule. Any eight bytes will do: the parity bits play no part,
/// and weak DES keys are taken like others.
#[derive(Clone)]
pub struct LegacyKey(Des);

impl fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKey(redacted)")
    }
}

impl LegacyKey {
    /// A key from its bytes.
    ///
    /// # Errors
    /// [`KeyError::LegacyLength`] when whoever made the bytes did not make eight.
    pub fn new(bytes: &[u8]) -> Result<LegacyKey, KeyError> {
        let key = Des::new_from_slice(bytes);
        key.map(LegacyKey).map_err(|_| KeyError::LegacyLength(bytes.len()))
    }

    /// The PassTicket of a second. Seconds count modulo 2^32 (assumed: the clock is an unsigned word).
    pub fn generate(&self, parties: &Parties, now: Seconds) -> PassTicket {
        let time = now.rem_euclid(1 << 32) as u32;
        translate(self.encode(parties, time ^ self.mask(parties)))
    }

    /// The second in which a text was generated, of those that are equal modulo 2^32 the one nearest
    /// to `now`; `None` where the text is no PassTicket at all.
    pub fn made(&self, parties: &Parties, text: &str, now: Seconds) -> Option<Seconds> {
        let value = untranslate(text)?;
        let time = self.decode(parties, value) ^ self.mask(parties);
        let ahead = time.wrapping_sub(now.rem_euclid(1 << 32) as u32) as i32;
        Some(now.saturating_add(i64::from(ahead)))
    }

    /// What the second is combined with: half of the application's name, encrypted after the user ID.
    fn mask(&self, parties: &Parties) -> u32 {
        let user = self.encrypt(*parties.user.padded());
        let mut both = *parties.application.padded();
        both.iter_mut().zip(user).for_each(|(to, from)| *to ^= from);
        let [a, b, c, d, ..] = self.encrypt(both);
        u32::from_be_bytes([a, b, c, d])
    }

    /// The time-coder.
    fn encode(&self, parties: &Parties, value: u32) -> u32 {
        let pads = pads(parties);
        let (mut left, mut right) = halves(value);
        for (round, table) in PERMUTED.iter().enumerate() {
            let mixed = left ^ self.round(&pads[round % 2], right);
            (left, right) = (right, permute(table, mixed));
        }
        u32::from(left) << 16 | u32::from(right)
    }

    /// The time-coder backwards.
    fn decode(&self, parties: &Parties, value: u32) -> u32 {
        let pads = pads(parties);
        let (mut left, mut right) = halves(value);
        for (round, table) in PERMUTED.iter().enumerate().rev() {
            let mixed = permute(table, right);
            (left, right) = (mixed ^ self.round(&pads[round % 2], left), left);
        }
        u32::from(left) << 16 | u32::from(right)
    }

    /// One half, encrypted in front of six bytes of the filled-up user ID.
    fn round(&self, pad: &[u8; 6], half: u16) -> u16 {
        let [high, low] = half.to_be_bytes();
        let [a, b, c, d, e, f] = *pad;
        let [high, low, ..] = self.encrypt([high, low, a, b, c, d, e, f]);
        u16::from_be_bytes([high, low])
    }

    fn encrypt(&self, block: [u8; 8]) -> [u8; 8] {
        let mut block = Array(block);
        self.0.encrypt_block(&mut block);
        block.0
    }
}

/// The filled-up user ID: its first six bytes serve the first round and every other one from there,
/// its last six the rounds between.
fn pads(parties: &Parties) -> [[u8; 6]; 2] {
    let mut pads = [[FILLER; 6]; 2];
    pads.as_flattened_mut().iter_mut().zip(parties.user.bytes()).for_each(|(to, from)| *to = *from);
    pads
}

fn halves(value: u32) -> (u16, u16) {
    ((value >> 16) as u16, value as u16)
}

fn permute(table: &[[u16; 256]; 2], bits: u16) -> u16 {
    let [high, low] = bits.to_be_bytes();
    table[0][usize::from(high)] | table[1][usize::from(low)]
}

/// Eight characters of six bits each. Neighbours overlap by two bits: character *k* has nibble *k* of
/// the value in its low four bits, and the low two bits of the nibble before it above them.
fn translate(value: u32) -> PassTicket {
    let mut out = [0; LENGTH];
    for (character, turn) in out.iter_mut().zip((4..).step_by(4)) {
        let six = value.rotate_left(turn) & 0x3F;
        *character = ALPHABET[six as usize % ALPHABET.len()];
    }
    PassTicket(out)
}

/// The value of eight characters; `None` where another character occurs or overlapping bits disagree,
/// as they do in all but 15 of 10,000 texts.
///
/// 36 letters and digits stand for 64 values, so a character means its index or 36 more. 36 is a
/// multiple of four: the low two bits are sure either way, and the next character repeats them on top.
fn untranslate(text: &str) -> Option<u32> {
    let characters: &[u8; LENGTH] = text.as_bytes().try_into().ok()?;
    let mut indexes = [0; LENGTH];
    for (index, character) in indexes.iter_mut().zip(characters) {
        let found = INDEXES[usize::from(*character)];
        *index = Some(u32::from(found)).filter(|_| found != NONE)?;
    }
    let mut before = indexes[LENGTH - 1];
    let mut value = 0;
    for index in indexes {
        let six = [index, index + 36].into_iter().find(|six| six >> 4 == before & 3)?;
        value = value << 4 | six & 0xF;
        before = index;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::passticket::{Name, key};
    use serde_json::Value;

    #[test]
    fn permutations_undo_themselves() {
        for table in &PERMUTED {
            for bits in 0..=u16::MAX {
                assert_eq!(permute(table, permute(table, bits)), bits);
            }
        }
    }

    fn vectors(group: &str) -> Vec<Value> {
        let file = include_str!("../../../tests/vectors/passticket.json");
        let file: Value = serde_json::from_str(file).unwrap();
        file[group].as_array().unwrap().clone()
    }

    fn hex(value: &Value) -> u32 {
        u32::from_str_radix(value.as_str().unwrap(), 16).unwrap()
    }

    #[test]
    fn permutations_and_translations_are_those_of_other_implementations() {
        for vector in vectors("legacy_permutation") {
            let round = vector["round"].as_u64().unwrap() as usize;
            let output = permute(&PERMUTED[round - 1], hex(&vector["input"]) as u16);
            assert_eq!(u32::from(output), hex(&vector["output"]), "{vector}");
        }
        for vector in vectors("legacy_translation") {
            let (value, text) = (hex(&vector["value_hex"]), vector["passticket"].as_str().unwrap());
            assert_eq!(translate(value).as_str(), text);
            assert_eq!(untranslate(text), Some(value));
        }
        for vector in vectors("legacy_decode") {
            let value = untranslate(vector["string"].as_str().unwrap());
            assert_eq!(value, Some(hex(&vector["value_hex"])));
        }
    }

    #[test]
    fn every_step_is_that_of_other_implementations() {
        let mut seen = 0;
        for vector in vectors("legacy").iter().filter(|vector| !vector["intermediate"].is_null()) {
            let name = |field: &str| Name::new(vector[field].as_str().unwrap()).unwrap();
            let parties = Parties { user: name("userid"), application: name("application") };
            let key = key::bytes_of(vector["key_hex"].as_str().unwrap()).unwrap();
            let key = LegacyKey::new(&key).unwrap();
            let steps = &vector["intermediate"];
            assert_eq!(key.mask(&parties), hex(&steps["result_3"]));
            let coded = hex(&steps["time_hex"]) ^ key.mask(&parties);
            assert_eq!(coded, hex(&steps["result_4"]));
            let (mut left, mut right) = halves(coded);
            for (round, expected) in steps["rounds_l2b_r2b"].as_array().unwrap().iter().enumerate()
            {
                let mixed = left ^ key.round(&pads(&parties)[round % 2], right);
                (left, right) = (right, permute(&PERMUTED[round], mixed));
                assert_eq!(u32::from(left) << 16 | u32::from(right), hex(expected), "{round}");
            }
            assert_eq!(key.encode(&parties, coded), hex(&steps["result_5"]));
            seen += 1;
        }
        assert_eq!(seen, 3);
    }

    #[test]
    fn half_of_a_value_is_enough_to_spoil_a_text() {
        // Every text one character away from a PassTicket: those that are well formed stand for
        // another value, so that nothing is read as what it is not.
        let text = translate(0x07247F79);
        let mut formed = 0;
        for at in 0..LENGTH {
            for letter in ALPHABET {
                let mut other = text.0;
                other[at] = *letter;
                let other = PassTicket(other);
                if let Some(value) = untranslate(other.as_str()) {
                    assert_eq!(translate(value), other);
                    assert_eq!(value == 0x07247F79, other == text);
                    formed += usize::from(other != text);
                }
            }
        }
        assert!(formed > 0 && formed < LENGTH * 36 / 4, "{formed}");
    }

    #[test]
    fn seconds_are_found_across_the_end_of_the_word() {
        let key = LegacyKey::new(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        let name = |text| Name::new(text).unwrap();
        let parties = Parties { user: name("USER0001"), application: name("CICSAPP1") };
        let end: Seconds = 1 << 32;
        for (made, now) in [(end - 3, end + 3), (end + 3, end - 3), (0, -5), (-5, 0), (end, 0)] {
            let text = key.generate(&parties, made);
            let expected = if made == end { 0 } else { made };
            assert_eq!(key.made(&parties, text.as_str(), now), Some(expected), "{made} {now}");
        }
        assert!(key.made(&parties, key.generate(&parties, 9).as_str(), Seconds::MAX).is_some());
        assert!(key.made(&parties, key.generate(&parties, 9).as_str(), Seconds::MIN).is_some());
    }
}
