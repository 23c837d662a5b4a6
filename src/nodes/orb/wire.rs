//! Between what nodes mean and the octets of GIOP, SAS and GSSUP.

use std::sync::Arc;

use super::{Answer, Identity, IdentityType, Layer, Raised, Sent, Target, Token};
use crate::catalogue::assertion::{self, Exception, Refusal};
use crate::nodes::esm::database::Password;
use crate::protocol::gss;
use crate::protocol::x509::{Certificate, name_from_der, name_to_der};

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

/// Forms and their numbers (CSI, IdentityTokenType).
const FORMS: [(IdentityType, u32); 4] = [
    (IdentityType::Anonymous, 1),
    (IdentityType::PrincipalName, 2),
    (IdentityType::CertificateChain, 4),
    (IdentityType::DistinguishedName, 8),
];
const TRUST_IN_CLIENT: u16 = 64;
const ASSERTION: u16 = 1024;
/// Integrity, Confidentiality, EstablishTrustInTarget, EstablishTrustInClient.
const TLS: u16 = 2 | 4 | 32 | TRUST_IN_CLIENT;

/// A reference's octets.
pub(in crate::nodes) fn ior(target: &Target) -> Vec<u8> {
    let mut list = Out::encapsulation();
    list.octet(u8::from(target.stateful));
    list.long(1);
    let required = if target.authentication == Layer::Required { TRUST_IN_CLIENT } else { 0 };
    list.short(required);
    if target.tls {
        let mut tls = Out::encapsulation();
        tls.short(TLS);
        tls.short(0);
        tls.long(0);
        list.long(36);
        list.octets(&tls.0);
    } else {
        list.long(34);
        list.octets(&[]);
    }
    let supported = if target.authentication == Layer::Never { 0 } else { TRUST_IN_CLIENT };
    list.short(supported);
    list.short(required);
    list.octets(&[&[6, GSSUP.len() as u8], GSSUP].concat());
    list.octets(&exported_name(&target.realm));
    list.short(if target.identity_types.is_empty() { 0 } else { ASSERTION });
    list.short(0);
    list.long(0);
    list.long(0);
    let takes = |form: &IdentityType| target.identity_types.contains(form);
    list.long(FORMS.iter().filter(|(form, _)| takes(form)).map(|(_, bit)| bit).sum());
    let mut profile = Out::encapsulation();
    profile.octet(1);
    profile.octet(2);
    profile.string(&target.object);
    profile.short(0);
    profile.octets(target.object.as_bytes());
    profile.long(1);
    profile.long(33);
    profile.octets(&list.0);
    let mut out = Out::encapsulation();
    out.string("IDL:Bean:1.0");
    out.long(1);
    out.long(0);
    out.octets(&profile.0);
    out.0
}

/// Takes a reference apart.
pub(in crate::nodes) fn open_ior(octets: &[u8]) -> Read<Target> {
    let mut read = In::encapsulation(octets)?;
    read.string()?;
    if (read.long()?, read.long()?) != (1, 0) {
        return Err("the reference has not one profile of IIOP".to_owned());
    }
    let mut profile = In::encapsulation(read.octets()?)?;
    profile.take(2)?;
    let object = profile.string()?;
    profile.short()?;
    profile.octets()?;
    if (profile.long()?, profile.long()?) != (1, 33) {
        return Err("the reference says nothing of security".to_owned());
    }
    let mut list = In::encapsulation(profile.octets()?)?;
    let stateful = list.octet()? == 1;
    if list.long()? != 1 {
        return Err("the reference has not one mechanism".to_owned());
    }
    list.short()?;
    let tls = list.long()? == 36;
    list.octets()?;
    let (supported, required) = (list.short()?, list.short()?);
    list.octets()?;
    let realm = open_exported_name(list.octets()?)?;
    list.short()?;
    list.short()?;
    for _ in 0..list.count()? {
        list.long()?;
        list.octets()?;
    }
    for _ in 0..list.count()? {
        list.octets()?;
    }
    let bits = list.long()?;
    list.done()?;
    let forms = FORMS.iter().filter(|(_, bit)| bits & bit != 0);
    let identity_types = forms.map(|(form, _)| *form).collect();
    let authentication = match (supported & TRUST_IN_CLIENT != 0, required & TRUST_IN_CLIENT != 0) {
        (_, true) => Layer::Required,
        (true, false) => Layer::Supported,
        (false, false) => Layer::Never,
    };
    Ok(Target { object, realm, stateful, tls, authentication, identity_types })
}

/// Service context of security (CORBA 3.0 section 13.7).
const SECURITY: u32 = 15;
/// Most elements of a list that is read: it bounds the work.
const ELEMENTS_MAX: u32 = 64;

/// CDR in big-endian order, aligned from its first octet.
#[derive(Default)]
struct Out(Vec<u8>);

impl Out {
    fn encapsulation() -> Out {
        Out(vec![0])
    }
    fn align(&mut self, to: usize) {
        while self.0.len() % to != 0 {
            self.0.push(0);
        }
    }
    fn octet(&mut self, value: u8) {
        self.0.push(value);
    }
    fn short(&mut self, value: u16) {
        self.align(2);
        self.0.extend(value.to_be_bytes());
    }
    fn long(&mut self, value: u32) {
        self.align(4);
        self.0.extend(value.to_be_bytes());
    }
    fn longlong(&mut self, value: u64) {
        self.align(8);
        self.0.extend(value.to_be_bytes());
    }
    fn octets(&mut self, value: &[u8]) {
        self.long(u32::try_from(value.len()).unwrap_or(u32::MAX));
        self.0.extend_from_slice(value);
    }
    fn string(&mut self, value: &str) {
        self.octets(&[value.as_bytes(), &[0]].concat());
    }
}

/// CDR of either order.
struct In<'a> {
    octets: &'a [u8],
    at: usize,
    little: bool,
}

type Read<T> = Result<T, String>;

impl<'a> In<'a> {
    fn encapsulation(octets: &'a [u8]) -> Read<In<'a>> {
        match octets.first() {
            Some(order @ (0 | 1)) => Ok(In { octets, at: 1, little: *order == 1 }),
            _ => Err("there is no order octet".to_owned()),
        }
    }
    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.octets.len());
        let end = end.ok_or("it is cut short")?;
        let taken = self.octets.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(taken)
    }
    fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }
    fn octet(&mut self) -> Read<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }
    fn number(&mut self, size: usize) -> Read<u64> {
        self.align(size);
        let taken = self.take(size)?;
        let fold = |value: u64, octet: &u8| value << 8 | u64::from(*octet);
        Ok(if self.little { taken.iter().rev().fold(0, fold) } else { taken.iter().fold(0, fold) })
    }
    fn short(&mut self) -> Read<u16> {
        Ok(self.number(2)? as u16)
    }
    fn long(&mut self) -> Read<u32> {
        Ok(self.number(4)? as u32)
    }
    fn octets(&mut self) -> Read<&'a [u8]> {
        let count = self.long()?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }
    fn string(&mut self) -> Read<String> {
        let octets = self.octets()?;
        let text = octets.strip_suffix(&[0]).ok_or("a string without its end")?;
        String::from_utf8(text.to_vec()).map_err(|_| "a string that is no text".to_owned())
    }
    fn count(&mut self) -> Read<u32> {
        match self.long()? {
            count if count <= ELEMENTS_MAX => Ok(count),
            count => Err(format!("a list of {count} elements")),
        }
    }
    fn done(&self) -> Read<()> {
        if self.at == self.octets.len() { Ok(()) } else { Err("octets follow".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        let digits = hex.as_bytes().chunks(2);
        digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn alice(context: u64) -> Sent {
        let token = Token::basic("CICSUSR1@SAFREALM".to_owned(), Password::new("TICKET08"));
        let token = Some(token.meant_for("SAFREALM"));
        let identity = Some(Identity::Principal("alice@SAFREALM".to_owned()));
        Sent::Establish(Establish { context, identity, token })
    }

    /// What other people's CDR wrote: omniORB's encapsulations of the SAS messages, and frames that its
    /// server took.
    #[test]
    fn messages_are_those_of_others_in_both_byte_orders() {
        let big = "00000000000000000000000000000007000000000000000200000026000000000000001e0401000806066781020101010000000e616c696365405341465245414c4d00000000004e604c060667810201010100000000000000114349435355535231405341465245414c4d000000000000085449434b4554303800000018040100080606678102010101000000085341465245414c4d";
        let little = "01000000000000000700000000000000000000000200000026000000010000001e0000000401000806066781020101010000000e616c696365405341465245414c4d00004e000000604c060667810201010101000000110000004349435355535231405341465245414c4d000000080000005449434b4554303818000000040100080606678102010101000000085341465245414c4d";
        assert_eq!(sas(&alice(7)), Some(octets(big)));
        for hex in [big, little] {
            assert!(matches!(open_sas(&octets(hex)), Sas::Sent(sent) if sent == alice(7)), "{hex}");
        }
        for (hex, discard, context) in [
            ("0000000500000000000000000000000700", false, 7),
            ("0100050000000000efcdab896745230101", true, 0x0123_4567_89ab_cdef),
        ] {
            let sent = Sent::Within { context, discard };
            assert!(matches!(open_sas(&octets(hex)), Sas::Sent(own) if own == sent), "{hex}");
        }
        let name = "000000000000000000000000000000000000000000000008000000480000000000000040303e310b3009060355040613027573310c300a060355040a130369626d3111300f060355040b13087365637572697479310e300c06035504031305757365723100000000";
        let Sas::Sent(Sent::Establish(own)) = open_sas(&octets(name)) else { panic!("{name}") };
        assert_eq!(
            own.identity,
            Some(Identity::Name("CN=user1,OU=security,O=ibm,C=us".to_owned()))
        );
        let refused = "47494f5001020101640000000600000002000000010000000f0000001c00000001000400000000000700000000000000040000000100000000000000000000002400000049444c3a6f6d672e6f72672f434f5242412f4e4f5f5045524d495353494f4e3a312e30000000000001000000";
        let reply = open_reply(&octets(refused)).unwrap();
        let exception = Exception::NoPermission;
        assert_eq!(reply.answer, Answer::Raised(Raised { exception, minor: 0 }));
        assert_eq!(reply.sas.unwrap().status().unwrap(), "(4,1)");
    }

    #[test]
    fn references_say_what_the_server_takes() {
        for authentication in [Layer::Never, Layer::Supported, Layer::Required] {
            for (stateful, tls) in [(false, true), (true, false)] {
                for count in 0..=IdentityType::ALL.len() {
                    let identity_types = IdentityType::ALL[..count].to_vec();
                    let (object, realm) = ("WASDOWN".to_owned(), "SYSB".to_owned());
                    let target =
                        Target { object, realm, stateful, tls, authentication, identity_types };
                    assert_eq!(open_ior(&ior(&target)).unwrap(), target);
                }
            }
        }
    }

    /// Nothing that a link can make of a message is more than an error.
    #[test]
    fn damaged_messages_are_told_from_whole_ones_without_panic() {
        let target = Target {
            object: "WASDOWN".to_owned(),
            realm: "SYSB".to_owned(),
            stateful: true,
            tls: true,
            authentication: Layer::Supported,
            identity_types: IdentityType::ALL.to_vec(),
        };
        let raised = Raised { exception: Exception::NoPermission, minor: 1 };
        let error = SasReply::Error { context: 7, major: 3, minor: 1 };
        let (whole, answer, ior) = (
            request(5, "Ledger.post", &alice(7), &target),
            reply(5, &Err(raised), Some(&error)),
            ior(&target),
        );
        for message in [&whole, &answer, &ior] {
            for cut in 0..message.len() {
                let short = message.get(..cut).unwrap();
                assert!(open_request(short).is_err() && open_reply(short).is_err(), "{cut}");
                assert!(open_ior(short).is_err(), "{cut}");
            }
            for bit in 0..message.len() * 8 {
                let mut damaged = message.clone();
                damaged[bit / 8] ^= 0x80 >> (bit % 8);
                let _ = (open_request(&damaged).is_ok(), open_reply(&damaged).is_ok());
                let _ = open_ior(&damaged).is_ok();
            }
        }
    }
}
