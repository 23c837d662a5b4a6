//! What parsers of commands complain about, each complaint with its place in the text.

use std::fmt;

/// A piece of a command's text: byte offsets, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// From the start of this piece to the end of a later one.
    pub(crate) fn to(self, last: Span) -> Span {
        Span { start: self.start, end: last.end.max(self.end) }
    }
}

/// One complaint about a command or a declaration. The author of the text must change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The offending piece of the text.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
}

impl SyntaxError {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> SyntaxError {
        SyntaxError { span, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> SyntaxError {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}: {}", self.span.start, self.span.end, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Longest text of a foreign word that a message repeats, in characters.
const QUOTED: usize = 40;

/// A word of the author between backticks, cut where it is absurdly long.
pub(crate) fn quote(word: &str) -> String {
    if word.chars().count() <= QUOTED {
        return format!("`{word}`");
    }
    format!("`{}…`", word.chars().take(QUOTED).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_in_messages() {
        assert_eq!(quote("TOKEN"), "`TOKEN`");
        assert_eq!(quote(&"é".repeat(41)).chars().count(), 43);
    }
}
