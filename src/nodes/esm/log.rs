//! The ESM's log: the facts of ICH408I, in the model's own words.
//!
//! A refused sign-on is always told. A refused access is told where the profile that decided audits
//! it; where no profile covers the resource nobody is told (CICS RACF Security Guide, resolving
//! problems when access is denied incorrectly). The checks are made with LOG=ASIS (assumed for
//! those of the callable services).

use super::database::{Decision, Request};
use super::{Ctx, Decide, Esm};
use crate::catalogue::messages;
use crate::catalogue::saf::{self, SafReturn};
use crate::trace::Record;

impl Esm {
    /// Tells of a sign-on that is refused.
    pub(super) fn log_refusal(&self, userid: &str, codes: SafReturn, ctx: &mut Ctx<'_>) {
        let why = saf::lookup(saf::Service::RacrouteVerify, codes).map(|row| row.meaning);
        let record = self.about(userid);
        ctx.say(record.text("why", why.unwrap_or("the sign-on is refused")));
    }

    /// Tells of an access that is refused.
    pub(super) fn log_access(&self, request: &Request<'_>, decision: &Decision, ctx: &mut Ctx<'_>) {
        let why = saf::lookup(saf::Service::RacrouteAuth, decision.codes).map(|row| row.meaning);
        let record = self
            .about(request.user)
            .text("resource", request.resource.to_owned())
            .text("class", request.class.to_owned())
            .maybe("profile", decision.profile.clone())
            .text("access_intent", request.wanted.word())
            .maybe("access_allowed", decision.held.map(|held| held.word().to_owned()))
            .text("why", why.unwrap_or("the access is refused"));
        ctx.say(record);
    }

    /// A record of the log that begins with who it is about.
    fn about(&self, userid: &str) -> Record {
        let user = self.database.users.get(userid);
        Record::new("esm.log")
            .text("id", messages::ICH408I.id)
            .text("userid", userid.to_owned())
            .maybe("group", user.map(|user| user.default_group.clone()))
            .maybe("name", user.map(|user| user.name.clone()).filter(|name| !name.is_empty()))
    }
}
