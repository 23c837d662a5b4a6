//! The sending server, or the client: is it trusted, and is it who it says it is?

use super::work::{Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::{assertion, saf};
use crate::check::{Check, Operand};
use crate::nodes::frame::SafService;
use crate::nodes::orb::wire::BasicToken;
use crate::nodes::{Ctx, Decide, listed};

/// The application to which users of a server sign on (RACF class APPL; z/OS WebSphere, SAF profiles).
const APPLICATION: &str = "CBS390";

impl WebSphere {
    /// Trust, before anything else is looked at: the user ID that the sender sends is on the list.
    pub(super) fn trust(&self, work: &Work, ctx: &mut Ctx<'_>) -> Next {
        let list = &self.setup.config.inbound.trusted;
        let sender = work.evidence.token.as_ref().map(|token| token.userid.clone());
        let on_list = sender.as_ref().is_some_and(|sender| list.contains(sender));
        let sender = sender.unwrap_or_else(|| "none".to_owned());
        let trusted = Check::holds(
            &rules::TRUSTED,
            Operand::new("sender", sender.clone()),
            Operand::new("trusted principals", listed(list.iter().map(String::as_str))),
            on_list,
        );
        if ctx.decide(trusted) {
            return Next::Go(Stage::Authenticate);
        }
        Next::Refuse(&assertion::NOT_TRUSTED, format!("{sender} is not a trusted principal"))
    }

    /// The user ID and password that came are those of the registry.
    pub(super) fn authenticate(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(BasicToken { userid, password }) = work.evidence.token.clone() else {
            // Nobody has said who he is.
            work.received = Some(Credential::unauthenticated());
            return Next::Go(Stage::Authorize);
        };
        let userid = self.folded(&userid);
        let Some((codes, _)) = work.answer.take() else {
            let application = APPLICATION.to_owned();
            return Next::Ask(SafService::Logon {
                userid,
                secret: password,
                group: None,
                application,
            });
        };
        let accepted = Check::holds(
            &rules::SENDER,
            Operand::new("sender", userid.clone()),
            Operand::new("registry", codes.to_string()),
            codes == saf::SUCCESS,
        );
        if !ctx.decide(accepted) {
            let why = format!("the registry refuses {userid}: {codes}");
            return Next::Refuse(&assertion::SENDER_REFUSED, why);
        }
        if work.evidence.identity.is_some() {
            return Next::Go(Stage::Identify);
        }
        work.received = Some(Credential { userid: Some(userid), groups: Vec::new() });
        Next::Go(Stage::Presence)
    }

    /// A user ID as the registry writes it: RACF has no lower case.
    pub(super) fn folded(&self, userid: &str) -> String {
        userid.to_ascii_uppercase()
    }
}
