//! The report of a run as text to a width.

use super::{Story, TaskStory, margin, text};
use crate::nodes::cscs::wrap;
use crate::scenario::expect::Verdict;
use crate::scenario::plan::Plan;
use crate::scenario::run::Report;
use crate::study::follow::Follow;
use crate::study::kept::Kept;
use crate::study::page::Page;
use crate::study::why::Case;
use crate::study::words::parse;
use crate::trace::Line;

/// Columns of a record of MSGUSR less its descriptor: where messages wrap if there is room.
const LOG_WIDTH: usize = 128;
/// How many margins and interventions are shown.
const MARGINS_SHOWN: usize = 5;
const INTERVENTIONS_SHOWN: usize = 12;
/// A passed margin above this is not close to anything (s).
const FAR: i64 = 3600;
/// Columns of the name of a command.
const COMMAND: usize = 14;

impl Story {
    /// The report of a run for a person, wrapped to a width, with what was followed beside the logs.
    /// Commands to type stay on their line.
    pub fn report(&self, plan: &Plan, report: &Report, follow: &Follow, width: usize) -> String {
        let mut page = Page::new(width);
        let case = Case::new(plan, &self.interventions.items);
        page.line(0, &plan.scenario.title);
        page.line(0, &format!("run {}, on {}", plan.run_id(), case.calendar.date()));
        self.events(&mut page, &case);
        for story in &self.tasks.items {
            task(&mut page, &case, story);
        }
        page.more(0, self.tasks.left_out, "tasks");
        for (log, messages) in &self.logs {
            page.title(&format!("Log {log}"));
            let width = page.width.saturating_sub(2).min(LOG_WIDTH);
            for record in messages.items.iter().flat_map(|message| wrap(message, width)) {
                page.as_is(2, &record);
            }
            page.more(2, messages.left_out, "messages");
        }
        if !self.lost.items.is_empty() {
            page.title("Messages that were not written");
        }
        self.lost.items.iter().for_each(|lost| page.line(2, lost));
        follow.report(&mut page, &case);
        self.margins(&mut page, &case);
        verdicts(&mut page, plan, report);
        self.next(&mut page, plan, report);
        page.text
    }

    /// What the clients did, and what was done to clocks, nodes, paths and messages.
    fn events(&self, page: &mut Page, case: &Case<'_>) {
        if !self.clients.items.is_empty() {
            page.title("Clients, by their own clocks");
        }
        for line in &self.clients.items {
            let local = line.local.unwrap_or(line.t);
            let wrong = case.wrong_clock(line).is_some();
            let time = case.calendar.time(line.t);
            let truth = if wrong { format!(" [{time} true time]") } else { String::new() };
            let told = format!("{}{truth}", client(case, line));
            page.event(&case.calendar.time(local), &told);
        }
        page.more(2, self.clients.left_out, "events");
        if !self.methods.items.is_empty() {
            page.title("Calls of methods, in true time");
        }
        for line in &self.methods.items {
            page.event(&case.calendar.exact(line.t), &case.tell(line).text);
        }
        page.more(2, self.methods.left_out, "events");
        let Kept { items, left_out } = &self.interventions;
        if !items.is_empty() {
            page.title("What was done to systems, nodes and messages, in true time");
        }
        for line in items.iter().take(INTERVENTIONS_SHOWN) {
            page.event(&case.calendar.exact(line.t), &case.tell(line).to_string());
        }
        let hidden = items.len().saturating_sub(INTERVENTIONS_SHOWN) as u64;
        page.more(2, left_out + hidden, "events");
    }

    /// The decisions that were closest to their limits: those that failed, then the nearest of those
    /// that passed.
    fn margins(&self, page: &mut Page, case: &Case<'_>) {
        let of = |line: &Line| margin(&line.record).unwrap_or_default();
        let mut closest: Vec<&Line> =
            self.closest.values().filter(|line| of(line) <= FAR).collect();
        closest.sort_by_key(|line| (of(line) >= 0, of(line).unsigned_abs(), line.n));
        if !closest.is_empty() {
            page.title("Smallest margins (below zero: failed)");
        }
        for line in closest.into_iter().take(MARGINS_SHOWN) {
            let (rule, unit) = (text(&line.record, "rule"), text(&line.record, "unit"));
            let amount = format!("{:+} {unit}", of(line));
            let told =
                format!("{rule} (record {}): {}", line.n, case.comparison_beside_margin(line));
            page.put(&told, &format!("{:>10}  ", amount.trim_end()), &" ".repeat(14));
        }
        if !self.assumed.is_empty() {
            let rules: Vec<&str> = self.assumed.keys().map(String::as_str).collect();
            page.text.push('\n');
            page.line(0, &format!("Decided by assumed rules: {}", rules.join(", ")));
        }
    }

    /// The end of the report, and what to type next.
    fn next(&self, page: &mut Page, plan: &Plan, report: &Report) {
        if let Some(cut) = &report.cut {
            page.text.push('\n');
            page.line(0, &format!("The run did not come to its end: {cut}"));
        }
        page.text.push('\n');
        if !report.as_expected() {
            page.as_is(0, &format!("repeat with: {}", plan.command()));
        }
        if !self.results.items.is_empty() {
            page.as_is(0, &format!("explain with: {}", plan.command_of("why")));
        }
        let (records, digest) = (report.summary.records, &report.summary.digest);
        page.as_is(0, &format!("{records} records"));
        page.as_is(0, &format!("digest {digest}"));
    }
}

/// A client's event, in the words of a person who watches the client.
fn client(case: &Case<'_>, line: &Line) -> String {
    let record = &line.record;
    let node = line.node.as_deref().unwrap_or_default();
    let get = |name| text(record, name);
    let time = |name| case.calendar.text(&text(record, name));
    match record.kind.as_ref() {
        "client.logon" => format!("{node} logged on; ticket ends {}", time("ends")),
        "client.ticket" => {
            format!("{node} has a ticket for {}, until {}", get("service"), time("ends"))
        }
        "client.token" => format!("{node} made a token that says {}", time("time")),
        "client.start" => {
            let user = get("userid");
            let user = if user.is_empty() { user } else { format!(" as {user}") };
            let terminal = get("terminal");
            let at =
                if terminal.is_empty() { terminal } else { format!(" at terminal {terminal}") };
            format!("{node} asked for {}{user}{at}", get("transaction"))
        }
        "client.result" => format!("{node} was told how the task ended: {}", get("end")),
        "client.mutual" => match get("why").as_str() {
            "" => format!("{node} {} the region's own proof", get("verdict")),
            why => format!("{node} {} the region's own proof: {why}", get("verdict")),
        },
        "client.failed" => format!("{node} could not go on with {}: {}", get("what"), get("why")),
        _ => case.tell(line).text,
    }
}

fn task(page: &mut Page, case: &Case<'_>, story: &TaskStory) {
    let TaskStory { node, task, head, commands, left_out, end } = story;
    let record = &head.record;
    let (transaction, user) = (text(record, "transaction"), text(record, "userid"));
    let program = text(record, "program");
    let runs = if program.is_empty() { String::new() } else { format!(", program {program}") };
    let when = case.calendar.time(head.t);
    let clock = case.wrong_clock(head).and_then(|(local, system)| Some((parse(&local)?, system)));
    let clock = clock.map(|(local, system)| format!(" [{system}: {}]", case.calendar.time(local)));
    let clock = clock.unwrap_or_default();
    page.title(&format!(
        "Task {task:05} of {node}, {when}{clock}: {transaction}{runs}, user {user}"
    ));
    for told in commands {
        // The commands of a linked program stand further in.
        let indent = if told.program == program { 2 } else { 4 };
        let end = told.end.as_deref().unwrap_or("still waiting at the end of the run");
        let first = format!("{}{:<COMMAND$} ", " ".repeat(indent), told.command);
        page.put(end, &first, &" ".repeat(indent + COMMAND + 3));
    }
    page.more(2, *left_out, "commands");
    page.line(2, end);
}

fn verdicts(page: &mut Page, plan: &Plan, report: &Report) {
    let failed = report.verdicts.iter().filter(|verdict| !verdict.met).count();
    match (report.verdicts.len(), failed) {
        (0, _) => return,
        (_, 0) => page.title("Expectations"),
        (all, failed) => page.title(&format!("Expectations: {failed} of {all} failed")),
    }
    for Verdict { expectation, met, detail, records } in &report.verdicts {
        let word = if *met { "  ok     " } else { "  FAILED " };
        page.put(expectation, word, &" ".repeat(11));
        if !met {
            page.put(detail, &format!("{}found: ", " ".repeat(9)), &" ".repeat(11));
            if let Some(record) = records.first() {
                let why = plan.command_of("why");
                page.as_is(9, &format!("next:  {why} --record {record}"));
            }
        }
    }
}
