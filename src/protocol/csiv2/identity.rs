//! Identity tokens: whom a caller asserts (CORBA 3.0 section 24.2.5).

use super::cdr::{In, Malformed, Notes, Order, Out, Read};
use super::names::{ExportedName, Name, read_exported, read_name};
use crate::protocol::anatomy::Part;
use crate::protocol::x509::{self, Certificate};

/// An identity token as the SAS protocol carries it: what is inside is opened on its own, because it is
/// wrong on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Nobody is asserted. The value says nothing.
    Absent(bool),
    /// Somebody unauthenticated. The value says nothing.
    Anonymous(bool),
    /// [`ExportedName`] in a [`Wrapped`].
    PrincipalName(Vec<u8>),
    /// [`Chain`] in a [`Wrapped`].
    CertificateChain(Vec<u8>),
    /// [`Name`] in a [`Wrapped`].
    DistinguishedName(Vec<u8>),
    /// A form that is not known here, by its number.
    Other(u32, Vec<u8>),
}

impl Token {
    /// The number of its form (CSI.idl, IdentityTokenType).
    pub fn form(&self) -> u32 {
        match self {
            Token::Absent(_) => 0,
            Token::Anonymous(_) => 1,
            Token::PrincipalName(_) => 2,
            Token::CertificateChain(_) => 4,
            Token::DistinguishedName(_) => 8,
            Token::Other(form, _) => *form,
        }
    }

    pub(super) fn write(&self, out: &mut Out) {
        out.long(self.form());
        match self {
            Token::Absent(value) | Token::Anonymous(value) => out.boolean(*value),
            Token::PrincipalName(octets)
            | Token::CertificateChain(octets)
            | Token::DistinguishedName(octets)
            | Token::Other(_, octets) => out.sequence(octets),
        }
    }

    pub(super) fn read(read: &mut In<'_, '_>) -> Read<Token> {
        let form = read.long("type")?;
        read.notes.means(|| form_name(form).map(str::to_owned));
        Ok(match form {
            0 => Token::Absent(read.boolean("absent")?),
            1 => Token::Anonymous(read.boolean("anonymous")?),
            2 => Token::PrincipalName(
                read.opened("principal_name", "encapsulation", |octets, base, notes| {
                    read_wrapped(octets, base, notes, read_exported).map(drop)
                })?
                .to_vec(),
            ),
            4 => Token::CertificateChain(
                read.opened("certificate_chain", "encapsulation", |octets, base, notes| {
                    read_wrapped(octets, base, notes, read_chain).map(drop)
                })?
                .to_vec(),
            ),
            8 => Token::DistinguishedName(
                read.opened("dn", "encapsulation", |octets, base, notes| {
                    read_wrapped(octets, base, notes, read_name).map(drop)
                })?
                .to_vec(),
            ),
            other => Token::Other(other, read.sequence("id")?.to_vec()),
        })
    }
}

/// The name of a form.
pub fn form_name(form: u32) -> Option<&'static str> {
    Some(match form {
        0 => "ITTAbsent",
        1 => "ITTAnonymous",
        2 => "ITTPrincipalName",
        4 => "ITTX509CertChain",
        8 => "ITTDistinguishedName",
        _ => return None,
    })
}

/// What identity tokens hold, in an encapsulation of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped<T> {
    /// The order of the encapsulation; none where a peer has left it out.
    pub order: Option<Order>,
    /// What is inside.
    pub inside: T,
}

impl<T> Wrapped<T> {
    fn encoded(&self, inside: &[u8]) -> Vec<u8> {
        let Some(order) = self.order else { return inside.to_vec() };
        let mut out = Out::encapsulation(order);
        out.sequence(inside);
        out.octets
    }
}

impl Wrapped<ExportedName> {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        self.encoded(&self.inside.encode())
    }
    /// Reads a principal name.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Self> {
        read_wrapped(octets, 0, &mut Notes::default(), read_exported)
    }
}

impl Wrapped<Name> {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        self.encoded(&self.inside.encode())
    }
    /// Reads a distinguished name.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Self> {
        read_wrapped(octets, 0, &mut Notes::default(), read_name)
    }
}

impl Wrapped<Chain> {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        self.encoded(&self.inside.encode())
    }
    /// Reads a chain of certificates.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Self> {
        read_wrapped(octets, 0, &mut Notes::default(), read_chain)
    }
}

/// Opens the encapsulation, where there is one: no bare name or chain begins as one does (0 or 1).
pub(super) fn read_wrapped<T>(
    octets: &[u8],
    base: usize,
    notes: &mut Notes,
    inside: fn(&[u8], usize, &mut Notes) -> Read<T>,
) -> Read<Wrapped<T>> {
    if matches!(octets.first(), Some(4 | 0x30)) {
        return Ok(Wrapped { order: None, inside: inside(octets, base, notes)? });
    }
    let mut read = In::encapsulation(octets, base, notes)?;
    let order = Some(read.order);
    read.align(4);
    let place = read.place() + 4;
    let mut quiet = Notes::default();
    // The length is no field that people look for; what it counts is.
    let own = In::encapsulation(octets, base, &mut quiet)?.sequence("content")?;
    let found = inside(own, place, read.notes)?;
    let end = place - base + own.len();
    match octets.get(end..) {
        Some([]) => Ok(Wrapped { order, inside: found }),
        _ => Err(Malformed { at: base + end, what: "octets follow".into() }),
    }
}

/// Certificates that certify one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The certificates in DER, as they came.
    pub certificates: Vec<Vec<u8>>,
}

/// Which certificate of a chain comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// That of the subject (CORBA 3.0 section 24.2.5).
    SubjectFirst,
    /// That of the authority (PkiPath, as Java makes it).
    AuthorityFirst,
    /// The issuers do not tell.
    Unknown,
}

impl Direction {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Direction::SubjectFirst => "subject first",
            Direction::AuthorityFirst => "authority first",
            Direction::Unknown => "unknown",
        }
    }
}

/// Most certificates of a chain.
const CHAIN_MAX: usize = 16;

impl Chain {
    /// Its DER.
    pub fn encode(&self) -> Vec<u8> {
        x509::sequence(&self.certificates.concat())
    }

    /// Reads it from DER.
    ///
    /// # Errors
    /// [`Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Chain> {
        read_chain(octets, 0, &mut Notes::default())
    }

    /// The certificates.
    ///
    /// # Errors
    /// [`x509::Error`] where one is none that can be used.
    pub fn read(&self) -> Result<Vec<Certificate>, x509::Error> {
        self.certificates.iter().map(|der| Certificate::from_der(der)).collect()
    }

    /// Which certificate comes first, by who has issued whom; one alone is the subject's.
    pub fn direction(certificates: &[Certificate]) -> Direction {
        let all = |is: fn(&Certificate, &Certificate) -> bool| {
            certificates.windows(2).all(|pair| matches!(pair, [one, next] if is(one, next)))
        };
        if certificates.is_empty() {
            Direction::Unknown
        } else if all(|one, next| x509::same_name(&next.subject, &one.issuer)) {
            Direction::SubjectFirst
        } else if all(|one, next| x509::same_name(&one.subject, &next.issuer)) {
            Direction::AuthorityFirst
        } else {
            Direction::Unknown
        }
    }
}

pub(super) fn read_chain(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Chain> {
    let wrong = |at: usize, what: String| Malformed { at: base + at, what: what.into() };
    let found = x509::elements(octets).map_err(|error| wrong(0, error.to_string()))?;
    if found.is_empty() || found.len() > CHAIN_MAX {
        return Err(wrong(0, format!("a chain has 1 to {CHAIN_MAX} certificates")));
    }
    let mut at = octets.len() - found.iter().map(|own| own.len()).sum::<usize>();
    for (number, der) in found.iter().enumerate() {
        // Nodes read the certificates themselves.
        if notes.are_kept() {
            let own = Certificate::from_der(der).map_err(|error| wrong(at, error.to_string()))?;
            notes.leaf(|| {
                Part::new(format!("[{number}]"), "Certificate", base + at, der.len())
                    .with_value(own.subject)
            });
        }
        at += der.len();
    }
    Ok(Chain { certificates: found.into_iter().map(<[u8]>::to_vec).collect() })
}
