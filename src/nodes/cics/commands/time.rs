//! ASKTIME, FORMATTIME and DELAY: the clock as programs see it, in local time.

use std::sync::Arc;

use sim::Span;

use super::{Execution, Judged, Step, demand, pending};
use crate::catalogue::commands::{ABSTIME_NOT_VALID, DELAY_INTERVAL_NOT_VALID};
use crate::catalogue::response::Response;
use crate::check::{Check, Operand, Unit, civil, days_from_civil};
use crate::nodes::cics::config::DateForm;
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::task::{Task, Waiting};
use crate::nodes::cics::{Region, RegionWake, rules};
use crate::nodes::{Ctx, NANOS, Wake};

/// Days from 1900-01-01, where absolute time starts, to 1970-01-01.
const DAYS_1900_TO_1970: i64 = 25_567;
const MILLIS_PER_DAY: i64 = 86_400_000;
const NANOS_PER_MILLI: i64 = 1_000_000;

impl Region {
    pub(super) fn asktime(
        &self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        task.eib.time = ctx.now().nanos();
        let local = task.eib.time.saturating_add(self.setup.gmt_offset);
        self.set_eib(task);
        let Some(mut execution) = Execution::new(task, command, begin) else { return Step::Return };
        let millis = local.div_euclid(NANOS_PER_MILLI) + DAYS_1900_TO_1970 * MILLIS_PER_DAY;
        execution.set_number(Opt::Abstime, millis);
        execution.done()
    }

    pub(super) fn delay(
        &self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let number = task.number;
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let wait = match interval(&execution, &DELAY_INTERVAL_NOT_VALID, ctx) {
            Ok(wait) => wait,
            Err(response) => return execution.raise(response),
        };
        ctx.set_timer_in(wait, Wake::Region(RegionWake::Delay { task: number }));
        Step::Wait(Waiting::Delay(pending(command, begin)))
    }

    pub(in crate::nodes::cics) fn delay_over(&mut self, number: u32, ctx: &mut Ctx<'_>) {
        let Some(mut task) = self.tasks.remove(&number) else { return };
        let Waiting::Delay(pending) = task.waiting.clone() else {
            self.tasks.insert(number, task);
            return;
        };
        let step = match Execution::new(&mut task, &pending.command, pending.begin) {
            Some(execution) => execution.done(),
            None => Step::Return,
        };
        self.resume(task, step, ctx);
    }

    pub(super) fn formattime(
        &self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let form = self.setup.config.sit.datform;
        let Some(mut execution) = Execution::new(task, command, begin) else { return Step::Return };
        let millis = match absolute_time(&execution, ctx) {
            Ok(millis) => millis,
            Err(response) => return execution.raise(response),
        };
        let date = Date::of(millis.div_euclid(MILLIS_PER_DAY));
        let separator = |opt, default: &str, execution: &Execution<'_>| {
            let given = execution.text(opt);
            match given {
                Some(given) => given,
                None if command.has(opt) => default.to_owned(),
                None => String::new(),
            }
        };
        let date_separator = separator(Opt::Datesep, "/", &execution);
        let time_separator = separator(Opt::Timesep, ":", &execution);
        for (opt, text) in date.texts(&date_separator, form) {
            execution.set_text(opt, &text);
        }
        let in_day = millis.rem_euclid(MILLIS_PER_DAY) / 1000;
        let time = [in_day / 3600, in_day / 60 % 60, in_day % 60].map(|part| format!("{part:02}"));
        execution.set_text(Opt::Time, &time.join(&time_separator));
        execution.set_text(Opt::Dateform, form.word());
        for (opt, number) in date.numbers() {
            execution.set_number(opt, number);
        }
        execution.set_number(Opt::Milliseconds, millis.rem_euclid(1000));
        execution.done()
    }
}

fn absolute_time(execution: &Execution<'_>, ctx: &mut Ctx<'_>) -> Judged<i64> {
    let given = execution.number(Opt::Abstime);
    let shown = given.map_or("no packed decimal number".to_owned(), |millis| millis.to_string());
    let millis = given.filter(|millis| *millis >= 0);
    let valid = Check::holds(
        &rules::ABSTIME,
        Operand::new("ABSTIME", shown),
        Operand::new("least", "0"),
        millis.is_some(),
    );
    demand(valid, &ABSTIME_NOT_VALID, ctx)?;
    millis.ok_or(&ABSTIME_NOT_VALID)
}

/// The wait that a command asks for: INTERVAL(hhmmss), or hours, minutes, seconds and milliseconds.
/// No option: no wait. The refusal is the response to a part that is out of its range.
pub(super) fn interval(
    execution: &Execution<'_>,
    refusal: &'static Response,
    ctx: &mut Ctx<'_>,
) -> Judged<Span> {
    let number = |opt| execution.number(opt);
    let alone = |others: [Opt; 2]| others.iter().all(|other| number(*other).is_none());
    let most_minutes = if alone([Opt::Hours, Opt::Seconds]) { 5_999 } else { 59 };
    let most_seconds = if alone([Opt::Hours, Opt::Minutes]) { 359_999 } else { 59 };
    let parts = match number(Opt::Interval) {
        Some(packed) => [
            ("hours of INTERVAL", Some(packed / 10_000), 99, 3_600_000),
            ("minutes of INTERVAL", Some(packed / 100 % 100), 59, 60_000),
            ("seconds of INTERVAL", Some(packed % 100), 59, 1000),
            ("MILLISECS", None, 0, 0),
        ],
        None => [
            ("HOURS", number(Opt::Hours), 99, 3_600_000),
            ("MINUTES", number(Opt::Minutes), most_minutes, 60_000),
            ("SECONDS", number(Opt::Seconds), most_seconds, 1000),
            ("MILLISECS", number(Opt::Millisecs), 359_999_999, 1),
        ],
    };
    let mut wait = 0_i64;
    for (name, value, most, unit) in parts {
        let Some(value) = value else { continue };
        let part = (Operand::new(name, value.to_string()), value);
        demand(
            Check::between(&rules::INTERVAL, part, ("range", 0..=most), Unit::Count),
            refusal,
            ctx,
        )?;
        wait = wait.saturating_add(value.saturating_mul(unit));
    }
    Ok(Span::from_millis(wait))
}

/// EIBDATE (0CYYDDD) and EIBTIME (0HHMMSS) of a time.
pub(super) fn eib_date_time(utc: i64, gmt_offset: i64) -> (i64, i64) {
    let seconds = utc.saturating_add(gmt_offset).div_euclid(NANOS);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let date = (year - 1900).max(0) * 1000 + day_of_year(year, month, day);
    let in_day = seconds.rem_euclid(86_400);
    (date, in_day / 3600 * 10_000 + in_day / 60 % 60 * 100 + in_day % 60)
}

fn day_of_year(year: i64, month: u8, day: u8) -> i64 {
    days_from_civil(year, month, day) - days_from_civil(year, 1, 1) + 1
}

/// A date in the parts that FORMATTIME gives.
struct Date {
    days_since_1900: i64,
    year: i64,
    month: u8,
    day: u8,
}

impl Date {
    fn of(days_since_1900: i64) -> Date {
        let (year, month, day) = civil(days_since_1900 - DAYS_1900_TO_1970);
        Date { days_since_1900, year, month, day }
    }

    fn texts(&self, separator: &str, form: DateForm) -> Vec<(Opt, String)> {
        let long = format!("{:04}", self.year);
        let short = format!("{:02}", self.year.rem_euclid(100));
        let (month, day) = (format!("{:02}", self.month), format!("{:02}", self.day));
        let in_year = format!("{:03}", day_of_year(self.year, self.month, self.day));
        let join = |parts: &[&str]| parts.join(separator);
        let ordered = |year: &str| match form {
            DateForm::MMDDYY => join(&[&month, &day, year]),
            DateForm::DDMMYY => join(&[&day, &month, year]),
            DateForm::YYMMDD => join(&[year, &month, &day]),
        };
        vec![
            (Opt::Date, ordered(&short)),
            (Opt::Fulldate, ordered(&long)),
            (Opt::Ddmmyy, join(&[&day, &month, &short])),
            (Opt::Ddmmyyyy, join(&[&day, &month, &long])),
            (Opt::Mmddyy, join(&[&month, &day, &short])),
            (Opt::Mmddyyyy, join(&[&month, &day, &long])),
            (Opt::Yyddd, join(&[&short, &in_year])),
            (Opt::Yyddmm, join(&[&short, &day, &month])),
            (Opt::Yymmdd, join(&[&short, &month, &day])),
            (Opt::Yyyyddd, join(&[&long, &in_year])),
            (Opt::Yyyyddmm, join(&[&long, &day, &month])),
            (Opt::Yyyymmdd, join(&[&long, &month, &day])),
        ]
    }

    fn numbers(&self) -> [(Opt, i64); 5] {
        [
            (Opt::Daycount, self.days_since_1900),
            (Opt::Dayofmonth, i64::from(self.day)),
            // 1900-01-01 was a Monday; Sunday is 0.
            (Opt::Dayofweek, (self.days_since_1900 + 1).rem_euclid(7)),
            (Opt::Monthofyear, i64::from(self.month)),
            (Opt::Year, self.year),
        ]
    }
}
