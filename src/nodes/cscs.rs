//! The destination of a transient data queue: the CSCS log, wrapped into records as on MSGUSR.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::frame::{Frame, Packet, TdDone, TdRecord, TdWrite};
use super::{Ctx, Decide, Event};
use crate::check::{Check, Mark, Operand, Rule, Unit};
use crate::protocol::charset;
use crate::trace::Record;

/// A log destination.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CscsConfig {
    /// The system that owns the data set.
    pub system: String,
    /// Record length of the data set (bytes): 132 as documented; four of them are the record
    /// descriptor word.
    #[serde(default = "default_record_length")]
    pub record_length: u16,
    /// How many records fit; none: no limit.
    #[serde(default)]
    pub capacity: Option<u32>,
}

fn default_record_length() -> u16 {
    132
}

/// The record descriptor word of a variable-length record (bytes).
const RDW_BYTES: u16 = 4;
/// Columns by which continuation records are indented (assumed).
const INDENT: &str = "          ";

/// The rules of this file.
pub(super) const RULES: [&Rule; 1] = [&CAPACITY];

static CAPACITY: Rule = Rule {
    id: "td.capacity",
    text: "A record is written while the data set has room for all of its lines.",
    source: "assumed: an extrapartition data set has room for so many records",
    mark: Mark::Assumed,
};

/// The actor.
#[derive(Clone, Debug)]
pub struct Cscs {
    width: usize,
    capacity: Option<u32>,
    used: u32,
}

impl Cscs {
    /// An empty data set.
    pub fn new(config: &CscsConfig) -> Cscs {
        let width = usize::from(config.record_length.saturating_sub(RDW_BYTES));
        Cscs { width, capacity: config.capacity, used: 0 }
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        let Event::Message { from, message } = event else { return };
        let Ok(Frame::TdWrite(write)) = message.open() else {
            return super::unreadable(&message, ctx);
        };
        let lines = wrap(&line_of(&write.record), self.width);
        let written = self.has_room(&lines, ctx);
        if written {
            self.used = self.used.saturating_add(lines.len() as u32);
            ctx.say(record_of(&write));
        }
        let done = TdDone { call: write.call, written };
        ctx.send(from, Packet::frame(&Frame::TdDone(done)));
    }

    fn has_room(&self, lines: &[String], ctx: &mut Ctx<'_>) -> bool {
        let Some(capacity) = self.capacity else { return true };
        let needed = i64::from(self.used) + lines.len() as i64;
        ctx.decide(Check::at_most(
            &CAPACITY,
            (Operand::new("records with this one", needed.to_string()), needed),
            (Operand::new("capacity", capacity.to_string()), i64::from(capacity)),
            Unit::Count,
        ))
    }
}

fn line_of(record: &TdRecord) -> String {
    match record {
        TdRecord::Message { line, .. } => line.clone(),
        TdRecord::Data(data) => charset::decode(data),
    }
}

fn record_of(write: &TdWrite) -> Record {
    let kind = match &write.record {
        TdRecord::Message { .. } => "cscs.message",
        TdRecord::Data(_) => "td.write",
    };
    let mut record = Record::new(kind);
    record.task = write.task;
    let record = record.text("region", write.applid.clone()).text("queue", write.queue.clone());
    match &write.record {
        TdRecord::Message { id, line, reason } => {
            record.text("id", id.clone()).maybe("reason", reason.clone()).text("line", line.clone())
        }
        TdRecord::Data(data) => record.text("data", charset::decode(data)),
    }
}

/// Wraps a logical line into records of at most `width` characters: broken at blanks, continuation
/// records indented; a word longer than a record is cut.
///
/// A wrapped message is read back by joining the trimmed records with single blanks.
pub fn wrap(line: &str, width: usize) -> Vec<String> {
    let options = textwrap::Options::new(width.max(INDENT.len() + 1))
        .subsequent_indent(INDENT)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(line, options).into_iter().map(|record| record.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_message_wraps_at_blanks_with_its_continuation_indented() {
        let line = format!("DFHXS1402 {} end", "word ".repeat(40).trim_end());
        let records = wrap(&line, 128);
        assert_eq!(records.len(), 2);
        assert!(records[0].starts_with("DFHXS1402 word") && records[0].len() <= 128);
        assert!(records[1].starts_with("          word") && records[1].ends_with("end"));
    }

    #[test]
    fn marks_and_hyphens_inside_words_do_not_part_them() {
        let words = [
            "A!aaA0!A000!a0!aAA!AaaA!AAA0a!!!aa!a!",
            "a!aA!AA!Aa!AAaA!A0!!aa!!a-00aA!0AA0!a0AA0!0aAaaAa!0A!a0!a!!A0!A!!AAa!!!aAA0AAaAa0!0!aaAAaA!a0aa!a!",
        ];
        let records = wrap(&words.join(" "), 108);
        assert_eq!(records[0], words[0]);
        assert_eq!(records[1].trim(), words[1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn wrapping_loses_no_word_and_keeps_the_width(
            words in proptest::collection::vec("[!-~]{1,100}", 0..40), width in 40usize..140,
        ) {
            let records = wrap(&words.join(" "), width);
            for record in &records {
                prop_assert!(record.chars().count() <= width, "{record:?}");
            }
            if words.iter().all(|word| word.len() <= width - INDENT.len()) {
                let joined: Vec<&str> = records.iter().map(|record| record.trim()).collect();
                let joined = joined.join(" ");
                prop_assert_eq!(joined.trim(), words.join(" "));
            }
        }
    }
}
