//! Instants as a person types them at a command: RFC 3339, or `@` and seconds since 1970.

use std::fmt;
use std::str::FromStr;

use super::duration::SECOND;
use super::text::ScalarError;
use super::time::{DAY, Timestamp, parse_date, parse_daytime};

const KIND: &str = "a time such as \"2026-03-02T09:00:00Z\" or \"@1772442000\"";

/// An instant: `2026-03-02T09:00:00Z`, `2026-03-02T10:00:00.5+01:00`, `@1772442000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Timestamp);

impl Moment {
    /// Whole seconds since 1970-01-01T00:00:00Z, towards the past.
    pub fn seconds(self) -> i64 {
        self.0.nanoseconds().div_euclid(SECOND)
    }

    /// Microseconds behind the whole second, the rest cut.
    pub fn micros(self) -> u32 {
        (self.0.nanoseconds().rem_euclid(SECOND) / 1_000) as u32
    }

    /// Nanoseconds behind the whole second.
    pub fn nanos(self) -> u32 {
        self.0.nanoseconds().rem_euclid(SECOND) as u32
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Moment {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Moment, ScalarError> {
        let nanoseconds = match text.strip_prefix('@') {
            Some(seconds) => since_1970(seconds),
            None => date_time(text),
        };
        let nanoseconds = nanoseconds.map_err(|reason| ScalarError::new(text, KIND, reason))?;
        Ok(Moment(Timestamp::from_nanoseconds(nanoseconds)))
    }
}

/// `1772442000`, also with a sign in front and a fraction behind.
fn since_1970(text: &str) -> Result<i64, String> {
    let (digits, negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !number(whole) || !number(fraction) || fraction.len() > 9 {
        return Err(
            "write `@` and seconds since 1970, with up to nine digits behind a point".into()
        );
    }
    let fraction: i64 = format!("{fraction:0<9}").parse().unwrap_or_default();
    let seconds = whole.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(SECOND));
    let nanoseconds = seconds.and_then(|seconds| seconds.checked_add(fraction));
    let nanoseconds = nanoseconds.ok_or_else(|| "it is out of range".to_owned())?;
    Ok(if negative { -nanoseconds } else { nanoseconds })
}

/// RFC 3339 section 5.6: `T` and `Z` may be small, a blank may stand for `T`.
fn date_time(text: &str) -> Result<i64, String> {
    let (date, time) = text.split_once(['T', 't', ' ']).ok_or_else(|| {
        "write date, `T`, time and zone, or `@` and seconds since 1970".to_owned()
    })?;
    let (time, east) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, 0),
        None => zone(time)?,
    };
    let midnight = parse_date(date)?.checked_mul(DAY);
    let since_midnight = parse_daytime(time)?;
    let nanoseconds = midnight.and_then(|midnight| midnight.checked_add(since_midnight - east));
    nanoseconds.ok_or_else(|| "it is out of range".to_owned())
}

/// Takes the offset off the end of a time of day: `+01:00`, in nanoseconds east of UTC.
fn zone(time: &str) -> Result<(&str, i64), String> {
    let missing = || "the zone is missing: `Z` for UTC, or an offset such as `+01:00`".to_owned();
    let at = time.rfind(['+', '-']).ok_or_else(missing)?;
    let (time, offset) = time.split_at(at);
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(offset) => (-1, offset),
        None => (1, offset.trim_start_matches('+')),
    };
    let east = (offset.len() == 5).then(|| parse_daytime(&format!("{offset}:00")));
    let east = east.ok_or_else(|| "write the offset as +HH:MM".to_owned())?;
    let east = east.map_err(|reason| format!("in the offset, {reason}"))?;
    Ok((time, sign * east))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn one_instant_has_many_spellings() {
        for text in [
            "2026-03-02T09:00:00Z",
            "2026-03-02t09:00:00z",
            "2026-03-02 09:00:00Z",
            "2026-03-02T10:30:00+01:30",
            "2026-03-01T21:00:00-12:00",
            "2026-03-02T09:00:00-00:00",
            "2026-03-02T09:00:00.000000Z",
            "@1772442000",
            "@1772442000.0",
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!((moment.seconds(), moment.micros()), (1_772_442_000, 0), "{text}");
            assert_eq!(moment.to_string(), "2026-03-02T09:00:00Z");
        }
        for (text, seconds, micros) in [
            ("@0.999999999", 0, 999_999),
            ("@-1", -1, 0),
            ("@-0.25", -1, 750_000),
            ("1969-12-31T23:59:59.5Z", -1, 500_000),
            ("@4294967296", 4_294_967_296, 0),
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!((moment.seconds(), moment.micros()), (seconds, micros), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_told_why() {
        for (text, reason) in [
            ("2026-03-02T09:00:00", "the zone is missing"),
            ("2026-03-02T09:00:00+1:00", "write the offset as +HH:MM"),
            ("2026-03-02T09:00:00+24:00", "in the offset, the hour must be from 00 to 23"),
            ("2026-03-02T09:00:00+01:60", "in the offset, the minute"),
            ("2026-02-30T09:00:00Z", "the day must be from 01 to 28"),
            ("2026-03-02T09:00:60Z", "the second must be from 00 to 59"),
            ("2026-03-02", "write date, `T`, time and zone"),
            ("09:00:00", "write date, `T`, time and zone"),
            ("now", "write date, `T`, time and zone"),
            ("1772442000", "`@` and seconds since 1970"),
            ("", "write date"),
            ("@", "write `@` and seconds"),
            ("@1e9", "write `@` and seconds"),
            ("@1.", "write `@` and seconds"),
            ("@--1", "write `@` and seconds"),
            ("@+1", "write `@` and seconds"),
            ("@9223372037", "it is out of range"),
            ("@99999999999999999999", "it is out of range"),
        ] {
            let error = text.parse::<Moment>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(512) })]

        #[test]
        fn what_is_shown_reads_back(seconds in -9_000_000_000i64..9_000_000_000, nanos in 0i64..SECOND) {
            let shown = Moment(Timestamp::from_nanoseconds(seconds * SECOND + nanos));
            prop_assert_eq!(shown.to_string().parse::<Moment>().unwrap(), shown);
        }

        #[test]
        fn nothing_panics(text in "@?[-+0-9.:TZ ]{0,28}|\\PC*") {
            let _ = text.parse::<Moment>();
        }
    }
}
