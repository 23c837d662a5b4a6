//! The texts that a scenario is made of, and places in them.
//!
//! A scenario comes from several texts: its own file, its plex, each `--set` of the command line.
//! [`Sources`] keeps them with their names, so that a [`Span`] can always be shown to a person.

use super::problem::Problem;

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// One text of a [`Sources`] store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    pub(super) fn number(self) -> u32 {
        self.0
    }

    pub(super) fn from_number(number: u32) -> SourceId {
        SourceId(number)
    }
}

/// A range of bytes of one text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The `length` bytes at `offset` from the start of this span, cut at its end.
    #[must_use]
    pub fn part(self, offset: usize, length: usize) -> Span {
        let start = self.start.saturating_add(clamp(offset)).min(self.end);
        Span { start, end: start.saturating_add(clamp(length)).min(self.end), ..self }
    }

    /// The last byte of the span: where a bracket closes.
    #[must_use]
    pub fn last_byte(self) -> Span {
        Span { start: self.end.saturating_sub(1).max(self.start), ..self }
    }
}

/// Line and column as people count them: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The texts, each with the name under which people know it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
}

impl Sources {
    /// No text yet.
    pub fn new() -> Self {
        Sources::default()
    }

    /// Adds a text. A byte order mark at its start is dropped.
    ///
    /// # Errors
    /// The text is longer than [`MAX_BYTES`]: the author must split or shorten it.
    pub fn add(&mut self, name: &str, text: &str) -> Result<SourceId, Problem> {
        self.add_bytes(name, text.as_bytes())
    }

    /// Adds the bytes of a file, which must be UTF-8. A byte order mark at their start is dropped.
    ///
    /// # Errors
    /// The file is longer than [`MAX_BYTES`], or it is not UTF-8; the problem names the offset of the
    /// first byte that is not, and the author must save the file as UTF-8.
    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<SourceId, Problem> {
        if bytes.len() > MAX_BYTES {
            let span = self.push(name, "");
            let found = bytes.len();
            let message = format!("this text has {found} bytes; the limit is {MAX_BYTES}");
            return Err(Problem::error(span, message));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(self.push(name, text.strip_prefix('\u{feff}').unwrap_or(text)).source),
            Err(error) => {
                let offset = error.valid_up_to();
                let valid = bytes.get(..offset).and_then(|valid| std::str::from_utf8(valid).ok());
                let span = self.push(name, valid.unwrap_or_default());
                let byte = bytes.get(offset).copied().unwrap_or_default();
                let (what, help) = foreign(bytes);
                let message = format!("byte X'{byte:02X}' at offset {offset} is not UTF-8{what}");
                let at = Span { start: span.end, ..span };
                Err(Problem::error(at, message).help(help))
            }
        }
    }

    /// The name of a text.
    pub fn name(&self, id: SourceId) -> &str {
        self.all.get(id.0 as usize).map_or("", |source| &source.name)
    }

    /// A text.
    pub fn text(&self, id: SourceId) -> &str {
        self.all.get(id.0 as usize).map_or("", |source| &source.text)
    }

    /// What a span covers; empty if the span is not one of these texts.
    pub fn excerpt(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The whole text as a span.
    pub fn whole(&self, id: SourceId) -> Span {
        Span { source: id, start: 0, end: clamp(self.text(id).len()) }
    }

    /// Where a span begins.
    pub fn position(&self, span: Span) -> Position {
        let text = self.text(span.source);
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).map_or(0, |line| line.chars().count()) + 1;
        Position { line: clamp(line), column: clamp(column) }
    }

    fn push(&mut self, name: &str, text: &str) -> Span {
        let source = SourceId(clamp(self.all.len()));
        self.all.push(Source { name: name.to_owned(), text: text.to_owned() });
        Span { source, start: 0, end: clamp(text.len()) }
    }
}

/// What bytes that are not UTF-8 seem to be, and what to do about it.
fn foreign(bytes: &[u8]) -> (&'static str, &'static str) {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        (": this is UTF-16", "save the file as UTF-8")
    } else if bytes.contains(&0) {
        (": this is no text", "name the file of a scenario, a text in RON")
    } else {
        ("", "save the file as UTF-8")
    }
}

/// Texts are far shorter than 4 GiB, so that this never cuts an offset.
pub(super) fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_carriage_returns_belong_to_the_line_before() {
        let mut sources = Sources::new();
        let id = sources.add("a", "\u{feff}x\r\n\u{e4}\u{20ac}!\n").unwrap();
        let at = |start| sources.position(Span { source: id, start, end: start });
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(3), Position { line: 2, column: 1 });
        assert_eq!(at(8), Position { line: 2, column: 3 });
        assert_eq!(at(99), Position { line: 3, column: 1 });
    }

    #[test]
    fn bytes_that_are_not_utf8_are_named_with_their_offset() {
        let mut sources = Sources::new();
        let problem = sources.add_bytes("f.ron", b"ab\n\xC3(").unwrap_err();
        assert_eq!(
            problem.line(&sources),
            "f.ron:2:1: error: byte X'C3' at offset 3 is not UTF-8 (save the file as UTF-8)"
        );
    }

    #[test]
    fn the_size_limit_is_inclusive() {
        let mut sources = Sources::new();
        assert!(sources.add_bytes("f", &vec![b' '; MAX_BYTES]).is_ok());
        assert!(sources.add_bytes("f", &vec![b' '; MAX_BYTES + 1]).is_err());
    }
}
