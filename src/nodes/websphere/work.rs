//! A request in hand: what it brought, how far it has come, what was learnt about it.

use std::collections::VecDeque;
use std::sync::Arc;

use sim::NodeId;

use super::config::Outcall;
use crate::catalogue::assertion::Refusal;
use crate::catalogue::saf::SafReturn;
use crate::nodes::frame::{SafResult, SafService};
use crate::nodes::orb::{Identity, Raised, Token};
use crate::protocol::x509::Certificate;

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
    /// What it has to do with contexts.
    pub context: Context,
    /// What it brought.
    pub evidence: Evidence,
    /// What is decided next.
    pub stage: Stage,
    /// What the ESM has answered to the last question.
    pub answer: Option<(SafReturn, SafResult)>,
    /// The principal of the Kerberos token.
    pub principal: Option<String>,
    /// The sending server, where somebody is asserted.
    pub sender: Option<Sender>,
    /// Who the caller is.
    pub received: Option<Credential>,
    /// As whom the method calls others.
    pub invocation: Option<Credential>,
    /// Roles of the method that the ESM has been asked about.
    pub roles_asked: usize,
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
    /// It is within one that the server keeps.
    Within { context: u64, discard: bool },
}

/// What a request brought, taken out of its octets, and what its connection tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// The certificate that the caller has shown and proven.
    pub certificate: Option<Arc<Certificate>>,
    /// The started task at the other end, where it is on the same z/OS image.
    pub started_task: Option<String>,
    /// The client authentication token.
    pub token: Option<Token>,
    /// The identity token; none where it is absent.
    pub identity: Option<Identity>,
}

/// Who sends, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// User ID of a token with a password.
    Basic(String),
    /// The user of a certificate.
    Certificate(String),
    /// A started task of the same image.
    StartedTask(String),
}

impl Sender {
    /// The user ID.
    pub(super) fn userid(&self) -> &str {
        match self {
            Sender::Basic(userid) | Sender::Certificate(userid) | Sender::StartedTask(userid) => {
                userid
            }
        }
    }

    /// How it is known, for the trace.
    pub(super) fn words(&self) -> String {
        match self {
            Sender::Basic(userid) => format!("{userid}, by user ID and password"),
            Sender::Certificate(userid) => format!("{userid}, by certificate"),
            Sender::StartedTask(userid) => format!("{userid}, by started task"),
        }
    }
}

/// Somebody, as a server knows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credential {
    /// The user ID; none for somebody who has not said who he is.
    pub userid: Option<String>,
    /// His groups.
    pub groups: Vec<String>,
    /// His distinguished name, where the registry is a directory.
    pub name: Option<String>,
    /// The certificates with which he has proved who he is, or by which he was asserted.
    pub chain: Vec<Arc<Certificate>>,
    /// The Kerberos token with which he has proved who he is.
    pub kerberos: Option<Arc<[u8]>>,
}

impl Credential {
    /// Nobody in particular.
    pub(super) fn unauthenticated() -> Credential {
        Credential {
            userid: None,
            groups: Vec::new(),
            name: None,
            chain: Vec::new(),
            kerberos: None,
        }
    }

    /// A user of whom no more is known yet.
    pub(super) fn of(userid: String) -> Credential {
        Credential { userid: Some(userid), ..Credential::unauthenticated() }
    }

    /// The user ID, or the word for nobody.
    pub(super) fn userid(&self) -> String {
        self.userid.clone().unwrap_or_else(|| UNAUTHENTICATED.to_owned())
    }

    /// The forms in which he can be asserted, the best first: as he has proved himself.
    pub(super) fn forms(&self) -> Vec<Identity> {
        let Some(userid) = &self.userid else { return vec![Identity::Anonymous] };
        let mut forms = Vec::new();
        if let Some(own) = self.chain.first() {
            forms.push(Identity::Chain(self.chain.clone()));
            forms.push(Identity::Name(own.subject.clone()));
        } else if let Some(name) = &self.name {
            forms.push(Identity::Name(name.clone()));
        }
        forms.push(Identity::Principal(userid.clone()));
        forms
    }
}

/// The name of whoever has not said who he is.
const UNAUTHENTICATED: &str = "UNAUTHENTICATED";

/// The decisions about a request, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Who sends?
    Sender,
    /// May the sender assert anybody?
    Trust,
    /// Is the sender who he says he is?
    Authenticate,
    /// Whose is the Kerberos token?
    Ticket,
    /// Who has the principal of the Kerberos token?
    Principal,
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
    Ask(Box<SafService>),
    /// Another server has been called; the number of the request.
    Wait(u32),
    /// The end: no.
    Refuse(&'static Refusal, String),
    /// The end: a method that was called has raised an exception.
    Raise(Raised),
    /// The end: the method returns.
    Return,
}
