//! A fault of the ESM: it answers codes that the script gives it, in place of its own.
//!
//! What a scenario comes to this way was put there and not brought about, and coverage calls it
//! injected. Only codes that no reason of DFHXS1402 stands for can be given: the others have a
//! mechanism, and a scenario that wants them uses it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::dfhxs1402::{CallSite, Reason, classify};
use crate::catalogue::saf::{SUCCESS, SafReturn};
use crate::nodes::frame::SafService;

/// A service of the ESM that can be made to answer something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TokenCall {
    /// R_ticketserv.
    #[serde(rename = "R_ticketserv")]
    RTicketserv,
    /// R_usermap.
    #[serde(rename = "R_usermap")]
    RUsermap,
    /// R_GenSec, accept a security context.
    #[serde(rename = "R_GenSec")]
    RGenSec,
}

/// The codes that the next call of a service returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Injection {
    /// The service.
    pub service: TokenCall,
    /// What it returns.
    pub codes: SafReturn,
}

impl Injection {
    /// Why these codes cannot be given, in words for the author of the script.
    pub fn objection(&self) -> Option<String> {
        let site = match self.service {
            TokenCall::RTicketserv => CallSite::RTicketserv,
            TokenCall::RUsermap => CallSite::RUsermap,
            TokenCall::RGenSec => CallSite::RGenSecAccept,
        };
        match classify(site, self.codes) {
            _ if self.codes == SUCCESS => Some("success is no unexpected code".to_owned()),
            Reason::Unclassified => None,
            reason => Some(format!(
                "these codes stand for reason {} of DFHXS1402: bring {} about by what causes it",
                reason.number(),
                reason.name()
            )),
        }
    }

    pub(super) fn is_for(&self, service: &SafService) -> bool {
        let call = match service {
            SafService::TicketServ { .. } => TokenCall::RTicketserv,
            SafService::UserMap { .. } => TokenCall::RUsermap,
            SafService::GenSecAccept { .. } => TokenCall::RGenSec,
            _ => return false,
        };
        call == self.service
    }
}
