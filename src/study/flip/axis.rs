//! The values that are tried: from one to another, in whole units.

use crate::scalar::{Date, Offset, ScriptTime, Timestamp};

/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// A range of values of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    kind: Kind,
    /// How many of what its kind counts are one unit.
    unit: i64,
    /// The first value, in units.
    pub(super) from: i64,
    /// The last value, in units.
    pub(super) to: i64,
}

/// What is counted, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `6m`, `-1.5s`: nanoseconds.
    Length,
    /// `+6m`, after the step before: nanoseconds.
    After,
    /// `09:00:00` of the scenario's day: nanoseconds since midnight.
    Daytime,
    /// `2026-03-02T09:00:00Z`: nanoseconds since 1970.
    Instant,
    /// `2026-03-02`: days since 1970.
    Day,
    /// `12`.
    Count,
}

/// Why two ends are no range; whoever chose them mends it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AxisError {
    /// A value of no kind that has an order.
    #[error(
        "`{0}` is neither a length of time (6m), a time (09:00:00, +6m, 2026-03-02T09:00:00Z), a day nor a whole number"
    )]
    Kind(String),
    /// Two kinds.
    #[error("`{0}` and `{1}` are not of one kind")]
    Kinds(String, String),
    /// An empty range.
    #[error("`{0}` is not before `{1}`")]
    Order(String, String),
    /// A range that cannot be counted.
    #[error("from `{0}` to `{1}` is more than 292 years")]
    Long(String, String),
}

impl Axis {
    /// From one value to another of the same kind, both as `--set` takes them.
    ///
    /// # Errors
    /// [`AxisError`].
    pub fn new(from: &str, to: &str) -> Result<Axis, AxisError> {
        let (kind, first) = value(from)?;
        let (other, last) = value(to)?;
        let both = || (from.to_owned(), to.to_owned());
        if kind != other {
            let (from, to) = both();
            return Err(AxisError::Kinds(from, to));
        }
        if first >= last {
            let (from, to) = both();
            return Err(AxisError::Order(from, to));
        }
        if last.checked_sub(first).is_none() {
            let (from, to) = both();
            return Err(AxisError::Long(from, to));
        }
        Ok(Axis { kind, unit: 1, from: first, to: last })
    }

    /// The same in whole seconds, for values that have no parts of them; none where an end has.
    pub(super) fn in_seconds(self) -> Option<Axis> {
        let is_time = !matches!(self.kind, Kind::Day | Kind::Count);
        let whole = self.from % SECOND == 0 && self.to % SECOND == 0;
        let (from, to) = (self.from / SECOND, self.to / SECOND);
        (is_time && whole && self.unit == 1).then_some(Axis { unit: SECOND, from, to, ..self })
    }

    /// A value as `--set` takes it.
    pub(super) fn text(self, value: i64) -> String {
        let value = value.saturating_mul(self.unit);
        match self.kind {
            Kind::Length => Offset::from_nanoseconds(value).to_string(),
            Kind::After => format!("+{}", Offset::from_nanoseconds(value)),
            Kind::Daytime => ScriptTime::Daytime(value).to_string(),
            Kind::Instant => Timestamp::from_nanoseconds(value).to_string(),
            Kind::Day => Date::from_days(value).to_string(),
            Kind::Count => value.to_string(),
        }
    }

    /// How much a number of units is, in words: `1 ns`, `36 s`, `1`.
    pub(super) fn amount(self, units: i64) -> String {
        let units = units.saturating_mul(self.unit);
        match self.kind {
            Kind::Count => units.to_string(),
            Kind::Day if units == 1 => "1 day".to_owned(),
            Kind::Day => format!("{units} days"),
            _ if units < 1_000 => format!("{units} ns"),
            _ => crate::study::words::span(units.unsigned_abs()),
        }
    }

    /// How many units a margin of a check has, where it is of the same dimension.
    pub(super) fn units(self, margin: i64, unit: &str) -> Option<i64> {
        match (self.kind, unit) {
            (Kind::Day, "s") => Some(margin.div_euclid(86_400)),
            (Kind::Day, _) => None,
            (Kind::Count, _) => Some(margin),
            (_, "s") => margin.checked_mul(SECOND / self.unit),
            _ => None,
        }
    }
}

/// A value and its kind. Lengths before times: nothing is both.
fn value(text: &str) -> Result<(Kind, i64), AxisError> {
    if let Ok(count) = text.parse::<i64>() {
        return Ok((Kind::Count, count));
    }
    if let Ok(time) = text.parse::<ScriptTime>() {
        return Ok(match time {
            ScriptTime::After(length) => (Kind::After, length.nanoseconds()),
            ScriptTime::Daytime(time) => (Kind::Daytime, time),
            ScriptTime::At(time) => (Kind::Instant, time.nanoseconds()),
        });
    }
    if let Ok(length) = text.parse::<Offset>() {
        return Ok((Kind::Length, length.nanoseconds()));
    }
    if let Ok(date) = text.parse::<Date>() {
        return Ok((Kind::Day, date.days()));
    }
    Err(AxisError::Kind(crate::scalar::words::shortened(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_they_are_taken() {
        for (from, to, unit) in [
            ("-6m", "6m", "1 ns"),
            ("+1s", "+2h30m", "1 ns"),
            ("09:00:00", "09:10:00.5", "1 ns"),
            ("2026-03-02T09:00:00Z", "2026-03-03T09:00:00.000000001Z", "1 ns"),
            ("2026-03-02", "2027-03-02", "1 day"),
            ("-3", "12", "1"),
        ] {
            let axis = Axis::new(from, to).unwrap();
            assert_eq!((axis.text(axis.from), axis.text(axis.to)), (from.into(), to.into()));
            assert_eq!(axis.amount(1), unit);
            assert_eq!(Axis::new(to, from), Err(AxisError::Order(to.into(), from.into())));
        }
    }

    #[test]
    fn ends_that_are_no_range_say_why() {
        let kinds = |from: &str, to: &str| AxisError::Kinds(from.into(), to.into());
        assert_eq!(Axis::new("6m", "09:00:00"), Err(kinds("6m", "09:00:00")));
        assert_eq!(Axis::new("6", "6m"), Err(kinds("6", "6m")));
        assert_eq!(Axis::new("ALICE", "BOB"), Err(AxisError::Kind("ALICE".into())));
        assert!(matches!(
            Axis::new("-9000000000000000000", "9000000000000000000"),
            Err(AxisError::Long(..))
        ));
    }
}
