//! The method: who may call it, as whom it calls others, and the calls.

use super::config::{Method, Role, RunAs};
use super::identity::set;
use super::work::{Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::assertion;
use crate::check::{Check, Operand};
use crate::nodes::orb::{Answer, Identity, Invocation};
use crate::nodes::{Ctx, Decide, listed};

impl WebSphere {
    /// Sets the received credential, and judges it: without a role of the method nothing goes on, and
    /// no invocation credential is set.
    pub(super) fn authorize(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let received = work.received.get_or_insert_with(Credential::unauthenticated);
        let by = match (&work.evidence.identity, &work.evidence.token) {
            (Some(identity), _) => format!("identity token: {}", identity.words()),
            (None, Some(_)) => "user ID and password".to_owned(),
            (None, None) => "nothing".to_owned(),
        };
        ctx.say(set("received", received, by));
        let Some(method) = self.method(&work.method) else { return Next::Return };
        if method.roles.is_empty() {
            return Next::Go(Stage::RunAs);
        }
        let has = |name: &&String| {
            let role = self.setup.config.roles.get(name.as_str());
            role.is_some_and(|role| role.includes(received))
        };
        let held: Vec<&str> = method.roles.iter().filter(has).map(String::as_str).collect();
        let granted = Check::holds(
            &rules::ROLE,
            Operand::new("roles of the caller", listed(held.iter().copied())),
            Operand::new("roles of the method", listed(method.roles.iter().map(String::as_str))),
            !held.is_empty(),
        );
        let granted = granted.about([
            Operand::new("user", received.name()),
            Operand::new("method", work.method.clone()),
        ]);
        if ctx.decide(granted) {
            return Next::Go(Stage::RunAs);
        }
        let why = format!(
            "{} is granted none of the roles {}",
            received.name(),
            listed(method.roles.iter().map(String::as_str))
        );
        Next::Refuse(&assertion::METHOD_DENIED, why)
    }

    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.setup.config.methods.get(name)
    }

    /// The method begins: it calls others as whoever its RunAs mode says.
    pub(super) fn run_as(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(method) = self.method(&work.method) else { return Next::Return };
        let received = work.received.clone().unwrap_or_else(Credential::unauthenticated);
        self.accept(work, &received, ctx);
        if method.calls.is_empty() {
            return Next::Return;
        }
        let (invocation, by) = match &method.run_as {
            RunAs::Caller => (received, "RunAs Caller"),
            RunAs::System => {
                let userid = Some(self.setup.config.userid.clone());
                (Credential { userid, groups: Vec::new() }, "RunAs System")
            }
        };
        ctx.say(set("invocation", &invocation, by.to_owned()));
        work.invocation = Some(invocation);
        work.calls = method.calls.iter().cloned().collect();
        Next::Go(Stage::Calls)
    }

    /// Calls the next method of another server with the invocation credential.
    pub(super) fn call_next(&mut self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(call) = work.calls.pop_front() else { return Next::Return };
        let invocation = work.invocation.as_ref();
        let identity = match invocation.and_then(|credential| credential.userid.clone()) {
            Some(userid) => Identity::Principal(userid),
            None => Identity::Anonymous,
        };
        let config = &self.setup.config;
        let wanted = Invocation {
            server: call.server,
            method: call.method,
            sender: Some((config.userid.clone(), config.password.clone())),
            identity: config.outbound.identity_assertion.then_some(identity),
        };
        match self.orb.call(&wanted, ctx) {
            Ok(request) => Next::Wait(request),
            Err(raised) => Next::Raise(raised),
        }
    }

    /// Other servers have answered.
    pub(super) fn outcalls_answered(&mut self, answers: Vec<(u32, Answer)>, ctx: &mut Ctx<'_>) {
        for (request, answer) in answers {
            let number = self.outcalls.remove(&request);
            let work = number.and_then(|number| self.works.remove(&number));
            let Some(work) = work else { continue };
            match answer {
                Answer::Returned => self.advance(work, ctx),
                Answer::Raised(raised) => self.pass_on(&work, &raised, ctx),
            }
        }
    }
}

impl Role {
    fn includes(&self, credential: &Credential) -> bool {
        let Some(userid) = &credential.userid else { return self.everyone };
        self.everyone
            || self.all_authenticated
            || self.users.contains(userid)
            || credential.groups.iter().any(|group| self.groups.contains(group))
    }
}
