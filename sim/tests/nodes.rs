//! Nodes that are stopped, slow, held or refusing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use sim::*;

fn condition(condition: Condition) -> Action {
    Action::Node(B, condition)
}

/// B gets a letter at 110, 210 and 310, and its alarm is set for 220.
fn busy() -> Builder<Actor> {
    let mut builder = two();
    for n in 1..=3 {
        builder.input(at(100 * i64::from(n)), A, Do::Send(B, letter(&[n])));
    }
    builder.input(at(0), B, Do::Alarm(local(220), "alarm"));
    builder
}

fn letter_saw(n: u8) -> Saw {
    Saw::Letter(A, vec![n])
}

#[test]
fn stopped_node_loses_what_comes_meanwhile_and_keeps_its_state() {
    let mut builder = busy();
    builder.action(at(200), condition(Condition::Stopped));
    builder.action(at(300), condition(Condition::Up));
    assert_eq!(diary(builder.clone(), B), [(110, letter_saw(1)), (310, letter_saw(3))]);
    assert_eq!(diary(builder.clone(), A), []);
    builder.tells(LinkId::from_index(0));
    assert_eq!(diary(builder, A), [(210, Saw::Refused(B, vec![2]))]);
}

#[test]
fn refusing_node_refuses_letters_after_the_way_back_and_handles_the_rest() {
    let mut builder = busy();
    builder.action(at(200), condition(Condition::Refusing));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    assert_eq!(seen(&simulation, B), [(110, letter_saw(1)), (220, Saw::Ring("alarm"))]);
    let refused = |n| Saw::Refused(B, vec![n]);
    assert_eq!(seen(&simulation, A), [(220, refused(2)), (320, refused(3))]);
}

#[test]
fn slow_node_handles_later_and_in_order() {
    let mut builder = busy();
    builder.action(at(200), condition(Condition::Slow(ms(1_000))));
    let wanted = [
        (110, letter_saw(1)),
        (1_210, letter_saw(2)),
        (1_220, Saw::Ring("alarm")),
        (1_310, letter_saw(3)),
    ];
    assert_eq!(diary(builder, B), wanted);
}

#[test]
fn held_node_handles_all_when_it_is_up_again() {
    let mut builder = busy();
    builder.action(at(200), condition(Condition::Held));
    builder.action(at(250), condition(Condition::Up));
    let wanted = [
        (110, letter_saw(1)),
        (250, letter_saw(2)),
        (250, Saw::Ring("alarm")),
        (310, letter_saw(3)),
    ];
    assert_eq!(diary(builder, B), wanted);
}

#[test]
fn timer_that_is_due_but_held_can_still_be_cancelled_and_no_clock_moves_it() {
    let mut builder = two();
    builder.input(at(0), B, Do::Alarm(local(100), "alarm"));
    builder.action(at(50), condition(Condition::Slow(ms(100))));
    builder.action(at(120), Action::Clock(SYSB, ClockChange::Step(ms(-500))));
    let mut cancelling = builder.clone();
    assert_eq!(diary(builder, B), [(-300, Saw::Ring("alarm"))]);
    cancelling.action(at(130), condition(Condition::Up));
    cancelling.input(at(140), B, Do::Cancel);
    assert_eq!(diary(cancelling, B), [(-360, Saw::Cancelled(true))]);
}

#[test]
fn losses_name_the_action_behind_them() {
    let mut builder = busy();
    builder.action(at(205), condition(Condition::Stopped));
    let lines = lines(&mut builder.build().expect("a sound world"));
    let stopped = "6 @205 1 <- [] node Stopped";
    let at = lines.iter().position(|line| line.ends_with("node Stopped")).unwrap();
    let n = lines[at].split(' ').next().unwrap();
    assert!(stopped.ends_with("node Stopped"));
    let lost: Vec<_> = lines.iter().filter(|line| line.ends_with("lost Stopped")).collect();
    assert_eq!(lost.len(), 3);
    assert!(lost.iter().all(|line| line.contains(&format!("[{n}]"))), "{lost:?}");
}
