//! What is wrong with a scenario: located, collected, ordered, with the nearest valid word.

use std::collections::BTreeSet;

use super::source::{Sources, Span};
pub use crate::nodes::warning::Severity;
use crate::nodes::warning::Warning;
use crate::scalar::words::suggestion;

/// How many problems are kept; the rest are only counted.
pub const MAX_PROBLEMS: usize = 100;

/// One thing that is wrong, and where. Ordered by text and position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is wrong.
    pub span: Span,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line: ``unknown field `tilte` in `Scenario` ``.
    pub message: String,
    /// A few words to stand at the marked place, where they say more than the message.
    pub label: Option<String>,
    /// What to do: ``did you mean `title`?``.
    pub help: Option<String>,
    /// Other places that matter, each with its words.
    pub also: Vec<(Span, String)>,
}

impl Problem {
    /// An error at a place.
    pub fn error(span: Span, message: impl Into<String>) -> Problem {
        Problem {
            span,
            severity: Severity::Error,
            message: message.into(),
            label: None,
            help: None,
            also: Vec::new(),
        }
    }

    /// A warning at a place, with the advice how to say that it is meant.
    pub fn warning(span: Span, warning: Warning, message: impl Into<String>) -> Problem {
        let help = format!("if it is meant, write `allow: [{warning}]` in the scenario");
        let severity = Severity::Warning(warning);
        Problem { severity, ..Problem::error(span, message).help(help) }
    }

    /// With a few words at the marked place.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Problem {
        Problem { label: Some(label.into()), ..self }
    }

    /// With advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Problem {
        Problem { help: Some(help.into()), ..self }
    }

    /// With the advice that the nearest of the valid words gives, or the list of them.
    #[must_use]
    pub fn suggest<'a>(
        self,
        word: &str,
        valid: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Problem {
        match suggestion(word, valid) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// With another place that matters.
    #[must_use]
    pub fn also(mut self, span: Span, words: impl Into<String>) -> Problem {
        self.also.push((span, words.into()));
        self
    }

    /// The problem in one line: `file:line:column: error: message (help)`.
    pub fn line(&self, sources: &Sources) -> String {
        let at = sources.position(self.span);
        let name = sources.name(self.span.source);
        let Problem { severity, message, help, .. } = self;
        let help = help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        format!("{name}:{}:{}: {}: {message}{help}", at.line, at.column, severity.word())
    }
}

/// Problems in the order of their places, each once, at most [`MAX_PROBLEMS`].
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: BTreeSet<Problem>,
    beyond: u64,
}

impl Problems {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Problems::default()
    }

    /// Adds a problem. One that is already there, at the same place with the same message, is not
    /// added again.
    pub fn add(&mut self, problem: Problem) {
        let known = |kept: &Problem| kept.span == problem.span && kept.message == problem.message;
        if self.kept.iter().any(known) {
            return;
        }
        if self.kept.len() < MAX_PROBLEMS {
            self.kept.insert(problem);
        } else {
            self.beyond = self.beyond.saturating_add(1);
        }
    }

    /// Drops a warning wherever it was given. Answers whether it was.
    pub fn allow(&mut self, warning: Warning) -> bool {
        let before = self.kept.len();
        self.kept.retain(|problem| problem.severity != Severity::Warning(warning));
        self.kept.len() < before
    }

    /// Drops all warnings.
    pub fn drop_warnings(&mut self) {
        self.kept.retain(|problem| problem.severity == Severity::Error);
    }

    /// No more problems will be kept: it is time to stop looking.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= MAX_PROBLEMS
    }

    /// Something makes the scenario unusable.
    pub fn has_errors(&self) -> bool {
        self.kept.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Nothing is wrong at all.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The problems, by text and position.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.kept.iter()
    }

    /// There may be more problems than those kept.
    pub fn has_more(&self) -> bool {
        self.beyond > 0 || self.is_full()
    }

    /// All problems, one line each; the last line says if there may be more.
    pub fn lines(&self, sources: &Sources) -> Vec<String> {
        let mut lines: Vec<String> = self.iter().map(|problem| problem.line(sources)).collect();
        if self.has_more() {
            lines.push(format!("the first {MAX_PROBLEMS} problems are shown; there may be more"));
        }
        lines
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        for problem in problems {
            self.add(problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_ordered_kept_once_and_limited() {
        let mut sources = Sources::new();
        let id = sources.add("f", &"x".repeat(500)).unwrap();
        let mut problems = Problems::new();
        for start in (0..150).rev() {
            for _ in 0..2 {
                let span = Span { source: id, start, end: start + 1 };
                problems.add(Problem::error(span, "wrong"));
            }
            assert_eq!(problems.is_full(), 150 - start >= 100);
        }
        let lines = problems.lines(&sources);
        assert_eq!(lines.len(), MAX_PROBLEMS + 1);
        assert_eq!(lines[0], "f:1:51: error: wrong");
        assert_eq!(lines[99], "f:1:150: error: wrong");
    }
}
