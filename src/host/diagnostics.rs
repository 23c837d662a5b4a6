//! Problems of scenarios as pictures, drawn as the compiler draws its own.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::scenario::problem::{Problem, Problems, Severity};
use crate::scenario::source::{Sources, Span};

/// A place in a longer line than this is shown in part, in bytes.
const LONGEST_LINE: usize = 400;
/// How much is shown of such a line on either side of the place, in bytes.
const AROUND: usize = 60;

/// Draws all problems, in order, and counts them in a last line; empty if there are none.
///
/// `color` adds the escape sequences of a terminal.
pub fn render(problems: &Problems, sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for problem in problems.iter() {
        text.push_str(&renderer.render(&[picture(problem, sources)]));
        text.push_str("\n\n");
    }
    text.push_str(&summary(problems));
    text
}

fn summary(problems: &Problems) -> String {
    let count = |word: &str| {
        let number = problems.iter().filter(|problem| problem.severity.word() == word).count();
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {word}{plural}"))
    };
    let counts = [count("error"), count("warning")];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let more = if problems.has_more() { ", and there may be more" } else { "" };
    if counts.is_empty() { String::new() } else { format!("{}{more}\n", counts.join(", ")) }
}

fn picture<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning(_) => Level::WARNING,
    };
    let label = problem.label.as_deref();
    let primary = Mark { span: problem.span, kind: AnnotationKind::Primary, label };
    let others = problem.also.iter().map(|(span, words)| Mark {
        span: *span,
        kind: AnnotationKind::Context,
        label: Some(words),
    });
    let mut marks: Vec<Mark<'a>> = std::iter::once(primary).chain(others).collect();
    let mut group =
        level.primary_title(problem.message.as_str()).elements(Vec::<Element<'_>>::new());
    while let Some(first) = marks.first() {
        let source = first.span.source;
        let (here, elsewhere) = marks.into_iter().partition(|mark| mark.span.source == source);
        group = group.elements(excerpt(here, sources));
        marks = elsewhere;
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// A place in a text and what to write beside it.
#[derive(Clone, Copy)]
struct Mark<'a> {
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// The lines of one text that hold the marks; the first mark gives the position.
fn excerpt<'a>(marks: Vec<Mark<'a>>, sources: &'a Sources) -> Vec<Element<'a>> {
    let Some(first) = marks.first().copied() else { return Vec::new() };
    let text = sources.text(first.span.source);
    let start = marks.iter().map(|mark| line_start(text, mark.span.start as usize)).min();
    let end = marks.iter().map(|mark| line_end(text, mark.span.end as usize)).max();
    let (start, end) = (start.unwrap_or(0), end.unwrap_or(0));
    let lines = text.get(start..end).unwrap_or("");
    if lines.lines().any(|line| line.len() > LONGEST_LINE) {
        return marks.into_iter().flat_map(|mark| window(mark, sources)).collect();
    }
    let top = Span { start: u32::try_from(start).unwrap_or(u32::MAX), ..first.span };
    let snippet = Snippet::source(lines)
        .path(sources.name(first.span.source))
        .line_start(sources.position(top).line as usize);
    let marks = marks.into_iter().map(|mark| {
        let from = (mark.span.start as usize).saturating_sub(start);
        let to = (mark.span.end as usize).saturating_sub(start);
        mark.kind.span(from..to.max(from)).label(mark.label)
    });
    vec![snippet.annotations(marks).into()]
}

/// The surroundings of a mark in a very long line, under its exact position.
fn window<'a>(mark: Mark<'a>, sources: &'a Sources) -> Vec<Element<'a>> {
    let text = sources.text(mark.span.source);
    let (mark_start, mark_end) = (mark.span.start as usize, mark.span.end as usize);
    let start = mark_start.saturating_sub(AROUND).max(line_start(text, mark_start));
    let shown_end = mark_end.min(mark_start + AROUND);
    let end = (shown_end + AROUND).min(line_end(text, mark_start));
    let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(end));
    let shown_end = text.floor_char_boundary(shown_end).min(end);
    let position = sources.position(mark.span);
    let origin = Origin::path(sources.name(mark.span.source))
        .line(position.line as usize)
        .char_column(position.column as usize);
    let from = mark_start.saturating_sub(start);
    let to = shown_end.saturating_sub(start).max(from);
    let snippet = Snippet::source(text.get(start..end).unwrap_or(""))
        .line_start(position.line as usize)
        .annotation(mark.kind.span(from..to).label(mark.label));
    vec![origin.into(), snippet.into()]
}

fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    offset + line.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::warning::Warning;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn drawn(text: &str, problem: impl Fn(Span) -> Problem) -> String {
        let mut sources = Sources::new();
        let source = sources.add("f.ron", text).unwrap();
        let mut problems = Problems::new();
        problems.add(problem(sources.whole(source)));
        render(&problems, &sources, false)
    }

    #[test]
    fn a_picture_marks_the_place_and_gives_the_advice() {
        let picture = drawn("Scenario(\r\n\t\u{e4}\u{20ac}: 1,\r\n  titel: 2,\r\n)\r\n", |whole| {
            Problem::error(whole.part(25, 5), "unknown field `titel` in `Scenario`")
                .help("did you mean `title`?")
                .also(whole.part(12, 5), "not this")
        });
        let expected = "\
error: unknown field `titel` in `Scenario`
 --> f.ron:3:3
  |
2 |     \u{e4}\u{20ac}: 1,
  |     -- not this
3 |   titel: 2,
  |   ^^^^^
  |
  = help: did you mean `title`?

1 error
";
        assert_eq!(picture, expected);
    }

    #[test]
    fn a_huge_line_is_shown_in_part_with_its_true_column() {
        let text = format!("{}here{}", "\u{e4}".repeat(100_000), "x".repeat(1_000_000));
        let picture = drawn(&text, |whole| Problem::error(whole.part(200_000, 4), "wrong"));
        assert!(picture.len() < 1000, "{} bytes", picture.len());
        assert!(picture.contains("f.ron:1:100001"), "{picture}");
        assert!(picture.contains("^^^^"), "{picture}");
    }

    #[test]
    fn no_problems_draw_nothing() {
        assert_eq!(render(&Problems::new(), &Sources::new(), true), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::with_cases(128) })]

        #[test]
        fn no_place_panics(text in "\\PC{0,20}[\r\n\t]{0,3}\\PC{0,500}", at: usize, length in 0usize..600) {
            let picture = drawn(&text, |whole| {
                let start = text.floor_char_boundary(at % (text.len() + 1));
                let end = text.floor_char_boundary((start + length).min(text.len()));
                let place = whole.part(start, end - start);
                Problem::warning(place, Warning::ClassUnknown, "w").label("here")
            });
            prop_assert!(picture.contains("f.ron"));
        }
    }
}
