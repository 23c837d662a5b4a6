//! Times and lengths of time in the words that people use, and text to a width.

use crate::check::utc;
use crate::scalar::Timestamp;

const SECOND: u64 = 1_000_000_000;
/// From here on a length of time is told in minutes, with the exact seconds beside (ns).
const MINUTES_FROM: u64 = 120 * SECOND;
/// Columns by which the further lines of a sentence stand in.
const HANGING: usize = 2;

/// A length of time: `60 s`, `6 min 1 s (361 s)`, `2 ms`.
pub(super) fn span(nanoseconds: u64) -> String {
    if nanoseconds < MINUTES_FROM {
        return exact(nanoseconds);
    }
    let whole = nanoseconds / SECOND;
    let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "min")];
    let parts = parts.into_iter().chain([(whole % 60, "s")]).filter(|(count, _)| *count > 0);
    let words: Vec<String> = parts.map(|(count, unit)| format!("{count} {unit}")).collect();
    format!("{} ({})", words.join(" "), exact(nanoseconds))
}

/// In seconds, to the last nanosecond; what is shorter than a second in milliseconds where that is
/// exact.
fn exact(nanoseconds: u64) -> String {
    let (whole, rest) = (nanoseconds / SECOND, nanoseconds % SECOND);
    if whole == 0 && rest != 0 && rest % 1_000_000 == 0 {
        return format!("{} ms", rest / 1_000_000);
    }
    format!("{whole}{} s", fraction(rest))
}

/// `.5` for half a second, nothing for nothing.
fn fraction(nanoseconds: u64) -> String {
    if nanoseconds == 0 {
        return String::new();
    }
    let digits = format!("{nanoseconds:09}");
    format!(".{}", digits.trim_end_matches('0'))
}

/// The nanoseconds of a time as traces and checks write it, `2026-03-02T09:00:00Z`.
pub(super) fn parse(time: &str) -> Option<i64> {
    time.parse::<Timestamp>().ok().map(Timestamp::nanoseconds)
}

/// Times of one run: of its day without the date, to the second or exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Calendar {
    /// Days since 1970 of the day on which the run begins.
    day: i64,
}

impl Calendar {
    /// The calendar of a run that begins at this time.
    pub(super) fn new(start: i64) -> Calendar {
        Calendar { day: day_of(start) }
    }

    /// The day, `2026-03-02`.
    pub(super) fn date(self) -> String {
        date(self.day)
    }

    /// A time to the second.
    pub(super) fn time(self, nanoseconds: i64) -> String {
        let text = utc(nanoseconds.div_euclid(1_000_000_000));
        match text.get(11..19) {
            Some(time) if day_of(nanoseconds) == self.day => time.to_owned(),
            _ => text,
        }
    }

    /// A time with its fraction of a second.
    pub(super) fn exact(self, nanoseconds: i64) -> String {
        let text = self.time(nanoseconds);
        let rest = fraction(nanoseconds.rem_euclid(1_000_000_000).unsigned_abs());
        match text.strip_suffix('Z') {
            Some(time) => format!("{time}{rest}Z"),
            None => format!("{text}{rest}"),
        }
    }

    /// A time as a record holds it, shortened if it is one of this day.
    pub(super) fn text(self, time: &str) -> String {
        parse(time).map_or_else(|| time.to_owned(), |time| self.exact(time))
    }
}

fn day_of(nanoseconds: i64) -> i64 {
    nanoseconds.div_euclid(86_400_000_000_000)
}

fn date(day: i64) -> String {
    let text = utc(day.saturating_mul(86_400));
    text.get(..10).unwrap_or(&text).to_owned()
}

/// How far one clock reading is from true time: `6 min (360 s) ahead of true time`; none where it is
/// less than `least` (ns).
pub(super) fn ahead(offset: i64, least: u64) -> Option<String> {
    let amount = offset.unsigned_abs();
    if amount < least.max(1) {
        return None;
    }
    let direction = if offset > 0 { "ahead of" } else { "behind" };
    Some(format!("{} {direction} true time", span(amount)))
}

/// A sentence at an indent, wrapped at blanks to a width, its further lines a little further in.
pub(super) fn hang(text: &str, indent: usize, width: usize) -> String {
    fill(text, &" ".repeat(indent), &" ".repeat(indent + HANGING), width)
}

/// A sentence behind `first`, wrapped at blanks to a width, its further lines behind `rest`. A word
/// that is longer than a line, such as a path, is not cut.
pub(super) fn fill(text: &str, first: &str, rest: &str, width: usize) -> String {
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::fill(&glued(text), options).replace(GLUE, " ")
}

/// A blank at which no line breaks.
const GLUE: char = '\u{a0}';
/// Units that stay on the line of their number.
const UNITS: [&str; 9] = ["ms", "s", "min", "h", "d", "ppm", "bytes", "level", "levels"];

/// The text with each unit tied to its number.
fn glued(text: &str) -> String {
    let mut glued = String::with_capacity(text.len());
    let mut after_number = false;
    for word in text.split(' ') {
        let unit = word.trim_end_matches(|c: char| c.is_ascii_punctuation());
        if !glued.is_empty() {
            glued.push(if after_number && UNITS.contains(&unit) { GLUE } else { ' ' });
        }
        glued.push_str(word);
        after_number = word.ends_with(|c: char| c.is_ascii_digit());
    }
    glued
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_told_in_words_from_two_minutes_on_and_stay_exact() {
        for (nanoseconds, text) in [
            (0, "0 s"),
            (2_000_000, "2 ms"),
            (500_000_001, "0.500000001 s"),
            (1_500_000_000, "1.5 s"),
            (119_000_000_000, "119 s"),
            (120_000_000_000, "2 min (120 s)"),
            (361_000_000_000, "6 min 1 s (361 s)"),
            (388_740_024_000, "6 min 28 s (388.740024 s)"),
            (35_970_000_000_000, "9 h 59 min 30 s (35970 s)"),
            (86_400_000_000_000, "1 d (86400 s)"),
        ] {
            assert_eq!(span(nanoseconds), text);
        }
    }

    #[test]
    fn times_of_the_day_come_without_the_date() {
        let nine = parse("2026-03-02T09:00:00Z").unwrap();
        let calendar = Calendar::new(nine);
        assert_eq!(calendar.date(), "2026-03-02");
        assert_eq!(calendar.text("2026-03-02T09:00:00.5Z"), "09:00:00.5");
        assert_eq!(calendar.text("2026-03-03T00:00:00Z"), "2026-03-03T00:00:00Z");
        assert_eq!(calendar.exact(nine + 86_400_000_000_000 + 1), "2026-03-03T09:00:00.000000001Z");
        assert_eq!(calendar.text("none"), "none");
        assert_eq!(ahead(-360_000_000_000, 1).unwrap(), "6 min (360 s) behind true time");
        assert_eq!(ahead(999_999_999, 1_000_000_000), None);
    }

    #[test]
    fn sentences_break_at_blanks_alone_and_not_before_a_unit() {
        assert_eq!(
            hang("a limit of 5 min (300 s): 60 s", 0, 12),
            "a limit of\n  5 min\n  (300 s):\n  60 s"
        );
        let text =
            hang("decided by kdc.client-status and a-very-long-word-that-fits-no-line", 2, 24);
        assert_eq!(
            text,
            "  decided by\n    kdc.client-status\n    and\n    a-very-long-word-that-fits-no-line"
        );
    }
}
