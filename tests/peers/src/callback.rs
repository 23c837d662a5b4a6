//! simcore: components behind `Rc<RefCell<dyn EventHandler>>`, events in boxes, time in floating point (here whole
//! nanoseconds, which a double holds exactly).

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use serde::Serialize;
use sim::Stream;
use simcore::{Event, EventHandler, Simulation, SimulationContext};

use crate::workload::{PROCESSES, PURPOSE, Run, Tally, Workload, name};

#[derive(Clone, Serialize)]
struct Job {
    hops: u64,
}

struct Process {
    me: u32,
    workload: Workload,
    stream: Stream,
    tally: Tally,
    context: SimulationContext,
}

impl Process {
    fn pass_on(&mut self, hops: u64) {
        let (to, delay) = self.workload.next(self.me, &mut self.stream);
        self.context.emit(Job { hops }, to, delay.nanos() as f64);
    }
}

impl EventHandler for Process {
    fn on(&mut self, event: Event) {
        let now = event.time as i64;
        simcore::cast!(match event.data {
            Job { hops } => {
                self.tally.count(self.me, now, hops);
                self.pass_on(hops + 1);
            }
        })
    }
}

pub fn run(workload: Workload, seed: u64, events: u64) -> Run {
    let mut simulation = Simulation::new(seed);
    let processes: Vec<Rc<RefCell<Process>>> = (0..PROCESSES)
        .map(|me| {
            let context = simulation.create_context(name(me));
            assert_eq!(context.id(), me);
            let stream = Stream::new(seed, &name(me), PURPOSE);
            let process = Process { me, workload, stream, tally: Tally::default(), context };
            let process = Rc::new(RefCell::new(process));
            simulation.add_handler(name(me), process.clone());
            process
        })
        .collect();
    for process in &processes {
        let mut process = process.borrow_mut();
        for _ in 0..workload.initial(process.me) {
            process.pass_on(0);
        }
    }
    let start = Instant::now();
    simulation.steps(events);
    let elapsed = start.elapsed();
    Run { elapsed, tally: Tally::join(processes.iter().map(|process| process.borrow().tally)) }
}
