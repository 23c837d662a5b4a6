//! A new draw in one place shifts no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use sim::*;

fn draws(simulation: &Simulation<Actor>, id: NodeId) -> Vec<Saw> {
    let diary = &simulation.node(id).expect("an actor").diary;
    diary
        .iter()
        .filter(|(_, saw)| matches!(saw, Saw::Drew(_)))
        .map(|(_, saw)| saw.clone())
        .collect()
}

fn run(change: impl FnOnce(&mut Builder<Actor>)) -> Simulation<Actor> {
    let mut builder = two();
    change(&mut builder);
    builder.input(at(10), A, Do::Draw("dice", 5));
    builder.input(at(10), B, Do::Draw("dice", 5));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    simulation
}

#[test]
fn nodes_and_purposes_draw_apart() {
    let plain = run(|_| {});
    let (a, b) = (draws(&plain, A), draws(&plain, B));
    assert_ne!(a, b);
    // Other purposes of the node, other nodes, other links: nothing moves.
    let more = run(|builder| {
        builder.input(at(5), A, Do::Draw("cards", 3));
        builder.input(at(5), B, Do::Draw("cards", 100));
        let c = builder.node("c", SYSA, Actor::default());
        builder.link("other", A, c, Latency::Exponential { min: ms(0), mean: ms(1) });
        builder.input(at(5), A, Do::Send(c, letter(&[])));
        builder.input(at(5), c, Do::Draw("dice", 9));
    });
    assert_eq!(draws(&more, A)[3..], a);
    assert_eq!(draws(&more, B)[100..], b);
    // One draw more for the same purpose does move.
    let shifted = run(|builder| builder.input(at(5), A, Do::Draw("dice", 1)));
    assert_ne!(draws(&shifted, A)[1..], a);
    assert_eq!(draws(&shifted, A)[..5], a);
}

/// The time that each of ten letters from A to B takes.
fn latencies(change: impl FnOnce(&mut Builder<Actor>)) -> Vec<i64> {
    let mut builder = Builder::new(1, Time::from_nanos(0));
    let system = builder.system("SYSA", Clock::ideal());
    builder.node("a", system, Actor::default());
    builder.node("b", system, Actor::default());
    builder.link("wire", A, B, Latency::Uniform { min: ms(1), max: ms(90) });
    change(&mut builder);
    for n in 0..10 {
        builder.input(at(100 * n), A, Do::Send(B, letter(&[1])));
    }
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    let arrived =
        seen(&simulation, B).into_iter().filter(|(_, saw)| *saw == Saw::Letter(A, vec![1]));
    arrived.map(|(at, _)| at % 100).collect()
}

#[test]
fn directions_rules_and_links_draw_apart() {
    let plain = latencies(|_| {});
    assert!(plain.windows(2).any(|pair| pair[0] != pair[1]));
    let back = latencies(|builder| builder.input(at(3), B, Do::Send(A, letter(&[2]))));
    assert_eq!(plain, back);
    let ruled = latencies(|builder| {
        let matching = Match { chance: Some((1, 2)), ..Match::default() };
        builder.rule(Rule { name: "watch".to_owned(), matching, answer: Answer::Pass });
    });
    assert_eq!(plain, ruled);
}
