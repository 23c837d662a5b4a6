//! SSIGNON of RDEFINE and RALTER: the keys of PassTickets.

use super::operands::{Operands, Reader, Word};
use super::users::secret;
use crate::nodes::complaint::quote;
use crate::nodes::esm::database::ssignon::{LABEL_RULE, Ssignon, TicketType, is_label};
use crate::nodes::esm::database::{Password, Profile};

/// What a command changes of the segment.
#[derive(Clone, Debug)]
pub(super) enum SsignonChange {
    /// The segment is deleted.
    Remove,
    /// What is absent stays as it is.
    Set {
        legacy: Option<LegacyChange>,
        enhanced_label: Option<String>,
        kind: Option<TicketType>,
        timeout: Option<u16>,
        replay: Option<bool>,
    },
}

/// What becomes of the key of legacy PassTickets. A key that ICSF keeps for RACF makes the same
/// PassTickets as one that RACF masks.
#[derive(Clone, Debug)]
pub(super) enum LegacyChange {
    Key(Password),
    Label(String),
    /// ICSF keeps it from now on.
    Encrypt,
    Remove,
}

impl SsignonChange {
    pub(super) fn read(operands: &Operands, reader: &mut Reader) -> Option<SsignonChange> {
        if operands.has("NOSSIGNON") {
            return Some(SsignonChange::Remove);
        }
        let segment = operands.inner("SSIGNON")?;
        let key = secret(segment, "KEYMASKED").or_else(|| secret(segment, "KEYENCRYPTED"));
        let mut label = |name| segment.word(name).and_then(|word| label(word, reader));
        let legacy_label = label("KEYLABEL");
        let enhanced_label = label("EPTKEYLABEL");
        let has = |name, change| segment.has(name).then_some(change);
        let legacy = key.map(LegacyChange::Key).or(legacy_label.map(LegacyChange::Label));
        let legacy = legacy.or(has("ENCRYPTKEY", LegacyChange::Encrypt));
        Some(SsignonChange::Set {
            legacy: legacy.or(has("NOLEGACYKEY", LegacyChange::Remove)),
            enhanced_label,
            kind: segment.word("TYPE").map(|word| match word.text.as_str() {
                "UPPER" => TicketType::UPPER,
                _ => TicketType::MIXED,
            }),
            // The reader has judged the number.
            timeout: segment.word("TIMEOUT").and_then(|word| word.text.parse().ok()),
            replay: segment.word("REPLAY").map(|word| word.text == "YES"),
        })
    }

    /// Makes the changes.
    ///
    /// # Errors
    /// What the profile lacks for them; whoever enters the command decides what to do.
    pub(super) fn apply(&self, profile: &mut Profile) -> Result<(), &'static str> {
        let SsignonChange::Set { legacy, enhanced_label, kind, timeout, replay } = self else {
            let had = profile.ssignon.take();
            return had.map(|_| ()).ok_or("it has no SSIGNON segment");
        };
        let segment = profile.ssignon.get_or_insert_default();
        match legacy {
            Some(LegacyChange::Key(key)) => {
                (segment.key, segment.key_label) = (Some(key.clone()), None);
            }
            Some(LegacyChange::Label(label)) => {
                (segment.key, segment.key_label) = (None, Some(label.clone()));
            }
            Some(LegacyChange::Encrypt) if segment.key.is_none() => {
                return Err("it has no masked key to encrypt");
            }
            Some(LegacyChange::Remove) => (segment.key, segment.key_label) = (None, None),
            Some(LegacyChange::Encrypt) | None => {}
        }
        if let Some(label) = enhanced_label {
            (segment.enhanced_key, segment.enhanced_key_label) = (None, Some(label.clone()));
        }
        let Ssignon { kind: held_kind, timeout: held_timeout, replay: held_replay, .. } = segment;
        *held_kind = kind.unwrap_or(*held_kind);
        *held_timeout = timeout.unwrap_or(*held_timeout);
        *held_replay = replay.unwrap_or(*held_replay);
        Ok(())
    }
}

/// The label of a key, in upper case.
fn label(word: &Word, reader: &mut Reader) -> Option<String> {
    let Word { text, span } = word.upper();
    if is_label(&text) {
        return Some(text);
    }
    reader.complain(span, format!("{} is no label: {LABEL_RULE}", quote(&word.text)));
    None
}
