//! The engine itself, through its ordinary interface: fingerprint on, as always; nobody observes.

use std::time::Instant;

use sim::{Builder, Clock, Context, Event, Limits, Message, Node, NodeId, QueueKind, Span, Time};

use crate::workload::{PROCESSES, PURPOSE, Run, Tally, Workload, name};

#[derive(Clone)]
struct Job([u8; 8]);

impl Message for Job {
    fn kind(&self) -> &'static str {
        "job"
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self(bytes.first_chunk().copied().unwrap_or_default())
    }
}

#[derive(Clone)]
struct Process {
    workload: Workload,
    tally: Tally,
}

impl Process {
    fn pass_on(&self, hops: u64, context: &mut Context<'_, Self>) {
        let me = context.me().index();
        let (to, delay) = self.workload.next(me, context.random(PURPOSE));
        context.send_after(NodeId::from_index(to), delay, Job(hops.to_le_bytes()));
    }

    fn set_again(&self, hops: u64, context: &mut Context<'_, Self>) {
        let me = context.me().index();
        let (_, delay) = self.workload.next(me, context.random(PURPOSE));
        context.set_timer_in(delay, hops);
    }
}

impl Node for Process {
    type Message = Job;
    type Timer = u64;
    type Note = ();

    fn handle(&mut self, event: Event<Job, u64>, context: &mut Context<'_, Self>) {
        let me = context.me().index();
        match event {
            Event::Message { message, .. } => {
                let hops = u64::from_le_bytes(message.0);
                self.tally.count(me, context.now().nanos(), hops);
                self.pass_on(hops + 1, context);
            }
            Event::Timer { timer, .. } => {
                self.tally.count(me, context.now().nanos(), timer);
                self.set_again(timer + 1, context);
            }
            Event::Start => {
                for _ in 0..self.workload.initial(me) {
                    match self.workload {
                        Workload::Timers => self.set_again(0, context),
                        _ => self.pass_on(0, context),
                    }
                }
            }
            _ => {}
        }
    }
}

pub fn run(workload: Workload, seed: u64, events: u64, queue: QueueKind) -> Run {
    let mut builder = Builder::new(seed, Time::from_nanos(0));
    let system = builder.system("system", Clock::ideal());
    for process in 0..PROCESSES {
        builder.node(name(process), system, Process { workload, tally: Tally::default() });
    }
    builder.same_system(sim::Latency::Fixed(Span::ZERO), false);
    builder.queue(queue);
    let mut simulation = builder.build().expect("a sound world");
    // Everybody starts before the watch does.
    simulation.set_limits(Limits { events: u64::from(PROCESSES), ..Limits::default() });
    simulation.run(&mut ());
    simulation.set_limits(Limits { events: events + u64::from(PROCESSES), ..Limits::default() });
    let start = Instant::now();
    simulation.run(&mut ());
    let elapsed = start.elapsed();
    std::hint::black_box(simulation.fingerprint());
    Run { elapsed, tally: Tally::join(simulation.nodes().map(|(_, process)| process.tally)) }
}
