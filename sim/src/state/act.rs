//! Actions, carried out.

use super::transit::{ActiveRule, Cut};
use super::{Also, Core, Watch, Whose};
use crate::action::Action;
use crate::node::Node;
use crate::observe::What;

impl<N: Node> Core<N> {
    pub(crate) fn act(&mut self, action: Action, also: Also, watch: &mut Watch<'_, N>) {
        let also = also.as_slice();
        match action {
            Action::Clock(system, change) => {
                let before = self.reading(system);
                // The record bears the reading after the change, and the change bears the number of the record.
                let entry = self.entries + 1;
                self.change_clock(system, change, entry);
                let what = What::ClockChanged { system, change, before };
                self.record(watch, Whose::System(system), 0, also, what);
            }
            Action::Node(node, condition) => {
                let what = What::NodeChanged { condition };
                let entry = self.record(watch, Whose::Node(node), 0, also, what);
                self.set_condition(node, condition, entry);
            }
            Action::AddRule(rule) => {
                let what = What::RuleAdded { name: &rule.name };
                let entry = self.record(watch, Whose::Nobody, 0, also, what);
                self.rules.retain(|active| active.rule.name != rule.name);
                self.rules.push(ActiveRule::new(rule, entry));
            }
            Action::RemoveRule(name) => {
                let rules = self.rules.len();
                self.rules.retain(|active| active.rule.name != name);
                let found = self.rules.len() < rules;
                self.record(
                    watch,
                    Whose::Nobody,
                    0,
                    also,
                    What::RuleRemoved { name: &name, found },
                );
            }
            Action::Partition { name, left, right } => {
                let what = What::Partitioned { name: &name, left: &left, right: &right };
                let since = self.record(watch, Whose::Nobody, 0, also, what);
                self.cuts.retain(|cut| cut.name != name);
                self.cuts.push(Cut { name, left, right, since });
            }
            Action::Heal(name) => {
                let cuts = self.cuts.len();
                self.cuts.retain(|cut| cut.name != name);
                let found = self.cuts.len() < cuts;
                self.record(watch, Whose::Nobody, 0, also, What::Healed { name: &name, found });
            }
            Action::Release(name) => {
                let parcels = self.take_held(&name);
                let what = What::Released { name: &name, messages: parcels.len() as u64 };
                let entry = self.record(watch, Whose::Nobody, 0, also, what);
                for parcel in parcels {
                    self.send_on(parcel, entry);
                }
            }
            Action::Replay { tap, which } => {
                let parcels = self.stored(&tap, which);
                let what = What::Replayed { name: &tap, messages: parcels.len() as u64 };
                let entry = self.record(watch, Whose::Nobody, 0, also, what);
                for parcel in parcels {
                    self.replay(&tap, parcel, entry, watch);
                }
            }
        }
    }

    /// A rule that was there before the run began: nobody added it.
    pub(crate) fn add_initial_rule(&mut self, rule: crate::fault::Rule) {
        self.rules.retain(|active| active.rule.name != rule.name);
        self.rules.push(ActiveRule::new(rule, 0));
    }
}
