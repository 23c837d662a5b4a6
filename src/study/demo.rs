//! Three runs that end differently, and why: the first thing to see of the program.

use std::io;

use super::page::Page;
use super::why::explain;
use crate::protocol::kerberos::KeyTable;
use crate::scenario::plan::load;
use crate::scenario::run::{Options, run};
use crate::scenario::templates::{Template, find};

/// The templates that are shown.
const SHOWN: [&str; 3] = ["success", "ticket-expired", "slow-client"];

/// Runs the three and tells what they come to.
///
/// # Errors
/// A template does not load or run: a defect of this program.
pub fn demo(width: usize) -> Result<String, String> {
    let mut page = Page::new(width);
    let mut table = KeyTable::new();
    page.line(
        0,
        "One region, one user, three tokens. Each is a real Kerberos token, judged by the clocks of \
         those who made it and those who see it.",
    );
    for (number, name) in (1..).zip(SHOWN) {
        let template = find(name).ok_or_else(|| format!("there is no template {name}"))?;
        one(&mut page, number, template, &mut table)?;
    }
    page.title("Now your own, in two commands");
    page.as_is(2, "regionsim new mine.ron --template ticket-expired");
    page.as_is(2, "regionsim run mine.ron");
    page.line(0, "Then change what you like in mine.ron, or, without touching it, present the token in the last \
        second in which it is good, and ask why:");
    page.as_is(2, "regionsim run mine.ron --set script.queued.at=09:15:00");
    page.as_is(2, "regionsim why latest");
    page.as_is(2, "regionsim schema scenario");
    Ok(page.text)
}

fn one(
    page: &mut Page,
    number: u32,
    template: &Template,
    table: &mut KeyTable,
) -> Result<(), String> {
    let unusable = |problems: Vec<String>| format!("{}: {}", template.name, problems.join("; "));
    let plan = load(template, template.name, &[])
        .map_err(|error| unusable(error.problems.lines(&error.sources)))?;
    let (mut lines, mut sink) = (Vec::new(), io::sink());
    let options = Options { trace: &mut sink, bytes: false, queue: sim::QueueKind::default() };
    run(&plan, table, options, &mut |line| lines.push(line.clone()))
        .map_err(|error| format!("{}: {error}", template.name))?;
    let told = explain(&plan, &lines, None).map_err(|error| error.to_string())?;
    page.title(&format!("{number}. {}", plan.scenario.title));
    page.line(2, &told.outcome.text);
    if !told.outcome.line.is_empty() {
        page.line(4, &told.outcome.line);
    }
    match told.because.first().filter(|_| !told.well) {
        Some(finding) => page.line(2, &format!("because {}", finding.text)),
        None => page.line(2, &format!("{} checks on the way said yes", told.checks_passed)),
    }
    page.line(2, &format!("lesson: {}", plan.scenario.teaches));
    if !told.well {
        page.line(2, &format!("fix: {}", plan.scenario.fix));
    }
    Ok(())
}
