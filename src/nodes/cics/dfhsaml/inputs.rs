//! What a program asks of DFHSAML: its input containers, in the order in which they are checked
//! (assumed: cheap and local checks first).

use std::collections::BTreeMap;

use super::{Judged, demand, rules};
use crate::catalogue::dfhsaml as response;
use crate::catalogue::saml_areas::{
    ATTRA, ATTRF, ATTRN, ATTRS, ATTRY, Container as Family, FILTER, FILTER_AREA, FUNCTION, Filter,
    INPUTS, ITEMS_MAX, JVMSERVR, NO, OUTTOKEN, SIGNED, TOKEN, VALUE, YES, family,
};
use crate::check::{Check, Operand, Unit};
use crate::nodes::cics::channel::{Channel, Container, decode};
use crate::nodes::cics::jvmserver;
use crate::nodes::{Ctx, listed};
use crate::protocol::saml::{Attribute, Signed};

/// A program's request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) function: Function,
    /// The token, as characters.
    pub(super) token: String,
    pub(super) jvmserver: String,
    pub(super) wanted: Wanted,
    pub(super) signed: Signed,
    /// Attributes that are to be added.
    pub(super) additions: Vec<Attribute>,
}

/// What DFHSAML is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Extract,
    Issue,
    Validate,
}

impl Function {
    const ALL: [Function; 3] = [Function::Extract, Function::Issue, Function::Validate];

    pub(super) fn word(self) -> &'static str {
        match self {
            Function::Extract => "SAML-EXTRACT",
            Function::Issue => "SAML-ISSUE",
            Function::Validate => "SAML-VALIDATE",
        }
    }
}

/// Which containers are returned.
#[derive(Clone, Debug)]
pub(super) struct Wanted(Vec<bool>);

impl Wanted {
    fn all() -> Wanted {
        Wanted(vec![true; FILTER_AREA.fields.len()])
    }

    pub(super) fn has(&self, filter: Option<Filter>) -> bool {
        filter.is_none_or(|filter| self.0.get(filter as usize).copied().unwrap_or(true))
    }
}

/// The channel of the LINK and the function that it asks for.
pub(super) fn opened<'a>(
    channel: Option<&'a Channel>,
    ctx: &mut Ctx<'_>,
) -> Judged<(&'a Channel, Function)> {
    let own = channel.map(|channel| listed(channel.names().filter(|name| is_input(name))));
    let held = own.as_deref().unwrap_or("no channel");
    let has_input = channel.is_some_and(|channel| channel.names().any(is_input));
    let some = Check::holds(
        &rules::INPUT,
        Operand::new("containers of DFHSAML", held.to_owned()),
        Operand::new("needed", "one at least"),
        has_input,
    );
    demand(some, &response::NO_INPUT, ctx)?;
    let channel = channel.ok_or(&response::NO_INPUT)?;
    Ok((channel, function(channel, ctx)?))
}

/// Reads the request out of the channel.
pub(super) fn read(channel: &Channel, function: Function, ctx: &mut Ctx<'_>) -> Judged<Asked> {
    let token = match function {
        Function::Issue => validated(channel, ctx)?,
        Function::Extract | Function::Validate => presented(channel, ctx)?,
    };
    let jvmserver = text(channel, JVMSERVR, &response::JVMSERVR_NOT_CHAR, ctx)?;
    let jvmserver = jvmserver.map(|name| name.trim_end().to_owned());
    let wanted = wanted(channel, ctx)?;
    let signed = signed(channel, ctx)?;
    let additions = match function {
        Function::Issue => additions(channel, ctx)?,
        Function::Extract | Function::Validate => Vec::new(),
    };
    let jvmserver = jvmserver.unwrap_or_else(|| jvmserver::DEFAULT_NAME.to_owned());
    Ok(Asked { function, token, jvmserver, wanted, signed, additions })
}

/// Whether a container of this name says something to DFHSAML.
fn is_input(name: &str) -> bool {
    INPUTS.iter().any(|input| input.name == name)
        || name == OUTTOKEN.name
        || addition(name).is_some()
}

/// The characters of an input container, where it is there.
fn text(
    channel: &Channel,
    name: &str,
    not_char: &'static response::SamlResponse,
    ctx: &mut Ctx<'_>,
) -> Judged<Option<String>> {
    let Some(container) = channel.get(name) else { return Ok(None) };
    characters(name, container, not_char, ctx).map(Some)
}

fn characters(
    name: &str,
    container: &Container,
    not_char: &'static response::SamlResponse,
    ctx: &mut Ctx<'_>,
) -> Judged<String> {
    let datatype = Check::holds(
        &rules::DATATYPE,
        Operand::new("container", name.to_owned()),
        Operand::new("DATATYPE", container.type_word()),
        container.ccsid.is_some(),
    );
    demand(datatype, not_char, ctx)?;
    let ccsid = container.ccsid.unwrap_or_default();
    let text = decode(&container.data, ccsid);
    // Noted only where it fails: of every container that was read one would tell nobody anything.
    if text.is_none() {
        let data = Operand::new("container", name.to_owned());
        let ccsid = Operand::new("CCSID", ccsid.to_string());
        demand(Check::holds(&rules::DECODED, data, ccsid, false), &response::CONTAINER_ERROR, ctx)?;
    }
    text.ok_or(&response::CONTAINER_ERROR)
}

fn function(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<Function> {
    let Some(word) = text(channel, FUNCTION, &response::FUNCTION_NOT_CHAR, ctx)? else {
        return Ok(Function::Extract);
    };
    let word = word.trim_end();
    let found = Function::ALL.into_iter().find(|function| function.word() == word);
    let valid = listed(Function::ALL.iter().map(|function| function.word()));
    let known = Check::holds(
        &rules::FUNCTION,
        Operand::new(FUNCTION, shown(word)),
        Operand::new("functions", valid),
        found.is_some(),
    );
    demand(known, &response::FUNCTION_NOT_VALID, ctx)?;
    found.ok_or(&response::FUNCTION_NOT_VALID)
}

/// The token that is to be validated.
fn presented(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<String> {
    let there = Check::holds(
        &rules::TOKEN,
        Operand::new("container", TOKEN),
        Operand::new("containers of the channel", listed(channel.names())),
        channel.get(TOKEN).is_some(),
    );
    demand(there, &response::NO_TOKEN, ctx)?;
    let text = text(channel, TOKEN, &response::TOKEN_NOT_CHAR, ctx);
    // A token that cannot be decoded cannot be parsed (assumed).
    let text = text.map_err(|refusal| match refusal.code {
        code if code == response::CONTAINER_ERROR.code => &response::NOT_PARSED,
        _ => refusal,
    });
    text?.ok_or(&response::NO_TOKEN)
}

/// The token that an earlier validation returned.
fn validated(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<String> {
    let held = channel.get(OUTTOKEN.name);
    let there = Check::holds(
        &rules::OUTTOKEN,
        Operand::new("container", OUTTOKEN.name),
        Operand::new("containers of the channel", listed(channel.names())),
        held.is_some(),
    );
    demand(there, &response::NO_OUTTOKEN, ctx)?;
    let held = held.ok_or(&response::NO_OUTTOKEN)?;
    let by = if held.read_only { "DFHSAML, read-only" } else { "the application" };
    let made = Check::holds(
        &rules::READ_ONLY,
        Operand::new("container", OUTTOKEN.name),
        Operand::new("made by", by),
        held.read_only,
    );
    demand(made, &response::NOT_READ_ONLY, ctx)?;
    characters(OUTTOKEN.name, held, &response::NOT_READ_ONLY, ctx)
}

fn wanted(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<Wanted> {
    let Some(text) = text(channel, FILTER, &response::FILTER_NOT_CHAR, ctx)? else {
        return Ok(Wanted::all());
    };
    let (length, fields) = (text.chars().count(), FILTER_AREA.fields);
    let whole = Check::equal(
        &rules::FILTER_LENGTH,
        (Operand::new("length", length.to_string()), &length),
        (Operand::new("fields", fields.len().to_string()), &fields.len()),
    );
    demand(whole, &response::FILTER_NOT_VALID, ctx)?;
    let wrong = text.chars().zip(fields).find(|(value, _)| ![YES, NO].contains(value));
    let subject = match wrong {
        Some((value, field)) => format!("{} {}", field.name, shown(&value.to_string())),
        None => "every field".to_owned(),
    };
    let valid = Check::holds(
        &rules::FILTER_VALUE,
        Operand::new("field", subject),
        Operand::new("values", format!("{YES} {NO}")),
        wrong.is_none(),
    );
    demand(valid, &response::FILTER_NOT_VALID, ctx)?;
    Ok(Wanted(text.chars().map(|value| value == YES).collect()))
}

fn signed(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<Signed> {
    const REQUIRED: &str = "SAML-REQUIRED";
    const IGNORED: &str = "SAML-IGNORED";
    let Some(word) = text(channel, SIGNED, &response::SIGNED_NOT_CHAR, ctx)? else {
        return Ok(Signed::Required);
    };
    let found = match word.trim_end() {
        REQUIRED => Some(Signed::Required),
        IGNORED => Some(Signed::Ignored),
        _ => None,
    };
    let known = Check::holds(
        &rules::SIGNED,
        Operand::new(SIGNED, shown(word.trim_end())),
        Operand::new("values", format!("{REQUIRED} {IGNORED}")),
        found.is_some(),
    );
    demand(known, &response::SIGNED_NOT_VALID, ctx)?;
    found.ok_or(&response::SIGNED_NOT_VALID)
}

/// A value of a container as a decision shows it.
fn shown(text: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let text: String = text.chars().take(SHOWN_MAX).collect();
    format!("{text:?}")
}

/// The attribute to which a container of this name belongs, and its family.
fn addition(name: &str) -> Option<(&str, &'static Family)> {
    let family = family(name)?;
    let begin = match family.name {
        value if value == VALUE.name => value.find("nnn")?,
        other if [ATTRA, ATTRF, ATTRN, ATTRS, ATTRY].iter().any(|c| c.name == other) => {
            other.find("nnn")?
        }
        _ => return None,
    };
    Some((name.get(begin..begin + 3)?, family))
}

/// The attributes that the application wants to add: containers of its own, by the three characters
/// that they share. Those that DFHSAML returned are read-only and no input (assumed).
fn additions(channel: &Channel, ctx: &mut Ctx<'_>) -> Judged<Vec<Attribute>> {
    let mut of: BTreeMap<&str, Vec<(&str, &'static Family)>> = BTreeMap::new();
    for name in channel.names() {
        let own = channel.get(name).is_some_and(|container| !container.read_only);
        if let Some((key, family)) = addition(name).filter(|_| own) {
            of.entry(key).or_default().push((name, family));
        }
    }
    // All of one kind of mistake before the next (assumed).
    for (name, family) in of.values().flatten() {
        if family.name != ATTRA.name
            && let Some(container) = channel.get(name)
        {
            characters(name, container, &response::ATTRIBUTE_NOT_CHAR, ctx)?;
        }
    }
    let mut attributes = Vec::new();
    for key in of.keys() {
        attributes.push(named(channel, key, ctx)?);
    }
    for (key, attribute) in of.keys().zip(&mut attributes) {
        attribute.values = values(channel, key, ctx)?;
    }
    Ok(attributes)
}

/// An attribute without its values.
fn named(channel: &Channel, key: &str, ctx: &mut Ctx<'_>) -> Judged<Attribute> {
    let mut read = |family: &Family| {
        let name = family.name.replace("nnn", key);
        let read = text(channel, &name, &response::ATTRIBUTE_NOT_CHAR, ctx);
        read.map(|text| text.filter(|text| !text.is_empty()))
    };
    let name = read(&ATTRN)?;
    let (namespace, friendly_name, format) = (read(&ATTRS)?, read(&ATTRY)?, read(&ATTRF)?);
    let container = ATTRN.name.replace("nnn", key);
    let given = Check::holds(
        &rules::ATTRIBUTE_NAME,
        Operand::new("container", container),
        Operand::new("name", name.as_deref().map_or_else(|| "none".to_owned(), shown)),
        name.is_some(),
    );
    demand(given, &response::ATTRIBUTE_NAME_MISSING, ctx)?;
    let name = name.unwrap_or_default();
    Ok(Attribute { name, namespace, friendly_name, format, values: Vec::new() })
}

/// The values of an attribute: as many as DFHSAML-ATTRAnnn says, one where it is not there (assumed).
fn values(channel: &Channel, key: &str, ctx: &mut Ctx<'_>) -> Judged<Vec<String>> {
    let container = ATTRA.name.replace("nnn", key);
    let count = match channel.get(&container) {
        None => 1,
        Some(held) => {
            let count = fullword(held).unwrap_or(0);
            let subject = match fullword(held) {
                Some(count) => count.to_string(),
                None => format!("{} {} bytes", held.type_word(), held.data.len()),
            };
            let in_range = Check::between(
                &rules::ATTRIBUTE_COUNT,
                (Operand::new("number of values", subject), count),
                ("limits", 1..=ITEMS_MAX as i64),
                Unit::Count,
            );
            demand(in_range, &response::ATTRIBUTE_NOT_ADDED, ctx)?;
            count
        }
    };
    let mut values = Vec::new();
    for number in 1..=usize::try_from(count).unwrap_or(0) {
        let name = VALUE.name.replace("nnn", key).replace("mmm", &format!("{number:03}"));
        let value = text(channel, &name, &response::ATTRIBUTE_NOT_CHAR, ctx)?;
        let state = match value.as_deref() {
            None => "missing",
            Some("") => "empty",
            Some(_) => "given",
        };
        let given = Check::holds(
            &rules::ATTRIBUTE_VALUE,
            Operand::new("container", name),
            Operand::new("value", state),
            state == "given",
        );
        demand(given, &response::ATTRIBUTE_VALUE_MISSING, ctx)?;
        values.extend(value);
    }
    Ok(values)
}

/// The number in a BIT container of four bytes.
fn fullword(container: &Container) -> Option<i64> {
    let bytes: [u8; 4] = container.data.as_slice().try_into().ok()?;
    container.ccsid.is_none().then(|| i64::from(i32::from_be_bytes(bytes)))
}
