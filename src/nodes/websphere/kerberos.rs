//! Kerberos tokens: the ESM of the server's system tells whose a token is, and who that is.

use std::sync::Arc;

use super::work::{Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::{assertion, saf};
use crate::check::{Check, Operand};
use crate::nodes::frame::{SafResult, SafService};
use crate::nodes::orb::Token;
use crate::nodes::{Ctx, Decide};

impl WebSphere {
    /// Whose the token is.
    pub(super) fn ticket(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(Token::Kerberos(token)) = work.evidence.token.clone() else {
            return Next::Go(Stage::Sender);
        };
        let user = self.setup.config.kerberos.clone();
        let takes = Check::holds(
            &rules::KERBEROS,
            Operand::new("token", "Kerberos"),
            Operand::new("service principal of", user.clone().unwrap_or_else(|| "none".to_owned())),
            user.is_some(),
        );
        if work.answer.is_none() && !ctx.decide(takes) {
            let why = "the server takes no Kerberos tokens".to_owned();
            return Next::Refuse(&assertion::KERBEROS_REFUSED, why);
        }
        let Some((codes, result)) = work.answer.take() else {
            return Next::Ask(Box::new(SafService::TicketServ {
                server: user,
                token: token.to_vec(),
            }));
        };
        let principal = match result {
            SafResult::Ticket(ticket) if codes == saf::SUCCESS => Some(ticket.principal),
            _ => None,
        };
        let good = Check::holds(
            &rules::TICKET,
            Operand::new("token", "Kerberos"),
            Operand::new("R_ticketserv", codes.to_string()),
            principal.is_some(),
        );
        if !ctx.decide(good) {
            let why = format!("the token is refused: {codes}");
            return Next::Refuse(&assertion::KERBEROS_REFUSED, why);
        }
        work.principal = principal;
        Next::Go(Stage::Principal)
    }

    /// Who has the principal.
    pub(super) fn principal(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let principal = work.principal.clone().unwrap_or_default();
        let Some((codes, result)) = work.answer.take() else {
            return Next::Ask(Box::new(SafService::UserMap { principal }));
        };
        let userid = match result {
            SafResult::UserId(userid) if codes == saf::SUCCESS => Some(userid),
            _ => None,
        };
        let mapped = Check::holds(
            &rules::PRINCIPAL,
            Operand::new("principal", principal.clone()),
            Operand::new("user", userid.clone().unwrap_or_else(|| "none".to_owned())),
            userid.is_some(),
        );
        match (ctx.decide(mapped), userid) {
            (true, Some(userid)) => {
                let kerberos = match &work.evidence.token {
                    Some(Token::Kerberos(token)) => Some(Arc::clone(token)),
                    _ => None,
                };
                work.received = Some(Credential { kerberos, ..Credential::of(userid) });
                Next::Go(Stage::Presence)
            }
            _ => {
                let why = format!("no user has principal {principal}: {codes}");
                Next::Refuse(&assertion::KERBEROS_REFUSED, why)
            }
        }
    }
}
