//! Moments as assertions write them: xs:dateTime in UTC (SAML core 2.0 section 1.3.3).

use std::fmt;

use crate::check::{Seconds, days_from_civil, utc};

/// A moment, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub seconds: Seconds,
    /// Nanoseconds of the second.
    pub nanos: u32,
}

impl Instant {
    /// A whole second.
    pub const fn from_seconds(seconds: Seconds) -> Instant {
        Instant { seconds, nanos: 0 }
    }

    /// Nanoseconds since 1970.
    pub fn nanoseconds(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }

    /// Reads xs:dateTime (XML Schema part 2 section 3.2.7). A time without a zone is UTC; digits beyond the
    /// nanosecond are cut. None where the text is no such time, or of a year outside 1 to 9999.
    pub fn parse(text: &str) -> Option<Instant> {
        let text = text.trim_matches([' ', '\t', '\n', '\r']);
        let (date, time) = text.split_once('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let (time, offset) = zone(time)?;
        let (time, fraction) = time.split_once('.').map_or((time, None), |(t, f)| (t, Some(f)));
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        let nanos = fraction.map_or(Some(0), nanoseconds)?;
        let midnight_after = (hour, minute, second, nanos) == (24, 0, 0, 0);
        let legal = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (hour <= 23 || midnight_after)
            && minute <= 59
            && second <= 59;
        let days = legal.then(|| days_from_civil(year, month as u8, day as u8))?;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
        Some(Instant { seconds, nanos })
    }
}

/// The time without its zone, and the zone's offset from UTC (s).
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(place) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (time, zone) = time.split_at(place);
    let [hours, minutes] = numbers(zone.get(1..)?, ':', [2, 2])?;
    let legal = minutes <= 59 && hours * 60 + minutes <= 14 * 60;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    legal.then_some((time, sign * (hours * 3_600 + minutes * 60)))
}

/// As many numbers as lengths, of so many digits each.
fn numbers<const N: usize>(text: &str, between: char, lengths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(between);
    let mut numbers = [0; N];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let part = parts.next().filter(|part| part.len() == length)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        *number = digits.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<9}").get(..9)?.parse().ok()
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Instant {
    /// To the second, in 20 characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&utc(self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, u32)> {
        Instant::parse(text).map(|instant| (instant.to_string(), instant.nanos))
    }

    #[test]
    fn times_are_read_as_the_schema_writes_them() {
        let is = |text: &str, expected: &str, nanos| {
            assert_eq!(parsed(text), Some((expected.to_owned(), nanos)), "{text}");
        };
        is("2026-06-15T12:00:00Z", "2026-06-15T12:00:00Z", 0);
        is("2026-06-15T12:00:00", "2026-06-15T12:00:00Z", 0);
        is(" 2026-06-15T12:00:00.1234567899Z\n", "2026-06-15T12:00:00Z", 123_456_789);
        is("2026-06-15T12:00:00+02:00", "2026-06-15T10:00:00Z", 0);
        is("2026-06-15T12:00:00-14:00", "2026-06-16T02:00:00Z", 0);
        is("2026-06-15T24:00:00Z", "2026-06-16T00:00:00Z", 0);
        is("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", 0);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026-06-15",
            "2026-06-15 12:00:00Z",
            "2026-6-15T12:00:00Z",
            "2026-13-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-06-15T24:00:01Z",
            "2026-06-15T12:60:00Z",
            "2026-06-15T12:00:60Z",
            "2026-06-15T12:00:00.Z",
            "2026-06-15T12:00Z",
            "2026-06-15T12:00:00+15:00",
            "0000-01-01T00:00:00Z",
            "-2026-06-15T12:00:00Z",
            "2026-06-15T12:00:00z",
            "+2026-06-15T12:00:00Z",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
