//! What would have happened if: a run forked at a checkpoint.
//!
//! ```text
//!   gambler ──┬── 20 throws ──┬── the original goes on ────────────── 40 throws
//!             │               ├── a fork goes on ──────────────────── the same 40 throws
//!             │               └── a fork whose clock is stepped ───── other times, the same dice
//! ```
//!
//! Shows: `clone` as a checkpoint, a fork that ends byte for byte as the original, and one that is made to differ.
//! Leaves out: messages.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use sim::*;

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

#[derive(Clone, Default)]
struct Gambler {
    throws: Vec<(LocalTime, u64)>,
}

impl Node for Gambler {
    type Message = Silence;
    type Timer = ();
    type Note = ();

    fn handle(&mut self, _: Event<Silence, ()>, context: &mut Context<'_, Self>) {
        let throw = 1 + context.random("dice").below(6);
        self.throws.push((context.now(), throw));
        context.set_timer_in(Span::from_secs(throw as i64), ());
    }
}

fn main() -> Result<(), BuildError> {
    let mut builder = Builder::new(2_026, Time::from_secs(0));
    let system = builder.system("CASINO", Clock::ideal());
    let gambler = builder.node("gambler", system, Gambler::default());
    builder.limits(Limits { events: 20, ..Limits::default() });
    let mut original = builder.build()?;
    original.run(&mut ());

    let mut fork = original.clone();
    let mut stepped = original.clone();
    stepped.action(
        At::True(original.now()),
        Action::Clock(system, ClockChange::Step(Span::from_hours(1))),
    );
    for (simulation, events) in [(&mut original, 40), (&mut fork, 40), (&mut stepped, 41)] {
        simulation.set_limits(Limits { events, ..Limits::default() });
        simulation.run(&mut ());
        println!(
            "{:>2} events, fingerprint {:016x}",
            simulation.events(),
            simulation.fingerprint()
        );
    }
    assert_eq!(original.fingerprint(), fork.fingerprint());
    assert_ne!(original.fingerprint(), stepped.fingerprint());

    let dice = |simulation: &Simulation<Gambler>| -> Vec<u64> {
        let throws = simulation.node(gambler).map(|gambler| gambler.throws.as_slice());
        throws.unwrap_or_default().iter().map(|(_, throw)| *throw).collect()
    };
    println!("the dice: {:?}", dice(&original));
    assert_eq!(dice(&original), dice(&stepped), "clocks do not change the luck");
    Ok(())
}
