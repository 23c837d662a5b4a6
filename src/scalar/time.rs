//! Dates and times as scenario files write them, exact to the nanosecond.
//!
//! Instants count nanoseconds since 1970-01-01T00:00:00Z in an `i64`, which reaches from 1677 to 2262.
//! Days have 86 400 seconds: there are no leap seconds in a scenario.

use std::fmt;
use std::str::FromStr;

use crate::check::{civil, days_from_civil};

use super::duration::{Duration, SECOND, fraction, parse_duration};
use super::text::{ScalarError, text_scalar};

pub(super) const DAY: i64 = 86_400 * SECOND;

/// A day: `2026-03-02`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i64,
}

text_scalar!(
    Date,
    "a date such as \"2026-03-02\"",
    "A day such as \"2026-03-02\", from 1678 to 2261."
);

/// An instant: `2026-03-02T09:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    nanoseconds: i64,
}

text_scalar!(
    Timestamp,
    "a date and time such as \"2026-03-02T09:00:00Z\"",
    "A date and time in UTC such as \"2026-03-02T09:00:00Z\", with up to nine digits behind the seconds."
);

/// When a step of a script happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScriptTime {
    /// `09:00:00`: on the day of the scenario, in nanoseconds since midnight UTC.
    Daytime(i64),
    /// `2026-03-02T09:00:00Z`.
    At(Timestamp),
    /// `+6m`: so long after the previous step.
    After(Duration),
}

text_scalar!(
    ScriptTime,
    "a time such as \"09:00:00\", \"2026-03-02T09:00:00Z\" or \"+6m\"",
    "A time: \"09:00:00\" on the day of the scenario, \"2026-03-02T09:00:00Z\", or \"+6m\" after the previous step. Up to nine digits may stand behind the seconds."
);

impl Date {
    /// The day so many days after 1970-01-01, for defaults of the model.
    pub const fn from_days(days: i64) -> Date {
        Date { days }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.days
    }

    /// The instant so many nanoseconds after this day's midnight UTC.
    pub fn at(self, since_midnight: i64) -> Option<Timestamp> {
        let nanoseconds = self.days.checked_mul(DAY)?.checked_add(since_midnight)?;
        Some(Timestamp { nanoseconds })
    }
}

impl Timestamp {
    /// From nanoseconds since 1970-01-01T00:00:00Z.
    pub const fn from_nanoseconds(nanoseconds: i64) -> Timestamp {
        Timestamp { nanoseconds }
    }

    /// In nanoseconds since 1970-01-01T00:00:00Z.
    pub const fn nanoseconds(self) -> i64 {
        self.nanoseconds
    }
}

impl ScriptTime {
    /// The instant, given the day of the scenario and the instant of the previous step; none if it is
    /// out of range.
    pub fn resolve(self, date: Date, previous: Timestamp) -> Option<Timestamp> {
        match self {
            ScriptTime::Daytime(since_midnight) => date.at(since_midnight),
            ScriptTime::At(time) => Some(time),
            ScriptTime::After(duration) => {
                let nanoseconds = previous.nanoseconds.checked_add(duration.nanoseconds())?;
                Some(Timestamp { nanoseconds })
            }
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.days);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = Date { days: self.nanoseconds.div_euclid(DAY) };
        write!(f, "{date}T")?;
        write_daytime(f, self.nanoseconds.rem_euclid(DAY))?;
        f.write_str("Z")
    }
}

impl fmt::Display for ScriptTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScriptTime::Daytime(since_midnight) => write_daytime(f, *since_midnight),
            ScriptTime::At(time) => time.fmt(f),
            ScriptTime::After(duration) => write!(f, "+{duration}"),
        }
    }
}

fn write_daytime(f: &mut fmt::Formatter<'_>, since_midnight: i64) -> fmt::Result {
    let seconds = since_midnight / SECOND;
    let rest = fraction((since_midnight % SECOND).unsigned_abs(), SECOND.unsigned_abs());
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(f, "{hour:02}:{minute:02}:{second:02}{rest}")
}

impl FromStr for Date {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Date, ScalarError> {
        let wrong = |reason| ScalarError::new(text, "a date such as \"2026-03-02\"", reason);
        parse_date(text).map(|days| Date { days }).map_err(wrong)
    }
}

impl FromStr for Timestamp {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Timestamp, ScalarError> {
        let kind = "a date and time such as \"2026-03-02T09:00:00Z\"";
        parse_timestamp(text).map_err(|reason| ScalarError::new(text, kind, reason))
    }
}

impl FromStr for ScriptTime {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<ScriptTime, ScalarError> {
        let kind = "a time such as \"09:00:00\", \"2026-03-02T09:00:00Z\" or \"+6m\"";
        let time = if let Some(duration) = text.strip_prefix('+') {
            parse_duration(duration).map(ScriptTime::After)
        } else if text.contains('T') {
            parse_timestamp(text).map(ScriptTime::At)
        } else {
            parse_daytime(text).map(ScriptTime::Daytime)
        };
        time.map_err(|reason| ScalarError::new(text, kind, reason))
    }
}

fn parse_timestamp(text: &str) -> Result<Timestamp, String> {
    let missing = |letter| format!("`{letter}` is missing");
    let (date, time) = text.split_once('T').ok_or_else(|| missing("T"))?;
    let time = time.strip_suffix('Z').ok_or_else(|| missing("Z"))?;
    let date = Date { days: parse_date(date)? };
    date.at(parse_daytime(time)?).ok_or_else(|| "it is out of range".to_owned())
}

pub(super) fn parse_date(text: &str) -> Result<i64, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return Err("write year, month and day as YYYY-MM-DD".to_owned());
    };
    let year = i64::from(digits(year, 4, 1678, 2261, "year")?);
    let month = digits(month, 2, 1, 12, "month")?;
    let length = month_length(year, month);
    let day = digits(day, 2, 1, length, "day")?;
    let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    Ok(days_from_civil(year, small(month), small(day)))
}

fn month_length(year: i64, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Nanoseconds since midnight.
pub(super) fn parse_daytime(text: &str) -> Result<i64, String> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else {
        return Err("write hours, minutes and seconds as HH:MM:SS".to_owned());
    };
    let hour = digits(hour, 2, 0, 23, "hour")?;
    let minute = digits(minute, 2, 0, 59, "minute")?;
    let second = digits(second, 2, 0, 59, "second")?;
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    let nanoseconds = match fraction {
        None => 0,
        Some(digits)
            if (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            format!("{digits:0<9}").parse().unwrap_or_default()
        }
        Some(_) => return Err("one to nine digits may stand behind the seconds".to_owned()),
    };
    Ok(seconds * SECOND + nanoseconds)
}

/// A number of exactly `width` digits from `least` to `most`.
fn digits(text: &str, width: usize, least: u32, most: u32, what: &str) -> Result<u32, String> {
    if text.len() != width || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("the {what} must have {width} digits"));
    }
    let number: u32 = text.parse().unwrap_or(u32::MAX);
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(format!("the {what} must be from {least:0width$} to {most:0width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn times_resolve_against_the_day_and_the_previous_step() {
        let date: Date = "2026-03-02".parse().unwrap();
        let nine: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let table = [
            ("09:00:00", "2026-03-02T09:00:00Z"),
            ("23:59:59.999999999", "2026-03-02T23:59:59.999999999Z"),
            ("+6m", "2026-03-02T09:06:00Z"),
            ("2024-02-29T00:00:00.5Z", "2024-02-29T00:00:00.5Z"),
        ];
        for (text, instant) in table {
            let time: ScriptTime = text.parse().unwrap();
            assert_eq!(time.resolve(date, nine).unwrap().to_string(), instant);
            assert_eq!(time.to_string(), text);
        }
        let last = Timestamp::from_nanoseconds(i64::MAX);
        assert_eq!("+1ns".parse::<ScriptTime>().unwrap().resolve(date, last), None);
    }

    #[test]
    fn impossible_times_are_refused() {
        let wrong =
            ["24:00:00", "09:60:00", "09:00:60", "9:00:00", "09:00", "09:00:00.", "", "now"];
        for text in wrong.into_iter().chain([
            "09:00:00.1234567890",
            "+",
            "2026-02-29T00:00:00Z",
            "2026-03-02T09:00:00",
        ]) {
            assert!(text.parse::<ScriptTime>().is_err(), "{text}");
        }
        for text in ["2026-13-01", "2026-00-01", "2026-04-31", "1677-01-01", "2262-01-01", "26-1-1"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!(
            "2026-02-30".parse::<Date>().unwrap_err().to_string(),
            "`2026-02-30` is not a date such as \"2026-03-02\": the day must be from 01 to 28"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(512) })]

        #[test]
        fn what_is_shown_reads_back(nanoseconds in any::<i64>(), days in -106_000i64..106_000) {
            let date = Date { days };
            prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
            let time = date.at(nanoseconds.rem_euclid(DAY)).unwrap();
            prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
            let step = ScriptTime::Daytime(nanoseconds.rem_euclid(DAY));
            prop_assert_eq!(step.to_string().parse::<ScriptTime>().unwrap(), step);
        }

        #[test]
        fn nothing_panics(text in "[-+0-9.:TZdhmsun]{0,24}|.*") {
            let _ = text.parse::<ScriptTime>();
            let _ = text.parse::<Date>();
        }
    }
}
