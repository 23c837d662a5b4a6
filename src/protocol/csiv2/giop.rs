//! Messages of GIOP 1.0, 1.1 and 1.2 (CORBA 3.0 section 15.4).

use super::cdr::{In, LONGEST, Notes, Order, Out, Read};
use super::ior::{Ior, Tagged};
use super::sas::{SERVICE_CONTEXT, read_body};
use crate::protocol::anatomy::{Part, hex};

/// Octets of the header of a message.
const HEADER: usize = 12;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The version: 1.0, 1.1 or 1.2.
    pub version: Version,
    /// The order in which it is written.
    pub order: Order,
    /// Whether more fragments follow.
    pub more: bool,
    /// What it is.
    pub content: Content,
}

/// A version of GIOP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.0.
    V10,
    /// 1.1.
    V11,
    /// 1.2.
    V12,
}

impl Version {
    /// All of them.
    pub const ALL: [Version; 3] = [Version::V10, Version::V11, Version::V12];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Version::V10 => "1.0",
            Version::V11 => "1.1",
            Version::V12 => "1.2",
        }
    }
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A call.
    Request(Request),
    /// Its answer.
    Reply(Reply),
    /// The caller waits no longer for the answer to this request.
    CancelRequest(u32),
    /// Where is this object?
    LocateRequest(u32, Target),
    /// Where it is: status, and what the status says more.
    LocateReply(u32, u32, Vec<u8>),
    /// The server ends the connection.
    CloseConnection,
    /// The message before was none.
    MessageError,
    /// More of a message: of which, from 1.2 on, and its octets.
    Fragment(Option<u32>, Vec<u8>),
}

impl Content {
    /// The number of its type and its name.
    pub fn kind(&self) -> (u8, &'static str) {
        match self {
            Content::Request(_) => (0, "Request"),
            Content::Reply(_) => (1, "Reply"),
            Content::CancelRequest(_) => (2, "CancelRequest"),
            Content::LocateRequest(..) => (3, "LocateRequest"),
            Content::LocateReply(..) => (4, "LocateReply"),
            Content::CloseConnection => (5, "CloseConnection"),
            Content::MessageError => (6, "MessageError"),
            Content::Fragment(..) => (7, "Fragment"),
        }
    }
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: u32,
    /// Who has to answer: 0 nobody, 1 the server, 3 the object. Versions before 1.2 know 0 and 1.
    pub response_flags: u8,
    /// The object.
    pub target: Target,
    /// The method.
    pub operation: String,
    /// Service contexts.
    pub contexts: Vec<ServiceContext>,
    /// Who calls, as versions before 1.2 say it.
    pub principal: Vec<u8>,
    /// Parameters.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Number of the request.
    pub id: u32,
    /// What it is: 0 a result, 1 an exception of the method, 2 one of the system, 3 and 4 another place, 5
    /// another form of address.
    pub status: u32,
    /// Service contexts.
    pub contexts: Vec<ServiceContext>,
    /// Result or exception.
    pub body: Vec<u8>,
}

/// How a request names its object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// By its key.
    Key(Vec<u8>),
    /// By a profile of its reference.
    Profile(Tagged),
    /// By its reference and the number of a profile in it.
    Reference(u32, Ior),
}

/// What a service adds to a request or reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceContext {
    /// Which service.
    pub id: u32,
    /// What it says.
    pub data: Vec<u8>,
}

/// What the body of a system exception says (CORBA 3.0 section 15.4.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemException {
    /// Its repository identifier.
    pub id: String,
    /// More of it.
    pub minor: u32,
    /// Whether the method has run: 0 yes, 1 no, 2 nobody knows.
    pub completed: u32,
}

impl SystemException {
    /// The body.
    pub fn encode(&self, order: Order) -> Vec<u8> {
        let mut out = Out { octets: Vec::new(), order };
        out.string(&self.id);
        out.long(self.minor);
        out.long(self.completed);
        out.octets
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`super::Malformed`]: it is none.
    pub fn decode(body: &[u8], order: Order) -> Read<SystemException> {
        let mut notes = Notes::default();
        exception(&mut In::new(body, order, 0, &mut notes))
    }

    /// Its name: `NO_PERMISSION`.
    pub fn name(&self) -> &str {
        let name = self.id.strip_prefix("IDL:omg.org/CORBA/");
        name.and_then(|name| name.strip_suffix(":1.0")).unwrap_or(&self.id)
    }
}

fn exception(read: &mut In<'_, '_>) -> Read<SystemException> {
    let id = read.string("exception_id")?;
    let minor = read.long("minor")?;
    read.notes.means(|| Some(format!("{minor:#x}")));
    let completed = read.long("completed")?;
    let words = ["COMPLETED_YES", "COMPLETED_NO", "COMPLETED_MAYBE"];
    let word = usize::try_from(completed).ok().and_then(|number| words.get(number));
    let word = word.ok_or_else(|| read.wrong("completion is 0, 1 or 2"))?;
    read.notes.means(|| Some((*word).to_owned()));
    read.done()?;
    Ok(SystemException { id, minor, completed })
}

/// A body that is one string, as methods have it that take or give one.
pub fn string_body(text: &str, order: Order) -> Vec<u8> {
    let mut out = Out { octets: Vec::new(), order };
    out.string(text);
    out.octets
}

/// The string that a body is.
///
/// # Errors
/// [`super::Malformed`]: it is something else.
pub fn string_of(body: &[u8], order: Order) -> Read<String> {
    let mut notes = Notes::default();
    let mut read = In::new(body, order, 0, &mut notes);
    let text = read.string("string")?;
    read.done()?;
    Ok(text)
}

impl Message {
    /// A message of GIOP 1.2 in network order that is not in fragments.
    pub fn new(content: Content) -> Message {
        Message { version: Version::V12, order: Order::Big, more: false, content }
    }

    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        let minor = Version::ALL.iter().position(|own| *own == self.version).unwrap_or(0) as u8;
        let flags = self.order.flag() | u8::from(self.more) << 1;
        let octets = [b"GIOP".as_slice(), &[1, minor, flags, self.content.kind().0, 0, 0, 0, 0]];
        let mut out = Out { octets: octets.concat(), order: self.order };
        self.write(&mut out);
        let size = u32::try_from(out.octets.len().saturating_sub(HEADER)).unwrap_or(u32::MAX);
        let size = match self.order {
            Order::Big => size.to_be_bytes(),
            Order::Little => size.to_le_bytes(),
        };
        out.octets.iter_mut().skip(8).zip(size).for_each(|(octet, own)| *octet = own);
        out.octets
    }

    fn write(&self, out: &mut Out) {
        let is_new = self.version == Version::V12;
        match &self.content {
            Content::Request(own) => self.write_request(out, own),
            Content::Reply(own) => {
                if !is_new {
                    write_contexts(out, &own.contexts);
                }
                out.long(own.id);
                out.long(own.status);
                if is_new {
                    write_contexts(out, &own.contexts);
                }
                self.write_body(out, &own.body);
            }
            Content::CancelRequest(id) => out.long(*id),
            Content::LocateRequest(id, target) => {
                out.long(*id);
                self.write_target(out, target);
            }
            Content::LocateReply(id, status, body) => {
                out.long(*id);
                out.long(*status);
                self.write_body(out, body);
            }
            Content::CloseConnection | Content::MessageError => {}
            Content::Fragment(id, octets) => {
                if let Some(id) = id {
                    out.long(*id);
                }
                out.octets.extend_from_slice(octets);
            }
        }
    }

    fn write_request(&self, out: &mut Out, own: &Request) {
        let is_new = self.version == Version::V12;
        if !is_new {
            write_contexts(out, &own.contexts);
        }
        out.long(own.id);
        out.octet(own.response_flags);
        if self.version > Version::V10 {
            out.octets.extend([0; 3]);
        }
        self.write_target(out, &own.target);
        out.string(&own.operation);
        if is_new {
            write_contexts(out, &own.contexts);
        } else {
            out.sequence(&own.principal);
        }
        self.write_body(out, &own.body);
    }

    fn write_target(&self, out: &mut Out, target: &Target) {
        let number = |out: &mut Out, number| {
            if self.version == Version::V12 {
                out.short(number);
            }
        };
        match target {
            Target::Key(key) => {
                number(out, 0);
                out.sequence(key);
            }
            Target::Profile(profile) => {
                number(out, 1);
                profile.write(out);
            }
            Target::Reference(index, reference) => {
                number(out, 2);
                out.long(*index);
                reference.write(out);
            }
        }
    }

    /// From 1.2 on, a body is aligned to eight octets.
    fn write_body(&self, out: &mut Out, body: &[u8]) {
        if self.version == Version::V12 && !body.is_empty() {
            out.align(8);
        }
        out.octets.extend_from_slice(body);
    }

    /// Reads it. What the service contexts hold is not looked at.
    ///
    /// # Errors
    /// [`super::Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Message> {
        read_message(octets, 0, &mut Notes::default())
    }

    /// The first security context.
    pub fn security(&self) -> Option<&[u8]> {
        let contexts = match &self.content {
            Content::Request(own) => &own.contexts,
            Content::Reply(own) => &own.contexts,
            _ => return None,
        };
        let own = contexts.iter().find(|own| own.id == SERVICE_CONTEXT);
        own.map(|own| own.data.as_slice())
    }
}

fn write_contexts(out: &mut Out, contexts: &[ServiceContext]) {
    out.count(contexts.len());
    for own in contexts {
        out.long(own.id);
        out.sequence(&own.data);
    }
}

/// What the header says.
struct Header {
    version: Version,
    order: Order,
    more: bool,
    kind: u8,
}

pub(super) fn read_message(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Message> {
    let mut read = In::new(octets, Order::Big, base, notes);
    if octets.len() > LONGEST {
        return Err(read.wrong("a message has at most 1 MiB"));
    }
    let header = read.group("header", "MessageHeader", |read| read_header(read, octets.len()))?;
    let Header { version, order, more, kind } = header;
    let (name, content): (_, fn(&mut In<'_, '_>, Version) -> Read<Content>) = match kind {
        0 => ("Request", request),
        1 => ("Reply", reply),
        2 => ("CancelRequest", |read, _| Ok(Content::CancelRequest(read.long("request_id")?))),
        3 => ("LocateRequest", |read, version| {
            Ok(Content::LocateRequest(read.long("request_id")?, target(read, version)?))
        }),
        4 => ("LocateReply", |read, version| {
            let (id, status) = (read.long("request_id")?, read.long("locate_status")?);
            Ok(Content::LocateReply(id, status, body(read, version, "body").to_vec()))
        }),
        5 => ("CloseConnection", |_, _| Ok(Content::CloseConnection)),
        6 => ("MessageError", |_, _| Ok(Content::MessageError)),
        7 => ("Fragment", fragment),
        kind => return Err(read.wrong_at(7, format!("there is no message of type {kind}"))),
    };
    if kind == 7 && version == Version::V10 {
        return Err(read.wrong_at(7, "GIOP 1.0 has no fragments"));
    }
    let content = read.group(name, "message", |read| content(read, version))?;
    read.done()?;
    Ok(Message { version, order, more, content })
}

fn read_header(read: &mut In<'_, '_>, length: usize) -> Read<Header> {
    let start = read.place();
    let magic = read.take(4)?;
    read.notes.leaf(|| Part::new("magic", "octets", start, 4).with_value(hex(magic)));
    if magic != b"GIOP" {
        return Err(read.wrong_at(0, "a message begins with GIOP"));
    }
    let major = read.octet("major")?;
    let minor = read.octet("minor")?;
    let version = match (major, Version::ALL.get(usize::from(minor))) {
        (1, Some(version)) => *version,
        _ => return Err(read.wrong_at(4, format!("GIOP {major}.{minor} is not known"))),
    };
    let flags = read.octet("flags")?;
    // Version 1.0 has the byte order alone there.
    let most = if version == Version::V10 { 1 } else { 3 };
    if flags > most {
        return Err(read.wrong_at(6, "flags that this version does not have"));
    }
    read.order = if flags & 1 == 1 { Order::Little } else { Order::Big };
    let (order, more) = (read.order, flags & 2 == 2);
    read.notes
        .means(|| Some(format!("{}{}", order.word(), if more { ", more fragments" } else { "" })));
    let kind = read.octet("message_type")?;
    let size = read.long("message_size")?;
    match usize::try_from(size) {
        Ok(size) if size.checked_add(HEADER) == Some(length) => {}
        _ => return Err(read.wrong_at(8, format!("{size} octets are said to follow, and do not"))),
    }
    Ok(Header { version, order, more, kind })
}

fn contexts(read: &mut In<'_, '_>) -> Read<Vec<ServiceContext>> {
    read.list("service_context", 8, |read| {
        let id = read.long("context_id")?;
        let data = if id == SERVICE_CONTEXT {
            read.notes.means(|| Some("SecurityAttributeService".to_owned()));
            read.opened("context_data", "SASContextBody", |octets, base, notes| {
                read_body(octets, base, notes).map(drop)
            })?
        } else {
            read.sequence("context_data")?
        };
        Ok(ServiceContext { id, data: data.to_vec() })
    })
}

fn target(read: &mut In<'_, '_>, version: Version) -> Read<Target> {
    if version != Version::V12 {
        return Ok(Target::Key(read.sequence("object_key")?.to_vec()));
    }
    Ok(match read.short("addressing_disposition")? {
        0 => Target::Key(read.sequence("object_key")?.to_vec()),
        1 => Target::Profile(Tagged::read(read, "profile_data")?),
        2 => Target::Reference(read.long("selected_profile_index")?, Ior::read(read)?),
        other => return Err(read.wrong(format!("there is no form of address {other}"))),
    })
}

fn request(read: &mut In<'_, '_>, version: Version) -> Read<Content> {
    let early = if version == Version::V12 { Vec::new() } else { contexts(read)? };
    let id = read.long("request_id")?;
    let response_flags = match version {
        Version::V12 => read.octet("response_flags")?,
        _ => read.boolean("response_expected")?.into(),
    };
    if version > Version::V10 {
        read.take(3)?;
    }
    let target = target(read, version)?;
    let operation = read.string("operation")?;
    let (contexts, principal) = match version {
        Version::V12 => (contexts(read)?, Vec::new()),
        _ => (early, read.sequence("requesting_principal")?.to_vec()),
    };
    let body = body(read, version, "body").to_vec();
    Ok(Content::Request(Request {
        id,
        response_flags,
        target,
        operation,
        contexts,
        principal,
        body,
    }))
}

fn reply(read: &mut In<'_, '_>, version: Version) -> Read<Content> {
    let early = if version == Version::V12 { Vec::new() } else { contexts(read)? };
    let id = read.long("request_id")?;
    let status = read.long("reply_status")?;
    let word = match status {
        0 => "NO_EXCEPTION",
        1 => "USER_EXCEPTION",
        2 => "SYSTEM_EXCEPTION",
        3 => "LOCATION_FORWARD",
        4 if version == Version::V12 => "LOCATION_FORWARD_PERM",
        5 if version == Version::V12 => "NEEDS_ADDRESSING_MODE",
        status => return Err(read.wrong(format!("there is no reply of status {status}"))),
    };
    read.notes.means(|| Some(word.to_owned()));
    let contexts = if version == Version::V12 { contexts(read)? } else { early };
    let body = body(read, version, "body").to_vec();
    Ok(Content::Reply(Reply { id, status, contexts, body }))
}

/// The rest, behind padding from 1.2 on.
fn body<'a>(read: &mut In<'a, '_>, version: Version, name: &'static str) -> &'a [u8] {
    if version == Version::V12 {
        read.align(8);
    }
    let place = read.place();
    let rest = read.rest();
    if !rest.is_empty() {
        read.notes.leaf(|| Part::new(name, "octets", place, rest.len()).with_value(hex(rest)));
    }
    rest
}

fn fragment(read: &mut In<'_, '_>, version: Version) -> Read<Content> {
    let id = match version {
        Version::V12 => Some(read.long("request_id")?),
        _ => None,
    };
    let place = read.place();
    let rest = read.rest();
    read.notes.leaf(|| Part::new("data", "octets", place, rest.len()).with_value(hex(rest)));
    Ok(Content::Fragment(id, rest.to_vec()))
}
