//! Coverage as a page: one file that needs no network, light or dark as the reader has it. Every
//! state is told by a word and a sign; shades come on top.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::reach::How;
use super::{Coverage, Row, Shown, State};
use crate::catalogue::Kind;

/// The page of a coverage.
pub fn html(coverage: &Coverage) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Coverage of the catalogue" }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                (head(coverage))
                main {
                    @for kind in Kind::ALL { (section(coverage, kind)) }
                    (unknown(coverage))
                }
            }
        }
    };
    page.into_string()
}

fn head(coverage: &Coverage) -> Markup {
    html! {
        header {
            h1 { "Which documented outcome is reached by which scenario" }
            p {
                "regionsim " (env!("CARGO_PKG_VERSION")) " ran " (coverage.scenarios)
                " scenarios and held what their traces say against its catalogue. What a scenario "
                "expects does not count. The sibling differs in one thing and does not come to the "
                "outcome: it shows by what."
            }
            ul .legend {
                @for state in State::ALL {
                    li { (sign(state)) (state.word()) span .label { ": " (meaning(state)) } }
                }
            }
            (summary(coverage))
            label .choice {
                input #holes type="checkbox"; " show only what is not reached"
            }
        }
    }
}

fn summary(coverage: &Coverage) -> Markup {
    html! {
        div .scroll {
            table .summary {
                caption { "How many entries of each kind are in which state" }
                thead {
                    tr {
                        th scope="col" { "Kind" }
                        @for state in State::ALL { th .number scope="col" { (state.word()) } }
                        th scope="col" { "Share" }
                    }
                }
                tbody {
                    @for kind in Kind::ALL {
                        tr {
                            th scope="row" { a href={ "#" (anchor(kind)) } { (kind.plural()) } }
                            @for state in State::ALL { td .number { (coverage.count(kind, state)) } }
                            td { (bar(coverage, kind)) }
                        }
                    }
                }
            }
        }
    }
}

/// The same numbers as lengths; whoever hears the page has heard them.
fn bar(coverage: &Coverage, kind: Kind) -> Markup {
    html! {
        div .bar aria-hidden="true" {
            @for state in State::ALL {
                @let count = coverage.count(kind, state);
                @if count > 0 { i class=(class(state)) style={ "flex:" (count) } {} }
            }
        }
    }
}

fn section(coverage: &Coverage, kind: Kind) -> Markup {
    html! {
        section aria-labelledby=(anchor(kind)) {
            h2 id=(anchor(kind)) { (kind.plural()) }
            table .entries {
                caption { (coverage.summary(kind)) }
                thead {
                    tr {
                        th scope="col" { "Entry" }
                        th scope="col" { "What it says" }
                        th scope="col" { "State" }
                        th scope="col" { "Scenario, and the sibling without it" }
                    }
                }
                tbody { @for row in coverage.of_kind(kind) { (entry(row)) } }
            }
        }
    }
}

fn entry(row: &Row) -> Markup {
    let state = row.state();
    html! {
        tr class=(class(state)) {
            th scope="row" { (row.entry.key) }
            td {
                (row.entry.text)
                @if row.entry.mark == crate::check::Mark::Assumed { span .label { " (assumed)" } }
            }
            td .state { (sign(state)) (state.word()) }
            td {
                @match row.shown.split_first() {
                    Some((first, more)) => { (shown(first)) (others(more)) }
                    None => span .label { (row.entry.beyond.unwrap_or("no scenario comes to it")) }
                }
            }
        }
    }
}

fn shown(shown: &Shown) -> Markup {
    html! {
        div .path { (shown.scenario) }
        @match &shown.sibling {
            Some(sibling) => div { span .label { "not by " } span .path { (sibling) } },
            None => div .label { "no sibling shows by what" }
        }
    }
}

fn others(more: &[Shown]) -> Markup {
    html! {
        @if !more.is_empty() {
            details {
                summary { "and " (more.len()) " more" }
                ul .path {
                    @for other in more {
                        li {
                            (other.scenario)
                            @if other.how == How::Injected { span .label { " (injected)" } }
                        }
                    }
                }
            }
        }
    }
}

fn unknown(coverage: &Coverage) -> Markup {
    html! {
        @if !coverage.unknown.is_empty() {
            section aria-labelledby="unknown" {
                h2 #unknown { "Reached, but not in the catalogue" }
                ul {
                    @for ((kind, key), scenario) in &coverage.unknown {
                        li { (kind.word()) " " span .path { (key) } ": " span .path { (scenario) } }
                    }
                }
            }
        }
    }
}

fn anchor(kind: Kind) -> String {
    kind.plural().replace(' ', "-")
}

fn class(state: State) -> &'static str {
    match state {
        State::Reached => "reached",
        State::Alone => "alone",
        State::Injected => "injected",
        State::None => "none",
        State::Beyond => "beyond",
    }
}

/// A sign that is told apart without colour.
fn sign(state: State) -> Markup {
    let sign = match state {
        State::Reached => "●",
        State::Alone => "◐",
        State::Injected => "△",
        State::None => "○",
        State::Beyond => "–",
    };
    html! { span .mark aria-hidden="true" { (sign) } }
}

fn meaning(state: State) -> &'static str {
    match state {
        State::Reached => "a scenario comes to it, its sibling does not",
        State::Alone => "a scenario comes to it, nothing shows by what",
        State::Injected => "only behind codes that a fault made up",
        State::None => "no scenario comes to it",
        State::Beyond => "the model lacks what brings it about",
    }
}
