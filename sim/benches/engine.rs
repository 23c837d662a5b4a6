//! What an event costs, through the ordinary interface, with either queue, fingerprint on and nobody watching.

use divan::Bencher;
use divan::counter::ItemsCount;
use sim::*;

const PROCESSES: u32 = 1_024;
const EVENTS: u64 = 100_000;

fn main() {
    divan::main();
}

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

#[derive(Clone, Copy)]
enum Work {
    /// To a random process after an exponential delay, four events in flight for each process.
    Phold,
    /// One token, from process to process.
    Ring,
    /// A timer of its own for each process, again and again.
    Timers,
}

#[derive(Clone)]
struct Process(Work);

impl Process {
    fn go_on(&self, context: &mut Context<'_, Self>) {
        let me = context.me().index();
        match self.0 {
            Work::Phold => {
                let stream = context.random("phold");
                let to = stream.below(u64::from(PROCESSES)) as u32;
                let delay = stream.exponential(Span::from_millis(1));
                context.send_after(NodeId::from_index(to), delay, Job([0; 8]));
            }
            Work::Ring => {
                let next = NodeId::from_index((me + 1) % PROCESSES);
                context.send_after(next, Span::from_micros(1), Job([0; 8]));
            }
            Work::Timers => {
                context.set_timer_in(Span::from_nanos(10_000 + 37 * i64::from(me)), ());
            }
        }
    }
}

impl Node for Process {
    type Message = Job;
    type Timer = ();
    type Note = ();

    fn handle(&mut self, event: Event<Job, ()>, context: &mut Context<'_, Self>) {
        let times = match (&event, self.0) {
            (Event::Start, Work::Phold) => 4,
            (Event::Start, Work::Ring) => u32::from(context.me().index() == 0),
            _ => 1,
        };
        for _ in 0..times {
            self.go_on(context);
        }
    }
}

fn world(work: Work, queue: QueueKind) -> Simulation<Process> {
    let mut builder = Builder::new(1, Time::from_secs(0));
    let system = builder.system("system", Clock::ideal());
    for process in 0..PROCESSES {
        builder.node(format!("process {process}"), system, Process(work));
    }
    builder.queue(queue);
    builder.limits(Limits { events: EVENTS, ..Limits::default() });
    builder.build().expect("a sound world")
}

fn run(bencher: Bencher<'_, '_>, work: Work, queue: QueueKind) {
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(|| world(work, queue)).bench_values(
        |mut simulation| {
            simulation.run(&mut ());
            simulation.fingerprint()
        },
    );
}

#[divan::bench(args = [QueueKind::Calendar, QueueKind::Heap])]
fn phold(bencher: Bencher<'_, '_>, queue: QueueKind) {
    run(bencher, Work::Phold, queue);
}

#[divan::bench(args = [QueueKind::Calendar, QueueKind::Heap])]
fn token_ring(bencher: Bencher<'_, '_>, queue: QueueKind) {
    run(bencher, Work::Ring, queue);
}

#[divan::bench(args = [QueueKind::Calendar, QueueKind::Heap])]
fn timers(bencher: Bencher<'_, '_>, queue: QueueKind) {
    run(bencher, Work::Timers, queue);
}

/// A checkpoint in the middle of a run with 4,096 events in flight.
#[divan::bench]
fn clone(bencher: Bencher<'_, '_>) {
    let mut simulation = world(Work::Phold, QueueKind::Calendar);
    simulation.run(&mut ());
    bencher.bench_local(|| simulation.clone());
}
