//! A client that asks again until a lossy link lets an answer through.
//!
//! ```text
//!   client  ──── wire: 1 to 5 ms, loses 2 messages in 5 ────  server
//!     │
//!     └ timer: ask again after 20 ms
//! ```
//!
//! Shows: nodes, messages, timers, a link rule with a chance, an observer that is a closure.
//! Leaves out: clocks that go wrong; both systems keep true time here.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use sim::*;

#[derive(Clone)]
struct Text(&'static str);

impl Message for Text {
    fn kind(&self) -> &'static str {
        self.0
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn with_bytes(&self, _: Vec<u8>) -> Self {
        self.clone()
    }
}

#[derive(Clone)]
enum Peer {
    Client { server: NodeId, again: Option<TimerId> },
    Server,
}

impl Node for Peer {
    type Message = Text;
    type Timer = ();
    type Note = String;

    fn handle(&mut self, event: Event<Text, ()>, context: &mut Context<'_, Self>) {
        match (self, event) {
            (Self::Client { server, again }, Event::Start | Event::Timer { .. }) => {
                context.send(*server, Text("ping"));
                *again = Some(context.set_timer_in(Span::from_millis(20), ()));
            }
            (Self::Client { again, .. }, Event::Message { message, .. }) => {
                if let Some(timer) = again.take() {
                    context.cancel_timer(timer);
                    context.note(format!("{} received, asked no more", message.0));
                }
            }
            (Self::Server, Event::Message { from, .. }) => _ = context.send(from, Text("pong")),
            _ => {}
        }
    }
}

fn main() -> Result<(), BuildError> {
    let mut builder = Builder::new(11, Time::from_secs(0));
    let here = builder.system("HERE", Clock::ideal());
    let there = builder.system("THERE", Clock::ideal());
    let server = builder.node("server", there, Peer::Server);
    let client = builder.node("client", here, Peer::Client { server, again: None });
    let latency = Latency::Uniform { min: Span::from_millis(1), max: Span::from_millis(5) };
    let wire = builder.link("wire", client, server, latency);
    let matching = Match { link: Some(wire), chance: Some((2, 5)), ..Match::default() };
    builder.rule(Rule { name: "loss".to_owned(), matching, answer: Answer::Drop });

    let mut simulation = builder.build()?;
    simulation.run(&mut |entry: &Entry<'_, Peer>| {
        let micros = entry.time.nanos() / 1_000;
        match entry.what {
            What::Sent { message, .. } => println!("{micros:>6} us  sent {}", message.0),
            What::Fault { name, message, .. } => println!("{micros:>6} us  {name}: {}", message.0),
            What::Note(text) => println!("{micros:>6} us  {text}"),
            _ => {}
        }
    });
    assert_eq!(simulation.pending(), 0, "the client got its answer");
    Ok(())
}
