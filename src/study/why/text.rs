//! An explanation as text to a width.

use std::fmt;

use super::{Event, Explanation, Fix, Sentence};
use crate::study::page::Page;
use crate::study::words::parse;

impl Explanation {
    /// The explanation for a person, wrapped to a width. Commands to type stay on their line.
    pub fn text(&self, width: usize) -> String {
        let mut page = Page::new(width);
        self.headline(&mut page);
        self.reasons(&mut page);
        self.cures(&mut page);
        self.preparations(&mut page);
        self.events(&mut page);
        if !self.well && self.checks_passed > 0 {
            let near = if self.closest.is_empty() { "" } else { "; near their limits:" };
            page.title(&format!("{} checks passed on the way{near}", self.checks_passed));
            self.closest.iter().for_each(|sentence| page.line(2, &sentence.to_string()));
        }
        self.outcomes(&mut page);
        page.text
    }

    fn headline(&self, page: &mut Page) {
        let time = self.day.time(self.outcome.t);
        let record = self.outcome.record;
        let clock = self.clock(self.outcome.local.as_deref(), self.outcome.system.as_deref());
        let clock = clock.map(|clock| format!("; clock of {clock}")).unwrap_or_default();
        let text = &self.outcome.text;
        page.line(0, &format!("{text} (record {record}, {time} true time{clock})"));
        if !self.outcome.line.is_empty() {
            page.line(2, &self.outcome.line);
        }
    }

    fn reasons(&self, page: &mut Page) {
        if self.because.is_empty() {
            return;
        }
        page.title("Because");
        for finding in &self.because {
            let places: Vec<String> = finding.places.iter().map(ToString::to_string).collect();
            let places = match places.len() {
                0 => String::new(),
                _ => format!(" ({})", places.join("; ")),
            };
            page.line(2, &format!("{}{places}", finding.text));
            finding.details.iter().for_each(|detail| page.line(4, &detail.to_string()));
        }
    }

    fn cures(&self, page: &mut Page) {
        let of = |source: &'static str| self.fix.iter().filter(move |fix| fix.source == source);
        if self.fix.is_empty() {
            return;
        }
        page.title("Fix");
        for Fix { text, .. } in of("scenario") {
            page.line(2, &format!("This scenario: {text}"));
        }
        for Fix { entry, text, .. } in of("catalogue") {
            let entry = entry.as_deref().unwrap_or_default();
            page.line(2, &format!("Catalogue, {entry}: {text}"));
            page.as_is(4, &format!("regionsim explain {entry}"));
        }
        for (source, title) in
            [("racf", "Suggested RACF commands:"), ("try", "To see what a change would do:")]
        {
            if of(source).next().is_some() {
                page.line(2, title);
            }
            of(source).for_each(|fix| page.as_is(4, &fix.text));
        }
    }

    fn preparations(&self, page: &mut Page) {
        if self.changes.is_empty() {
            return;
        }
        page.title("What the scenario changes in its plex");
        for change in &self.changes {
            let (path, place) = (&change.place.what, &change.place.place);
            page.line(2, &format!("{path}: {} ({place})", change.value));
        }
    }

    fn events(&self, page: &mut Page) {
        page.title(&format!("How it came about ({}, true time)", self.day.date()));
        let (mut last_time, mut last_clock) = (String::new(), String::new());
        for event in &self.chain {
            let time = self.time(event);
            let clock = self.clock(event.local.as_deref(), event.system.as_deref());
            let clock = clock.map(|clock| format!(" [{clock}]")).unwrap_or_default();
            let place = event.place.as_ref().map(|place| format!(" ({place})"));
            let place = place.unwrap_or_default();
            // A time that is the same as above is not said again.
            let shown = if time == last_time { "" } else { time.as_str() };
            let seen = if clock == last_clock || clock.is_empty() { "" } else { clock.as_str() };
            let times = match event.times {
                1 => String::new(),
                times => format!(", {times} times"),
            };
            let text = format!("{}{times}{place}{seen}", event.text);
            page.event(shown, &text);
            (last_time, last_clock) = (time, clock);
        }
    }

    /// The time of an event: to the second, but exactly where a person chose it.
    fn time(&self, event: &Event) -> String {
        let chosen = ["script.", "clock.", "node."].iter().any(|of| event.kind.starts_with(of))
            || ["fault.partition", "fault.heal", "fault.release"].contains(&event.kind.as_str());
        if chosen { self.day.exact(event.t) } else { self.day.time(event.t) }
    }

    /// What a wrong clock showed.
    fn clock(&self, local: Option<&str>, system: Option<&str>) -> Option<String> {
        Some(format!("{}: {}", system?, self.day.time(parse(local?)?)))
    }

    fn outcomes(&self, page: &mut Page) {
        if self.others.is_empty() {
            return;
        }
        page.title("Other outcomes of the run");
        for other in &self.others {
            page.line(2, &format!("record {}  {}", other.record, other.text));
        }
        if self.others_left_out > 0 {
            page.line(2, &format!("and {} more", self.others_left_out));
        }
        page.line(2, "To explain one of them:");
        page.as_is(4, &format!("{} N", self.command));
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}
