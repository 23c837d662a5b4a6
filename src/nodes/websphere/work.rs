//! A request in hand: what it brought, how far it has come, what was learnt about it.

use std::collections::VecDeque;

use sim::NodeId;

use super::config::Outcall;
use crate::catalogue::assertion::Refusal;
use crate::catalogue::saf::SafReturn;
use crate::nodes::frame::{SafResult, SafService};
use crate::nodes::orb::wire::BasicToken;
use crate::nodes::orb::{Identity, Raised};

/// A request that has not been answered.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// The connection on which it came.
    pub from: Source,
    /// Its number, for the reply.
    pub id: u32,
    /// The method.
    pub method: String,
    /// Whether the caller waits for a reply.
    pub reply: bool,
    /// The context that it establishes or uses: none, or its number.
    pub context: Context,
    /// What it brought.
    pub evidence: Evidence,
    /// What is decided next.
    pub stage: Stage,
    /// What the ESM has answered to the last question.
    pub answer: Option<(SafReturn, SafResult)>,
    /// Who the caller is.
    pub received: Option<Credential>,
    /// As whom the method calls others.
    pub invocation: Option<Credential>,
    /// Methods that are still to be called.
    pub calls: VecDeque<Outcall>,
}

/// A connection: the node at its other end, and that node's number of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    pub node: NodeId,
    pub connection: u32,
}

/// What a request has to do with contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// It has no service context of security.
    None,
    /// It establishes one; zero: for itself alone.
    Establish(u64),
}

/// What a request brought, taken out of its octets.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// The client authentication token.
    pub token: Option<BasicToken>,
    /// The identity token; none where it is absent.
    pub identity: Option<Identity>,
}

/// Somebody, as a server knows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    /// The user ID; none for somebody who has not said who he is.
    pub userid: Option<String>,
    /// His groups.
    pub groups: Vec<String>,
}

impl Credential {
    /// Nobody in particular.
    pub fn unauthenticated() -> Credential {
        Credential { userid: None, groups: Vec::new() }
    }

    /// His name.
    pub fn name(&self) -> String {
        self.userid.clone().unwrap_or_else(|| UNAUTHENTICATED.to_owned())
    }
}

/// The name of whoever has not said who he is.
pub(super) const UNAUTHENTICATED: &str = "UNAUTHENTICATED";

/// The decisions about a request, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Is the sender on the list of those that may assert?
    Trust,
    /// Is the sender who he says he is?
    Authenticate,
    /// Whom does the identity token mean?
    Identify,
    /// Does the registry have the user?
    Presence,
    /// May the caller call the method?
    Authorize,
    /// As whom does the method call others?
    RunAs,
    /// The methods that it calls.
    Calls,
}

/// What a decision leads to.
pub(super) enum Next {
    /// The next decision.
    Go(Stage),
    /// A question to the ESM; the decision is taken with its answer.
    Ask(SafService),
    /// Another server has been called; the number of the request.
    Wait(u32),
    /// The end: no.
    Refuse(&'static Refusal, String),
    /// The end: a method that was called has raised an exception.
    Raise(Raised),
    /// The end: the method returns.
    Return,
}
