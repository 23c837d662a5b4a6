//! Points in time and the spans between them, in whole nanoseconds.
//!
//! [`Time`] is what really is; [`LocalTime`] is what a system's clock says. The two are different types so that
//! a model cannot compare a reading with the truth by accident.

use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// True time: nanoseconds since an epoch that the user chooses. Arithmetic saturates at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(i64);

/// The reading of one system's clock: nanoseconds since the same epoch, as that clock believes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(i64);

/// A signed duration in nanoseconds. Arithmetic saturates at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

macro_rules! point {
    ($name:ident) => {
        impl $name {
            /// The earliest point there is.
            pub const MIN: Self = Self(i64::MIN);
            /// The latest point there is.
            pub const MAX: Self = Self(i64::MAX);

            /// The point `nanos` nanoseconds after the epoch.
            pub const fn from_nanos(nanos: i64) -> Self {
                Self(nanos)
            }

            /// The point `secs` seconds after the epoch.
            pub const fn from_secs(secs: i64) -> Self {
                Self(secs.saturating_mul(1_000_000_000))
            }

            /// Nanoseconds since the epoch.
            pub const fn nanos(self) -> i64 {
                self.0
            }
        }

        impl Add<Span> for $name {
            type Output = Self;
            fn add(self, span: Span) -> Self {
                Self(self.0.saturating_add(span.0))
            }
        }

        impl AddAssign<Span> for $name {
            fn add_assign(&mut self, span: Span) {
                *self = *self + span;
            }
        }

        impl Sub<Span> for $name {
            type Output = Self;
            fn sub(self, span: Span) -> Self {
                Self(self.0.saturating_sub(span.0))
            }
        }

        impl SubAssign<Span> for $name {
            fn sub_assign(&mut self, span: Span) {
                *self = *self - span;
            }
        }

        impl Sub for $name {
            type Output = Span;
            fn sub(self, earlier: Self) -> Span {
                Span(self.0.saturating_sub(earlier.0))
            }
        }
    };
}

point!(Time);
point!(LocalTime);

impl Time {
    /// The same order as an unsigned number, as the queues store it.
    #[inline]
    pub(crate) const fn to_bits(self) -> u64 {
        (self.0 as u64) ^ (1 << 63)
    }

    /// Undoes [`Time::to_bits`].
    #[inline]
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self((bits ^ (1 << 63)) as i64)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest span there is.
    pub const MAX: Self = Self(i64::MAX);

    /// A span of nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A span of microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// A span of milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// A span of seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// A span of minutes.
    pub const fn from_mins(mins: i64) -> Self {
        Self(mins.saturating_mul(60_000_000_000))
    }

    /// A span of hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600_000_000_000))
    }

    /// Its length in nanoseconds, negative if it points backwards.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whether it points backwards.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The same length, pointing forwards.
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Itself, or nothing where it points backwards: a delay cannot be negative.
    pub const fn or_zero(self) -> Self {
        if self.0 < 0 { Self(0) } else { self }
    }

    /// `times` as long.
    pub const fn times(self, times: i64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Span {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_instead_of_wrapping() {
        assert_eq!(Time::MAX + Span::from_nanos(1), Time::MAX);
        assert_eq!(Time::MIN - Span::from_nanos(1), Time::MIN);
        assert_eq!(Time::MAX - Time::MIN, Span::MAX);
        assert_eq!(-Span::from_nanos(i64::MIN), Span::MAX);
        assert_eq!(Span::from_hours(i64::MAX), Span::MAX);
    }

    #[test]
    fn bits_keep_the_order_over_the_whole_range() {
        let points = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX].map(Time);
        for pair in points.windows(2) {
            assert!(pair[0].to_bits() < pair[1].to_bits());
        }
        for point in points {
            assert_eq!(Time::from_bits(point.to_bits()), point);
        }
    }
}
