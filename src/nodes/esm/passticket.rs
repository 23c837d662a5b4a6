//! PassTickets in the ESM: making them for a region, and sign-on with a password or a PassTicket.
//!
//! ```text
//!   user defined, not revoked, connected ── no ──> 8/4, 8/28, 8/20, 8/36
//!        │
//!   protected ── yes ──> 8/8, not counted
//!        │
//!   the password? ── yes ──> attempts back to zero
//!        │ no
//!   PTKTDATA: qualified profile, then the application's: a PassTicket? ── yes ──> likewise
//!        │ no
//!   8/8; one more wrong attempt: REVOKE(n) of them are suffered, the next one revokes the user
//! ```

use super::database::ssignon::{self, PTKTDATA};
use super::database::{AccessLevel, Password};
use super::{Caller, Ctx, Decide, Esm, answer, verify};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Checks, Operand, Unit, rules};
use crate::nodes::NANOS;
use crate::nodes::frame::SafResult;
use crate::protocol::passticket::{Name, Parties};
use crate::trace::Record;

rules! {
    SUPPORT Documented "esm.passticket-support" "CICS TS, REQUEST ENCRYPTPTKT, RESP2 254"
        "The ESM's product and level have the PassTicket services."
    NAMES Documented "esm.passticket-names" "z/OS RACF Macros and Interfaces, PassTicket generator"
        "The application and the user have names of 1 to 8 of A-Z, 0-9, $, # and @."
    NOT_PROTECTED Documented "esm.not-protected"
        "z/OS RACF Security Administrator's Guide, protected user IDs"
        "Nobody signs on as a protected user with a password or a PassTicket."
    PASSWORD Documented "esm.password"
        "z/OS RACF Security Administrator's Guide, how RACF processes the password or PassTicket"
        "What the user gives is his password or phrase."
    NOT_EXPIRED Documented "esm.password-not-expired" "z/OS RACROUTE Macro Reference, REQUEST=VERIFY"
        "A password that has expired signs nobody on."
    COUNTED Documented "esm.attempts-counted"
        "z/OS RACF Security Administrator's Guide, statistics of RACROUTE REQUEST=VERIFY"
        "Wrong passwords are counted while SETROPTS INITSTATS is in effect."
    ATTEMPTS Documented "esm.revoke-after"
        "z/OS RACF Command Language Reference, SETROPTS PASSWORD(REVOKE)"
        "So many wrong passwords in a row are suffered; the next one revokes the user."
}

/// Longest password; what is longer is a phrase.
pub(in crate::nodes) const PASSWORD_MAX: usize = 8;

/// What somebody has proved himself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// His password or phrase.
    Own,
    PassTicket,
}

impl Esm {
    /// Tells a region whether there are PassTicket services at all.
    pub(super) fn passticket_support(&self, caller: Caller, ctx: &mut Ctx<'_>) {
        let codes = if self.has_support(ctx) { saf::SUCCESS } else { saf::FUNCTION_NOT_VALID };
        answer(caller, codes, SafResult::None, ctx);
    }

    fn has_support(&self, ctx: &mut Ctx<'_>) -> bool {
        let has = self.database.passtickets;
        let state = Operand::new("services", if has { "there" } else { "not there" });
        ctx.decide(Check::holds(&SUPPORT, Operand::new("ESM", "PassTicket"), state, has))
    }

    /// R_GenSec function 3, option 1: the caller needs UPDATE to IRRPTAUTH.application.user, and the
    /// unqualified profile of the application a key
    /// (z/OS RACF Callable Services, R_GenSec).
    pub(super) fn generate(
        &mut self,
        caller: Caller,
        by: &str,
        (application, userid): (&str, &str),
        ctx: &mut Ctx<'_>,
    ) {
        if !self.has_support(ctx) {
            return answer(caller, saf::FUNCTION_NOT_VALID, SafResult::None, ctx);
        }
        let resource = format!("IRRPTAUTH.{application}.{userid}");
        let codes = self.authorize(by, (PTKTDATA, &resource), AccessLevel::Update, ctx);
        if codes != saf::SUCCESS {
            return answer(caller, saf::SERVICE_NOT_AUTHORIZED, SafResult::None, ctx);
        }
        self.recall_keys(&[application.to_owned()], ctx);
        let mut checks = Checks::new();
        let now = seconds(ctx);
        let made = parties(application, userid, &mut checks).and_then(|parties| {
            let ways = ssignon::signons(&self.database, &self.storage, application, &mut checks);
            ways.first().map(|way| way.method.generate(&parties, now))
        });
        ctx.decided(checks);
        let (codes, result) = match made {
            Some(made) => (saf::SUCCESS, SafResult::PassTicket(Password::new(made.as_str()))),
            None => (saf::PASSTICKET_NOT_GENERATED, SafResult::None),
        };
        answer(caller, codes, result, ctx);
    }

    /// RACROUTE REQUEST=VERIFYX with a password, a phrase or a PassTicket.
    pub(super) fn logon(
        &mut self,
        caller: Caller,
        userid: &str,
        secret: &Password,
        (application, group): (&str, Option<&str>),
        ctx: &mut Ctx<'_>,
    ) {
        self.recall_user(userid, ctx);
        let verification = verify(&self.database, userid, group);
        ctx.decided(verification.checks);
        let codes = match verification.group {
            Some(group) => {
                let judged = self.judge(userid, (secret, false), (application, &group), ctx);
                judged.err().unwrap_or(saf::SUCCESS)
            }
            None => verification.codes,
        };
        if codes != saf::SUCCESS {
            self.log_refusal(userid, codes, ctx);
        }
        answer(caller, codes, SafResult::None, ctx);
    }

    /// Judges what a user gives. What has expired is good only with a new one beside it (`renews`).
    ///
    /// # Errors
    /// The codes of the refusal, for the caller of the service.
    pub(super) fn judge(
        &mut self,
        userid: &str,
        (secret, renews): (&Password, bool),
        (application, group): (&str, &str),
        ctx: &mut Ctx<'_>,
    ) -> Result<Proof, SafReturn> {
        let Some(user) = self.database.users.get(userid) else { return Err(saf::USER_UNKNOWN) };
        let is_open = !user.is_protected();
        let state = Operand::new("state", if is_open { "not protected" } else { "protected" });
        let subject = || Operand::new("user", userid.to_owned());
        if !ctx.decide(Check::holds(&NOT_PROTECTED, subject(), state, is_open)) {
            return Err(saf::PASSWORD_WRONG);
        }
        let text = self.folded(secret.reveal());
        let own = if text.chars().count() > PASSWORD_MAX { &user.phrase } else { &user.password };
        let is_own = own.as_ref().is_some_and(|own| self.folded(own.reveal()) == text);
        let given = Operand::new("what is given", if is_own { "his" } else { "another text" });
        let right = ctx.decide(Check::holds(&PASSWORD, subject(), given, is_own));
        if right && !renews && !ctx.decide(not_expired(userid, user.password_expired)) {
            return Err(saf::PASSWORD_EXPIRED);
        }
        if right || self.is_passticket(userid, &text, (application, group), ctx) {
            if let Some(user) = self.database.users.get_mut(userid) {
                user.invalid_attempts = 0;
            }
            return Ok(if right { Proof::Own } else { Proof::PassTicket });
        }
        self.count(userid, ctx);
        Err(saf::PASSWORD_WRONG)
    }

    /// Passwords as the ESM compares them: phrases keep their case always.
    pub(super) fn folded(&self, text: &str) -> String {
        let keeps = self.database.mixed_case_passwords || text.chars().count() > PASSWORD_MAX;
        if keeps { text.to_owned() } else { text.to_ascii_uppercase() }
    }

    fn is_passticket(
        &mut self,
        userid: &str,
        text: &str,
        (application, group): (&str, &str),
        ctx: &mut Ctx<'_>,
    ) -> bool {
        let now = seconds(ctx);
        let mut checks = Checks::new();
        let (database, storage) = (&self.database, &self.storage);
        let judges = ssignon::judges(database, storage, (application, group, userid));
        self.recall_keys(&judges, ctx);
        let mut accepted = false;
        if ssignon::class_answers(database, storage, &mut checks)
            && let Some(parties) = parties(application, userid, &mut checks)
        {
            'profiles: for profile in &judges {
                for way in ssignon::signons(database, storage, profile, &mut checks) {
                    let replays = (!way.replay).then_some(&mut self.replays);
                    let evaluation = way.method.evaluate(&parties, text, now, replays, &mut checks);
                    accepted = evaluation.verdict.is_ok();
                    if accepted {
                        break 'profiles;
                    }
                }
            }
        }
        ctx.decided(checks);
        accepted
    }

    /// One more wrong attempt in a row.
    fn count(&mut self, userid: &str, ctx: &mut Ctx<'_>) {
        self.recall_options(&["INITSTATS", "PASSWORD(REVOKE)"], ctx);
        if !self.database.initstats {
            let (counts, option) = (Operand::new("count", "wrong passwords"), "NOINITSTATS");
            ctx.decide(Check::holds(&COUNTED, counts, Operand::new("SETROPTS", option), false));
            return;
        }
        let most = self.database.revoke_after.map(i64::from);
        let Some(user) = self.database.users.get_mut(userid) else { return };
        user.invalid_attempts = user.invalid_attempts.saturating_add(1);
        let Some(most) = most else { return };
        let attempts = i64::from(user.invalid_attempts);
        let suffered = Check::at_most(
            &ATTEMPTS,
            (Operand::new("wrong attempts in a row", attempts.to_string()), attempts),
            (Operand::new("REVOKE", most.to_string()), most),
            Unit::Count,
        );
        if !ctx.decide(suffered) {
            user.revoked = true;
            ctx.say(Record::new("esm.revoked").text("userid", userid.to_owned()));
        }
    }
}

/// A PassTicket does not expire with the password.
fn not_expired(userid: &str, expired: bool) -> Check {
    let state = Operand::new("password", if expired { "expired" } else { "not expired" });
    Check::holds(&NOT_EXPIRED, Operand::new("user", userid.to_owned()), state, !expired)
}

fn parties(application: &str, userid: &str, checks: &mut Checks) -> Option<Parties> {
    let found = Name::new(userid).ok().zip(Name::new(application).ok());
    let named = Check::holds(
        &NAMES,
        Operand::new("application", application.to_owned()),
        Operand::new("user", userid.to_owned()),
        found.is_some(),
    );
    let (user, application) = found.filter(|_| checks.decide(named))?;
    Some(Parties { user, application })
}

/// The system's clock in whole seconds.
fn seconds(ctx: &Ctx<'_>) -> i64 {
    ctx.now().nanos().div_euclid(NANOS)
}
