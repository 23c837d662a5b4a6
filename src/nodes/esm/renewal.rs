//! A new password or phrase at sign-on. It makes new Kerberos keys, as an administrator's does.
//!
//! A sign-on that is refused for anything else changes nothing (assumed).

use super::command::Subject;
use super::database::Password;
use super::passticket::{PASSWORD_MAX, Proof};
use super::{Ctx, Decide, Esm};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Operand, rules};
use crate::trace::Record;

rules! {
    BY_OLD Assumed "esm.new-password-by-old" "assumed: what a PassTicket does beside NEWPASS could not be read"
        "A new password or phrase is set by whoever gives the old one; a PassTicket sets none."
    WITHOUT_BLANK Documented "esm.new-password-blank"
        "z/OS RACF Security Administrator's Guide, syntax rules of passwords"
        "A new password has no blank inside."
    ANOTHER Assumed "esm.new-password-another"
        "z/OS RACF Security Administrator's Guide, password history; assumed: the present one counts without HISTORY too"
        "A new password or phrase is another one than the old."
}

impl Esm {
    /// Replaces the password or phrase of a user.
    ///
    /// # Errors
    /// The codes of the refusal, for the caller of the service.
    pub(super) fn renew(
        &mut self,
        userid: &str,
        new: &Password,
        proof: Proof,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), SafReturn> {
        let text = self.folded(new.reveal());
        let is_password = text.chars().count() <= PASSWORD_MAX;
        let what = if is_password { "password" } else { "phrase" };
        let user = self.database.users.get(userid).ok_or(saf::USER_UNKNOWN)?;
        let old = if is_password { &user.password } else { &user.phrase };
        let same = old.as_ref().is_some_and(|old| self.folded(old.reveal()) == text);
        let (given, by_old) = match proof {
            Proof::Own => ("the old one", true),
            Proof::PassTicket => ("a PassTicket", false),
        };
        let has_blank = is_password && text.contains(' ');
        let subject = || Operand::new("user", userid.to_owned());
        let checks = [
            Check::holds(&BY_OLD, subject(), Operand::new("gives", given), by_old),
            Check::holds(
                &WITHOUT_BLANK,
                subject(),
                Operand::new(what, if has_blank { "with a blank inside" } else { "in one piece" }),
                !has_blank,
            ),
            Check::holds(
                &ANOTHER,
                subject(),
                Operand::new(what, if same { "the old one" } else { "another one" }),
                !same,
            ),
        ];
        for check in checks {
            if !ctx.decide(check) {
                return Err(saf::NEW_PASSWORD_NOT_VALID);
            }
        }
        self.replace(userid, (what, Password::new(text)), ctx);
        Ok(())
    }

    fn replace(&mut self, userid: &str, (what, new): (&'static str, Password), ctx: &mut Ctx<'_>) {
        if what == "password" {
            self.database.change_password(userid, new);
        } else if let Some(user) = self.database.users.get_mut(userid) {
            user.phrase = Some(new);
            user.password_expired = false;
        }
        self.keys.update_user(&self.database, userid, &mut self.table);
        let record = ctx
            .say(Record::new("esm.password").text("userid", userid.to_owned()).text("what", what));
        let kerb = self.database.users.get(userid).and_then(|user| user.kerb.as_ref());
        let principal = kerb.map(|kerb| Subject::Principal(kerb.name.clone()));
        let user = Subject::User(userid.to_owned());
        self.history.note([user].into_iter().chain(principal).collect(), record);
    }
}
