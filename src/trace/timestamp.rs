//! Times as text: RFC 3339 in UTC, nanoseconds trimmed of trailing zeros, years 0001 to 9999.

use std::fmt;
use std::str::FromStr;

use crate::check::{civil, days_from_civil};

const NANOSECONDS: i64 = 1_000_000_000;
const SECONDS_OF_DAY: i64 = 86_400;
/// 0001-01-01T00:00:00Z.
const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// A point in time between the years 0001 and 9999, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
    nanoseconds: u32,
}

/// The text is not a time as traces write it, or the time is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time such as 2026-03-02T09:00:00.5Z (UTC, no zeros at the end of the fraction)")]
pub struct TimestampError;

impl Timestamp {
    /// Whole seconds since 1970 (towards the past) and the nanoseconds after them.
    ///
    /// None outside the years 0001 to 9999 or with a thousand million nanoseconds or more.
    pub fn new(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let valid =
            (FIRST_SECOND..=LAST_SECOND).contains(&seconds) && i64::from(nanoseconds) < NANOSECONDS;
        valid.then_some(Timestamp { seconds, nanoseconds })
    }

    /// From nanoseconds since 1970; each value is a time between the years 1677 and 2262.
    pub fn from_nanoseconds(nanoseconds: i64) -> Self {
        Timestamp {
            seconds: nanoseconds.div_euclid(NANOSECONDS),
            nanoseconds: nanoseconds.rem_euclid(NANOSECONDS) as u32,
        }
    }

    /// Nanoseconds since 1970. None where 64 bits do not hold them (before 1677, after 2262).
    pub fn to_nanoseconds(self) -> Option<i64> {
        let whole = i128::from(self.seconds) * i128::from(NANOSECONDS);
        i64::try_from(whole + i128::from(self.nanoseconds)).ok()
    }

    /// Appends the text.
    pub fn append_to(self, out: &mut Vec<u8>) {
        let (year, month, day) = civil(self.seconds.div_euclid(SECONDS_OF_DAY));
        let in_day = self.seconds.rem_euclid(SECONDS_OF_DAY) as u32;
        let year = year as u32;
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        for (at, number) in [
            (0, year / 100),
            (2, year % 100),
            (5, month.into()),
            (8, day.into()),
            (11, in_day / 3600),
            (14, in_day / 60 % 60),
            (17, in_day % 60),
        ] {
            put_pair(&mut text, at, number);
        }
        let length = put_fraction(&mut text, self.nanoseconds);
        text[length] = b'Z';
        out.extend_from_slice(&text[..=length]);
    }
}

/// Length of `0000-00-00T00:00:00`.
const WHOLE: usize = 19;

/// Puts two decimal digits of a number below 100.
fn put_pair(text: &mut [u8; 30], at: usize, number: u32) {
    text[at] = b'0' + (number / 10 % 10) as u8;
    text[at + 1] = b'0' + (number % 10) as u8;
}

/// Puts nine digits after the point; returns where the text ends without zeros, or without the point.
fn put_fraction(text: &mut [u8; 30], nanoseconds: u32) -> usize {
    if nanoseconds == 0 {
        return WHOLE;
    }
    for (at, divisor) in [(20, 10_000_000), (22, 100_000), (24, 1000), (26, 10)] {
        put_pair(text, at, nanoseconds / divisor % 100);
    }
    text[28] = b'0' + (nanoseconds % 10) as u8;
    let mut length = text.len() - 1;
    while text[length - 1] == b'0' {
        length -= 1;
    }
    length
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(30);
        self.append_to(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Accepts exactly what [`Timestamp::append_to`] writes.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        parse(text.as_bytes()).ok_or(TimestampError)
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let (date_time, fraction) = text.split_at_checked(19)?;
    let number = |range: std::ops::Range<usize>| digits(&date_time[range]);
    for (at, expected) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if date_time[at] != expected {
            return None;
        }
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let date = (i64::from(year), month as u8, day as u8);
    let days = days_from_civil(date.0, date.1, date.2);
    // A day that the month does not have comes back as another date.
    if civil(days) != date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let in_day = i64::from(hour * 3600 + minute * 60 + second);
    Timestamp::new(days * SECONDS_OF_DAY + in_day, parse_fraction(fraction)?)
}

fn parse_fraction(text: &[u8]) -> Option<u32> {
    match text.strip_suffix(b"Z")? {
        [] => Some(0),
        [b'.', fraction @ ..] if (1..=9).contains(&fraction.len()) && !fraction.ends_with(b"0") => {
            let missing = 9 - fraction.len() as u32;
            Some(digits(fraction)? * 10_u32.pow(missing))
        }
        _ => None,
    }
}

/// The number of at most nine decimal digits.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_at_the_edges() {
        for (seconds, nanoseconds, text) in [
            (FIRST_SECOND, 0, "0001-01-01T00:00:00Z"),
            (LAST_SECOND, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
            (1_772_442_000, 0, "2026-03-02T09:00:00Z"),
            (1_772_442_000, 500_000_000, "2026-03-02T09:00:00.5Z"),
            (1_772_442_000, 1, "2026-03-02T09:00:00.000000001Z"),
            (1_772_442_000, 10_000_010, "2026-03-02T09:00:00.01000001Z"),
            (951_782_400, 0, "2000-02-29T00:00:00Z"),
            (-1, 100, "1969-12-31T23:59:59.0000001Z"),
        ] {
            let time = Timestamp::new(seconds, nanoseconds).unwrap();
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
        }
        assert_eq!(Timestamp::new(FIRST_SECOND - 1, 0), None);
        assert_eq!(Timestamp::new(LAST_SECOND + 1, 0), None);
        assert_eq!(Timestamp::new(0, 1_000_000_000), None);
    }

    #[test]
    fn sixty_four_bits_of_nanoseconds_have_edges() {
        for (nanoseconds, text) in [
            (i64::MIN, "1677-09-21T00:12:43.145224192Z"),
            (i64::MAX, "2262-04-11T23:47:16.854775807Z"),
        ] {
            let time = Timestamp::from_nanoseconds(nanoseconds);
            assert_eq!(time.to_string(), text);
            assert_eq!(time.to_nanoseconds(), Some(nanoseconds));
        }
        for beyond in ["1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z"] {
            assert_eq!(beyond.parse::<Timestamp>().unwrap().to_nanoseconds(), None);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "Z",
            "2026-03-02T09:00:00",
            "2026-03-02 09:00:00Z",
            "2026-03-02T09:00:00.Z",
            "2026-03-02T09:00:00.50Z",
            "2026-03-02T09:00:00.0Z",
            "2026-03-02T09:00:00+00:00",
            "2026-03-02T09:00:00.1234567891Z",
            "2026-02-29T09:00:00Z",
            "2026-13-01T09:00:00Z",
            "2026-00-01T09:00:00Z",
            "2026-01-00T09:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T23:60:00Z",
            "2026-01-01T23:59:60Z",
            "0000-01-01T00:00:00Z",
            "2026-03-02T09:00:00.+5Z",
            "+026-03-02T09:00:00Z",
            "２026-03-02T09:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_time_comes_back(seconds in FIRST_SECOND..=LAST_SECOND, nanoseconds in 0..1_000_000_000_u32) {
            let time = Timestamp::new(seconds, nanoseconds).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn any_text_is_refused_or_comes_back(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z|\\PC{0,40}") {
            if let Ok(time) = text.parse::<Timestamp>() {
                prop_assert_eq!(time.to_string(), text);
            }
        }
    }
}
