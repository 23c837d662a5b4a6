//! Clocks that go wrong: offset, drift, step, freeze, slew.
//!
//! A clock is a straight line over true time, replaced by another line whenever something happens to it:
//!
//! ```text
//!   reading(t) = local + floor((t - since) * speed / 1e9)        speed 1e9 is a good clock, 0 a frozen one
//! ```
//!
//! A slew is the same line with a stop: it runs slow or fast until it meets true time and then stays with it.
//! Every line rises or stays level, so "the first moment at which the clock shows x" has one exact answer, and that
//! is when a timer set for x fires.

use crate::time::{LocalTime, Span, Time};

/// One billion: the speed of a clock that keeps time, in parts per billion of true time.
const IDEAL: i64 = 1_000_000_000;

/// The state of one system's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    since: Time,
    local: LocalTime,
    speed: i64,
    goal: Goal,
    /// What the oscillator does by itself, in parts per billion; comes back after a freeze.
    drift: i64,
}

/// Whether the line ends where it meets true time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// It does not.
    Free,
    /// The clock is fast and waits for true time.
    Wait,
    /// The clock is slow and catches up with true time.
    CatchUp,
}

/// Something that happens to a clock. Scheduled as [`Action::Clock`](crate::Action::Clock).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// The reading jumps by a span, forwards or backwards.
    Step(Span),
    /// The reading becomes this.
    Set(LocalTime),
    /// From now on the clock gains (or loses, below zero) this many parts per billion. 1 ppm is 1,000.
    /// Limited to what keeps a clock going forwards: above minus one billion, up to one billion.
    Drift(i64),
    /// The reading stays what it is.
    Freeze,
    /// A frozen clock goes on from where it stood.
    Thaw,
    /// A time service takes the clock over, thaws it if need be, and closes the gap to true time by this many parts
    /// per billion (limited to 1 up to one billion); once there, the clock keeps true time.
    Slew(i64),
}

impl Clock {
    /// A clock that shows true time.
    pub const fn ideal() -> Self {
        Self { since: Time::MIN, local: LocalTime::MIN, speed: IDEAL, goal: Goal::Free, drift: 0 }
    }

    /// A clock that is `ahead` of true time (behind, below zero) and otherwise keeps time.
    pub fn skewed(ahead: Span) -> Self {
        Self {
            since: Time::from_nanos(0),
            local: LocalTime::from_nanos(0) + ahead,
            ..Self::ideal()
        }
    }

    /// A clock that is `ahead` of true time at `start` and gains `drift` parts per billion from there.
    pub fn drifting(start: Time, ahead: Span, drift: i64) -> Self {
        let mut clock = Self::skewed(ahead);
        clock.change(start, ClockChange::Drift(drift));
        clock
    }

    /// What the clock shows at true time `t`, at or after its last change: it does not remember what it showed before.
    #[inline]
    pub fn read(&self, t: Time) -> LocalTime {
        if self.speed == IDEAL {
            return LocalTime::from_nanos(shift(t, self.since, self.local));
        }
        self.read_bent(t)
    }

    /// The first true time, not before `from`, at which the clock shows `reading` or later; `None` if it never will.
    #[inline]
    pub fn first(&self, from: Time, reading: LocalTime) -> Option<Time> {
        if self.read(from) >= reading {
            return Some(from);
        }
        if self.speed == IDEAL {
            let nanos = i128::from(self.since.nanos()) + i128::from(reading.nanos())
                - i128::from(self.local.nanos());
            return i64::try_from(nanos).ok().map(Time::from_nanos);
        }
        self.first_bent(from, reading)
    }

    #[cold]
    fn first_bent(&self, from: Time, reading: LocalTime) -> Option<Time> {
        let line = self.line_reaches(reading);
        let truth = Some(i128::from(reading.nanos()));
        let nanos = match self.goal {
            Goal::Free => line,
            // The later of the two readings is shown, so the first to arrive decides.
            Goal::Wait => line.into_iter().chain(truth).min(),
            // The earlier of the two readings is shown, so the last to arrive decides.
            Goal::CatchUp => line.zip(truth).map(|(a, b)| a.max(b)),
        }?;
        let at = Time::from_nanos(i64::try_from(nanos).ok()?);
        Some(at.max(from))
    }

    /// Whether the reading stands still.
    pub fn is_frozen(&self) -> bool {
        self.speed == 0 && self.goal == Goal::Free
    }

    /// Applies a change at true time `now`.
    pub fn change(&mut self, now: Time, change: ClockChange) {
        let reading = self.read(now);
        let frozen = self.is_frozen();
        match change {
            ClockChange::Step(by) => self.bend(now, reading + by, self.own_speed(), Goal::Free),
            ClockChange::Set(to) => self.bend(now, to, self.own_speed(), Goal::Free),
            ClockChange::Drift(drift) => {
                self.drift = drift.clamp(1 - IDEAL, IDEAL);
                let speed = if frozen { 0 } else { IDEAL + self.drift };
                self.bend(now, reading, speed, Goal::Free);
            }
            ClockChange::Freeze => self.bend(now, reading, 0, Goal::Free),
            ClockChange::Thaw if frozen => self.bend(now, reading, IDEAL + self.drift, Goal::Free),
            ClockChange::Thaw => {}
            ClockChange::Slew(rate) => self.slew(now, reading, rate.clamp(1, IDEAL)),
        }
    }

    fn slew(&mut self, now: Time, reading: LocalTime, rate: i64) {
        self.drift = 0;
        match reading.nanos().cmp(&now.nanos()) {
            core::cmp::Ordering::Greater => self.bend(now, reading, IDEAL - rate, Goal::Wait),
            core::cmp::Ordering::Less => self.bend(now, reading, IDEAL + rate, Goal::CatchUp),
            core::cmp::Ordering::Equal => self.bend(now, reading, IDEAL, Goal::Free),
        }
    }

    /// The speed that outlasts a step: a slew does not.
    fn own_speed(&self) -> i64 {
        if self.goal == Goal::Free { self.speed } else { IDEAL + self.drift }
    }

    fn bend(&mut self, since: Time, local: LocalTime, speed: i64, goal: Goal) {
        *self = Self { since, local, speed, goal, drift: self.drift };
    }

    #[cold]
    fn read_bent(&self, t: Time) -> LocalTime {
        let passed = i128::from(t.nanos()) - i128::from(self.since.nanos());
        let gone = (passed.max(0) * i128::from(self.speed)).div_euclid(i128::from(IDEAL));
        let line = saturate(i128::from(self.local.nanos()) + gone);
        let truth = t.nanos();
        LocalTime::from_nanos(match self.goal {
            Goal::Free => line,
            Goal::Wait => line.max(truth),
            Goal::CatchUp => line.min(truth),
        })
    }

    /// When the line itself reaches `reading`: the smallest d with floor(d * speed / 1e9) >= missing.
    fn line_reaches(&self, reading: LocalTime) -> Option<i128> {
        let missing = i128::from(reading.nanos()) - i128::from(self.local.nanos());
        let since = i128::from(self.since.nanos());
        match self.speed {
            _ if missing <= 0 => Some(since),
            0 => None,
            speed => {
                let speed = i128::from(speed);
                Some(since + (missing * i128::from(IDEAL) + speed - 1) / speed)
            }
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::ideal()
    }
}

/// The reading of a clock at full speed: `t` moved by the clock's offset, saturating.
#[inline]
fn shift(t: Time, since: Time, local: LocalTime) -> i64 {
    // Nearly always the offset fits into 64 bits.
    if let Some(offset) = local.nanos().checked_sub(since.nanos()) {
        return t.nanos().saturating_add(offset);
    }
    let offset = i128::from(local.nanos()) - i128::from(since.nanos());
    saturate(i128::from(t.nanos()) + offset)
}

#[inline]
fn saturate(nanos: i128) -> i64 {
    nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn t(nanos: i64) -> Time {
        Time::from_nanos(nanos)
    }

    fn l(nanos: i64) -> LocalTime {
        LocalTime::from_nanos(nanos)
    }

    #[test]
    fn ideal_clock_shows_true_time_everywhere() {
        for nanos in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert_eq!(Clock::ideal().read(t(nanos)), l(nanos));
            assert_eq!(Clock::ideal().first(Time::MIN, l(nanos)), Some(t(nanos)));
        }
    }

    #[test]
    fn one_ppm_gains_a_microsecond_each_second() {
        let clock = Clock::drifting(t(0), Span::ZERO, 1_000);
        assert_eq!(clock.read(Time::from_secs(1)), l(1_000_001_000));
        assert_eq!(clock.read(Time::from_secs(1_000)), l(1_000_001_000_000));
    }

    #[test]
    fn frozen_clock_never_gets_there_and_thaws_where_it_stood() {
        let mut clock = Clock::skewed(Span::from_nanos(5));
        clock.change(t(100), ClockChange::Freeze);
        assert_eq!(clock.read(t(1_000)), l(105));
        assert_eq!(clock.first(t(100), l(106)), None);
        assert_eq!(clock.first(t(100), l(105)), Some(t(100)));
        clock.change(t(1_000), ClockChange::Thaw);
        assert_eq!(clock.first(t(1_000), l(106)), Some(t(1_001)));
    }

    #[test]
    fn slew_meets_true_time_and_stays() {
        for ahead in [-1_000_i64, 1_000] {
            let mut clock = Clock::skewed(Span::from_nanos(ahead));
            clock.change(t(0), ClockChange::Slew(IDEAL / 2));
            assert_eq!(clock.read(t(0)), l(ahead));
            assert_ne!(clock.read(t(1_990)).nanos(), 1_990);
            for nanos in [2_000, 2_001, 50_000] {
                assert_eq!(clock.read(t(nanos)), l(nanos), "ahead {ahead}");
            }
        }
    }

    #[test]
    fn step_during_a_slew_ends_it() {
        let mut clock = Clock::skewed(Span::from_nanos(1_000));
        clock.change(t(0), ClockChange::Slew(IDEAL / 2));
        clock.change(t(100), ClockChange::Step(Span::from_nanos(10)));
        let reading = clock.read(t(100));
        assert_eq!(clock.read(t(10_100)) - reading, Span::from_nanos(10_000));
    }

    fn change() -> impl Strategy<Value = ClockChange> {
        prop_oneof![
            (-500_i64..500).prop_map(|n| ClockChange::Step(Span::from_nanos(n))),
            (-500_i64..1_500).prop_map(|n| ClockChange::Set(l(n))),
            prop_oneof![-IDEAL - 5..=IDEAL + 5, -2_000_i64..2_000].prop_map(ClockChange::Drift),
            Just(ClockChange::Freeze),
            Just(ClockChange::Thaw),
            (0..=IDEAL + 5).prop_map(ClockChange::Slew),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Counting nanoseconds one by one finds the same moment as the formula, and no line ever falls.
        #[test]
        fn first_is_the_first(
            ahead in -300_i64..300,
            changes in prop::collection::vec((0_i64..200, change()), 0..4),
            wanted in -700_i64..1_800,
        ) {
            let mut clock = Clock::skewed(Span::from_nanos(ahead));
            let mut now = 0;
            for (after, change) in changes {
                now += after;
                clock.change(t(now), change);
            }
            let counted = (now..now + 4_000).find(|&n| clock.read(t(n)) >= l(wanted));
            let exact = clock.first(t(now), l(wanted)).map(Time::nanos);
            match counted {
                Some(n) => prop_assert_eq!(exact, Some(n)),
                None => prop_assert!(exact.is_none_or(|n| n >= now + 4_000)),
            }
            for n in now..now + 1_000 {
                prop_assert!(clock.read(t(n)) <= clock.read(t(n + 1)));
            }
        }

        /// The ends of the range neither panic nor wrap.
        #[test]
        fn extremes_saturate(now: i64, reading: i64, change in change()) {
            let mut clock = Clock::ideal();
            clock.change(t(now), change);
            let _ = clock.read(Time::MAX);
            let _ = clock.read(Time::MIN);
            if let Some(at) = clock.first(t(now), l(reading)) {
                prop_assert!(at >= t(now));
                prop_assert!(clock.read(at) >= l(reading));
            }
        }
    }
}
