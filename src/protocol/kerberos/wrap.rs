//! Per-message wrap tokens of RFC 4121 section 4.2: header, seal or signature, rotation undone.

use rand_core::Rng;
use thiserror::Error;

use super::etype::{Confounder, Key};
use super::gss::GssFlags;
use super::rules;
use crate::check::{Check, Checks, Operand};

const HEADER: usize = 16;
const WRAP_ID: [u8; 2] = [0x05, 0x04];
const SENT_BY_ACCEPTOR: u8 = 1;
const SEALED: u8 = 2;
const ACCEPTOR_SUBKEY: u8 = 4;

/// The two ends of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The client.
    Initiator,
    /// The service.
    Acceptor,
}

impl Role {
    /// Key usage of a sealed token (RFC 4121 section 2).
    fn seal_usage(self) -> u32 {
        match self {
            Role::Acceptor => 22,
            Role::Initiator => 24,
        }
    }

    /// Key usage of the checksum of an unsealed token.
    fn sign_usage(self) -> u32 {
        self.seal_usage() + 1
    }

    fn peer(self) -> Role {
        match self {
            Role::Acceptor => Role::Initiator,
            Role::Initiator => Role::Acceptor,
        }
    }

    fn flag(self) -> u8 {
        match self {
            Role::Acceptor => SENT_BY_ACCEPTOR,
            Role::Initiator => 0,
        }
    }
}

/// One end of an established context: its key and its place in both sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Which end this is.
    pub role: Role,
    /// The acceptor's subkey, else the initiator's, else the session key.
    pub key: Key,
    /// Whether `key` is the acceptor's subkey.
    pub acceptor_subkey: bool,
    /// The services that were agreed.
    pub flags: GssFlags,
    /// The number of the next token to send.
    pub send_sequence: u64,
    /// The number that the next received token should have.
    pub receive_sequence: u64,
}

/// What was inside a wrap token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwrapped {
    /// The message.
    pub data: Vec<u8>,
    /// Whether it was encrypted.
    pub sealed: bool,
}

/// A wrap token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnwrapError {
    /// Too short, another token id, or the filler octet is wrong: GSS DEFECTIVE_TOKEN.
    #[error("no wrap token")]
    Defective,
    /// Sent by this end, or made with a key that the context does not have.
    #[error("the token's flags do not fit the context")]
    Flags,
    /// Changed on its way, or made with another key: GSS BAD_MIC.
    #[error("integrity of the token")]
    Integrity,
    /// Not the number that was due: GSS duplicate, old or gap.
    #[error("the token's sequence number is not the one that was due")]
    Sequence,
}

impl Context {
    /// Wraps a message with the next sequence number. The confounder comes from `random`, and only
    /// when `sealed`.
    pub fn wrap(&mut self, sealed: bool, data: &[u8], random: &mut dyn Rng) -> Vec<u8> {
        let mut flags = self.role.flag();
        if sealed {
            flags |= SEALED;
        }
        if self.acceptor_subkey {
            flags |= ACCEPTOR_SUBKEY;
        }
        let sequence = self.send_sequence;
        self.send_sequence = sequence.wrapping_add(1);
        if sealed {
            let mut confounder = [0; 16];
            random.fill_bytes(&mut confounder);
            return seal(&self.key, self.role, flags, sequence, &confounder, data);
        }
        sign(&self.key, self.role, flags, sequence, data)
    }

    /// Opens a token of the other end.
    ///
    /// # Errors
    /// [`UnwrapError`]; the context is unchanged then.
    pub fn unwrap(&mut self, token: &[u8], checks: &mut Checks) -> Result<Unwrapped, UnwrapError> {
        let parts = Parts::of(token).ok_or(UnwrapError::Defective)?;
        if !checks.decide(self.flags_check(parts.flags)) {
            return Err(UnwrapError::Flags);
        }
        let sealed = parts.flags & SEALED != 0;
        let peer = self.role.peer();
        let opened = if sealed {
            parts.open_seal(&self.key, peer)
        } else {
            parts.open_signed(&self.key, peer)
        };
        let subject = Operand::new("wrap token", if sealed { "sealed" } else { "signed" });
        let against = Operand::new("context key", self.key.etype().name());
        let intact = Check::holds(&rules::WRAP_INTEGRITY, subject, against, opened.is_some());
        let (true, Some(data)) = (checks.decide(intact), opened) else {
            return Err(UnwrapError::Integrity);
        };
        if !checks.decide(self.sequence_check(parts.sequence)) {
            return Err(UnwrapError::Sequence);
        }
        self.receive_sequence = parts.sequence.wrapping_add(1);
        Ok(Unwrapped { data, sealed })
    }

    fn flags_check(&self, flags: u8) -> Check {
        let subkey = if self.acceptor_subkey { ACCEPTOR_SUBKEY } else { 0 };
        let expected = self.role.peer().flag() | subkey;
        Check::equal(
            &rules::WRAP_FLAGS,
            (Operand::new("token flags", format!("{flags:02X}")), &(flags & !SEALED)),
            (Operand::new("context flags", format!("{expected:02X}")), &expected),
        )
    }

    /// SEQUENCE demands the next number, REPLAY alone forbids going back, neither asks nothing.
    fn sequence_check(&self, sequence: u64) -> Check {
        let due = self.receive_sequence;
        let holds = if self.flags.has(GssFlags::SEQUENCE) {
            sequence == due
        } else {
            !self.flags.has(GssFlags::REPLAY) || sequence >= due
        };
        let subject = Operand::new("sequence number", sequence.to_string());
        let against = Operand::new("due", due.to_string());
        Check::holds(&rules::WRAP_SEQUENCE, subject, against, holds)
    }
}

/// The sealed form with EC and RRC zero, which is legal for the AES types.
fn seal(
    key: &Key,
    role: Role,
    flags: u8,
    sequence: u64,
    confounder: &Confounder,
    data: &[u8],
) -> Vec<u8> {
    let header = header(flags, 0, 0, sequence);
    let plain = [data, &header].concat();
    [&header[..], &key.encrypt(role.seal_usage(), confounder, &plain)].concat()
}

/// The signed form: the checksum covers a header whose EC and RRC are zero, then EC is its length.
fn sign(key: &Key, role: Role, flags: u8, sequence: u64, data: &[u8]) -> Vec<u8> {
    let bare = header(flags, 0, 0, sequence);
    let checksum = key.checksum(role.sign_usage(), &[data, &bare].concat());
    let extra = key.etype().tag_length() as u16;
    [&header(flags, extra, 0, sequence)[..], data, &checksum].concat()
}

fn header(flags: u8, extra: u16, rotation: u16, sequence: u64) -> [u8; HEADER] {
    let mut out = [0xFF; HEADER];
    out[..2].copy_from_slice(&WRAP_ID);
    out[2] = flags;
    out[4..6].copy_from_slice(&extra.to_be_bytes());
    out[6..8].copy_from_slice(&rotation.to_be_bytes());
    out[8..].copy_from_slice(&sequence.to_be_bytes());
    out
}

/// A wrap token taken apart, with its rotation undone.
struct Parts {
    flags: u8,
    extra: u16,
    sequence: u64,
    body: Vec<u8>,
}

impl Parts {
    fn of(token: &[u8]) -> Option<Parts> {
        let (head, body) = token.split_first_chunk::<HEADER>()?;
        let [id0, id1, flags, filler, ec0, ec1, rrc0, rrc1, sequence @ ..] = *head;
        if [id0, id1] != WRAP_ID || filler != 0xFF || body.len() > u16::MAX.into() {
            return None;
        }
        let mut body = body.to_vec();
        let rotation = usize::from(u16::from_be_bytes([rrc0, rrc1]));
        if !body.is_empty() {
            let rotation = rotation % body.len();
            body.rotate_left(rotation);
        }
        let extra = u16::from_be_bytes([ec0, ec1]);
        Some(Parts { flags, extra, sequence: u64::from_be_bytes(sequence), body })
    }

    fn open_seal(&self, key: &Key, sender: Role) -> Option<Vec<u8>> {
        let mut plain = key.decrypt(sender.seal_usage(), &self.body).ok()?;
        let at = plain.len().checked_sub(HEADER)?;
        if plain.get(at..)? != header(self.flags, self.extra, 0, self.sequence) {
            return None;
        }
        plain.truncate(at.checked_sub(usize::from(self.extra))?);
        Some(plain)
    }

    fn open_signed(&self, key: &Key, sender: Role) -> Option<Vec<u8>> {
        let at = self.body.len().checked_sub(usize::from(self.extra))?;
        let (data, checksum) = self.body.split_at_checked(at)?;
        let signed = [data, &header(self.flags, 0, 0, self.sequence)].concat();
        (key.checksum(sender.sign_usage(), &signed) == checksum).then(|| data.to_vec())
    }
}
