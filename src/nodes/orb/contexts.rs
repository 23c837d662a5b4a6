//! The contexts of a caller: what goes with a request so that the server knows who calls.

use std::collections::BTreeMap;

use super::wire::Establish;
use super::{ContextUse, Identity, Token};

/// The security context of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::nodes) enum Sent {
    /// None: nobody is told who calls.
    None,
    /// Tokens for a context.
    Establish(Establish),
    /// The number of a context that the server keeps.
    Within {
        /// The number.
        context: u64,
        /// Whether it ends with the request.
        discard: bool,
    },
}

impl Sent {
    /// In words, for the trace.
    pub(in crate::nodes) fn words(&self) -> String {
        match self {
            Sent::None => "none".to_owned(),
            Sent::Establish(Establish { context: 0, .. }) => "for this request alone".to_owned(),
            Sent::Establish(establish) => format!("establish {}", establish.context),
            Sent::Within { context, discard: false } => format!("within {context}"),
            Sent::Within { context, discard: true } => format!("within {context}, then discard it"),
        }
    }

    /// The number of the context.
    pub(in crate::nodes) fn number(&self) -> u64 {
        match self {
            Sent::None => 0,
            Sent::Establish(establish) => establish.context,
            Sent::Within { context, .. } => *context,
        }
    }
}

/// The contexts of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Contexts {
    known: BTreeMap<u64, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    identity: Option<Identity>,
    token: Option<Token>,
    /// Whether the server has said that it keeps it.
    is_kept: bool,
}

impl Contexts {
    /// What goes with a request that shows these tokens.
    pub(super) fn send(
        &mut self,
        (identity, token): (Option<Identity>, Option<Token>),
        (wish, discard): (ContextUse, bool),
        keeps: bool,
    ) -> Sent {
        if identity.is_none() && token.is_none() {
            return Sent::None;
        }
        let context = match wish {
            ContextUse::Number(number) => number,
            ContextUse::Stateful if keeps => {
                let same = |known: &Known| known.identity == identity && known.token == token;
                match self.known.iter().find(|(_, known)| same(known)) {
                    Some((number, known)) if known.is_kept => {
                        return Sent::Within { context: *number, discard };
                    }
                    // Under way: requests with the same tokens use the same number.
                    Some((number, _)) => *number,
                    None => {
                        let number = self.known.keys().next_back().map_or(1, |last| last + 1);
                        let (identity, token) = (identity.clone(), token.clone());
                        self.known.insert(number, Known { identity, token, is_kept: false });
                        number
                    }
                }
            }
            ContextUse::Stateful | ContextUse::Stateless => 0,
        };
        Sent::Establish(Establish { context, identity, token })
    }

    /// The server has said whether it keeps a context.
    pub(super) fn established(&mut self, number: u64, is_kept: bool) {
        if !is_kept {
            self.known.remove(&number);
        } else if let Some(known) = self.known.get_mut(&number) {
            known.is_kept = true;
        }
    }

    /// A context is no longer used.
    pub(super) fn forget(&mut self, number: u64) {
        self.known.remove(&number);
    }
}
