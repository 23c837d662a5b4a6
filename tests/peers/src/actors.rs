//! nexosim: asynchronous models with mailboxes, on one thread.
//!
//! A model sends to another after a delay by its scheduler, which it finds in its environment; 1,024 by 1,024 output
//! ports would be the alternative.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use nexosim::model::{BuildContext, Context, Model, ProtoModel};
use nexosim::ports::EventSource;
use nexosim::simulation::{EventId, Mailbox, Scheduler, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use sim::Stream;

use crate::workload::{PROCESSES, PURPOSE, Run, Tally, Workload, name};

/// What all processes share: the way to each other.
struct Wiring {
    scheduler: Scheduler,
    inputs: Vec<EventId<u64>>,
}

pub struct Environment {
    workload: Workload,
    stream: Stream,
    wiring: Arc<OnceLock<Wiring>>,
    tallies: Arc<Mutex<Vec<Tally>>>,
}

#[derive(Serialize, Deserialize)]
pub struct Process {
    me: u32,
    tally: Tally,
}

#[Model(type Env = Environment)]
impl Process {
    pub async fn receive(&mut self, hops: u64, context: &Context<Self>, environment: &mut Environment) {
        let since = context.time().duration_since(MonotonicTime::EPOCH);
        self.tally.count(self.me, since.as_nanos() as i64, hops);
        let (to, delay) = environment.workload.next(self.me, &mut environment.stream);
        if let Some(wiring) = environment.wiring.get() {
            let delay = Duration::from_nanos(delay.nanos() as u64);
            let input = &wiring.inputs[to as usize];
            wiring.scheduler.schedule_event(delay, input, hops + 1).expect("a later time");
        }
    }

    /// Hands in the tally. Called once, after the watch has stopped.
    pub async fn report(&mut self, _: (), _: &Context<Self>, environment: &mut Environment) {
        environment.tallies.lock().expect("one thread")[self.me as usize] = self.tally;
    }
}

struct Prototype {
    me: u32,
    environment: Environment,
}

impl ProtoModel for Prototype {
    type Model = Process;

    fn build(self, _: &mut BuildContext<Self>) -> (Process, Environment) {
        (Process { me: self.me, tally: Tally::default() }, self.environment)
    }
}

pub fn run(workload: Workload, seed: u64, events: u64) -> Run {
    let wiring = Arc::new(OnceLock::new());
    let tallies = Arc::new(Mutex::new(vec![Tally::default(); PROCESSES as usize]));
    let mut bench = SimInit::with_num_threads(1);
    let (mut inputs, mut reports, mut initial) = (Vec::new(), Vec::new(), Vec::new());
    for me in 0..PROCESSES {
        let mailbox = Mailbox::new();
        inputs.push(EventSource::new().connect(Process::receive, &mailbox).register(&mut bench));
        reports.push(EventSource::new().connect(Process::report, &mailbox).register(&mut bench));
        let mut stream = Stream::new(seed, &name(me), PURPOSE);
        for _ in 0..workload.initial(me) {
            initial.push(workload.next(me, &mut stream));
        }
        let environment =
            Environment { workload, stream, wiring: wiring.clone(), tallies: tallies.clone() };
        bench = bench.add_model(Prototype { me, environment }, mailbox, &name(me));
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a sound bench");
    let scheduler = simulation.scheduler();
    for (to, delay) in initial {
        let delay = Duration::from_nanos(delay.nanos() as u64);
        scheduler.schedule_event(delay, &inputs[to as usize], 0).expect("a later time");
    }
    assert!(wiring.set(Wiring { scheduler, inputs }).is_ok());
    let start = Instant::now();
    // A step runs all events of one time; with nanoseconds that is nearly always one event.
    for _ in 0..events {
        simulation.step().expect("a step");
    }
    let elapsed = start.elapsed();
    for report in &reports {
        simulation.process_event(report, ()).expect("a report");
    }
    let tally = Tally::join(tallies.lock().expect("one thread").iter().copied());
    Run { elapsed, tally }
}
