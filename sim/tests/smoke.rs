//! A first run of everything together.
use sim::*;

#[derive(Clone)]
struct Ping(Vec<u8>);
impl Message for Ping {
    fn kind(&self) -> &'static str {
        "ping"
    }
    fn bytes(&self) -> &[u8] {
        &self.0
    }
    fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}
#[derive(Clone)]
struct Peer {
    left: u32,
    other: NodeId,
}
impl Node for Peer {
    type Message = Ping;
    type Timer = ();
    type Note = u32;
    fn handle(&mut self, event: Event<Ping, ()>, context: &mut Context<'_, Self>) {
        if let Event::Input(()) | Event::Message { .. } = event
            && self.left > 0
        {
            self.left -= 1;
            context.note(self.left);
            context.send(self.other, Ping(vec![1, 2, 3]));
        }
    }
}

#[test]
fn two_nodes_play() {
    let mut builder = Builder::new(1, Time::from_secs(0));
    let system = builder.system("S", Clock::ideal());
    let (a, b) = (NodeId::from_index(0), NodeId::from_index(1));
    builder.node("a", system, Peer { left: 5, other: b });
    builder.node("b", system, Peer { left: 5, other: a });
    builder.link(
        "ab",
        a,
        b,
        Latency::Uniform { min: Span::from_millis(1), max: Span::from_millis(2) },
    );
    builder.input(At::True(Time::from_secs(1)), a, ());
    let mut simulation = builder.build().unwrap();
    let mut seen = 0;
    let mut observer = |entry: &Entry<'_, Peer>| {
        seen += 1;
        assert_eq!(entry.n, seen);
    };
    assert_eq!(simulation.run(&mut observer), Stop::Idle);
    assert_eq!(simulation.entries(), seen);
    assert_eq!(simulation.events(), 2 + 1 + 10);
}
