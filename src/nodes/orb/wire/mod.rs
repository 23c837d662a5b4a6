//! Between what nodes mean and the octets of GIOP, SAS and GSSUP.

mod ior;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{Answer, Identity, Raised, Sent, Target, Token};
use crate::catalogue::assertion::{self, Exception, Refusal};
use crate::nodes::esm::database::Password;
use crate::protocol::gss;
use crate::protocol::x509::{Certificate, name_from_der, name_to_der};

use crate::protocol::csiv2::cdr::{In, Out, Read};
pub(in crate::nodes) use ior::{ior, open_ior};

/// Service context of security (CORBA 3.0 section 13.7).
const SECURITY: u32 = 15;

/// Major status of ContextError: the context is not known (CORBA 3.0 section 24.3.5).
pub(in crate::nodes) const NO_CONTEXT: i32 = 4;

/// A request as a server sees it.
#[derive(Clone, Debug)]
pub(in crate::nodes) struct Request {
    pub id: u32,
    /// Whether the caller waits for a reply.
    pub reply: bool,
    pub method: String,
    /// Its security context, if it has one.
    pub sas: Option<Sas>,
}

/// The security context of a request.
#[derive(Clone, Debug)]
pub(in crate::nodes) enum Sas {
    /// What a caller can send.
    Sent(Sent),
    /// It cannot be used: the number of its context where that could be read, and why.
    Malformed(Option<u64>, &'static Refusal, String),
}

/// A context that is to be established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::nodes) struct Establish {
    /// Its number; zero for one request alone.
    pub context: u64,
    /// Whom the caller asserts.
    pub identity: Option<Identity>,
    /// What it shows of itself.
    pub token: Option<Token>,
}

/// The security context of a reply.
#[derive(Clone, Debug)]
pub(in crate::nodes) enum SasReply {
    Complete { context: u64, stateful: bool },
    Error { context: u64, major: i32, minor: i32 },
}

impl SasReply {
    /// `(1,1)`, where it is an error.
    pub(in crate::nodes) fn status(&self) -> Option<String> {
        match self {
            SasReply::Complete { .. } => None,
            SasReply::Error { major, minor, .. } => Some(format!("({major},{minor})")),
        }
    }
}

/// A reply as a caller sees it.
#[derive(Clone, Debug)]
pub(in crate::nodes) struct Reply {
    pub request: u32,
    pub answer: Answer,
    /// As whom the method was called.
    pub caller: Option<String>,
    pub sas: Option<SasReply>,
}

/// A request's octets.
pub(in crate::nodes) fn request(id: u32, method: &str, sent: &Sent, target: &Target) -> Vec<u8> {
    let mut out = message(0);
    out.long(id);
    out.octet(3);
    out.0.extend([0; 3]);
    out.short(0);
    out.octets(target.object.as_bytes());
    out.string(method);
    contexts(&mut out, sas(sent));
    sized(out)
}

/// Takes a request apart.
pub(in crate::nodes) fn open_request(octets: &[u8]) -> Read<Request> {
    let mut read = opened(octets, 0)?;
    let id = read.long()?;
    let reply = read.octet()? & 1 == 1;
    read.take(3)?;
    if read.short()? != 0 {
        return Err("the object is not named by its key".to_owned());
    }
    read.octets()?;
    let method = read.string()?;
    let sas = open_contexts(&mut read)?.map(|octets| open_sas(&octets));
    Ok(Request { id, reply, method, sas })
}

/// A reply's octets.
pub(in crate::nodes) fn reply(
    id: u32,
    answer: &Result<String, Raised>,
    sas: Option<&SasReply>,
) -> Vec<u8> {
    let mut out = message(1);
    out.long(id);
    out.long(if answer.is_ok() { 0 } else { 2 });
    contexts(&mut out, sas.map(reply_sas));
    out.align(8);
    match answer {
        Ok(caller) => out.string(caller),
        Err(Raised { exception, minor }) => {
            out.string(&exception.repository_id());
            out.long(*minor);
            // COMPLETED_NO.
            out.long(1);
        }
    }
    sized(out)
}

/// Takes a reply apart.
pub(in crate::nodes) fn open_reply(octets: &[u8]) -> Read<Reply> {
    let mut read = opened(octets, 1)?;
    let request = read.long()?;
    let status = read.long()?;
    let sas = open_contexts(&mut read)?.map(|octets| open_reply_sas(&octets)).transpose()?;
    read.align(8);
    let (answer, caller) = match status {
        0 => (Answer::Returned, Some(read.string()?)),
        2 => {
            let id = read.string()?;
            let mut all = Exception::ALL.into_iter();
            let exception = all.find(|exception| exception.repository_id() == id);
            let exception = exception.ok_or("an exception that nobody knows")?;
            let minor = read.long()?;
            read.long()?;
            (Answer::Raised(Raised { exception, minor }), None)
        }
        status => return Err(format!("a reply of status {status}")),
    };
    read.done()?;
    Ok(Reply { request, answer, caller, sas })
}

/// A GIOP 1.2 message without its size.
fn message(kind: u8) -> Out {
    Out([b"GIOP".as_slice(), &[1, 2, 0, kind, 0, 0, 0, 0]].concat())
}

fn sized(mut out: Out) -> Vec<u8> {
    let size = u32::try_from(out.0.len().saturating_sub(12)).unwrap_or(u32::MAX).to_be_bytes();
    out.0.iter_mut().skip(8).zip(size).for_each(|(octet, own)| *octet = own);
    out.0
}

fn opened(octets: &[u8], kind: u8) -> Read<In<'_>> {
    let Some([b'G', b'I', b'O', b'P', 1, 2, flags @ (0 | 1), own, ..]) = octets.get(..12) else {
        return Err("this is no message of GIOP 1.2".to_owned());
    };
    if *own != kind {
        return Err(format!("a message of type {own}"));
    }
    let mut read = In { octets, at: 8, little: *flags == 1 };
    match usize::try_from(read.long()?) {
        Ok(size) if size + 12 == octets.len() => Ok(read),
        _ => Err("the size is wrong".to_owned()),
    }
}

fn contexts(out: &mut Out, sas: Option<Vec<u8>>) {
    out.long(sas.iter().len() as u32);
    if let Some(sas) = sas {
        out.long(SECURITY);
        out.octets(&sas);
    }
}

fn open_contexts(read: &mut In<'_>) -> Read<Option<Vec<u8>>> {
    let mut found = None;
    for _ in 0..read.count()? {
        let id = read.long()?;
        let data = read.octets()?;
        if id == SECURITY {
            found = Some(data.to_vec());
        }
    }
    Ok(found)
}

/// What a caller says (SASContextBody): EstablishContext or MessageInContext.
fn sas(sent: &Sent) -> Option<Vec<u8>> {
    let mut out = Out::encapsulation();
    match sent {
        Sent::None => return None,
        Sent::Within { context, discard } => {
            out.short(5);
            out.longlong(*context);
            out.octet(u8::from(*discard));
        }
        Sent::Establish(Establish { context, identity, token }) => {
            out.short(0);
            out.longlong(*context);
            out.long(0);
            identity_token(&mut out, identity.as_ref());
            let token = token.as_ref().map(client_token);
            out.octets(&token.unwrap_or_default());
        }
    }
    Some(out.0)
}

fn open_sas(octets: &[u8]) -> Sas {
    let undecodable = |why: String| Sas::Malformed(None, &assertion::SAS_UNDECODABLE, why);
    let read = || -> Read<Result<Sent, Sas>> {
        let mut read = In::encapsulation(octets)?;
        match read.short()? {
            0 => {
                let context = read.number(8)?;
                if read.long()? != 0 {
                    return Err("authorization elements are not supported".to_owned());
                }
                let identity = raw_identity(&mut read)?;
                let token = read.octets()?.to_vec();
                read.done()?;
                Ok(establish(context, identity, &token).map(Sent::Establish))
            }
            5 => {
                let context = read.number(8)?;
                let discard = read.octet()? == 1;
                read.done()?;
                Ok(Ok(Sent::Within { context, discard }))
            }
            kind => Err(format!("message type {kind} is none that a caller sends")),
        }
    };
    match read() {
        Ok(Ok(sent)) => Sas::Sent(sent),
        Ok(Err(malformed)) => malformed,
        Err(why) => undecodable(why),
    }
}

/// The form of an identity token and its octets.
fn raw_identity(read: &mut In<'_>) -> Read<(u32, Vec<u8>)> {
    let form = read.long()?;
    let octets = match form {
        0 | 1 => vec![read.octet()?],
        _ => read.octets()?.to_vec(),
    };
    Ok((form, octets))
}

fn establish(context: u64, identity: (u32, Vec<u8>), token: &[u8]) -> Result<Establish, Sas> {
    let malformed = |refusal, why| Sas::Malformed(Some(context), refusal, why);
    let identity =
        open_identity(identity).map_err(|why| malformed(&assertion::IDENTITY_UNDECODABLE, why))?;
    let token = match token {
        [] => None,
        token => Some(
            open_client_token(token)
                .map_err(|why| malformed(&assertion::TOKEN_UNDECODABLE, why))?,
        ),
    };
    Ok(Establish { context, identity, token })
}

/// Octets in an encapsulation of their own.
fn wrapped(octets: &[u8]) -> Vec<u8> {
    let mut out = Out::encapsulation();
    out.octets(octets);
    out.0
}

fn unwrapped(octets: &[u8]) -> Read<&[u8]> {
    let mut read = In::encapsulation(octets)?;
    let inside = read.octets()?;
    read.done()?;
    Ok(inside)
}

fn identity_token(out: &mut Out, identity: Option<&Identity>) {
    let (form, octets) = match identity {
        None | Some(Identity::Anonymous) => {
            out.long(u32::from(identity.is_some()));
            return out.octet(1);
        }
        Some(Identity::Principal(name)) => (2, exported_name(name)),
        Some(Identity::Chain(chain)) => {
            let all: Vec<u8> = chain.iter().flat_map(|own| own.der().to_vec()).collect();
            (4, crate::protocol::x509::sequence(&all))
        }
        Some(Identity::Name(name)) => (8, name_to_der(name).unwrap_or_default()),
    };
    out.long(form);
    out.octets(&wrapped(&octets));
}

fn open_identity((form, octets): (u32, Vec<u8>)) -> Read<Option<Identity>> {
    Ok(match form {
        0 => None,
        1 => Some(Identity::Anonymous),
        2 => Some(Identity::Principal(open_exported_name(unwrapped(&octets)?)?)),
        4 => {
            let all = crate::protocol::x509::elements(unwrapped(&octets)?)
                .map_err(|error| error.to_string())?;
            let chain = all.iter().map(|der| Certificate::from_der(der).map(Arc::new));
            let chain: Result<Vec<_>, _> = chain.collect();
            Some(Identity::Chain(chain.map_err(|error| error.to_string())?))
        }
        8 => {
            let name = name_from_der(unwrapped(&octets)?);
            Some(Identity::Name(name.map_err(|error| error.to_string())?))
        }
        form => return Err(format!("identity token type {form}")),
    })
}

/// GSSUP: 2.23.130.1.1.1.
const GSSUP: &[u8] = &[0x67, 0x81, 0x02, 0x01, 0x01, 0x01];

fn exported_name(name: &str) -> Vec<u8> {
    let mut out = vec![4, 1, 0, GSSUP.len() as u8 + 2, 6, GSSUP.len() as u8];
    out.extend_from_slice(GSSUP);
    out.extend((name.len() as u32).to_be_bytes());
    out.extend_from_slice(name.as_bytes());
    out
}

fn open_exported_name(octets: &[u8]) -> Read<String> {
    let mut read = In { octets, at: 0, little: false };
    if read.take(2)? != [4, 1] {
        return Err("this is no exported name".to_owned());
    }
    let length = read.take(2)?.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet));
    read.take(length)?;
    let length = read.take(4)?.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet));
    let name = String::from_utf8(read.take(length)?.to_vec());
    read.done()?;
    name.map_err(|_| "a name that is no text".to_owned())
}

fn client_token(token: &Token) -> Vec<u8> {
    let (userid, password, realm) = match token {
        Token::Basic { userid, password, realm } => (userid, password, realm),
        Token::Kerberos(octets) => return octets.to_vec(),
    };
    let mut out = Out::encapsulation();
    out.octets(userid.as_bytes());
    out.octets(password.reveal().as_bytes());
    out.octets(&exported_name(realm));
    gss::frame(GSSUP, &out.0)
}

fn open_client_token(octets: &[u8]) -> Read<Token> {
    let framed = gss::unframe(octets).map_err(|error| error.to_string())?;
    if framed.mechanism == gss::KERBEROS_OID {
        return Ok(Token::Kerberos(octets.into()));
    }
    if framed.mechanism != GSSUP {
        return Err("a token of another mechanism".to_owned());
    }
    let mut read = In::encapsulation(framed.inner)?;
    let text = |octets: &[u8]| {
        String::from_utf8(octets.to_vec()).map_err(|_| "a name that is no text".to_owned())
    };
    let userid = text(read.octets()?)?;
    let password = Password::new(text(read.octets()?)?);
    let realm = match read.octets()? {
        [] => String::new(),
        name => open_exported_name(name)?,
    };
    read.done()?;
    Ok(Token::Basic { userid, password, realm })
}

fn reply_sas(sas: &SasReply) -> Vec<u8> {
    let mut out = Out::encapsulation();
    match sas {
        SasReply::Complete { context, stateful } => {
            out.short(1);
            out.longlong(*context);
            out.octet(u8::from(*stateful));
            out.octets(&[]);
        }
        SasReply::Error { context, major, minor } => {
            out.short(4);
            out.longlong(*context);
            out.long(*major as u32);
            out.long(*minor as u32);
            out.octets(&[]);
        }
    }
    out.0
}

fn open_reply_sas(octets: &[u8]) -> Read<SasReply> {
    let mut read = In::encapsulation(octets)?;
    let kind = read.short()?;
    let context = read.number(8)?;
    let sas = match kind {
        1 => SasReply::Complete { context, stateful: read.octet()? == 1 },
        4 => {
            let (major, minor) = (read.long()? as i32, read.long()? as i32);
            SasReply::Error { context, major, minor }
        }
        kind => return Err(format!("message type {kind} is none that a server sends")),
    };
    read.octets()?;
    read.done()?;
    Ok(sas)
}
