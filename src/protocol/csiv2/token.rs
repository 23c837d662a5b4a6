//! Client authentication tokens: GSSUP, LTPA and Kerberos in the frames of GSS-API, and what a server
//! answers (CORBA 3.0 section 24.2.4).

use std::fmt;

use super::cdr::{In, Malformed, Notes, Order, Out, Read};
use super::names::{ExportedName, GSSUP_OID, LTPA_OID, oid_to_der, read_exported, read_oid};
use crate::protocol::anatomy::Part;
use crate::protocol::gss::{self, FramingError, KERBEROS_OID};

/// What is in a client authentication token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// User and password.
    Gssup(Credentials),
    /// A token of WebSphere.
    Ltpa(Ltpa),
    /// A Kerberos token: the whole, with its frame, as Kerberos reads it.
    Kerberos(Vec<u8>),
    /// Another mechanism, by its object identifier without tag and length, and what it put inside.
    Other(Vec<u8>, Vec<u8>),
}

/// User and password (GSSUP.idl, InitialContextToken).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The order in which they are written.
    pub order: Order,
    /// The user, who may have a scope behind `@`.
    pub username: Vec<u8>,
    /// The password.
    pub password: Vec<u8>,
    /// The realm for which they are meant: an exported name, or nothing.
    pub target_name: Vec<u8>,
}

impl fmt::Debug for Credentials {
    /// The password is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = String::from_utf8_lossy(&self.username);
        f.debug_struct("Credentials").field("username", &user).finish_non_exhaustive()
    }
}

/// A token of WebSphere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ltpa {
    /// The order in which its length is written.
    pub order: Order,
    /// How many frames are around it, one or two: older servers frame the frame.
    pub frames: u8,
    /// The token.
    pub token: Vec<u8>,
}

impl Token {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Token::Gssup(own) => gss::frame(GSSUP_OID, &own.encode()),
            Token::Ltpa(own) => {
                let mut out = Out::encapsulation(own.order);
                out.sequence(&own.token);
                let framed = gss::frame(LTPA_OID, &out.octets);
                if own.frames > 1 { gss::frame(LTPA_OID, &framed) } else { framed }
            }
            Token::Kerberos(whole) => whole.clone(),
            Token::Other(mechanism, inner) => gss::frame(mechanism, inner),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: the frame is none, or the inside is not what its mechanism puts there.
    pub fn decode(octets: &[u8]) -> Read<Token> {
        read_token(octets, 0, &mut Notes::default())
    }

    /// Reads it for a server that takes user and password alone.
    ///
    /// # Errors
    /// [`Malformed`]: it is something else.
    pub fn decode_gssup(octets: &[u8]) -> Read<Credentials> {
        match Token::decode(octets)? {
            Token::Gssup(own) => Ok(own),
            _ => Err(Malformed { at: 2, what: "the mechanism is not GSSUP".into() }),
        }
    }
}

/// The mechanism in a frame, without tag and length, where there is one.
pub fn mechanism(octets: &[u8]) -> Option<&[u8]> {
    gss::unframe(octets).ok().map(|framed| framed.mechanism)
}

fn unframed<'a>(
    octets: &'a [u8],
    base: usize,
    notes: &mut Notes,
) -> Read<(gss::Framed<'a>, usize)> {
    let framed = gss::unframe(octets).map_err(|error| {
        let at = match (error, octets) {
            (FramingError::NotFramed, [0x60, ..]) => header(octets),
            (FramingError::Truncated, _) => octets.len(),
            (FramingError::Length, _) => 1,
            (FramingError::Trailing, [_, short @ ..0x80, ..]) => 2 + usize::from(*short),
            _ => 0,
        };
        Malformed { at: base + at, what: error.to_string().into() }
    })?;
    let start = octets.len() - framed.inner.len();
    let oid = oid_to_der(framed.mechanism);
    read_oid(&oid, base + start - oid.len(), notes)?;
    Ok((framed, base + start))
}

/// How many octets tag and length have.
fn header(octets: &[u8]) -> usize {
    match octets.get(1) {
        Some(long @ 0x80..) => 2 + usize::from(long & 0x7F),
        _ => 2,
    }
}

/// The length octets of a frame.
pub(super) fn length_octets(octets: &[u8]) -> &[u8] {
    octets.get(1..header(octets)).unwrap_or_default()
}

pub(super) fn read_token(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Token> {
    let (framed, place) = unframed(octets, base, notes)?;
    Ok(match framed.mechanism {
        GSSUP_OID => Token::Gssup(read_credentials(framed.inner, place, notes)?),
        LTPA_OID => Token::Ltpa(read_ltpa(framed.inner, place, notes)?),
        KERBEROS_OID => {
            // Kerberos knows its own tokens; each begins with two octets that say which (RFC 4121 section 4.1).
            match framed.inner {
                [1..=3, 0, ..] => Token::Kerberos(octets.to_vec()),
                _ => {
                    let what = "the inside is no token of Kerberos";
                    return Err(Malformed { at: place, what: what.into() });
                }
            }
        }
        other => {
            let inner = framed.inner;
            notes.leaf(|| {
                Part::new("inner", "octets", place, inner.len())
                    .with_value(crate::protocol::anatomy::hex(inner))
            });
            Token::Other(other.to_vec(), inner.to_vec())
        }
    })
}

fn read_ltpa(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Ltpa> {
    // No encapsulation begins as a frame does (0 or 1).
    if octets.first() == Some(&0x60) {
        let (framed, place) = unframed(octets, base, notes)?;
        if framed.mechanism != LTPA_OID {
            let what = "the frame in the frame has another mechanism";
            return Err(Malformed { at: base, what: what.into() });
        }
        if framed.inner.first() == Some(&0x60) {
            return Err(Malformed { at: place, what: "a third frame".into() });
        }
        return Ok(Ltpa { frames: 2, ..read_ltpa(framed.inner, place, notes)? });
    }
    let mut read = In::encapsulation(octets, base, notes)?;
    let token = read.sequence("token_bytes")?.to_vec();
    read.done()?;
    Ok(Ltpa { order: read.order, frames: 1, token })
}

impl Credentials {
    /// The members alone, as they stand behind the byte order.
    pub fn encode_body(&self) -> Vec<u8> {
        self.write(Out { octets: Vec::new(), order: self.order }).octets
    }

    /// The encapsulation.
    pub fn encode(&self) -> Vec<u8> {
        self.write(Out::encapsulation(self.order)).octets
    }

    fn write(&self, mut out: Out) -> Out {
        out.sequence(&self.username);
        out.sequence(&self.password);
        out.sequence(&self.target_name);
        out
    }

    /// Reads the encapsulation.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Credentials> {
        read_credentials(octets, 0, &mut Notes::default())
    }

    /// Reads the members alone, which do not say their order.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode_body(octets: &[u8], order: Order) -> Read<Credentials> {
        members(In::new(octets, order, 0, &mut Notes::default()))
    }

    /// The realm for which they are meant, where they say one.
    ///
    /// # Errors
    /// [`Malformed`]: the name is no exported one.
    pub fn target(&self) -> Read<Option<ExportedName>> {
        match self.target_name.as_slice() {
            [] => Ok(None),
            name => ExportedName::decode(name).map(Some),
        }
    }
}

pub(super) fn read_credentials(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Credentials> {
    members(In::encapsulation(octets, base, notes)?)
}

pub(super) fn members(mut read: In<'_, '_>) -> Read<Credentials> {
    let told = |name: &[u8]| std::str::from_utf8(name).ok().map(|text| format!("\"{text}\""));
    let username = read.sequence("username")?;
    read.notes.means(|| told(username));
    let password = read.sequence("password")?;
    let target = read.opened("target_name", "ExportedName", |octets, base, notes| {
        // A name that is none is for the server to judge: it is told with the context error (2,1).
        match ExportedName::decode(octets) {
            Ok(_) => read_exported(octets, base, notes).map(drop),
            Err(_) => Ok(()),
        }
    })?;
    read.done()?;
    Ok(Credentials {
        order: read.order,
        username: username.to_vec(),
        password: password.to_vec(),
        target_name: target.to_vec(),
    })
}

/// What a server says of credentials that it refuses (GSSUP.idl, ErrorToken).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorToken {
    /// The order in which it is written.
    pub order: Order,
    /// The code.
    pub code: u32,
}

impl ErrorToken {
    /// Its octets.
    pub fn encode(self) -> Vec<u8> {
        let mut out = Out::encapsulation(self.order);
        out.long(self.code);
        out.octets
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none; there are servers that send something else.
    pub fn decode(octets: &[u8]) -> Read<ErrorToken> {
        read_error(octets, 0, &mut Notes::default())
    }

    /// The name of its code.
    pub fn name(self) -> Option<&'static str> {
        Some(match self.code {
            1 => "GSS_UP_S_G_UNSPECIFIED",
            2 => "GSS_UP_S_G_NOUSER",
            3 => "GSS_UP_S_G_BAD_PASSWORD",
            4 => "GSS_UP_S_G_BAD_TARGET",
            _ => return None,
        })
    }
}

pub(super) fn read_error(octets: &[u8], base: usize, notes: &mut Notes) -> Read<ErrorToken> {
    let mut read = In::encapsulation(octets, base, notes)?;
    let own = ErrorToken { code: read.long("error_code")?, order: read.order };
    read.notes.means(|| own.name().map(str::to_owned));
    read.done()?;
    Ok(own)
}
