//! A bare loop over the standard heap: no nodes, links, clocks, faults, records or observers.
//!
//! It draws from the same streams, keeps its messages in slots like any program that must carry more than a number,
//! and takes the same things into the same fingerprint.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use sim::{Fingerprint, Stream};

use crate::workload::{PROCESSES, PURPOSE, Run, Tally, Workload, name};

#[derive(Clone, Copy)]
struct Job {
    to: u32,
    bytes: [u8; 8],
}

struct Loop {
    workload: Workload,
    now: u64,
    sequence: u64,
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    jobs: Vec<Job>,
    free: Vec<u32>,
    streams: Vec<Stream>,
    tallies: Vec<Tally>,
    fingerprint: Fingerprint,
}

impl Loop {
    #[inline]
    fn pass_on(&mut self, me: u32, hops: u64) {
        let (to, delay) = self.workload.next(me, &mut self.streams[me as usize]);
        let job = Job { to, bytes: hops.to_le_bytes() };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.jobs[slot as usize] = job;
                slot
            }
            None => {
                self.jobs.push(job);
                self.jobs.len() as u32 - 1
            }
        };
        self.sequence += 1;
        self.heap.push(Reverse((self.now + delay.nanos() as u64, self.sequence, slot)));
    }

    #[inline]
    fn step(&mut self) -> bool {
        let Some(Reverse((time, sequence, slot))) = self.heap.pop() else { return false };
        self.now = time;
        let job = self.jobs[slot as usize];
        self.free.push(slot);
        self.fingerprint.pair(time, sequence);
        match self.workload {
            Workload::Timers => self.fingerprint.pair(sequence, time),
            _ => {
                self.fingerprint.bytes(b"job");
                self.fingerprint.bytes(&job.bytes);
            }
        }
        let hops = u64::from_le_bytes(job.bytes);
        self.tallies[job.to as usize].count(job.to, time as i64, hops);
        self.pass_on(job.to, hops + 1);
        self.fingerprint.pair(u64::from(job.to), self.sequence);
        true
    }
}

pub fn run(workload: Workload, seed: u64, events: u64) -> Run {
    let mut all = Loop {
        workload,
        now: 0,
        sequence: 0,
        heap: BinaryHeap::new(),
        jobs: Vec::new(),
        free: Vec::new(),
        streams: (0..PROCESSES).map(|me| Stream::new(seed, &name(me), PURPOSE)).collect(),
        tallies: vec![Tally::default(); PROCESSES as usize],
        fingerprint: Fingerprint::new(),
    };
    for me in 0..PROCESSES {
        for _ in 0..workload.initial(me) {
            all.pass_on(me, 0);
        }
    }
    let start = Instant::now();
    for _ in 0..events {
        if !all.step() {
            break;
        }
    }
    let elapsed = start.elapsed();
    std::hint::black_box(all.fingerprint.value());
    Run { elapsed, tally: Tally::join(all.tallies) }
}
