//! The work that every engine is given: the same events at the same times, drawn from the same streams.

use std::time::Duration;

use sim::{Span, Stream};

/// Processes in every workload.
pub const PROCESSES: u32 = 1_024;
/// Events in flight for each process, in PHOLD.
pub const PER_PROCESS: u32 = 4;
/// The purpose of the processes' streams.
pub const PURPOSE: &str = "workload";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Each event schedules one more, at a random process after an exponential delay. 4,096 in flight.
    Phold,
    /// One token goes round, a microsecond from process to process.
    Ring,
    /// Each process sets itself a timer again and again, with a period of its own.
    Timers,
}

impl Workload {
    /// Where the next event goes, and how much later.
    #[inline]
    pub fn next(self, me: u32, stream: &mut Stream) -> (u32, Span) {
        match self {
            Self::Phold => {
                let to = stream.below(u64::from(PROCESSES)) as u32;
                // One nanosecond more, because one of the engines refuses to schedule for now.
                (to, stream.exponential(Span::from_millis(1)) + Span::from_nanos(1))
            }
            Self::Ring => ((me + 1) % PROCESSES, Span::from_micros(1)),
            Self::Timers => (me, self.period(me)),
        }
    }

    /// How many events a process begins with.
    pub fn initial(self, me: u32) -> u32 {
        match self {
            Self::Phold => PER_PROCESS,
            Self::Ring => u32::from(me == 0),
            Self::Timers => 1,
        }
    }

    fn period(self, me: u32) -> Span {
        Span::from_nanos(10_000 + 37 * i64::from(me))
    }
}

pub fn name(process: u32) -> String {
    format!("process {process}")
}

/// What a process keeps of the events that it saw, so that all engines can be shown to have run the same ones.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    pub events: u64,
    pub sum: u64,
}

impl Tally {
    #[inline]
    pub fn count(&mut self, me: u32, now: i64, hops: u64) {
        self.events += 1;
        let mixed = (now as u64 ^ u64::from(me) << 40).wrapping_add(hops).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.sum = self.sum.wrapping_add(mixed);
    }

    pub fn join(tallies: impl IntoIterator<Item = Self>) -> Self {
        tallies.into_iter().fold(Self::default(), |a, b| Self {
            events: a.events + b.events,
            sum: a.sum.wrapping_add(b.sum),
        })
    }
}

/// One measured run.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub elapsed: Duration,
    pub tally: Tally,
}
