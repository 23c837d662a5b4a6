//! A node that does what its inputs say and writes down what happens to it, and a way to see all entries of a run.
#![allow(dead_code, reason = "each test file uses its part")]

use sim::*;

/// A letter of some kind, with a few bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn letter(bytes: &[u8]) -> Letter {
    Letter { kind: "letter", label: String::new(), bytes: bytes.to_vec() }
}

impl Message for Letter {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self { bytes, ..self.clone() }
    }

    fn label(&self) -> &str {
        &self.label
    }

    /// The `body` of a `parcel` stands behind a byte with its length.
    fn part(&self, name: &str) -> Option<Vec<u8>> {
        let (_, body) = self.bytes.split_first()?;
        (self.kind == "parcel" && name == "body").then(|| body.to_vec())
    }

    fn with_part(&self, _: &str, body: Vec<u8>) -> Option<Self> {
        let length = u8::try_from(body.len()).ok()?;
        Some(self.with_bytes([&[length], body.as_slice()].concat()))
    }
}

/// What an actor can be told to do, by an input or by a timer of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    Send(NodeId, Letter),
    /// Set a timer for a local time, to do nothing but be written down.
    Alarm(LocalTime, &'static str),
    /// Cancel the timer set last.
    Cancel,
    /// Draw from a stream this many times.
    Draw(&'static str, u32),
    /// Send an echo of everything that arrives from now on.
    Echo,
    /// Send a letter now and again after every interval, with a random byte in it.
    Chatter(NodeId, Span),
    /// A timer's text.
    Ring(&'static str),
}

/// What happened to an actor, with its local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saw {
    Start,
    Letter(NodeId, Vec<u8>),
    Refused(NodeId, Vec<u8>),
    Ring(&'static str),
    Drew(u64),
    Cancelled(bool),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Actor {
    pub(crate) diary: Vec<(LocalTime, Saw)>,
    last: Option<TimerId>,
    echo: bool,
}

impl Actor {
    fn act(&mut self, what: Do, context: &mut Context<'_, Self>) {
        let now = context.now();
        match what {
            Do::Send(to, letter) => _ = context.send(to, letter),
            Do::Alarm(at, text) => self.last = Some(context.set_timer(at, Do::Ring(text))),
            Do::Cancel => {
                let cancelled = self.last.take().is_some_and(|id| context.cancel_timer(id));
                self.diary.push((now, Saw::Cancelled(cancelled)));
            }
            Do::Draw(purpose, times) => {
                let draws = (0..times).map(|_| Saw::Drew(context.random(purpose).below(u64::MAX)));
                self.diary.extend(draws.map(|saw| (now, saw)));
            }
            Do::Echo => self.echo = true,
            Do::Chatter(to, every) => {
                let byte = context.random("chatter").below(256) as u8;
                context.note("chatter");
                context.send(to, letter(&[byte]));
                context.set_timer_in(every, Do::Chatter(to, every));
            }
            Do::Ring(text) => self.diary.push((now, Saw::Ring(text))),
        }
    }
}

impl Node for Actor {
    type Message = Letter;
    type Timer = Do;
    type Note = &'static str;

    fn handle(&mut self, event: Event<Letter, Do>, context: &mut Context<'_, Self>) {
        let now = context.now();
        match event {
            Event::Start => self.diary.push((now, Saw::Start)),
            Event::Message { from, message } => {
                self.diary.push((now, Saw::Letter(from, message.bytes.clone())));
                if self.echo {
                    context.note("echo");
                    context.send(from, message);
                }
            }
            Event::Refused { to, message } => {
                self.diary.push((now, Saw::Refused(to, message.bytes)));
            }
            Event::Timer { timer, .. } => self.act(timer, context),
            Event::Input(what) => self.act(what, context),
        }
    }
}

pub(crate) const A: NodeId = NodeId::from_index(0);
pub(crate) const B: NodeId = NodeId::from_index(1);
pub(crate) const SYSA: SystemId = SystemId::from_index(0);
pub(crate) const SYSB: SystemId = SystemId::from_index(1);

pub(crate) fn ms(millis: i64) -> Span {
    Span::from_millis(millis)
}

pub(crate) fn at(millis: i64) -> At {
    At::True(Time::from_nanos(0) + ms(millis))
}

pub(crate) fn local(millis: i64) -> LocalTime {
    LocalTime::from_nanos(0) + ms(millis)
}

/// Two systems with an actor each, and a link of 10 ms between those.
pub(crate) fn two() -> Builder<Actor> {
    let mut builder = Builder::new(7, Time::from_nanos(0));
    let a = builder.system("SYSA", Clock::ideal());
    let b = builder.system("SYSB", Clock::ideal());
    builder.node("a", a, Actor::default());
    builder.node("b", b, Actor::default());
    builder.link("wire", A, B, Latency::Fixed(ms(10)));
    builder
}

/// Runs to the end and gives what an actor saw, by local milliseconds, its start aside.
pub(crate) fn diary(builder: Builder<Actor>, id: NodeId) -> Vec<(i64, Saw)> {
    let mut simulation = builder.build().expect("a sound world");
    assert_eq!(simulation.run(&mut ()), Stop::Idle);
    seen(&simulation, id)
}

pub(crate) fn seen(simulation: &Simulation<Actor>, id: NodeId) -> Vec<(i64, Saw)> {
    let diary = &simulation.node(id).expect("an actor").diary;
    diary[1..].iter().map(|(at, saw)| (at.nanos() / 1_000_000, saw.clone())).collect()
}

/// One entry, as text: number, true milliseconds, node, cause, also, what.
pub(crate) fn line(entry: &Entry<'_, Actor>) -> String {
    let what = match entry.what {
        What::Started => "started".to_owned(),
        What::Input(_) => "input".to_owned(),
        What::Sent { message, .. } => format!("sent {:?}", message.bytes),
        What::Delivered { message, .. } => format!("delivered {:?}", message.bytes),
        What::Refused { message, .. } => format!("refused {:?}", message.bytes),
        What::TimerFired { at, .. } => format!("timer {}", at.nanos() / 1_000_000),
        What::Note(text) => format!("note {text}"),
        What::Fault { name, message, .. } => format!("fault {name} {:?}", message.bytes),
        What::Lost { why, .. } => format!("lost {why:?}"),
        What::ClockChanged { change, .. } => format!("clock {change:?}"),
        What::NodeChanged { condition } => format!("node {condition:?}"),
        What::RuleAdded { name } => format!("rule {name} added"),
        What::RuleRemoved { name, found } => format!("rule {name} removed {found}"),
        What::Partitioned { name, .. } => format!("partitioned {name}"),
        What::Healed { name, found } => format!("healed {name} {found}"),
        What::Released { name, messages } => format!("released {name} {messages}"),
        What::Replayed { name, messages } => format!("replayed {name} {messages}"),
    };
    let node = entry.node.map_or("-".to_owned(), |node| node.index().to_string());
    let millis = entry.time.nanos() / 1_000_000;
    let cause = entry.cause.map_or("-".to_owned(), |cause| cause.to_string());
    format!("{} @{millis} {node} <{cause} {:?} {what}", entry.n, entry.also)
}

/// Runs to the end and gives all entries as text.
pub(crate) fn lines(simulation: &mut Simulation<Actor>) -> Vec<String> {
    let mut lines = Vec::new();
    simulation.run(&mut |entry: &Entry<'_, Actor>| lines.push(line(entry)));
    lines
}

/// Two chattering actors behind a link that does all kinds of things to letters, ended by a limit.
pub(crate) fn lively(seed: u64, events: u64) -> Builder<Actor> {
    let mut builder = Builder::new(seed, Time::from_nanos(0));
    let a = builder.system("SYSA", Clock::drifting(Time::from_nanos(0), ms(3), 250_000));
    let b = builder.system("SYSB", Clock::skewed(ms(-40)));
    builder.node("a", a, Actor::default());
    builder.node("b", b, Actor::default());
    let wire = builder.link("wire", A, B, Latency::Exponential { min: ms(1), mean: ms(4) });
    let rule = |name: &str, chance, answer| Rule {
        name: name.to_owned(),
        matching: Match { link: Some(wire), chance: Some(chance), ..Match::default() },
        answer,
    };
    builder.rule(rule("lose", (1, 10), Answer::Drop));
    builder.rule(rule("twice", (1, 10), Answer::Duplicate { times: 1, after: ms(2) }));
    builder.rule(rule("swap", (1, 10), Answer::Reorder { timeout: ms(30) }));
    builder.input(at(1), B, Do::Echo);
    builder.input(at(5), A, Do::Chatter(B, ms(3)));
    builder.input(at(6), B, Do::Chatter(A, ms(7)));
    builder.action(at(100), Action::Clock(SYSB, ClockChange::Step(ms(500))));
    builder.action(at(200), Action::Clock(SYSA, ClockChange::Slew(100_000_000)));
    builder.action(at(300), Action::Node(B, Condition::Slow(ms(9))));
    builder.limits(Limits { events, ..Limits::default() });
    builder
}
