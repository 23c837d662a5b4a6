//! Kerberos time: whole seconds on the wire, microseconds in a field of their own.

use chrono::{DateTime, FixedOffset};

use crate::check::{Seconds, days_from_civil, utc};

/// A moment by one system's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KerberosTime {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub seconds: Seconds,
    /// Microseconds within the second, 0 to 999,999.
    pub micros: u32,
}

impl KerberosTime {
    /// A whole second.
    pub fn whole(seconds: Seconds) -> Self {
        KerberosTime { seconds, micros: 0 }
    }

    /// The first microsecond after this moment.
    pub fn next(self) -> Self {
        if self.micros >= 999_999 {
            return KerberosTime::whole(self.seconds.saturating_add(1));
        }
        KerberosTime { micros: self.micros + 1, ..self }
    }

    /// `now`, or the first microsecond after `last` where the clock has not advanced past it.
    ///
    /// RFC 4120 section 5.5.1 wants authenticators of one client to differ; two within one
    /// microsecond would be taken for a replay. `last` may have run into the next second while the
    /// clock stood still. A clock that is further back was set back, and its time counts.
    pub fn unique(now: KerberosTime, last: Option<KerberosTime>) -> KerberosTime {
        match last {
            Some(last) if last >= now && last.seconds <= now.seconds.saturating_add(1) => {
                last.next()
            }
            _ => now,
        }
    }

    /// Date and time of day in UTC; microseconds where there are any.
    pub fn text(self) -> String {
        let whole = utc(self.seconds);
        match (self.micros, whole.strip_suffix('Z')) {
            (micros @ 1.., Some(stem)) => format!("{stem}.{micros:06}Z"),
            _ => whole,
        }
    }
}

/// The type that the ASN.1 library encodes; years before 0 and after 9999 have no text on the wire
/// and are cut to the nearest that has one.
pub(super) fn to_wire(seconds: Seconds) -> rasn_kerberos::KerberosTime {
    let first = days_from_civil(0, 1, 1) * 86_400;
    let last = days_from_civil(10_000, 1, 1) * 86_400 - 1;
    let cut = seconds.clamp(first, last);
    let time: DateTime<FixedOffset> =
        DateTime::from_timestamp(cut, 0).unwrap_or_default().fixed_offset();
    rasn_kerberos::KerberosTime(time)
}

/// Whole seconds of a decoded time; the strict decoder has refused fractions.
pub(super) fn from_wire(time: &rasn_kerberos::KerberosTime) -> Seconds {
    time.0.timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_still_gives_a_new_microsecond() {
        let now = KerberosTime { seconds: 5, micros: 999_999 };
        assert_eq!(KerberosTime::unique(now, None), now);
        assert_eq!(KerberosTime::unique(now, Some(now)), KerberosTime::whole(6));
        let earlier = KerberosTime { seconds: 5, micros: 1 };
        assert_eq!(KerberosTime::unique(now, Some(earlier)), now);
        assert_eq!(KerberosTime::unique(earlier, Some(now)), KerberosTime::whole(6));
        let set_back = KerberosTime::whole(3);
        assert_eq!(KerberosTime::unique(set_back, Some(now)), set_back);
        let (mut last, mut drawn) = (None, Vec::new());
        for _ in 0..5 {
            last = Some(KerberosTime::unique(now, last));
            drawn.extend(last);
        }
        assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]), "{drawn:?}");
    }

    #[test]
    fn wire_times_keep_seconds_and_are_cut_at_the_ends_of_the_calendar() {
        for seconds in [0, 1_772_442_000, -1, 253_402_300_799] {
            assert_eq!(from_wire(&to_wire(seconds)), seconds);
        }
        assert_eq!(from_wire(&to_wire(i64::MAX)), 253_402_300_799);
        assert!(from_wire(&to_wire(i64::MIN)) < 0);
        assert_eq!(KerberosTime { seconds: 0, micros: 20 }.text(), "1970-01-01T00:00:00.000020Z");
    }
}
