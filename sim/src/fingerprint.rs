//! A cheap 64-bit fingerprint of a run, and the ladder of its intermediate values.
//!
//! The fingerprint finds accidents, not attackers: it is fast, always on, and equal for equal runs.

/// A running 64-bit digest of everything put into it, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);

/// Odd constants with an even mix of bits: the fractional parts of the square roots of 2 and 3.
const ROOT_2: u64 = 0x6A09_E667_F3BC_C909;
const ROOT_3: u64 = 0xBB67_AE85_84CA_A73B;

impl Fingerprint {
    /// The fingerprint of nothing.
    pub const fn new() -> Self {
        Self(ROOT_2)
    }

    /// The value so far.
    pub const fn value(self) -> u64 {
        self.0
    }

    /// Takes in two numbers.
    ///
    /// Both halves of a 64 by 64 bit product, folded; the state enters both factors, so that no input of its own
    /// makes one of them zero.
    #[inline]
    pub fn pair(&mut self, a: u64, b: u64) {
        let product = u128::from(self.0 ^ a) * u128::from(self.0.rotate_left(32) ^ b ^ ROOT_3);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(17);
    }

    /// Takes in bytes, with their length.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        let mut blocks = bytes.chunks_exact(16);
        for block in &mut blocks {
            self.pair(le64(block, 0), le64(block, 8));
        }
        let rest = blocks.remainder();
        let length = (bytes.len() as u64).wrapping_mul(ROOT_2);
        // Overlapping reads take in every byte of the rest; the length says how they overlap.
        match rest.len() {
            8.. => self.pair(le64(rest, 0) ^ length, le64(rest, rest.len() - 8)),
            4..8 => self.pair(le32(rest, 0) ^ length, le32(rest, rest.len() - 4)),
            1..4 => {
                let edges = u64::from(rest[0]) << 8 | u64::from(rest[rest.len() - 1]);
                self.pair(edges ^ length, u64::from(rest[rest.len() / 2]));
            }
            0 => self.pair(length, 0),
        }
    }
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self::new()
    }
}

/// The 8 bytes at `at`, which the caller has checked to be there (zero otherwise).
#[inline]
fn le64(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

#[inline]
fn le32(bytes: &[u8], at: usize) -> u64 {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk());
    chunk.map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)))
}

/// Fingerprints after every `every` events of a run, in bounded memory: when it is full, every other rung goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    every: u64,
    next: u64,
    rungs: Vec<u64>,
}

impl Ladder {
    /// The most rungs that are kept.
    const RUNGS: usize = 1_024;

    pub(crate) fn new() -> Self {
        Self { every: 1, next: 1, rungs: Vec::new() }
    }

    /// How many events lie between two rungs; a power of two.
    pub fn every(&self) -> u64 {
        self.every
    }

    /// The fingerprint after `events` events, where that is a rung. After none it is that of nothing.
    pub fn at(&self, events: u64) -> Option<u64> {
        if events == 0 {
            return Some(Fingerprint::new().value());
        }
        let index = (events / self.every).checked_sub(1)?;
        let rung = self.rungs.get(usize::try_from(index).ok()?)?;
        events.is_multiple_of(self.every).then_some(*rung)
    }

    /// The largest number of events up to which both ladders agree, as far as their rungs tell.
    ///
    /// Found by bisection: once two runs differ, their fingerprints differ for good.
    pub fn agree_until(&self, other: &Self) -> u64 {
        let every = self.every.max(other.every);
        let common = |ladder: &Self| (ladder.rungs.len() as u64) * ladder.every / every;
        let (mut low, mut high) = (0, common(self).min(common(other)));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.at(middle * every) == other.at(middle * every) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low * every
    }

    /// Tells the ladder the fingerprint after `events` events.
    #[inline]
    pub(crate) fn climb(&mut self, events: u64, fingerprint: Fingerprint) {
        if events == self.next {
            self.add(events, fingerprint);
        }
    }

    #[cold]
    fn add(&mut self, events: u64, fingerprint: Fingerprint) {
        self.rungs.push(fingerprint.value());
        if self.rungs.len() == Self::RUNGS {
            let mut keep = false;
            self.rungs.retain(|_| {
                keep = !keep;
                !keep
            });
            self.every *= 2;
        }
        self.next = events + self.every;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> u64 {
        let mut fingerprint = Fingerprint::new();
        fingerprint.bytes(bytes);
        fingerprint.value()
    }

    #[test]
    fn every_bit_and_the_length_count() {
        for length in 0..50 {
            let bytes = vec![0_u8; length];
            let mut longer = bytes.clone();
            longer.push(0);
            assert_ne!(of(&bytes), of(&longer), "length {length}");
            for bit in 0..length * 8 {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert_ne!(of(&bytes), of(&flipped), "length {length} bit {bit}");
            }
        }
    }

    #[test]
    fn order_counts() {
        let (mut ab, mut ba) = (Fingerprint::new(), Fingerprint::new());
        ab.pair(1, 2);
        ab.pair(3, 4);
        ba.pair(3, 4);
        ba.pair(1, 2);
        assert_ne!(ab, ba);
    }

    fn climbed(events: u64, different_from: u64) -> (Ladder, Vec<u64>) {
        let (mut ladder, mut fingerprint) = (Ladder::new(), Fingerprint::new());
        let mut all = vec![fingerprint.value()];
        for event in 1..=events {
            fingerprint.pair(event, u64::from(event >= different_from));
            ladder.climb(event, fingerprint);
            all.push(fingerprint.value());
        }
        (ladder, all)
    }

    #[test]
    fn ladder_keeps_true_values_in_bounded_memory() {
        for events in [0, 1, 1_023, 1_024, 1_025, 100_000] {
            let (ladder, all) = climbed(events, u64::MAX);
            assert!(ladder.rungs.len() < Ladder::RUNGS);
            for (event, value) in all.iter().enumerate().step_by(ladder.every() as usize) {
                assert_eq!(ladder.at(event as u64), Some(*value), "event {event} of {events}");
            }
        }
    }

    #[test]
    fn ladders_of_different_lengths_agree_up_to_the_rung_before_the_difference() {
        let (short, _) = climbed(3_000, u64::MAX);
        for different in [1, 2, 500, 2_999, 3_000] {
            let (long, _) = climbed(70_000, different);
            let until = short.agree_until(&long);
            assert!(
                until < different && until + long.every() >= different.min(2_944),
                "{different}: {until}"
            );
        }
    }
}
