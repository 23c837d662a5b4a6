//! Fault rules as the engine knows them.

use sim::{Answer, Corruption, Offset};

use super::of;
use crate::scenario::model::{Fault, FaultAnswer};

/// What becomes of the messages of a rule.
pub(super) fn answer_of(fault: &Fault) -> Answer {
    match &fault.answer {
        FaultAnswer::Drop => Answer::Drop,
        FaultAnswer::Delay(by) => Answer::Delay(of(*by)),
        FaultAnswer::Duplicate { copies, after } => {
            Answer::Duplicate { times: *copies, after: of(*after) }
        }
        FaultAnswer::Reorder { timeout } => Answer::Reorder { timeout: of(*timeout) },
        FaultAnswer::Hold => Answer::Hold,
        FaultAnswer::FlipBit { from_start, from_end } => {
            Answer::Corrupt(flipped(*from_start, from_end.unwrap_or(0)))
        }
        FaultAnswer::Truncate { keep } => Answer::Corrupt(Corruption::Truncate { length: *keep }),
        FaultAnswer::Extend { with } => Answer::Corrupt(Corruption::Extend(with.0.clone())),
        FaultAnswer::Overwrite { from_start, from_end, with } => {
            let byte = match from_start {
                Some(byte) => Offset::FromStart(*byte),
                None => Offset::FromEnd(from_end.unwrap_or(0)),
            };
            Answer::Corrupt(Corruption::Overwrite { byte, bytes: with.0.clone() })
        }
        FaultAnswer::Tap => Answer::Tap(fault.name.clone()),
    }
}

/// Bit 0 from the start is the highest of the first byte, from the end the lowest of the last: both
/// count along the message as it is written.
fn flipped(from_start: Option<u64>, from_end: u64) -> Corruption {
    let bit = from_start.unwrap_or(from_end);
    // No message has so many bytes, so that a bit beyond them is none of any message.
    let byte = u32::try_from(bit / 8).unwrap_or(u32::MAX);
    let in_byte = (bit % 8) as u8;
    match from_start {
        Some(_) => Corruption::FlipBit { byte: Offset::FromStart(byte), bit: 7 - in_byte },
        None => Corruption::FlipBit { byte: Offset::FromEnd(byte), bit: in_byte },
    }
}
