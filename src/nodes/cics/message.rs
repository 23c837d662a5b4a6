//! The message domain: inserts in, one logical line out.

use super::config::DateForm;
use crate::check::civil;

const NANOS: i64 = 1_000_000_000;

/// Date and time as a message of the region prints them: local time with the system's GMT offset,
/// the date in the order of DATFORM with a year of four digits (assumed).
pub(super) fn stamp(local_utc: i64, gmt_offset: i64, form: DateForm) -> (String, String) {
    let seconds = local_utc.saturating_add(gmt_offset).div_euclid(NANOS);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let in_day = seconds.rem_euclid(86_400);
    let date = match form {
        DateForm::MMDDYY => format!("{month:02}/{day:02}/{year:04}"),
        DateForm::DDMMYY => format!("{day:02}/{month:02}/{year:04}"),
        DateForm::YYMMDD => format!("{year:04}/{month:02}/{day:02}"),
    };
    let time = format!("{:02}:{:02}:{:02}", in_day / 3600, in_day / 60 % 60, in_day % 60);
    (date, time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_follows_datform_and_the_time_the_gmt_offset() {
        let at = 1_772_442_000 * NANOS; // 2026-03-02T09:00:00Z
        let hour = 3600 * NANOS;
        for (form, date) in [
            (DateForm::MMDDYY, "03/02/2026"),
            (DateForm::DDMMYY, "02/03/2026"),
            (DateForm::YYMMDD, "2026/03/02"),
        ] {
            assert_eq!(stamp(at, 0, form), (date.to_owned(), "09:00:00".to_owned()));
        }
        assert_eq!(stamp(at, -10 * hour, DateForm::DDMMYY).0, "01/03/2026");
        assert_eq!(stamp(at, 2 * hour, DateForm::DDMMYY).1, "11:00:00");
    }
}
