//! An alarm clock that somebody sets, while its alarm is waiting.
//!
//! ```text
//!   true time   0 s ──────────── 20 s ─────────── 40 s ───────────── 60 s
//!   SYSA        alarm set for 60 s   step -15 s: the alarm waits      fires at 75 s of true time
//!   SYSB        alarm set for 60 s   step +50 s: fires at once
//!   SYSC        alarm set for 60 s   freeze, thawed at 40 s           fires at 80 s of true time
//! ```
//!
//! Shows: clocks, their changes as scheduled actions, timers that follow, `also` naming what moved a timer.
//! Leaves out: messages; nobody talks here. Drift and slew work the same way.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use sim::*;

/// Nobody sends anything.
#[derive(Clone)]
enum Silence {}

impl Message for Silence {
    fn kind(&self) -> &'static str {
        match *self {}
    }

    fn bytes(&self) -> &[u8] {
        match *self {}
    }

    fn with_bytes(&self, _: Vec<u8>) -> Self {
        match *self {}
    }
}

#[derive(Clone)]
struct AlarmClock;

impl Node for AlarmClock {
    type Message = Silence;
    type Timer = ();
    type Note = ();

    fn handle(&mut self, event: Event<Silence, ()>, context: &mut Context<'_, Self>) {
        if let Event::Start = event {
            context.set_timer(LocalTime::from_secs(60), ());
        }
    }
}

fn main() -> Result<(), BuildError> {
    let mut builder = Builder::new(1, Time::from_secs(0));
    let at = |secs| At::True(Time::from_secs(secs));
    let [a, b, c] = ["SYSA", "SYSB", "SYSC"].map(|name| {
        let system = builder.system(name, Clock::ideal());
        builder.node(format!("alarm clock on {name}"), system, AlarmClock);
        system
    });
    builder.action(at(20), Action::Clock(a, ClockChange::Step(Span::from_secs(-15))));
    builder.action(at(20), Action::Clock(b, ClockChange::Step(Span::from_secs(50))));
    builder.action(at(20), Action::Clock(c, ClockChange::Freeze));
    builder.action(at(40), Action::Clock(c, ClockChange::Thaw));

    let mut simulation = builder.build()?;
    let names = simulation.clone();
    let mut fired = Vec::new();
    simulation.run(&mut |entry: &Entry<'_, AlarmClock>| {
        let secs = entry.time.nanos() / 1_000_000_000;
        if let (What::TimerFired { .. }, Some(node)) = (entry.what, entry.node) {
            let local = entry.local.nanos() / 1_000_000_000;
            let moved = entry.also;
            println!(
                "{secs:>3} s: {} shows {local} s, moved by records {moved:?}",
                names.node_name(node)
            );
            fired.push(secs);
        }
    });
    assert_eq!(fired, [20, 75, 80]);
    Ok(())
}
