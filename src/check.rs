//! The one way to decide anything.
//!
//! A decision compares two things under a [`Rule`] and is the value of a [`Check`]: the rule with its
//! source, both values as a person reads them, the limit, the rounding, the verdict and, for ordered
//! values, the margin. Nothing in regionsim compares times, keys, names, access or counts anywhere
//! else, so that nothing can be narrated after the fact. This module knows nobody.

use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A public document says so: the source of the rule.
    Documented,
    /// Chosen so that the model is complete; shown wherever it decides something.
    Assumed,
}

impl Mark {
    /// The word that traces and tables use.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Documented => "documented",
            Mark::Assumed => "assumed",
        }
    }
}

/// A rule that a decision applies.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// Short stable name, dotted: `kerberos.ticket-end`.
    pub id: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// Document and section.
    pub source: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
}

/// Declares rules, one a line (name, mark, id, source, text), and the list `ALL` of them.
macro_rules! rules {
    ($($name:ident $mark:ident $id:literal $source:literal $text:literal)*) => {
        $(
            #[doc = $text]
            pub(crate) static $name: $crate::check::Rule = $crate::check::Rule {
                id: $id,
                text: $text,
                source: $source,
                mark: $crate::check::Mark::$mark,
            };
        )*

        /// Every rule of this module, in the order of the steps that apply them.
        pub(crate) static ALL: &[&$crate::check::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// How values were rounded before they were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Compared as they are.
    Exact,
    /// Cut to whole seconds, towards the past.
    WholeSeconds,
}

/// The unit of a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds of time.
    Seconds,
    /// Bytes of data.
    Bytes,
    /// Levels of access (NONE, EXECUTE, READ, UPDATE, CONTROL, ALTER).
    AccessLevels,
    /// Things counted.
    Count,
}

impl Unit {
    /// The word that traces and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Bytes => "bytes",
            Unit::AccessLevels => "levels",
            Unit::Count => "",
        }
    }
}

/// How far a comparison was from its limit: zero or more passed, less than zero failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin {
    /// In [`Margin::unit`].
    pub value: i64,
    /// The unit of `value`.
    pub unit: Unit,
}

/// A value as a person reads it, with the name of what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// What it is: `authenticator time`.
    pub name: &'static str,
    /// Its text: `2026-03-02T09:00:01Z`. Never a secret.
    pub value: Cow<'static, str>,
}

impl Operand {
    /// Names a value.
    pub fn new(name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        Operand { name, value: value.into() }
    }
}

/// A decision that compared two things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The rule that was applied.
    pub rule: &'static Rule,
    /// What was judged.
    pub subject: Operand,
    /// What it was judged against.
    pub against: Operand,
    /// The limit of the comparison, where there is one: `300 s`.
    pub limit: Option<Cow<'static, str>>,
    /// How the values were rounded first.
    pub rounding: Rounding,
    /// Whether the rule was satisfied.
    pub passed: bool,
    /// For ordered values, the distance from the limit.
    pub margin: Option<Margin>,
    /// What else a person needs to see it whole: whose access to what, and by which profile.
    pub about: Vec<Operand>,
}

/// Time as checks see it: whole seconds since 1970-01-01T00:00:00Z, by one system's clock.
pub type Seconds = i64;

impl Check {
    /// `subject` must equal `against`.
    pub fn equal<T: PartialEq>(
        rule: &'static Rule,
        subject: (Operand, &T),
        against: (Operand, &T),
    ) -> Check {
        Check::plain(rule, subject.0, against.0, subject.1 == against.1)
    }

    /// The rule holds or not; the two operands say what was looked at.
    pub fn holds(rule: &'static Rule, subject: Operand, against: Operand, holds: bool) -> Check {
        Check::plain(rule, subject, against, holds)
    }

    /// Two times, in whole seconds, must be at most `limit` seconds apart, in either direction.
    pub fn within_seconds(
        rule: &'static Rule,
        subject: (&'static str, Seconds),
        against: (&'static str, Seconds),
        limit: i64,
    ) -> Check {
        let apart = i64::try_from(subject.1.abs_diff(against.1)).unwrap_or(i64::MAX);
        Check::seconds(rule, subject, against, limit, limit.saturating_sub(apart))
    }

    /// `subject` must not be later than `against` by more than `limit` seconds.
    pub fn not_after_seconds(
        rule: &'static Rule,
        subject: (&'static str, Seconds),
        against: (&'static str, Seconds),
        limit: i64,
    ) -> Check {
        let late = subject.1.saturating_sub(against.1);
        Check::seconds(rule, subject, against, limit, limit.saturating_sub(late))
    }

    /// `subject` must be at least `least`.
    pub fn at_least(
        rule: &'static Rule,
        subject: (Operand, i64),
        least: (Operand, i64),
        unit: Unit,
    ) -> Check {
        Check::ordered(rule, subject.0, least.0, subject.1.saturating_sub(least.1), unit)
    }

    /// `subject` must be at most `most`.
    pub fn at_most(
        rule: &'static Rule,
        subject: (Operand, i64),
        most: (Operand, i64),
        unit: Unit,
    ) -> Check {
        Check::ordered(rule, subject.0, most.0, most.1.saturating_sub(subject.1), unit)
    }

    /// `subject` must be in the range; the margin is the distance from its nearer end.
    pub fn between(
        rule: &'static Rule,
        subject: (Operand, i64),
        range: (&'static str, RangeInclusive<i64>),
        unit: Unit,
    ) -> Check {
        let (least, most) = range.1.into_inner();
        let margin = subject.1.saturating_sub(least).min(most.saturating_sub(subject.1));
        let against = Operand::new(range.0, format!("{least} to {most}"));
        Check::ordered(rule, subject.0, against, margin, unit)
    }

    /// Two moments, compared to the nanosecond. `left` is how much time there is to the limit (ns);
    /// negative: it is past. The margin counts whole seconds, downwards, so that it is negative for the
    /// smallest part of a second too late.
    pub fn moments(
        rule: &'static Rule,
        subject: Operand,
        against: Operand,
        limit: Option<String>,
        left: i128,
    ) -> Check {
        let seconds = left.div_euclid(1_000_000_000);
        let edge = if seconds < 0 { i64::MIN } else { i64::MAX };
        let margin = i64::try_from(seconds).unwrap_or(edge);
        Check {
            limit: limit.map(Cow::Owned),
            ..Check::ordered(rule, subject, against, margin, Unit::Seconds)
        }
    }

    /// Adds what else a person needs to see the decision whole.
    #[must_use]
    pub fn about(mut self, facts: impl IntoIterator<Item = Operand>) -> Check {
        self.about.extend(facts);
        self
    }

    fn plain(rule: &'static Rule, subject: Operand, against: Operand, passed: bool) -> Check {
        Check {
            rule,
            subject,
            against,
            limit: None,
            rounding: Rounding::Exact,
            passed,
            margin: None,
            about: Vec::new(),
        }
    }

    fn ordered(
        rule: &'static Rule,
        subject: Operand,
        against: Operand,
        margin: i64,
        unit: Unit,
    ) -> Check {
        let margin = Margin { value: margin, unit };
        Check { margin: Some(margin), ..Check::plain(rule, subject, against, margin.value >= 0) }
    }

    fn seconds(
        rule: &'static Rule,
        subject: (&'static str, Seconds),
        against: (&'static str, Seconds),
        limit: i64,
        margin: i64,
    ) -> Check {
        let subject = Operand::new(subject.0, utc(subject.1));
        let against = Operand::new(against.0, utc(against.1));
        Check {
            limit: Some(format!("{limit} s").into()),
            rounding: Rounding::WholeSeconds,
            ..Check::ordered(rule, subject, against, margin, Unit::Seconds)
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.passed { "passed" } else { "failed" };
        let Check { subject, against, .. } = self;
        write!(f, "{} {verdict}: {} {}", self.rule.id, subject.name, subject.value)?;
        write!(f, " against {} {}", against.name, against.value)?;
        if let Some(limit) = &self.limit {
            write!(f, ", limit {limit}")?;
        }
        if let Some(Margin { value, unit }) = self.margin {
            write!(f, ", margin {value} {}", unit.word())?;
        }
        Ok(())
    }
}

/// The decisions of one piece of work, in the order in which they were taken.
///
/// Protocol code pushes every decision here and asks [`Checks::decide`] for its value, so that the
/// caller can put all of them into the trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    taken: Vec<Check>,
}

impl Checks {
    /// No decision yet.
    pub fn new() -> Self {
        Checks::default()
    }

    /// Records the decision and returns its verdict.
    #[must_use]
    pub fn decide(&mut self, check: Check) -> bool {
        let passed = check.passed;
        self.taken.push(check);
        passed
    }

    /// The decisions so far.
    pub fn taken(&self) -> &[Check] {
        &self.taken
    }

    /// Takes the decisions out.
    pub fn into_taken(self) -> Vec<Check> {
        self.taken
    }
}

/// RFC 3339 text of whole seconds since 1970, UTC. Years 0 to 9999; beyond them the number of seconds.
pub fn utc(seconds: Seconds) -> String {
    let days = seconds.div_euclid(86_400);
    let in_day = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(days);
    if !(0..=9999).contains(&year) {
        return format!("@{seconds}");
    }
    // By hand: most checks hold two of these, and `format!` would be most of their cost.
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut pair = |at: usize, number: i64| {
        if let Some([tens, units]) = text.get_mut(at..at + 2) {
            (*tens, *units) = (b'0' + number as u8 / 10, b'0' + number as u8 % 10);
        }
    };
    pair(0, year / 100);
    pair(2, year % 100);
    pair(5, month.into());
    pair(8, day.into());
    pair(11, in_day / 3600);
    pair(14, in_day / 60 % 60);
    pair(17, in_day % 60);
    String::from_utf8(text.to_vec()).unwrap_or_default()
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar).
///
/// Counts from 0000-03-01 in eras of 400 years, so that the leap day ends a year.
pub fn civil(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

/// Days since 1970-01-01 of a calendar date; the inverse of [`civil`].
pub fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule =
        Rule { id: "test.rule", text: "A rule.", source: "none", mark: Mark::Assumed };

    #[test]
    fn limits_are_inclusive_and_margins_count_down_to_them() {
        for (apart, passed, margin) in [(299, true, 1), (300, true, 0), (301, false, -1)] {
            for sign in [-1, 1] {
                let check = Check::within_seconds(&RULE, ("a", sign * apart), ("b", 0), 300);
                assert_eq!(check.passed, passed);
                assert_eq!(check.margin, Some(Margin { value: margin, unit: Unit::Seconds }));
            }
        }
        let early = Check::not_after_seconds(&RULE, ("a", 0), ("b", 100), 10);
        assert!(early.passed);
        assert_eq!(early.margin.unwrap().value, 110);
    }

    #[test]
    fn a_range_includes_its_ends_and_an_empty_one_has_nothing_in_it() {
        let check = |value: i64, range| {
            Check::between(&RULE, (Operand::new("a", ""), value), ("b", range), Unit::Bytes)
        };
        for (value, margin) in [(0, 0), (3, 3), (6, 4), (10, 0), (-1, -1), (12, -2)] {
            let check = check(value, 0..=10);
            assert_eq!((check.passed, check.margin.unwrap().value), (margin >= 0, margin));
            assert_eq!(check.against.value, "0 to 10");
        }
        let empty = || RangeInclusive::new(1, 0);
        assert!(!check(0, empty()).passed && !check(1, empty()).passed);
    }

    #[test]
    fn calendar_agrees_with_its_inverse_over_eras() {
        for days in (-800_000..2_000_000).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(-1), "1969-12-31T23:59:59Z");
    }
}
