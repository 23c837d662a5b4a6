//! The method: who may call it, as whom it calls others, and the calls.

use super::config::{Method, Role, RunAs};
use super::identity::set;
use super::work::{Context, Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::{assertion, saf};
use crate::check::{Check, Operand};
use crate::nodes::frame::SafService;
use crate::nodes::orb::{Answer, ContextUse, Identity, Invocation, Token};
use crate::nodes::{Ctx, Decide, listed};

/// The class of the profiles that roles are with SAF authorization.
const EJBROLE: &str = "EJBROLE";

impl WebSphere {
    /// The received credential is set; without a role of the method nothing goes on, and no invocation
    /// credential is set.
    pub(super) fn authorize(&mut self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        if work.roles_asked == 0 && work.answer.is_none() {
            self.receive_credential(work, ctx);
        }
        let received = work.received.clone().unwrap_or_else(Credential::unauthenticated);
        let Some(method) = self.method(&work.method).cloned() else { return Next::Return };
        if method.roles.is_empty() || self.needs_no_check(work, ctx) {
            return Next::Go(Stage::RunAs);
        }
        let held = match self.setup.config.uses_saf() {
            false => method.roles.iter().filter(|role| self.has_role(&received, role)).collect(),
            true => match self.role_of_esm(&received, &method, work) {
                Ok(role) => role.into_iter().collect(),
                Err(next) => return next,
            },
        };
        let held: Vec<&String> = held;
        let needed = listed(method.roles.iter().map(String::as_str));
        let granted = Check::holds(
            &rules::ROLE,
            Operand::new("roles of the caller", listed(held.iter().map(|role| role.as_str()))),
            Operand::new("roles of the method", needed.clone()),
            !held.is_empty(),
        );
        let granted = granted.about([
            Operand::new("user", received.userid()),
            Operand::new("method", work.method.clone()),
        ]);
        if ctx.decide(granted) {
            return Next::Go(Stage::RunAs);
        }
        let why = format!("{} is granted none of the roles {needed}", received.userid());
        Next::Refuse(&assertion::METHOD_DENIED, why)
    }

    fn receive_credential(&mut self, work: &mut Work, ctx: &mut Ctx<'_>) {
        let received = work.received.get_or_insert_with(Credential::unauthenticated);
        let by = match (&work.context, &work.evidence.identity, &work.evidence.token) {
            (Context::Within { context, .. }, ..) => format!("context {context}"),
            (_, Some(identity), _) => format!("identity token: {}", identity.words()),
            (_, None, Some(Token::Basic { .. })) => "user ID and password".to_owned(),
            (_, None, Some(Token::Kerberos(_))) => "Kerberos token".to_owned(),
            (_, None, None) if !received.chain.is_empty() => "certificate".to_owned(),
            (_, None, None) => "nothing".to_owned(),
        };
        ctx.say(set("received", received, by));
        self.keep_context(work, ctx);
    }

    /// With identity assertion off, nobody who brings no identity is asked for a role.
    fn needs_no_check(&self, work: &Work, ctx: &mut Ctx<'_>) -> bool {
        let is_nobody = work.received.as_ref().is_none_or(|received| received.userid.is_none());
        let off = !self.setup.config.inbound.identity_assertion;
        let unneeded = || {
            Check::holds(
                &rules::NO_CHECK,
                Operand::new("identity", "none"),
                Operand::new("identity assertion", "off"),
                true,
            )
        };
        is_nobody && off && ctx.decide(unneeded())
    }

    /// The first role that the ESM grants, of those that have been asked about or are asked about now.
    fn role_of_esm<'a>(
        &self,
        received: &Credential,
        method: &'a Method,
        work: &mut Work,
    ) -> Result<Option<&'a String>, Next> {
        if let Some((codes, _)) = work.answer.take() {
            let asked = method.roles.get(work.roles_asked);
            work.roles_asked += 1;
            if codes == saf::SUCCESS {
                return Ok(asked);
            }
        }
        let (Some(role), Some(userid)) = (method.roles.get(work.roles_asked), &received.userid)
        else {
            return Ok(None);
        };
        let zos = self.setup.config.zos.as_ref();
        let prefix = zos.and_then(|zos| zos.profile_prefix.as_ref());
        let resource = prefix.map_or(role.clone(), |prefix| format!("{prefix}.{role}"));
        Err(Next::Ask(Box::new(SafService::Authorize {
            userid: userid.clone(),
            class: EJBROLE.to_owned(),
            resource,
            access: "READ".to_owned(),
        })))
    }

    fn has_role(&self, credential: &Credential, name: &str) -> bool {
        self.setup.config.roles.get(name).is_some_and(|role| role.includes(credential))
    }

    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.setup.config.methods.get(name)
    }

    /// The method begins: it calls others as whoever its RunAs mode says.
    pub(super) fn run_as(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(method) = self.method(&work.method) else { return Next::Return };
        let received = work.received.clone().unwrap_or_else(Credential::unauthenticated);
        if work.answer.is_none() {
            self.accept(work, &received, ctx);
        }
        if method.calls.is_empty() {
            return Next::Return;
        }
        let (invocation, by) = match &method.run_as {
            RunAs::Caller => (received, "RunAs Caller"),
            RunAs::System => (Credential::of(self.setup.config.userid.clone()), "RunAs System"),
            RunAs::Specified { userid, password } => {
                match self.logon((userid, password), work, ctx) {
                    Ok(credential) => (credential, "RunAs Specified"),
                    Err(Next::Refuse(_, why)) => {
                        return Next::Refuse(&assertion::RUN_AS_REFUSED, why);
                    }
                    Err(next) => return next,
                }
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
        let setup = &self.setup;
        let outbound = &setup.config.outbound;
        let forms = work.invocation.as_ref().map(Credential::forms);
        let identities = forms.unwrap_or_else(|| vec![Identity::Anonymous]);
        // On z/OS with SAF authorization the started task stands in place of the token.
        let basic = outbound.basic_authentication && !setup.config.uses_saf();
        let password = setup.config.password.clone().filter(|_| basic);
        let token = password.map(|password| Token::basic(setup.config.userid.clone(), password));
        let context = if outbound.stateful { ContextUse::Stateful } else { ContextUse::Stateless };
        let kerberos = work.invocation.as_ref().and_then(|own| own.kerberos.clone());
        let wanted = Invocation {
            server: call.server,
            method: call.method,
            token: token.filter(|_| outbound.identity_assertion),
            identities: Some(identities).filter(|_| outbound.identity_assertion),
            forward: kerberos.map(Token::Kerberos),
            context,
            discard: false,
            is_server: true,
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
