//! Lengths of time as scenario files write them, exact to the nanosecond.

use std::fmt;
use std::str::FromStr;

use super::text::{ScalarError, text_scalar};
use super::words::{shortened, suggestion};

/// Units of a duration, the largest first, with their nanoseconds.
const UNITS: [(&str, i64); 7] = [
    ("d", 86_400 * SECOND),
    ("h", 3600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1000),
    ("ns", 1),
];
pub(super) const SECOND: i64 = 1_000_000_000;

/// A length of time, zero or more: `10m`, `1.5s`, `1h30m`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    nanoseconds: i64,
}

text_scalar!(
    Duration,
    "a duration such as \"10m\" or \"1.5s\"",
    "A length of time: a number and a unit (ns, us, ms, s, m, h, d) such as \"10m\" or \"1.5s\", or several of them, the largest unit first, such as \"1h30m\"."
);

/// A length of time forwards or backwards: `6m`, `-1.5s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset {
    nanoseconds: i64,
}

text_scalar!(
    Offset,
    "an offset such as \"6m\" or \"-1.5s\"",
    "A length of time with a direction: a duration such as \"6m\", or \"-6m\" for backwards."
);

impl Duration {
    /// No time.
    pub const ZERO: Duration = Duration { nanoseconds: 0 };

    /// From nanoseconds; none if negative.
    pub const fn from_nanoseconds(nanoseconds: i64) -> Option<Duration> {
        if nanoseconds < 0 { None } else { Some(Duration { nanoseconds }) }
    }

    /// From whole seconds, for the defaults of the model; more than 292 years are cut.
    pub const fn from_seconds(seconds: u32) -> Duration {
        Duration { nanoseconds: (seconds as i64).saturating_mul(SECOND) }
    }

    /// In nanoseconds; zero or more.
    pub const fn nanoseconds(self) -> i64 {
        self.nanoseconds
    }
}

impl Offset {
    /// From nanoseconds; `i64::MIN` is cut to the value above it, so that every offset can be negated.
    pub const fn from_nanoseconds(nanoseconds: i64) -> Offset {
        let nanoseconds = if nanoseconds == i64::MIN { i64::MIN + 1 } else { nanoseconds };
        Offset { nanoseconds }
    }

    /// In nanoseconds; negative for backwards.
    pub const fn nanoseconds(self) -> i64 {
        self.nanoseconds
    }
}

/// Writes a number of nanoseconds with the largest units first: `1h30m`, `1.5s`, `250ms`.
fn write_duration(f: &mut fmt::Formatter<'_>, nanoseconds: u64) -> fmt::Result {
    let second = SECOND.unsigned_abs();
    let mut rest = nanoseconds;
    for (unit, size) in UNITS {
        let size = size.unsigned_abs();
        let is_last = size <= second && rest >= size;
        if is_last {
            write!(f, "{}{}{unit}", rest / size, fraction(rest % size, size))?;
            return Ok(());
        }
        if rest >= size {
            write!(f, "{}{unit}", rest / size)?;
            rest %= size;
        }
    }
    if nanoseconds == 0 { f.write_str("0s") } else { Ok(()) }
}

/// `.5` for half of a power of ten, nothing for nothing.
pub(super) fn fraction(rest: u64, size: u64) -> String {
    if rest == 0 {
        return String::new();
    }
    let width = size.checked_ilog10().unwrap_or_default() as usize;
    let digits = format!("{rest:0width$}");
    format!(".{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_duration(f, self.nanoseconds.unsigned_abs())
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanoseconds < 0 {
            f.write_str("-")?;
        }
        write_duration(f, self.nanoseconds.unsigned_abs())
    }
}

impl FromStr for Duration {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Duration, ScalarError> {
        let wrong =
            |reason| ScalarError::new(text, "a duration such as \"10m\" or \"1.5s\"", reason);
        if text.starts_with('-') {
            return Err(wrong("it cannot be negative".to_owned()));
        }
        parse_duration(text).map_err(wrong)
    }
}

impl FromStr for Offset {
    type Err = ScalarError;

    fn from_str(text: &str) -> Result<Offset, ScalarError> {
        let wrong =
            |reason| ScalarError::new(text, "an offset such as \"6m\" or \"-1.5s\"", reason);
        let (sign, length) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
            (Some(length), _) => (-1, length),
            (_, Some(length)) => (1, length),
            _ => (1, text),
        };
        let duration = parse_duration(length).map_err(wrong)?;
        Ok(Offset { nanoseconds: sign * duration.nanoseconds })
    }
}

/// Numbers with units, the largest unit first; only the last number may have a fraction.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let mut total: i64 = 0;
    let mut rest = text;
    let mut largest = i64::MAX;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        if number.is_empty() {
            return Err("a number must come first".to_owned());
        }
        let letters = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (name, tail) = tail.split_at(letters);
        let size = unit(name)?;
        if size >= largest {
            return Err("units must come once each, the largest first".to_owned());
        }
        if number.contains('.') && !tail.is_empty() {
            return Err("only the last number may have a fraction".to_owned());
        }
        let nanoseconds = scaled(number, size)?;
        total = total.checked_add(nanoseconds).ok_or_else(too_long)?;
        if tail.is_empty() {
            return Ok(Duration { nanoseconds: total });
        }
        (rest, largest) = (tail, size);
    }
}

fn too_long() -> String {
    "it is longer than 292 years".to_owned()
}

fn unit(name: &str) -> Result<i64, String> {
    if let Some((_, size)) = UNITS.iter().find(|(unit, _)| *unit == name) {
        return Ok(*size);
    }
    let words = UNITS.map(|(unit, _)| unit);
    if name.is_empty() {
        return Err(format!("the unit is missing; units are {}", words.join(", ")));
    }
    // Of the short words only a difference in case is a likely slip.
    let near = words.into_iter().find(|unit| unit.eq_ignore_ascii_case(name));
    let help = near.and_then(|near| suggestion(near, [near]));
    let help = help.unwrap_or_else(|| format!("units are {}", words.join(", ")));
    Err(format!("unknown unit `{}`; {help}", shortened(name)))
}

/// A decimal number of units, in nanoseconds, if it is a whole number of them.
fn scaled(number: &str, size: i64) -> Result<i64, String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let odd = whole.is_empty() || fraction.contains('.') || number.ends_with('.');
    if odd {
        return Err("digits must stand on both sides of a single decimal point".to_owned());
    }
    let whole: i64 = whole.parse().map_err(|_| too_long())?;
    let total = whole.checked_mul(size).ok_or_else(too_long)?;
    let finer = || "it is finer than a nanosecond".to_owned();
    let significant = fraction.trim_end_matches('0');
    let digits = u32::try_from(significant.len()).unwrap_or(u32::MAX);
    if digits == 0 {
        return Ok(total);
    }
    let scale = 10i128.checked_pow(digits).filter(|_| digits <= 18).ok_or_else(finer)?;
    let part: i128 = significant.parse().map_err(|_| finer())?;
    let product = part * i128::from(size);
    if product % scale != 0 {
        return Err(finer());
    }
    let nanoseconds = i64::try_from(product / scale).map_err(|_| too_long())?;
    total.checked_add(nanoseconds).ok_or_else(too_long)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn durations_are_exact() {
        let table = [
            ("10m", 600 * SECOND, "10m"),
            ("1.5s", 1_500_000_000, "1.5s"),
            ("1h30m", 5400 * SECOND, "1h30m"),
            ("90s", 90 * SECOND, "1m30s"),
            ("0s", 0, "0s"),
            ("1.000000001s", 1_000_000_001, "1.000000001s"),
            ("0.5d", 43_200 * SECOND, "12h"),
            ("250us", 250_000, "250us"),
            ("1.250ms", 1_250_000, "1.25ms"),
            ("9223372036854775807ns", i64::MAX, "106751d23h47m16.854775807s"),
        ];
        for (text, nanoseconds, shown) in table {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration.nanoseconds(), nanoseconds, "{text}");
            assert_eq!(duration.to_string(), shown);
        }
        assert_eq!("-1.5s".parse::<Offset>().unwrap().nanoseconds(), -1_500_000_000);
        assert_eq!(Offset::from_nanoseconds(i64::MIN).nanoseconds(), -i64::MAX);
    }

    #[test]
    fn wrong_durations_say_why() {
        let table = [
            ("", "a number must come first"),
            ("m", "a number must come first"),
            ("10", "the unit is missing; units are d, h, m, s, ms, us, ns"),
            ("10x", "unknown unit `x`; units are d, h, m, s, ms, us, ns"),
            ("10M", "unknown unit `M`; did you mean `m`?"),
            ("1m1h", "units must come once each, the largest first"),
            ("1m1m", "units must come once each, the largest first"),
            ("1.5h3m", "only the last number may have a fraction"),
            ("1.5ns", "it is finer than a nanosecond"),
            ("1.s", "digits must stand on both sides of a single decimal point"),
            (".5s", "digits must stand on both sides of a single decimal point"),
            ("1.2.3s", "digits must stand on both sides of a single decimal point"),
            ("9223372036854775808ns", "it is longer than 292 years"),
            ("106752d", "it is longer than 292 years"),
            ("-1s", "it cannot be negative"),
        ];
        for (text, reason) in table {
            let error = text.parse::<Duration>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{text}` is not a duration such as \"10m\" or \"1.5s\": {reason}")
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(512) })]

        #[test]
        fn what_is_shown_reads_back(nanoseconds in any::<i64>()) {
            let offset = Offset::from_nanoseconds(nanoseconds);
            prop_assert_eq!(offset.to_string().parse::<Offset>().unwrap(), offset);
            let duration = Duration::from_nanoseconds(nanoseconds.saturating_abs()).unwrap();
            prop_assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
        }

        #[test]
        fn nothing_panics(text in "[-+0-9.dhmsun]{0,24}|.*") {
            let _ = text.parse::<Offset>();
            let _ = text.parse::<Duration>();
        }
    }
}
