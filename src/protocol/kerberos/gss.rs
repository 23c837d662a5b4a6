//! What Kerberos puts into GSS-API context tokens (RFC 4121 section 4.1): token ids, the X'8003'
//! checksum of the authenticator, and its flags.

use std::fmt;
use std::ops::BitOr;

use thiserror::Error;

use crate::protocol::gss;

/// The two octets in front of the message inside a context token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenId {
    /// AP-REQ, from the initiator.
    ApReq = 0x0100,
    /// AP-REP, the acceptor's answer.
    ApRep = 0x0200,
    /// KRB-ERROR.
    Error = 0x0300,
}

impl TokenId {
    /// Its name as a person reads it.
    pub(super) fn shown(id: Option<TokenId>) -> &'static str {
        match id {
            Some(TokenId::ApReq) => "AP-REQ",
            Some(TokenId::ApRep) => "AP-REP",
            Some(TokenId::Error) => "KRB-ERROR",
            None => "none that is known",
        }
    }

    /// The id of two octets.
    pub fn from_octets(octets: [u8; 2]) -> Option<TokenId> {
        [TokenId::ApReq, TokenId::ApRep, TokenId::Error]
            .into_iter()
            .find(|id| (*id as u16).to_be_bytes() == octets)
    }
}

/// Frames a Kerberos message as a context token.
pub fn context_token(id: TokenId, message: &[u8]) -> Vec<u8> {
    let inner = [&(id as u16).to_be_bytes()[..], message].concat();
    gss::frame(gss::KERBEROS_OID, &inner)
}

/// The services that the initiator asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GssFlags(pub u32);

impl GssFlags {
    /// Credentials are delegated.
    pub const DELEGATE: GssFlags = GssFlags(1);
    /// The acceptor must prove itself with an AP-REP.
    pub const MUTUAL: GssFlags = GssFlags(2);
    /// Replayed per-message tokens are detected.
    pub const REPLAY: GssFlags = GssFlags(4);
    /// Per-message tokens out of order are detected.
    pub const SEQUENCE: GssFlags = GssFlags(8);
    /// Per-message confidentiality.
    pub const CONFIDENTIALITY: GssFlags = GssFlags(16);
    /// Per-message integrity.
    pub const INTEGRITY: GssFlags = GssFlags(32);

    /// The named flags in the order of their values.
    const NAMES: [(GssFlags, &'static str); 6] = [
        (GssFlags::DELEGATE, "DELEG"),
        (GssFlags::MUTUAL, "MUTUAL"),
        (GssFlags::REPLAY, "REPLAY"),
        (GssFlags::SEQUENCE, "SEQUENCE"),
        (GssFlags::CONFIDENTIALITY, "CONF"),
        (GssFlags::INTEGRITY, "INTEG"),
    ];

    /// Whether all of `flags` are set.
    pub fn has(self, flags: GssFlags) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl BitOr for GssFlags {
    type Output = GssFlags;

    fn bitor(self, other: GssFlags) -> GssFlags {
        GssFlags(self.0 | other.0)
    }
}

impl fmt::Display for GssFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = Self::NAMES.iter().filter(|(flag, _)| self.has(*flag));
        let names: Vec<&str> = set.map(|(_, name)| *name).collect();
        if names.is_empty() { f.write_str("none") } else { f.write_str(&names.join("+")) }
    }
}

/// The checksum type of [`ContextChecksum`].
pub const CHECKSUM_TYPE: i32 = 0x8003;

/// The authenticator checksum of a context token: no checksum at all but the initiator's wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextChecksum {
    /// MD5 of the channel bindings; zero without bindings.
    pub bindings: [u8; 16],
    /// The wishes.
    pub flags: GssFlags,
    /// The KRB-CRED of a delegation.
    pub delegation: Option<Vec<u8>>,
}

/// The value of an X'8003' checksum is not laid out as RFC 4121 section 4.1.1 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChecksumError {
    /// Less than the 24 octets that are always there, or a delegation that is cut off.
    #[error("the checksum is truncated")]
    Truncated,
    /// The length of the bindings is not 16.
    #[error("the length of the channel bindings is not 16")]
    BindingsLength,
    /// The delegation option is not 1.
    #[error("the delegation option is not 1")]
    DelegationOption,
}

impl ContextChecksum {
    /// The octets; integers are little-endian here and nowhere else in Kerberos.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = 16u32.to_le_bytes().to_vec();
        out.extend_from_slice(&self.bindings);
        out.extend_from_slice(&self.flags.0.to_le_bytes());
        if let Some(credentials) = &self.delegation {
            let length = u16::try_from(credentials.len()).unwrap_or(u16::MAX);
            out.extend_from_slice(&1u16.to_le_bytes());
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(credentials.get(..usize::from(length)).unwrap_or_default());
        }
        out
    }

    /// Reads the octets; extensions after the known fields are ignored, as the RFC demands.
    ///
    /// # Errors
    /// [`ChecksumError`]: the initiator does not follow RFC 4121.
    pub fn decode(value: &[u8]) -> Result<ContextChecksum, ChecksumError> {
        let (length, rest) = value.split_first_chunk().ok_or(ChecksumError::Truncated)?;
        if u32::from_le_bytes(*length) != 16 {
            return Err(ChecksumError::BindingsLength);
        }
        let (bindings, rest) = rest.split_first_chunk().ok_or(ChecksumError::Truncated)?;
        let (flags, rest) = rest.split_first_chunk().ok_or(ChecksumError::Truncated)?;
        let flags = GssFlags(u32::from_le_bytes(*flags));
        let delegation = if flags.has(GssFlags::DELEGATE) { Some(delegation(rest)?) } else { None };
        Ok(ContextChecksum { bindings: *bindings, flags, delegation })
    }
}

fn delegation(rest: &[u8]) -> Result<Vec<u8>, ChecksumError> {
    let (option, rest) = rest.split_first_chunk().ok_or(ChecksumError::Truncated)?;
    if u16::from_le_bytes(*option) != 1 {
        return Err(ChecksumError::DelegationOption);
    }
    let (length, rest) = rest.split_first_chunk().ok_or(ChecksumError::Truncated)?;
    let length = usize::from(u16::from_le_bytes(*length));
    Ok(rest.get(..length).ok_or(ChecksumError::Truncated)?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_open_again_and_truncation_is_refused_everywhere() {
        let plain = ContextChecksum { flags: GssFlags::MUTUAL, ..Default::default() };
        let delegating = ContextChecksum {
            bindings: [7; 16],
            flags: GssFlags::DELEGATE | GssFlags::INTEGRITY,
            delegation: Some(vec![1, 2, 3]),
        };
        for checksum in [plain, delegating] {
            let octets = checksum.encode();
            assert_eq!(ContextChecksum::decode(&octets), Ok(checksum.clone()));
            for at in 0..octets.len() {
                assert_eq!(ContextChecksum::decode(&octets[..at]), Err(ChecksumError::Truncated));
            }
            let extended = [octets, vec![9, 9]].concat();
            assert_eq!(ContextChecksum::decode(&extended), Ok(checksum));
        }
        let mut wrong = ContextChecksum::default().encode();
        wrong[0] = 15;
        assert_eq!(ContextChecksum::decode(&wrong), Err(ChecksumError::BindingsLength));
    }

    #[test]
    fn flags_and_token_ids_have_their_names() {
        assert_eq!((GssFlags::MUTUAL | GssFlags::CONFIDENTIALITY).to_string(), "MUTUAL+CONF");
        assert_eq!(GssFlags(0).to_string(), "none");
        assert_eq!(TokenId::from_octets([1, 0]), Some(TokenId::ApReq));
        assert_eq!(TokenId::from_octets([0, 1]), None);
    }
}
