//! `regionsim flip`.

use std::io::Write;

use clap::Args;

use super::{End, Format, Stop, json, told, width};
use crate::host::files::Kept;
use crate::study::flip::{Axis, FlipError, Question, flip};

#[derive(Debug, Args)]
#[command(
    after_help = "The range is tried in equal parts first; between neighbours that differ it is \
    halved down to one unit: 1 ns of a length or a time, 1 of a number, a day of a date. Where a \
    margin is smaller than the distance of two values that come to the same, it looks closer, and \
    says where two changes could still be hidden. A value with which the scenario cannot be used \
    counts as an outcome.\n\n\
    Examples:\n  regionsim flip scenarios/dfhxs1402/ticket-expired.ron --vary script.queued.at \
    --from 09:10:00 --to 09:20:00\n  regionsim flip my.ron --vary systems.SYSA.clock.skew --from=-10m \
    --to 10m\n\n\
    regionsim schema --output flip tells the keys of --format json."
)]
pub(super) struct Flip {
    /// The scenario file.
    scenario: String,
    /// The path of the value that varies, as --set takes it: systems.SYSA.clock.skew.
    #[arg(long, value_name = "PATH")]
    vary: String,
    /// The first value: 6m, -90s, 09:00:00, +6m, 2026-03-02T09:00:00Z, 2026-03-02, 12.
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    from: String,
    /// The last value, of the same kind.
    #[arg(long, value_name = "B", allow_hyphen_values = true)]
    to: String,
    /// Into how many equal parts the range is cut at first.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    scan: u32,
    /// Change another value for all runs, as often as wanted.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Flip {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<End, Stop> {
        let axis = Axis::new(&self.from, &self.to)
            .map_err(|error| Stop::Because(format!("--from, --to: {error}")))?;
        let question = Question {
            scenario: &self.scenario,
            changes: &self.set,
            vary: &self.vary,
            axis,
            parts: self.scan,
        };
        let flips = match flip(&Kept::default(), &question) {
            Ok(flips) => flips,
            Err(FlipError::Unusable(unusable)) => {
                told(Err(unusable))?;
                return Err(Stop::Told);
            }
            Err(FlipError::Run(error)) => return Err(Stop::Because(error.to_string())),
        };
        match self.format {
            Format::Text => out.write_all(flips.text(width()).as_bytes())?,
            Format::Json => json(out, &flips)?,
        }
        Ok(if flips.changes.is_empty() { End::Different } else { End::Expected })
    }
}
