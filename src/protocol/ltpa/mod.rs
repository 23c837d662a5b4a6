//! Tokens of WebSphere's single sign-on (LTPA version 2) and those of Domino.
//!
//! The layout is known from published software and samples; the pages that give it are named at the rules.

pub mod domino;
mod keys;
mod token;

use crate::protocol::anatomy::{Flaws, Part, hex};

pub use keys::{KeyError, Keys};
pub use token::{Opened, Refused, Token, UserData};

/// The names of these kinds of tokens.
pub const KINDS: [&str; 2] = ["LTPA2", "LTPA-Domino"];

/// Takes a token apart without keys: its blocks are all that can be seen.
pub fn take_apart(octets: &[u8], flaws: &mut Flaws) -> Part {
    flaws.enter("LTPA2");
    let mut part = Part::new("LTPA2", "octets", 0, octets.len());
    if octets.is_empty() || !octets.len().is_multiple_of(16) {
        flaws.note(octets.len() / 16 * 16, "the length is no multiple of 16");
    }
    part.parts.push(Part::new("encrypted", "octets", 0, octets.len()).with_value(hex(octets)));
    flaws.leave();
    part
}
