//! Calls of methods: what a client shows of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Client, failed};
use crate::nodes::Ctx;
use crate::nodes::esm::database::Password;
use crate::nodes::orb::Invocation;

/// A method that a client calls.
#[derive(Clone, Debug)]
pub struct CallAction {
    /// The server, by its node name.
    pub server: String,
    /// The method.
    pub method: String,
    /// What the client shows of itself.
    pub who: Who,
}

/// What a client shows of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Who {
    /// Nothing.
    Nobody,
    /// A user ID and a password (a GSSUP token).
    User {
        /// The user ID.
        userid: String,
        /// The password.
        password: Password,
    },
}

impl Client {
    pub(super) fn call(&mut self, action: &CallAction, ctx: &mut Ctx<'_>) {
        let CallAction { server, method, who } = action;
        let sender = match who {
            Who::Nobody => None,
            Who::User { userid, password } => Some((userid.clone(), password.clone())),
        };
        let (server, method) = (server.clone(), method.clone());
        let wanted = Invocation { server, method, sender, identity: None };
        if let Err(raised) = self.orb.call(&wanted, ctx) {
            failed(ctx, "Call", format!("the request cannot be made: {}", raised.exception.word()));
        }
    }
}
