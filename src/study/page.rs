//! Text for a person, as it grows: sentences wrapped to a width, commands on their own line.

use super::words::{fill, hang};

/// Narrowest and widest text.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;
/// Columns of the time before an event.
const TIME: usize = 8;

/// Text of a width.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) width: usize,
}

impl Page {
    /// An empty page as wide as a terminal, but neither too narrow nor too wide to be read.
    pub(super) fn new(width: usize) -> Page {
        Page { text: String::new(), width: width.clamp(*WIDTHS.start(), *WIDTHS.end()) }
    }

    /// The title of a section, behind an empty line.
    pub(super) fn title(&mut self, title: &str) {
        self.text.push('\n');
        self.line(0, title);
    }

    /// A sentence at an indent, its further lines a little further in.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&hang(text, indent, self.width));
        self.text.push('\n');
    }

    /// Text behind `first`, its further lines behind `rest`.
    pub(super) fn put(&mut self, text: &str, first: &str, rest: &str) {
        self.text.push_str(&fill(text, first, rest, self.width));
        self.text.push('\n');
    }

    /// An event behind its time; an empty one where it is that of the event before.
    pub(super) fn event(&mut self, time: &str, text: &str) {
        self.put(text, &format!("  {time:<TIME$}  "), &" ".repeat(TIME + 6));
    }

    /// A line that is never wrapped: a command to type, so that it can be copied.
    pub(super) fn as_is(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// What a list leaves out.
    pub(super) fn more(&mut self, indent: usize, left_out: u64, of_what: &str) {
        if left_out > 0 {
            let text = format!("and {left_out} {of_what} more; --trace FILE has them all");
            self.line(indent, &text);
        }
    }
}
