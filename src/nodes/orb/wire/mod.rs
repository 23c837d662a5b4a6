//! Between what nodes mean and the messages of CORBA's security.

mod ior;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{Answer, Identity, Raised, Sent, Target, Token};
use crate::catalogue::assertion::{self, Exception, Refusal};
use crate::nodes::esm::database::Password;
use crate::protocol::csiv2::giop::{
    self, Content, Message, ServiceContext, SystemException, Version,
};
use crate::protocol::csiv2::identity::{Chain, Token as IdentityToken, Wrapped};
use crate::protocol::csiv2::names::{ExportedName, Name};
use crate::protocol::csiv2::sas::{self, Body};
use crate::protocol::csiv2::token::{self, Credentials, Token as ClientToken};
use crate::protocol::csiv2::{Malformed, Order};
use crate::protocol::gss::KERBEROS_OID;
use crate::protocol::x509::{name_from_der, name_to_der};

pub(in crate::nodes) use ior::{ior, open_ior};

/// What reading gives, or why it cannot be used.
type Read<T> = Result<T, String>;

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
    let content = Content::Request(giop::Request {
        id,
        response_flags: 3,
        target: giop::Target::Key(target.object.as_bytes().to_vec()),
        operation: method.to_owned(),
        contexts: contexts(body(sent)),
        principal: Vec::new(),
        body: Vec::new(),
    });
    Message::new(content).encode()
}

/// Takes a request apart.
pub(in crate::nodes) fn open_request(octets: &[u8]) -> Read<Request> {
    let message = opened(octets)?;
    let security = message.security().map(open_body);
    let Content::Request(own) = message.content else {
        return Err("this is no request".to_owned());
    };
    let giop::Target::Key(_) = own.target else {
        return Err("the object is not named by its key".to_owned());
    };
    let reply = own.response_flags & 1 == 1;
    Ok(Request { id: own.id, reply, method: own.operation, sas: security })
}

/// A reply's octets.
pub(in crate::nodes) fn reply(
    id: u32,
    answer: &Result<String, Raised>,
    sas: Option<&SasReply>,
) -> Vec<u8> {
    let (status, body) = match answer {
        Ok(caller) => (0, giop::string_body(caller, Order::Big)),
        Err(Raised { exception, minor }) => {
            // COMPLETED_NO.
            let completed = 1;
            let own = SystemException { id: exception.repository_id(), minor: *minor, completed };
            (2, own.encode(Order::Big))
        }
    };
    let contexts = contexts(sas.map(reply_body));
    Message::new(Content::Reply(giop::Reply { id, status, contexts, body })).encode()
}

/// Takes a reply apart.
pub(in crate::nodes) fn open_reply(octets: &[u8]) -> Read<Reply> {
    let message = opened(octets)?;
    let sas = message.security().map(open_reply_body).transpose()?;
    let order = message.order;
    let Content::Reply(own) = message.content else {
        return Err("this is no reply".to_owned());
    };
    let (answer, caller) = match own.status {
        0 => (Answer::Returned, Some(giop::string_of(&own.body, order).map_err(told)?)),
        2 => {
            let raised = SystemException::decode(&own.body, order).map_err(told)?;
            let mut all = Exception::ALL.into_iter();
            let exception = all.find(|exception| exception.repository_id() == raised.id);
            let exception = exception.ok_or("an exception that nobody knows")?;
            (Answer::Raised(Raised { exception, minor: raised.minor }), None)
        }
        status => return Err(format!("a reply of status {status}")),
    };
    Ok(Reply { request: own.id, answer, caller, sas })
}

fn told(error: Malformed) -> String {
    error.to_string()
}

/// A message as nodes speak it.
fn opened(octets: &[u8]) -> Read<Message> {
    let message = Message::decode(octets).map_err(told)?;
    match (message.version, message.more) {
        (Version::V12, false) => Ok(message),
        (Version::V12, true) => Err("a message in fragments".to_owned()),
        _ => Err("this is no message of GIOP 1.2".to_owned()),
    }
}

fn contexts(body: Option<Body>) -> Vec<ServiceContext> {
    let own = body.map(|body| ServiceContext { id: sas::SERVICE_CONTEXT, data: body.encode() });
    own.into_iter().collect()
}

/// What a caller says.
fn body(sent: &Sent) -> Option<Body> {
    let message = match sent {
        Sent::None => return None,
        Sent::Within { context, discard } => {
            sas::Message::InContext { client_context_id: *context, discard_context: *discard }
        }
        Sent::Establish(Establish { context, identity, token }) => {
            let token = token.as_ref().map(client_token);
            sas::Message::Establish {
                client_context_id: *context,
                authorization_token: Vec::new(),
                identity_token: identity_token(identity.as_ref()),
                client_authentication_token: token.unwrap_or_default(),
            }
        }
    };
    Some(Body { order: Order::Big, message })
}

fn open_body(octets: &[u8]) -> Sas {
    let undecodable = |why: String| Sas::Malformed(None, &assertion::SAS_UNDECODABLE, why);
    match Body::decode(octets).map(|body| body.message) {
        Ok(sas::Message::Establish { authorization_token, .. })
            if !authorization_token.is_empty() =>
        {
            undecodable("authorization elements are not supported".to_owned())
        }
        Ok(sas::Message::Establish {
            client_context_id,
            identity_token,
            client_authentication_token,
            ..
        }) => match establish(client_context_id, &identity_token, &client_authentication_token) {
            Ok(own) => Sas::Sent(Sent::Establish(own)),
            Err(malformed) => malformed,
        },
        Ok(sas::Message::InContext { client_context_id, discard_context }) => {
            Sas::Sent(Sent::Within { context: client_context_id, discard: discard_context })
        }
        Ok(other) => {
            undecodable(format!("message type {} is none that a caller sends", other.number()))
        }
        Err(error) => undecodable(told(error)),
    }
}

fn establish(context: u64, identity: &IdentityToken, token: &[u8]) -> Result<Establish, Sas> {
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

fn identity_token(identity: Option<&Identity>) -> IdentityToken {
    let order = Some(Order::Big);
    match identity {
        None => IdentityToken::Absent(true),
        Some(Identity::Anonymous) => IdentityToken::Anonymous(true),
        Some(Identity::Principal(name)) => {
            let inside = ExportedName::gssup(name);
            IdentityToken::PrincipalName(Wrapped { order, inside }.encode())
        }
        Some(Identity::Chain(chain)) => {
            let certificates = chain.iter().map(|own| own.der().to_vec()).collect();
            let inside = Chain { certificates };
            IdentityToken::CertificateChain(Wrapped { order, inside }.encode())
        }
        Some(Identity::Name(name)) => {
            let inside = name_to_der(name).ok().and_then(|der| Name::decode(&der).ok());
            let inside = inside.unwrap_or(Name { sets: Vec::new() });
            IdentityToken::DistinguishedName(Wrapped { order, inside }.encode())
        }
    }
}

fn open_identity(token: &IdentityToken) -> Read<Option<Identity>> {
    Ok(Some(match token {
        IdentityToken::Absent(_) => return Ok(None),
        IdentityToken::Anonymous(_) => Identity::Anonymous,
        IdentityToken::PrincipalName(octets) => {
            let own = Wrapped::<ExportedName>::decode(octets).map_err(told)?;
            let name = own.inside.text().ok_or("a name that is no text")?;
            Identity::Principal(name.to_owned())
        }
        IdentityToken::CertificateChain(octets) => {
            let own = Wrapped::<Chain>::decode(octets).map_err(told)?;
            let chain = own.inside.read().map_err(|error| error.to_string())?;
            Identity::Chain(chain.into_iter().map(Arc::new).collect())
        }
        IdentityToken::DistinguishedName(octets) => {
            let own = Wrapped::<Name>::decode(octets).map_err(told)?;
            let name = name_from_der(&own.inside.encode());
            Identity::Name(name.map_err(|error| error.to_string())?)
        }
        IdentityToken::Other(form, _) => return Err(format!("identity token type {form}")),
    }))
}

fn client_token(token: &Token) -> Vec<u8> {
    let (userid, password, realm) = match token {
        Token::Basic { userid, password, realm } => (userid, password, realm),
        Token::Kerberos(octets) => return octets.to_vec(),
    };
    let own = Credentials {
        order: Order::Big,
        username: userid.as_bytes().to_vec(),
        password: password.reveal().as_bytes().to_vec(),
        target_name: ExportedName::gssup(realm).encode(),
    };
    ClientToken::Gssup(own).encode()
}

fn open_client_token(octets: &[u8]) -> Read<Token> {
    // Whoever knows Kerberos judges its tokens.
    if token::mechanism(octets) == Some(KERBEROS_OID) {
        return Ok(Token::Kerberos(octets.into()));
    }
    let own = ClientToken::decode_gssup(octets).map_err(told)?;
    let target = own.target().map_err(told)?;
    let text = |octets: Vec<u8>| {
        String::from_utf8(octets).map_err(|_| "a name that is no text".to_owned())
    };
    let userid = text(own.username)?;
    let password = Password::new(text(own.password)?);
    let realm = text(target.map(|name| name.name).unwrap_or_default())?;
    Ok(Token::Basic { userid, password, realm })
}

fn reply_body(sas: &SasReply) -> Body {
    let message = match sas {
        SasReply::Complete { context, stateful } => sas::Message::Complete {
            client_context_id: *context,
            context_stateful: *stateful,
            final_context_token: Vec::new(),
        },
        SasReply::Error { context, major, minor } => sas::Message::Error {
            client_context_id: *context,
            major_status: *major,
            minor_status: *minor,
            error_token: Vec::new(),
        },
    };
    Body { order: Order::Big, message }
}

fn open_reply_body(octets: &[u8]) -> Read<SasReply> {
    match Body::decode(octets).map_err(told)?.message {
        sas::Message::Complete {
            client_context_id: context, context_stateful: stateful, ..
        } => Ok(SasReply::Complete { context, stateful }),
        sas::Message::Error { client_context_id: context, major_status, minor_status, .. } => {
            Ok(SasReply::Error { context, major: major_status, minor: minor_status })
        }
        other => Err(format!("message type {} is none that a server sends", other.number())),
    }
}
