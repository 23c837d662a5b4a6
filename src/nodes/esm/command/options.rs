//! SETROPTS.

use super::operands::{Operands, Reader, Word};
use super::users::set_or_none;
use super::{Subject, Work, names};
use crate::nodes::complaint::{Span, SyntaxError};
use crate::nodes::esm::database::class::{ClassOptions, DESCRIPTORS};

/// What SETROPTS changes.
#[derive(Clone, Debug)]
pub(super) struct OptionsChange {
    /// Options of classes, in the order in which they are set: a class is active before it is RACLISTed.
    classes: Vec<(ClassOption, bool, Vec<Word>)>,
    refresh: bool,
    list_of_groups: Option<bool>,
    initstats: Option<bool>,
    mixed_case: Option<bool>,
    /// How many wrong passwords in a row are suffered, or any number of them.
    revoke_after: Option<Option<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClassOption {
    Active,
    Generic,
    Raclist,
}

/// Stands for all classes.
const ALL: &str = "*";

const KEYWORDS: [(ClassOption, bool, &str); 6] = [
    (ClassOption::Active, true, "CLASSACT"),
    (ClassOption::Active, false, "NOCLASSACT"),
    (ClassOption::Generic, true, "GENERIC"),
    (ClassOption::Generic, false, "NOGENERIC"),
    (ClassOption::Raclist, true, "RACLIST"),
    (ClassOption::Raclist, false, "NORACLIST"),
];

impl OptionsChange {
    pub(super) fn read(
        command: Span,
        operands: &Operands,
        reader: &mut Reader,
    ) -> Option<OptionsChange> {
        let mut classes = Vec::new();
        for (option, on, keyword) in KEYWORDS.iter().filter(|(.., word)| operands.has(word)) {
            let words = operands.words(keyword).iter().cloned();
            let (all, named): (Vec<Word>, Vec<Word>) = words.partition(|word| word.text == ALL);
            let named = names("class", named, reader);
            classes.push((*option, *on, all.into_iter().chain(named).collect()));
        }
        let refresh = operands.get("REFRESH");
        if let Some(given) =
            refresh.filter(|_| !operands.has("RACLIST") && !operands.has("GENERIC"))
        {
            let error = SyntaxError::new(given.span, "REFRESH of what?");
            reader
                .errors
                .push(error.help("write RACLIST(class) REFRESH or GENERIC(class) REFRESH"));
        }
        if operands.names().next().is_none() {
            reader.complain(command, "SETROPTS needs an option");
        }
        let password = operands.inner("PASSWORD");
        let suffered = password.and_then(|rules| rules.word("REVOKE")?.text.parse().ok());
        let no_revoke = password.is_some_and(|rules| rules.has("NOREVOKE"));
        Some(OptionsChange {
            classes,
            refresh: refresh.is_some(),
            list_of_groups: operands.choice("GRPLIST", "NOGRPLIST"),
            initstats: operands.choice("INITSTATS", "NOINITSTATS"),
            mixed_case: password.and_then(|rules| rules.choice("MIXEDCASE", "NOMIXEDCASE")),
            revoke_after: set_or_none(suffered, no_revoke),
        })
    }
}

impl Work<'_> {
    pub(super) fn set_options(&mut self, change: &OptionsChange) {
        for (option, on, words) in &change.classes {
            for word in words {
                for class in self.meant(*option, word, change.refresh) {
                    self.set_class(*option, *on, &class, change.refresh);
                }
            }
        }
        if let Some(on) = change.list_of_groups {
            self.database.list_of_groups = on;
            self.changed(Subject::Option("GRPLIST"));
        }
        if let Some(on) = change.mixed_case {
            self.database.set_mixed_case_passwords(on);
            self.changed(Subject::Option("PASSWORD(MIXEDCASE)"));
        }
        if let Some(on) = change.initstats {
            self.database.initstats = on;
            self.changed(Subject::Option("INITSTATS"));
        }
        if let Some(suffered) = change.revoke_after {
            self.database.revoke_after = suffered;
            self.changed(Subject::Option("PASSWORD(REVOKE)"));
        }
    }

    /// The classes that a word stands for.
    fn meant(&mut self, option: ClassOption, word: &Word, refresh: bool) -> Vec<Word> {
        if word.text != ALL {
            return if self.class_exists(word) { vec![word.clone()] } else { Vec::new() };
        }
        let known = DESCRIPTORS.iter().map(|class| class.name.to_owned());
        let mut all: Vec<String> = known.chain(self.database.classes.keys().cloned()).collect();
        all.sort();
        all.dedup();
        // All that the option can be meant for.
        let suits = |name: &String| match option {
            ClassOption::Raclist if refresh => self.storage.holds(name),
            ClassOption::Raclist => self.database.class_options(name).active,
            _ => true,
        };
        let named = all.into_iter().filter(suits);
        named.map(|text| Word { text, span: word.span }).collect()
    }

    fn set_class(&mut self, option: ClassOption, on: bool, class: &Word, refresh: bool) {
        let name = &class.text;
        let options = self.database.class_options(name);
        if option == ClassOption::Raclist && on {
            if !options.active {
                return self.refuse(class, format!("class {name} is not active"));
            }
            if refresh && !self.storage.holds(name) {
                return self.refuse(class, format!("class {name} is not RACLISTed"));
            }
        }
        let options = match option {
            ClassOption::Active => ClassOptions { active: on, ..options },
            ClassOption::Generic => ClassOptions { generic: on, ..options },
            ClassOption::Raclist => ClassOptions { raclist: on, ..options },
        };
        self.database.classes.insert(name.clone(), options);
        if option == ClassOption::Raclist {
            self.storage.refresh(self.database, name);
        }
        self.changed(Subject::Class(name.clone()));
    }
}
