//! What rules, taps and partitions do to messages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::*;
use sim::*;

/// A sends the bytes 1, 2, 3 … to B, one every 100 ms.
fn sending(count: u8) -> Builder<Actor> {
    let mut builder = two();
    for n in 1..=count {
        builder.input(at(100 * i64::from(n)), A, Do::Send(B, letter(&[n])));
    }
    builder
}

fn rule(answer: Answer) -> Rule {
    Rule { name: "rule".to_owned(), matching: Match::default(), answer }
}

fn nth(n: u64, answer: Answer) -> Rule {
    let matching = Match { ordinal: Ordinal::Nth(n), ..Match::default() };
    Rule { matching, ..rule(answer) }
}

/// When which letters arrived at B.
fn arrivals(builder: Builder<Actor>) -> Vec<(i64, u8)> {
    let letters = diary(builder, B).into_iter().filter_map(|(at, saw)| match saw {
        Saw::Letter(_, bytes) => Some((at, bytes.first().copied().unwrap_or(0))),
        _ => None,
    });
    letters.collect()
}

#[test]
fn without_rules_everything_arrives_after_the_latency() {
    assert_eq!(arrivals(sending(2)), [(110, 1), (210, 2)]);
}

#[test]
fn drop_loses_and_delay_delays() {
    let mut builder = sending(3);
    builder.rule(nth(2, Answer::Drop));
    assert_eq!(arrivals(builder), [(110, 1), (310, 3)]);
    let mut builder = sending(2);
    builder.rule(nth(1, Answer::Delay(ms(500))));
    assert_eq!(arrivals(builder), [(210, 2), (610, 1)]);
}

#[test]
fn duplicate_makes_copies_behind_the_original() {
    let mut builder = sending(1);
    builder.rule(rule(Answer::Duplicate { times: 2, after: ms(5) }));
    assert_eq!(arrivals(builder), [(110, 1), (115, 1), (120, 1)]);
    let mut builder = sending(1);
    builder.rule(rule(Answer::Duplicate { times: u32::MAX, after: Span::ZERO }));
    assert_eq!(arrivals(builder).len(), 1_001);
}

#[test]
fn reorder_lets_the_next_one_pass() {
    let mut builder = sending(3);
    builder.rule(nth(1, Answer::Reorder { timeout: ms(1_000) }));
    assert_eq!(arrivals(builder), [(210, 2), (210, 1), (310, 3)]);
}

#[test]
fn reorder_gives_up_when_nobody_passes() {
    let mut builder = sending(2);
    builder.rule(nth(2, Answer::Reorder { timeout: ms(40) }));
    assert_eq!(arrivals(builder), [(110, 1), (250, 2)]);
}

#[test]
fn hold_keeps_until_released_even_without_the_rule() {
    let mut builder = sending(2);
    builder.rule(rule(Answer::Hold));
    assert_eq!(arrivals(builder.clone()), []);
    builder.action(at(250), Action::RemoveRule("rule".to_owned()));
    builder.action(at(300), Action::Release("rule".to_owned()));
    builder.action(at(400), Action::Release("rule".to_owned()));
    assert_eq!(arrivals(builder), [(310, 1), (310, 2)]);
}

#[test]
fn corrupt_changes_the_byte_and_leaves_short_messages_alone() {
    let mut builder = two();
    builder.input(at(0), A, Do::Send(B, letter(&[0, 0, 0])));
    builder.input(at(1), A, Do::Send(B, letter(&[0])));
    let flip = Corruption::FlipBit { byte: Offset::FromStart(1), bit: 7 };
    builder.rule(rule(Answer::Corrupt(flip)));
    let letters = diary(builder, B).into_iter().map(|(_, saw)| saw).collect::<Vec<_>>();
    assert_eq!(letters, [Saw::Letter(A, vec![0, 0x80, 0]), Saw::Letter(A, vec![0])]);
}

#[test]
fn a_part_is_changed_inside_a_message_that_stays_well_formed() {
    let parcel = |bytes: &[u8]| Letter { kind: "parcel", ..letter(bytes) };
    let sent = [parcel(&[3, 7, 8, 9]), parcel(&[1, 7]), letter(&[3, 7, 8, 9])];
    for (change, arrives) in [
        (Corruption::Truncate { length: 2 }, vec![2, 7, 8]),
        (Corruption::Extend(vec![5]), vec![4, 7, 8, 9, 5]),
        (Corruption::FlipBit { byte: Offset::FromStart(2), bit: 0 }, vec![3, 7, 8, 8]),
    ] {
        let mut builder = two();
        for (second, letter) in sent.iter().enumerate() {
            builder.input(at(second as i64), A, Do::Send(B, letter.clone()));
        }
        let mut only = rule(Answer::Corrupt(change));
        only.matching =
            Match { part: Some("body".to_owned()), ordinal: Ordinal::Nth(1), ..only.matching };
        builder.rule(only);
        let letters = diary(builder, B).into_iter().map(|(_, saw)| saw).collect::<Vec<_>>();
        let untouched = sent[1..].iter().map(|letter| Saw::Letter(A, letter.bytes.clone()));
        assert_eq!(letters, [vec![Saw::Letter(A, arrives)], untouched.collect()].concat());
    }
}

#[test]
fn tap_stores_and_an_action_replays() {
    let mut builder = sending(3);
    builder.rule(rule(Answer::Tap("wiretap".to_owned())));
    let replay = |which| Action::Replay { tap: "wiretap".to_owned(), which };
    builder.action(at(1_000), replay(Which::All));
    builder.action(at(2_000), replay(Which::Nth(2)));
    builder.action(at(3_000), replay(Which::Last));
    builder.action(at(4_000), replay(Which::Nth(0)));
    let replayed = &arrivals(builder)[3..];
    assert_eq!(replayed, [(1_010, 1), (1_010, 2), (1_010, 3), (2_010, 2), (3_010, 3)]);
}

#[test]
fn a_rule_can_replay_when_it_sees_something() {
    let mut builder = sending(3);
    builder.rule(Rule { name: "tap".to_owned(), ..rule(Answer::Tap("wiretap".to_owned())) });
    builder.rule(nth(2, Answer::Replay("wiretap".to_owned())));
    assert_eq!(arrivals(builder), [(110, 1), (210, 2), (210, 1), (210, 2), (310, 3)]);
}

#[test]
fn the_first_answer_other_than_pass_wins() {
    let mut builder = sending(1);
    let named = |name: &str, answer| Rule { name: name.to_owned(), ..rule(answer) };
    builder.rule(named("one", Answer::Pass));
    builder.rule(named("two", Answer::Delay(ms(1))));
    builder.rule(named("three", Answer::Drop));
    assert_eq!(arrivals(builder), [(111, 1)]);
}

#[test]
fn conditions_of_a_match_are_all_needed() {
    let wire = LinkId::from_index(0);
    let now = |from, to| Some((Time::from_nanos(0) + ms(from), Time::from_nanos(0) + ms(to)));
    let all = Match {
        link: Some(wire),
        from: Some(A),
        to: Some(B),
        between: Some((B, A)),
        kind: Some("letter".to_owned()),
        label: Some(String::new()),
        length: Some((1, 1)),
        part: None,
        window: now(100, 101),
        ordinal: Ordinal::Nth(1),
        chance: Some((1, 1)),
    };
    let passes = |matching: Match| {
        let mut builder = sending(1);
        builder.rule(Rule { matching, ..rule(Answer::Drop) });
        !arrivals(builder).is_empty()
    };
    assert!(!passes(all.clone()));
    assert!(passes(Match { link: Some(LinkId::from_index(1)), ..all.clone() }));
    assert!(passes(Match { from: Some(B), ..all.clone() }));
    assert!(passes(Match { to: Some(A), ..all.clone() }));
    assert!(passes(Match { between: Some((A, A)), ..all.clone() }));
    assert!(passes(Match { kind: Some("parcel".to_owned()), ..all.clone() }));
    assert!(passes(Match { label: Some("x".to_owned()), ..all.clone() }));
    assert!(passes(Match { length: Some((2, 9)), ..all.clone() }));
    assert!(passes(Match { part: Some("body".to_owned()), ..all.clone() }));
    assert!(passes(Match { window: now(99, 100), ..all.clone() }));
    assert!(passes(Match { window: now(101, 102), ..all.clone() }));
    assert!(passes(Match { ordinal: Ordinal::Nth(2), ..all.clone() }));
    assert!(passes(Match { chance: Some((0, 1)), ..all }));
}

#[test]
fn partition_cuts_both_ways_until_healed() {
    let mut builder = sending(4);
    builder.input(at(200), B, Do::Send(A, letter(&[9])));
    let name = || "split".to_owned();
    builder.action(at(150), Action::Partition { name: name(), left: vec![B], right: vec![A] });
    builder.action(at(350), Action::Heal(name()));
    let mut simulation = builder.build().expect("a sound world");
    simulation.run(&mut ());
    let letter = |n| Saw::Letter(A, vec![n]);
    assert_eq!(seen(&simulation, B), [(110, letter(1)), (410, letter(4))]);
    assert_eq!(seen(&simulation, A), []);
}

#[test]
fn a_path_that_tells_says_so_at_once() {
    let mut builder = sending(1);
    builder.tells(LinkId::from_index(0));
    builder.action(
        at(0),
        Action::Partition { name: "split".to_owned(), left: vec![A], right: vec![B] },
    );
    assert_eq!(diary(builder, A), [(100, Saw::Refused(B, vec![1]))]);
}

#[test]
fn messages_to_nobody_are_lost_not_fatal() {
    let mut builder = two();
    builder.input(at(0), A, Do::Send(NodeId::from_index(77), letter(&[1])));
    let lines = lines(&mut builder.build().expect("a sound world"));
    assert!(lines.last().unwrap().ends_with("lost NoSuchNode"));
}

#[test]
fn every_firing_is_told_with_its_causes() {
    let mut builder = sending(1);
    let flip = Corruption::Overwrite { byte: Offset::FromEnd(0), bytes: vec![77] };
    builder.action(at(50), Action::AddRule(rule(Answer::Corrupt(flip))));
    let lines = lines(&mut builder.build().expect("a sound world"));
    assert_eq!(
        lines[2..],
        [
            "3 @50 - <- [] rule rule added",
            "4 @100 0 <- [] input",
            "5 @100 0 <4 [] sent [1]",
            "6 @100 - <5 [3] fault rule [77]",
            "7 @110 1 <6 [] delivered [77]",
        ]
    );
}
