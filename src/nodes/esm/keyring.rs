//! Key rings for the programs of a system: R_datalib (z/OS Security Server RACF Callable Services,
//! R_datalib, DataGetFirst and DataGetNext).

use std::sync::Arc;

use super::database::AccessLevel;
use super::database::certificate::{CERTAUTH, Connected, SITE, Usage};
use super::{Caller, Ctx, Decide, Esm, FACILITY, answer};
use crate::catalogue::saf;
use crate::check::{Check, Operand, rules};
use crate::nodes::frame::{RingEntry, SafResult};
use crate::nodes::listed;
use crate::trace::{Object, Record, Value};

rules! {
    RING Documented "esm.key-ring" "z/OS RACF Callable Services, R_datalib, return and reason codes"
        "The user owns a key ring of this name; upper and lower case differ."
    RING_NOT_EMPTY Documented "esm.key-ring-not-empty"
        "z/OS RACF Callable Services, R_datalib, return and reason codes"
        "A certificate that is trusted is connected to the key ring."
}

/// READ to it lets a user list his own key rings (RACF Callable Services, R_datalib, RACF
/// authorization).
const LISTRING: &str = "IRR.DIGTCERT.LISTRING";

/// CONTROL to it lets a user have the private keys of CERTAUTH and SITE certificates that are connected to
/// his rings as PERSONAL (RACF Callable Services, R_datalib, usage notes).
const GENCERT: &str = "IRR.DIGTCERT.GENCERT";

/// The bytes of the files that certificates name.
pub(super) type Files = Arc<super::command::Files>;

impl Esm {
    /// Gives a ring's trusted certificates, and the private keys of those that the caller owns.
    pub(super) fn key_ring(&self, caller: Caller, userid: &str, name: &str, ctx: &mut Ctx<'_>) {
        if !self.may_use(userid, LISTRING, ctx) {
            return answer(caller, saf::DATALIB_NOT_AUTHORIZED, SafResult::None, ctx);
        }
        self.recall_ring(userid, name, ctx);
        let answering = self.storage.certificates(&self.database);
        let rings = answering.rings(userid);
        let names = rings.map(|rings| listed(rings.keys().map(String::as_str)));
        let ring = answering.ring(userid, name);
        let there = Check::holds(
            &RING,
            Operand::new("key ring", format!("{userid}/{name}")),
            Operand::new("rings of the user", names.unwrap_or_else(|| "none".to_owned())),
            ring.is_some(),
        );
        let (true, Some(ring)) = (ctx.decide(there), ring) else {
            return answer(caller, saf::RING_NOT_FOUND, SafResult::None, ctx);
        };
        let trusted = |held: &Connected<'_>| held.certificate.trust.is_trusted();
        let entries: Vec<RingEntry> = answering
            .connected(ring)
            .filter(trusted)
            .map(|held| RingEntry {
                label: held.label.to_owned(),
                is_default: held.is_default,
                certificate: self.file(&held.certificate.file),
                key: self.private_key(&held, userid, ctx).map(|key| self.file(key)),
            })
            .collect();
        let connected: Vec<Value> = answering.connected(ring).map(|held| shown(&held)).collect();
        let labels = listed(entries.iter().map(|entry| entry.label.as_str()));
        ctx.say(
            Record::new("esm.key-ring")
                .text("userid", userid.to_owned())
                .text("ring", name.to_owned())
                .with("certificates", Value::List(connected)),
        );
        let some = Check::holds(
            &RING_NOT_EMPTY,
            Operand::new("key ring", format!("{userid}/{name}")),
            Operand::new("trusted certificates", labels),
            !entries.is_empty(),
        );
        if ctx.decide(some) {
            answer(caller, saf::SUCCESS, SafResult::KeyRing(entries), ctx);
        } else {
            answer(caller, saf::RING_EMPTY, SafResult::None, ctx);
        }
    }

    /// The file of the private key of a certificate that is connected for the caller's own use.
    fn private_key<'a>(
        &self,
        held: &Connected<'a>,
        userid: &str,
        ctx: &mut Ctx<'_>,
    ) -> Option<&'a str> {
        let key = held.certificate.key.as_deref().filter(|_| held.usage == Usage::Personal)?;
        let may = if [CERTAUTH, SITE].contains(&held.owner) {
            self.authorize(userid, (FACILITY, GENCERT), AccessLevel::Control, ctx) == saf::SUCCESS
        } else {
            held.owner == userid
        };
        may.then_some(key)
    }

    /// The bytes of a file that the loader has read.
    fn file(&self, name: &str) -> Vec<u8> {
        self.files.get(name).map(|bytes| bytes.to_vec()).unwrap_or_default()
    }
}

fn shown(held: &Connected<'_>) -> Value {
    let object = Object::new()
        .with("owner", held.owner.to_owned())
        .with("label", held.label.to_owned())
        .with("trust", held.certificate.trust.word());
    Value::Object(object)
}
