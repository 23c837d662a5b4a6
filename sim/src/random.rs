//! Keyed random streams: every consumer of randomness has one of its own.
//!
//! A stream is ChaCha8 keyed by (seed, owner's name, purpose). Because no two purposes share a stream, a new draw in
//! one place shifts no other, and adding a node leaves the luck of the others alone. All distributions here are
//! integer ones.

use core::convert::Infallible;

use rand_chacha::{ChaCha8Core, ChaCha20Rng};
use rand_core::block::Generator;
use rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};

use crate::time::Span;

/// A stream of random numbers. Implements the `rand_core` traits, so cryptographic code can draw from it too.
#[derive(Clone, Debug)]
// In this order and place a draw touches two lines of memory.
#[repr(C, align(64))]
pub struct Stream {
    next: u32,
    core: ChaCha8Core,
    /// Words of the key stream; those before `next` are used up.
    words: [u32; WORDS],
}

/// Four ChaCha blocks, which are made together.
const WORDS: usize = 64;

impl Stream {
    /// The stream of `owner` for `purpose` under `seed`.
    ///
    /// The ChaCha8 key comes from a chain over 32-byte blocks, each step being `key = ChaCha20(key xor block)[..32]`
    /// from an all-zero key. The blocks are, in order: the seed; then for the owner and for the purpose, the length
    /// in bytes and the text in blocks. Numbers are little-endian u64, and every block is padded with zeros.
    pub fn new(seed: u64, owner: &str, purpose: &str) -> Self {
        let mut key = [0_u8; 32];
        absorb(&mut key, &seed.to_le_bytes());
        for text in [owner, purpose] {
            absorb(&mut key, &(text.len() as u64).to_le_bytes());
            for block in text.as_bytes().chunks(32) {
                absorb(&mut key, block);
            }
        }
        Self { next: WORDS as u32, core: ChaCha8Core::from_seed(key), words: [0; WORDS] }
    }

    /// A stream under a key of zeros, to be replaced.
    pub(crate) fn blank() -> Self {
        Self { next: WORDS as u32, core: ChaCha8Core::from_seed([0; 32]), words: [0; WORDS] }
    }

    /// Two words, where the next two are not both at hand.
    #[inline(never)]
    fn across_refill(&mut self) -> (u32, u32) {
        (self.next_u32(), self.next_u32())
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.core.generate(&mut self.words);
        self.next = 0;
    }

    /// A number from 0 up to, not including, `bound`, each equally likely. A bound of 0 gives 0.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        // A draw times the bound is a fixed-point number whose whole part is the answer. The first
        // (2^64 mod bound) fractions are drawn again, which leaves the same number of draws for each answer.
        let mut product = u128::from(self.next_u64()) * u128::from(bound);
        if (product as u64) < bound {
            let surplus = bound.wrapping_neg() % bound;
            while (product as u64) < surplus {
                product = u128::from(self.next_u64()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// A span from `min` to `max`, both included, each nanosecond equally likely. If `max` is below `min`, `min`.
    pub fn between(&mut self, min: Span, max: Span) -> Span {
        if max <= min {
            return min;
        }
        let width = max.nanos().wrapping_sub(min.nanos()) as u64;
        let offset = match width.checked_add(1) {
            Some(values) => self.below(values),
            None => self.next_u64(),
        };
        Span::from_nanos(min.nanos().wrapping_add(offset as i64))
    }

    /// True in `a` of `b` cases. Always where `a` is not below `b`; a `b` of 0 is never.
    pub fn chance(&mut self, a: u64, b: u64) -> bool {
        b != 0 && self.below(b) < a
    }

    /// An exponentially distributed span with the given mean (0 for a negative one), to about 3 parts per million.
    #[inline]
    pub fn exponential(&mut self, mean: Span) -> Span {
        let mean = mean.or_zero().nanos() as u64;
        let product = u128::from(mean) * u128::from(minus_ln(self.next_u64()));
        Span::from_nanos(i64::try_from(product >> 32).unwrap_or(i64::MAX))
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.next as usize >= WORDS {
            self.refill();
        }
        let word = self.words[self.next as usize % WORDS];
        self.next += 1;
        Ok(word)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let next = self.next as usize;
        let (low, high) = match self.words.get(next..next + 2) {
            Some(&[low, high]) => {
                self.next += 2;
                (low, high)
            }
            _ => self.across_refill(),
        };
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.next_u32().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Stream {}

/// One step of the key chain; `block` has at most 32 bytes.
fn absorb(key: &mut [u8; 32], block: &[u8]) {
    for (byte, more) in key.iter_mut().zip(block) {
        *byte ^= more;
    }
    ChaCha20Rng::from_seed(*key).fill_bytes(key);
}

/// -ln(u / 2^64) with 32 fractional bits; 0 counts as 1.
#[inline]
fn minus_ln(u: u64) -> u64 {
    let u = u.max(1);
    let zeros = u.leading_zeros();
    let mantissa = u << zeros;
    let index = ((mantissa >> 55) & 0xFF) as usize;
    let between = (mantissa >> 31) & 0xFF_FFFF;
    let (low, high) = (LN[index], LN[index + 1]);
    u64::from(zeros + 1) * LN_2 - low - (((high - low) * between) >> 24)
}

/// ln 2 with 32 fractional bits.
const LN_2: u64 = 2_977_044_472;

/// ln(1 + i/256) with 32 fractional bits.
static LN: [u64; 257] = ln_table();

const fn ln_table() -> [u64; 257] {
    let mut table = [0; 257];
    let mut i = 0;
    while i < 256 {
        let log2 = log2_of(((256 + i) as u128) << 55);
        table[i] = ((log2 as u128 * LN_2 as u128) >> 32) as u64;
        i += 1;
    }
    table[256] = LN_2;
    table
}

/// log2 of a number from 1 up to 2 with 63 fractional bits: squaring doubles the logarithm, whose next bit then
/// stands in front of the point.
const fn log2_of(mut x: u128) -> u64 {
    let mut log = 0;
    let mut bit = 0;
    while bit < 32 {
        x = (x * x) >> 63;
        log <<= 1;
        if x >= 1 << 64 {
            log |= 1;
            x >>= 1;
        }
        bit += 1;
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(purpose: &str) -> Stream {
        Stream::new(1, "node", purpose)
    }

    #[test]
    fn keys_tell_seed_owner_and_purpose_apart() {
        let draws = [
            (1, "ab", "c"),
            (1, "a", "bc"),
            (2, "ab", "c"),
            (1, "ab", "d"),
            (1, "", "abc"),
            (1, "abc", ""),
        ]
        .map(|(seed, owner, purpose)| Stream::new(seed, owner, purpose).next_u64());
        for (i, a) in draws.iter().enumerate() {
            assert!(draws[i + 1..].iter().all(|b| a != b));
        }
    }

    #[test]
    fn words_are_those_of_chacha8_under_the_derived_key() {
        let mut key = [0; 32];
        for block in
            [&1_u64.to_le_bytes()[..], &4_u64.to_le_bytes(), b"node", &1_u64.to_le_bytes(), b"p"]
        {
            absorb(&mut key, block);
        }
        let (mut wanted, mut stream) = (rand_chacha::ChaCha8Rng::from_seed(key), stream("p"));
        for _ in 0..100 {
            assert_eq!(
                (stream.next_u32(), stream.next_u64()),
                (wanted.next_u32(), wanted.next_u64())
            );
        }
        let (mut bytes, mut more) = ([0; 301], [0; 301]);
        stream.fill_bytes(&mut bytes);
        wanted.fill_bytes(&mut more);
        assert_eq!(bytes, more);
    }

    #[test]
    fn below_covers_its_range_evenly() {
        let mut stream = stream("below");
        let mut counts = [0_u32; 10];
        for _ in 0..100_000 {
            counts[stream.below(10) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
        assert!((0..1_000).all(|_| stream.below(u64::MAX) < u64::MAX));
    }

    #[test]
    fn between_includes_both_ends() {
        let mut stream = stream("between");
        let (min, max) = (Span::from_nanos(-1), Span::from_nanos(1));
        let drawn: std::collections::BTreeSet<_> =
            (0..100).map(|_| stream.between(min, max)).collect();
        assert_eq!(drawn.len(), 3);
        assert_eq!(stream.between(max, min), max);
        let whole = stream.between(Span::from_nanos(i64::MIN), Span::MAX);
        assert_ne!(whole, stream.between(Span::from_nanos(i64::MIN), Span::MAX));
    }

    #[test]
    fn chance_knows_never_and_always() {
        let mut stream = stream("chance");
        assert!(
            (0..100).all(|_| !stream.chance(0, 5) && stream.chance(5, 5) && !stream.chance(1, 0))
        );
        let hits = (0..100_000).filter(|_| stream.chance(1, 4)).count();
        assert!((24_500..25_500).contains(&hits), "{hits}");
    }

    #[test]
    fn minus_ln_at_known_points() {
        for (u, wanted) in [
            (u64::MAX, 0),
            (1 << 63, 2_977_044_472),
            (1 << 62, 5_954_088_944),
            (0, 190_530_846_208),
        ] {
            assert!(minus_ln(u).abs_diff(wanted) < 20, "{u}: {}", minus_ln(u));
        }
        // -ln(3/4) = 0.28768207245178...
        assert!(minus_ln(3 << 62).abs_diff(1_235_585_093) < 4_000, "{}", minus_ln(3 << 62));
    }

    #[test]
    fn exponential_has_its_mean_and_its_tail() {
        let mut stream = stream("exponential");
        let draws: Vec<i64> =
            (0..100_000).map(|_| stream.exponential(Span::from_nanos(1_000_000)).nanos()).collect();
        let mean = draws.iter().sum::<i64>() / 100_000;
        assert!((985_000..1_015_000).contains(&mean), "{mean}");
        // One draw in e^3, about 20, is longer than three means.
        let long = draws.iter().filter(|&&draw| draw > 3_000_000).count();
        assert!((4_700..5_260).contains(&long), "{long}");
        assert_eq!(stream.exponential(Span::from_nanos(-5)), Span::ZERO);
    }
}
