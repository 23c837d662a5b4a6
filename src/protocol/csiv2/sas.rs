//! The four messages of the SAS protocol (CSI.idl, SASContextBody; CORBA 3.0 section 24.2.2).

use super::cdr::{In, Notes, Order, Out, Read};
use super::identity::Token;
use super::token::{ErrorToken, read_error, read_token};

/// The service context that carries them (CORBA 3.0 section 13.7).
pub const SERVICE_CONTEXT: u32 = 15;

/// A message in its encapsulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The order in which it is written.
    pub order: Order,
    /// The message.
    pub message: Message,
}

/// A message. Each names its context by the number that the client gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A client establishes a context.
    Establish {
        /// Number of the context; zero for one request alone.
        client_context_id: u64,
        /// Privileges.
        authorization_token: Vec<AuthorizationElement>,
        /// Whom it asserts.
        identity_token: Token,
        /// What it shows of itself; empty for nothing.
        client_authentication_token: Vec<u8>,
    },
    /// A server has established it.
    Complete {
        /// Number of the context.
        client_context_id: u64,
        /// Whether the server keeps it.
        context_stateful: bool,
        /// What the mechanism answers.
        final_context_token: Vec<u8>,
    },
    /// A server refuses it.
    Error {
        /// Number of the context.
        client_context_id: u64,
        /// Kind of error.
        major_status: i32,
        /// More of it.
        minor_status: i32,
        /// What the mechanism says; servers send [`ErrorToken`], nothing, or what they were sent.
        error_token: Vec<u8>,
    },
    /// A client uses a context that the server keeps.
    InContext {
        /// Number of the context.
        client_context_id: u64,
        /// Whether it ends with this request.
        discard_context: bool,
    },
}

/// Privileges of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationElement {
    /// The form: who has defined it in the upper 20 bits, which of his in the lower 12.
    pub form: u32,
    /// What it holds.
    pub element: Vec<u8>,
}

impl Message {
    /// The number of its type (CSI.idl, MsgType).
    pub fn number(&self) -> u16 {
        match self {
            Message::Establish { .. } => 0,
            Message::Complete { .. } => 1,
            Message::Error { .. } => 4,
            Message::InContext { .. } => 5,
        }
    }
}

impl Body {
    /// Its octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Out::encapsulation(self.order);
        out.short(self.message.number());
        match &self.message {
            Message::Establish {
                client_context_id,
                authorization_token,
                identity_token,
                client_authentication_token,
            } => {
                out.longlong(*client_context_id);
                out.count(authorization_token.len());
                for own in authorization_token {
                    out.long(own.form);
                    out.sequence(&own.element);
                }
                identity_token.write(&mut out);
                out.sequence(client_authentication_token);
            }
            Message::Complete { client_context_id, context_stateful, final_context_token } => {
                out.longlong(*client_context_id);
                out.boolean(*context_stateful);
                out.sequence(final_context_token);
            }
            Message::Error { client_context_id, major_status, minor_status, error_token } => {
                out.longlong(*client_context_id);
                out.long(major_status.cast_unsigned());
                out.long(minor_status.cast_unsigned());
                out.sequence(error_token);
            }
            Message::InContext { client_context_id, discard_context } => {
                out.longlong(*client_context_id);
                out.boolean(*discard_context);
            }
        }
        out.octets
    }

    /// Reads it. What the tokens hold is not looked at.
    ///
    /// # Errors
    /// [`super::Malformed`]: these octets are none.
    pub fn decode(octets: &[u8]) -> Read<Body> {
        read_body(octets, 0, &mut Notes::default())
    }
}

pub(super) fn read_body(octets: &[u8], base: usize, notes: &mut Notes) -> Read<Body> {
    let mut read = In::encapsulation(octets, base, notes)?;
    let order = read.order;
    let kind = read.short("type")?;
    let (name, message): (_, fn(&mut In<'_, '_>) -> Read<Message>) = match kind {
        0 => ("EstablishContext", establish),
        1 => ("CompleteEstablishContext", complete),
        4 => ("ContextError", error),
        5 => ("MessageInContext", in_context),
        kind => return Err(read.wrong_at(2, format!("there is no message of type {kind}"))),
    };
    read.notes.means(|| Some(name.to_owned()));
    let message = message(&mut read)?;
    read.done()?;
    Ok(Body { order, message })
}

fn establish(read: &mut In<'_, '_>) -> Read<Message> {
    let client_context_id = read.longlong("client_context_id")?;
    let authorization_token = read.list("authorization_token", 8, |read| {
        let form = read.long("the_type")?;
        read.notes.means(|| Some(format!("{form:#x}")));
        Ok(AuthorizationElement { form, element: read.sequence("the_element")?.to_vec() })
    })?;
    let identity_token = read.group("identity_token", "union", Token::read)?;
    let token = read.opened("client_authentication_token", "GSSToken", |octets, base, notes| {
        if octets.is_empty() { Ok(()) } else { read_token(octets, base, notes).map(drop) }
    })?;
    Ok(Message::Establish {
        client_context_id,
        authorization_token,
        identity_token,
        client_authentication_token: token.to_vec(),
    })
}

fn complete(read: &mut In<'_, '_>) -> Read<Message> {
    Ok(Message::Complete {
        client_context_id: read.longlong("client_context_id")?,
        context_stateful: read.boolean("context_stateful")?,
        final_context_token: read.sequence("final_context_token")?.to_vec(),
    })
}

fn error(read: &mut In<'_, '_>) -> Read<Message> {
    let client_context_id = read.longlong("client_context_id")?;
    let major_status = read.long("major_status")?.cast_signed();
    read.notes.means(|| major(major_status).map(str::to_owned));
    let minor_status = read.long("minor_status")?.cast_signed();
    let token = read.opened("error_token", "octets", |octets, base, notes| {
        // Whatever else it is, is the server's own.
        match ErrorToken::decode(octets) {
            Ok(_) => read_error(octets, base, notes).map(drop),
            Err(_) => Ok(()),
        }
    })?;
    let error_token = token.to_vec();
    Ok(Message::Error { client_context_id, major_status, minor_status, error_token })
}

/// What a major status says (CORBA 3.0 section 24.3.5).
pub fn major(status: i32) -> Option<&'static str> {
    Some(match status {
        1 => "invalid evidence",
        2 => "invalid mechanism",
        3 => "conflicting evidence",
        4 => "no context",
        _ => return None,
    })
}

fn in_context(read: &mut In<'_, '_>) -> Read<Message> {
    Ok(Message::InContext {
        client_context_id: read.longlong("client_context_id")?,
        discard_context: read.boolean("discard_context")?,
    })
}
