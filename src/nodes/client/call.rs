//! Calls of methods: what a client shows of itself, and whom it asserts where it plays a server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Client, TokenFlags, failed};
use crate::nodes::Ctx;
use crate::nodes::esm::database::Password;
use crate::nodes::orb::{ContextUse, Identity, Invocation, Token};
use crate::protocol::kerberos::Principal;

/// A method that a client calls.
#[derive(Clone, Debug)]
pub struct CallAction {
    /// The server, by its node name.
    pub server: String,
    /// The method.
    pub method: String,
    /// What the client shows of itself.
    pub who: Who,
    /// The service of a Kerberos token.
    pub service: Option<Principal>,
    /// Whom it asserts.
    pub asserts: Option<Asserts>,
    /// How it uses contexts.
    pub context: ContextUse,
    /// Whether the context ends with the request.
    pub discard: bool,
}

/// What a client shows of itself, beside its certificate where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Who {
    /// No token: its certificate tells who it is, if it has one.
    Nobody,
    /// A user ID and a password (a GSSUP token).
    User {
        /// The user ID.
        userid: String,
        /// The password.
        password: Password,
    },
    /// A new Kerberos token, made from a ticket that it holds.
    Kerberos {
        /// The service for which the ticket is.
        service: String,
    },
}

/// Whom a client asserts, as a sending server does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Asserts {
    /// Nobody in particular.
    Anonymous,
    /// A user, by name.
    PrincipalName(String),
    /// A distinguished name (RFC 4514): `CN=alice,O=Example,C=XX`.
    DistinguishedName(String),
}

impl Client {
    pub(super) fn call(&mut self, action: &CallAction, ctx: &mut Ctx<'_>) {
        let CallAction { server, method, who, service, asserts, context, discard } = action;
        let token = match who {
            Who::Nobody => None,
            Who::Kerberos { .. } => {
                let flags = TokenFlags::default();
                let service = service.as_ref();
                let made = service.and_then(|service| self.make_token(service, flags, None, ctx));
                // Without a ticket the step has failed, and that is noted.
                let Some(made) = made else { return };
                Some(Token::Kerberos(made.bytes))
            }
            Who::User { userid, password } => Some(Token::basic(userid.clone(), password.clone())),
        };
        let identity = asserts.as_ref().map(|asserts| match asserts {
            Asserts::Anonymous => Identity::Anonymous,
            Asserts::PrincipalName(name) => Identity::Principal(name.clone()),
            Asserts::DistinguishedName(name) => Identity::Name(name.clone()),
        });
        let wanted = Invocation {
            server: server.clone(),
            method: method.clone(),
            token,
            identities: identity.map(|identity| vec![identity]),
            forward: None,
            context: *context,
            discard: *discard,
            is_server: false,
        };
        if let Err(raised) = self.orb.call(&wanted, ctx) {
            let exception = raised.exception.word();
            failed(ctx, "Call", format!("the request cannot be made: {exception}"));
        }
    }
}
