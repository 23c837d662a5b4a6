//! The identity token: whom it means, and whether the registry has him.

use super::work::{Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::{assertion, saf};
use crate::check::{Check, Operand};
use crate::nodes::frame::{SafResult, SafService, Subject};
use crate::nodes::orb::Identity;
use crate::nodes::{Ctx, Decide};
use crate::trace::Record;

impl WebSphere {
    /// Whom the identity token means.
    pub(super) fn identify(&self, work: &mut Work, _: &mut Ctx<'_>) -> Next {
        match &work.evidence.identity {
            None | Some(Identity::Anonymous) => {
                work.received = Some(Credential::unauthenticated());
                Next::Go(Stage::Authorize)
            }
            Some(Identity::Principal(name)) => {
                let userid = Some(self.folded(name));
                work.received = Some(Credential { userid, groups: Vec::new() });
                Next::Go(Stage::Presence)
            }
        }
    }

    /// The registry has the user, and tells his groups.
    pub(super) fn presence(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let userid = work.received.as_ref().and_then(|received| received.userid.clone());
        let Some(userid) = userid else { return Next::Go(Stage::Authorize) };
        let Some((codes, result)) = work.answer.take() else {
            return Next::Ask(SafService::InitAcee(Subject::User(userid)));
        };
        let present = Check::holds(
            &rules::PRESENT,
            Operand::new("user", userid.clone()),
            Operand::new("registry", codes.to_string()),
            codes == saf::SUCCESS,
        );
        let (true, SafResult::Acee(acee)) = (ctx.decide(present), result) else {
            let why = format!("the registry refuses {userid}: {codes}");
            return Next::Refuse(&assertion::USER_REFUSED, why);
        };
        work.received = Some(Credential { userid: Some(acee.userid), groups: acee.groups });
        Next::Go(Stage::Authorize)
    }
}

/// A credential that is set, for the trace.
pub(super) fn set(which: &'static str, credential: &Credential, by: String) -> Record {
    Record::new("was.credential")
        .text("which", which)
        .text("userid", credential.name())
        .maybe("groups", (!credential.groups.is_empty()).then(|| credential.groups.join(" ")))
        .text("by", by)
}
