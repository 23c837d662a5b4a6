//! Two versions of a model, a million events apart from their difference: which event is the first that differs?
//!
//! ```text
//!   ring of 8 counters, one token      0 → 1 → 2 → … → 7 → 0
//!   old version: adds 1                                     ┐ the same, until the count first
//!   new version: adds 1, and wraps at 300,000 by mistake    ┘ reaches 300,000
//! ```
//!
//! Shows: the fingerprint that is always on, the ladder of its values, `first_difference`, stepping both runs on from
//! the point where they part.
//! Leaves out: everything else.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use sim::*;

#[derive(Clone)]
struct Token([u8; 8]);

impl Message for Token {
    fn kind(&self) -> &'static str {
        "token"
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self(bytes.first_chunk().copied().unwrap_or_default())
    }
}

#[derive(Clone)]
struct Counter {
    next: NodeId,
    starts: bool,
    wraps_at: u64,
}

impl Node for Counter {
    type Message = Token;
    type Timer = ();
    type Note = ();

    fn handle(&mut self, event: Event<Token, ()>, context: &mut Context<'_, Self>) {
        let count = match event {
            Event::Message { message, .. } => u64::from_le_bytes(message.0) + 1,
            _ if self.starts => 0,
            _ => return,
        };
        context.send(self.next, Token((count % self.wraps_at).to_le_bytes()));
    }
}

fn ring(wraps_at: u64) -> Result<Simulation<Counter>, BuildError> {
    let mut builder = Builder::new(1, Time::from_secs(0));
    let system = builder.system("RING", Clock::ideal());
    builder.same_system(Latency::Fixed(Span::from_micros(1)), false);
    for index in 0..8 {
        let next = NodeId::from_index((index + 1) % 8);
        let counter = Counter { next, starts: index == 0, wraps_at };
        builder.node(format!("counter {index}"), system, counter);
    }
    builder.limits(Limits { events: 1_000_000, ..Limits::default() });
    builder.build()
}

fn main() -> Result<(), BuildError> {
    let difference = first_difference(|| ring(u64::MAX), || ring(300_000))?;
    let Some(Difference { event, mut a, mut b }) = difference else {
        println!("the runs are the same");
        return Ok(());
    };
    println!("event {event} is the first that differs:");
    for (version, simulation) in [("old", &mut a), ("new", &mut b)] {
        simulation.step(&mut |entry: &Entry<'_, Counter>| {
            if let What::Delivered { message, .. } = entry.what {
                println!("  {version}: the token says {}", u64::from_le_bytes(message.0));
            }
        });
    }
    assert_eq!(event, 8 + 300_001);
    Ok(())
}
