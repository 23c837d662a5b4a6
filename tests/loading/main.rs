//! Loading scenarios: every mistake located, all at once, with the nearest valid word.

mod hostile;
mod manual;
mod mistakes;
mod model;
mod overrides;
mod shapes;

use model::{Action, Clock, Scenario};
use regionsim::scalar::Offset;
use regionsim::scalar::Ratio;
use regionsim::scenario::decode::decode;
use regionsim::scenario::problem::Problems;
use regionsim::scenario::read::parse;
use regionsim::scenario::source::Sources;
use regionsim::scenario::tree::Tree;

fn load(text: &str) -> (Option<Scenario>, Vec<String>) {
    let mut sources = Sources::new();
    let mut problems = Problems::new();
    let id = match sources.add_bytes("f.ron", text.as_bytes()) {
        Ok(id) => id,
        Err(problem) => return (None, vec![problem.line(&sources)]),
    };
    let scenario = parse(&sources, id, &mut problems).and_then(|tree| decode(&tree, &mut problems));
    (scenario, problems.lines(&sources))
}

const GOOD: &str = r#"#![enable(implicit_some)]
// A comment.
Scenario(
    title: "x",
    systems: { "A": (clock: (skew: "-6m", loss: "5%"), priority: 3) },
    script: [
        (at: "09:00:00", client: "a", do: LogOn),
        (name: "queued", at: "+5s", client: "a", do: GetTicket(service: "x")), /* another */
        (at: "+5s", client: "a", do: Wait("5s")),
        (at: "+5s", client: "a", do: Set(skew: "5s")),
        (at: "+5s", client: "a", do: Move(1, 2)),
    ],
    focus: "queued",
)
"#;

#[test]
fn a_good_file_loads_whole() {
    let (scenario, problems) = load(GOOD);
    assert_eq!(problems, [""; 0]);
    let scenario = scenario.unwrap();
    assert_eq!(scenario.systems["A"].clock.skew.to_string(), "-6m");
    assert_eq!(scenario.systems["A"].clock.loss, Ratio::new(1, 20));
    assert_eq!(scenario.systems["A"].priority, Some(3));
    assert_eq!(
        scenario.script[3].action,
        Action::Set(Clock { skew: Offset::from_nanoseconds(5_000_000_000), ..Clock::default() })
    );
    assert_eq!(scenario.script[4].action, Action::Move(1, 2));
    let span = scenario.focus.unwrap().span.unwrap();
    assert_eq!(&GOOD[span.start as usize..span.end as usize], "\"queued\"");
}

#[test]
fn line_ends_byte_order_mark_and_tabs_change_nothing() {
    let crlf = format!("\u{feff}{}", GOOD.replace('\n', "\r\n").replace("    ", "\t"));
    let (scenario, problems) = load(&crlf);
    assert_eq!(problems, [""; 0]);
    assert_eq!(scenario, load(GOOD).0);
    let (_, problems) = load("\u{feff}(\r\n\ttitel: \"\u{e4}\",\r\n)");
    assert_eq!(
        problems,
        ["f.ron:2:2: error: unknown field `titel` in `Scenario` (did you mean `title`?)"]
    );
}

/// A tree of a text that must be good.
fn tree(sources: &mut Sources, text: &str) -> Tree {
    let mut problems = Problems::new();
    let source = sources.add("f.ron", text).expect("a short text");
    let tree = parse(sources, source, &mut problems);
    assert_eq!(problems.lines(sources), [""; 0]);
    tree.expect("a good text")
}
