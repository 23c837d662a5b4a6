//! One model, many mishaps: faults are values in a list, not code in the model.
//!
//! ```text
//!   customer ──── counter: 2 ms ──── till       the till adds up what it is paid
//!                     │
//!                     └ a rule or an action from the list below
//! ```
//!
//! Shows: rules that drop, copy, hold, corrupt and tap; actions that release, replay, part and stop.
//! Leaves out: who notices. The till here believes everything, so that each mishap shows in the sum.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use sim::*;

#[derive(Clone)]
struct Coin(Vec<u8>);

impl Message for Coin {
    fn kind(&self) -> &'static str {
        "coin"
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

#[derive(Clone)]
enum Actor {
    Customer { till: NodeId },
    Till { sum: u64 },
}

impl Node for Actor {
    type Message = Coin;
    type Timer = u8;
    type Note = ();

    fn handle(&mut self, event: Event<Coin, u8>, context: &mut Context<'_, Self>) {
        match (self, event) {
            (Self::Customer { till }, Event::Input(value)) => {
                context.send(*till, Coin(vec![value]));
            }
            (Self::Till { sum }, Event::Message { message, .. }) => {
                *sum += message.0.iter().map(|value| u64::from(*value)).sum::<u64>();
            }
            _ => {}
        }
    }
}

/// Pays 1, 2 and 5 in the first three seconds, and tells what the till has after ten.
fn pay(rules: &[Rule], actions: &[(i64, Action)]) -> Result<u64, BuildError> {
    let mut builder = Builder::new(3, Time::from_secs(0));
    let system = builder.system("SHOP", Clock::ideal());
    let till = builder.node("till", system, Actor::Till { sum: 0 });
    let customer = builder.node("customer", system, Actor::Customer { till });
    builder.link("counter", customer, till, Latency::Fixed(Span::from_millis(2)));
    for (secs, value) in [(1, 1), (2, 2), (3, 5)] {
        builder.input(At::True(Time::from_secs(secs)), customer, value);
    }
    for rule in rules {
        builder.rule(rule.clone());
    }
    for (secs, action) in actions {
        builder.action(At::True(Time::from_secs(*secs)), action.clone());
    }
    let mut simulation = builder.build()?;
    simulation.run_until(Time::from_secs(10), &mut ());
    Ok(match simulation.node(till) {
        Some(Actor::Till { sum }) => *sum,
        _ => 0,
    })
}

fn main() -> Result<(), BuildError> {
    let (till, customer) = (NodeId::from_index(0), NodeId::from_index(1));
    let second = Match { ordinal: Ordinal::Nth(2), ..Match::default() };
    let rule = |answer| Rule { name: "mishap".to_owned(), matching: second.clone(), answer };
    let tap = || "tap".to_owned();
    let flip = Corruption::FlipBit { byte: Offset::FromStart(0), bit: 6 };
    let part =
        Action::Partition { name: "wall".to_owned(), left: vec![till], right: vec![customer] };
    // What is scheduled for the same second keeps the order in which it was scheduled: coins before actions.
    let list = [
        ("nothing happens", vec![], vec![], 8),
        ("the second coin is lost", vec![rule(Answer::Drop)], vec![], 6),
        (
            "it arrives twice",
            vec![rule(Answer::Duplicate { times: 1, after: Span::from_millis(1) })],
            vec![],
            10,
        ),
        ("it is held", vec![rule(Answer::Hold)], vec![], 6),
        (
            "it is held for a while",
            vec![rule(Answer::Hold)],
            vec![(5, Action::Release("mishap".to_owned()))],
            8,
        ),
        ("one of its bits flips", vec![rule(Answer::Corrupt(flip))], vec![], 8 + 64),
        (
            "somebody sends it again",
            vec![rule(Answer::Tap(tap()))],
            vec![(5, Action::Replay { tap: tap(), which: Which::All })],
            10,
        ),
        ("the last one meets a wall", vec![], vec![(2, part)], 3),
        ("the till is closed", vec![], vec![(2, Action::Node(till, Condition::Stopped))], 1),
    ];
    for (what, rules, actions, wanted) in list {
        let sum = pay(&rules, &actions)?;
        println!("{what:<26} {sum:>3}");
        assert_eq!(sum, wanted, "{what}");
    }
    Ok(())
}
