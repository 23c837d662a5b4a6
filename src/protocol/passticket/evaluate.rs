//! Evaluation: is a text a PassTicket that this system accepts now?

use thiserror::Error;

use super::replay::ReplayCache;
use super::{Method, Parties, rules};
use crate::check::{Check, Checks, Operand, Seconds};

/// Why a text is not accepted as a PassTicket, in the order of the steps. Whoever signs on with it is
/// told no more than that the password is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No second gives this text.
    #[error("it is no PassTicket of this algorithm")]
    Form,
    /// Generated too long ago or too far ahead, or with another key, user or application, which gives
    /// any second at all.
    #[error("it is outside its window, or was made with another key, user or application")]
    Window,
    /// Accepted before.
    #[error("it was used before")]
    Replay,
}

/// What came of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The only second in which it can have been generated, where there is one.
    pub made: Option<Seconds>,
    /// The verdict.
    pub verdict: Result<(), Refusal>,
}

impl Method {
    /// Judges a text as a PassTicket of `parties` at `now`, by the evaluator's clock.
    ///
    /// With `replays`, a PassTicket is accepted once; without, as often as its window lasts
    /// (APPLDATA('NO REPLAY PROTECTION') of a legacy profile, REPLAY(YES) of an enhanced one). Only a
    /// PassTicket that is accepted counts as used.
    pub fn evaluate(
        &self,
        parties: &Parties,
        text: &str,
        now: Seconds,
        replays: Option<&mut ReplayCache>,
        checks: &mut Checks,
    ) -> Evaluation {
        let made = self.made(parties, text, now);
        let verdict = self.judge(parties, made, now, replays, checks);
        Evaluation { made, verdict }
    }

    fn judge(
        &self,
        parties: &Parties,
        made: Option<Seconds>,
        now: Seconds,
        replays: Option<&mut ReplayCache>,
        checks: &mut Checks,
    ) -> Result<(), Refusal> {
        // The text may be a mistyped password, so it is never shown.
        let subject =
            Operand::new("text", if made.is_some() { "well formed" } else { "malformed" });
        let against = Operand::new("algorithm", self.algorithm());
        let formed = checks.decide(Check::holds(&rules::FORM, subject, against, made.is_some()));
        let Some(made) = made.filter(|_| formed) else { return Err(Refusal::Form) };
        let rule = match self {
            Method::Legacy(_) => &rules::LEGACY_WINDOW,
            Method::Enhanced { .. } => &rules::ENHANCED_WINDOW,
        };
        let (generated, clock) = (("generation time", made), ("evaluator's time", now));
        if !checks.decide(Check::within_seconds(rule, generated, clock, self.window())) {
            return Err(Refusal::Window);
        }
        if made.abs_diff(now) == self.window().unsigned_abs() {
            let subject = Operand::new("age", "the limit to the second");
            let against = Operand::new("the limit", "inside");
            let inside = Check::holds(&rules::WINDOW_EDGE, subject, against, true);
            if !checks.decide(inside) {
                return Err(Refusal::Window);
            }
        }
        let Some(cache) = replays else { return Ok(()) };
        let new = cache.first_use(parties, made, now, checks);
        if new { Ok(()) } else { Err(Refusal::Replay) }
    }
}
