//! What an assertion says: its fields, read from the verified tree by exact paths, never by search.

use super::instant::Instant;
use crate::protocol::xml::{Document, NodeId};

/// A version of SAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// SAML 1.1.
    V11,
    /// SAML 2.0.
    V20,
}

impl Version {
    /// The namespace of its assertions.
    pub fn namespace(self) -> &'static str {
        match self {
            Version::V11 => "urn:oasis:names:tc:SAML:1.0:assertion",
            Version::V20 => "urn:oasis:names:tc:SAML:2.0:assertion",
        }
    }

    /// The attribute that holds the ID of an assertion.
    pub(super) fn id_attribute(self) -> &'static str {
        match self {
            Version::V11 => "AssertionID",
            Version::V20 => "ID",
        }
    }

    /// The element that tells how the subject was authenticated.
    pub(super) fn authentication(self) -> &'static str {
        match self {
            Version::V11 => "AuthenticationStatement",
            Version::V20 => "AuthnStatement",
        }
    }
}

/// What an assertion says. Texts are as they stand, URIs without the white space around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The version.
    pub version: Version,
    /// ID, or AssertionID.
    pub id: String,
    /// Who issued it.
    pub issuer: String,
    /// Whom it is about.
    pub subject: Subject,
    /// URI of the confirmation method.
    pub confirmation_method: Option<String>,
    /// URI of the authentication method.
    pub authentication_method: Option<String>,
    /// DNS name of the subject.
    pub subject_dns: Option<String>,
    /// IP address of the subject; SAML 1.1 alone.
    pub subject_address: Option<String>,
    /// When it begins.
    pub not_before: Option<Instant>,
    /// When it ends, the moment itself outside.
    pub not_on_or_after: Option<Instant>,
    /// When the subject was authenticated.
    pub authentication_instant: Option<Instant>,
    /// Audiences to which it is restricted.
    pub audiences: Vec<String>,
    /// Audiences for which further assertions may be made.
    pub proxy_audiences: Vec<String>,
    /// Whether it restricts further assertions.
    pub proxy_restricted: bool,
    /// Whether it may be used once only.
    pub one_time: bool,
    /// Attributes of all attribute statements, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// The certificate of the signer; unverified where signatures were ignored.
    pub signer: Option<Signer>,
}

/// Whom an assertion is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The name.
    pub name: Option<String>,
    /// Its format.
    pub format: Option<String>,
    /// NameQualifier.
    pub name_qualifier: Option<String>,
    /// SPNameQualifier.
    pub sp_name_qualifier: Option<String>,
    /// SPProvidedID.
    pub sp_provided_id: Option<String>,
}

/// An attribute of a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// Name, or AttributeName.
    pub name: String,
    /// AttributeNamespace; SAML 1.1 alone.
    pub namespace: Option<String>,
    /// FriendlyName; SAML 2.0 alone.
    pub friendly_name: Option<String>,
    /// NameFormat; SAML 2.0 alone.
    pub format: Option<String>,
    /// Its values.
    pub values: Vec<String>,
}

/// The certificate of a signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Serial number in eight hexadecimal digits.
    pub serial: String,
    /// Distinguished name of its issuer.
    pub issuer: String,
    /// Distinguished name of its subject.
    pub subject: String,
    /// First second of its validity.
    pub not_before: Instant,
    /// Last second of its validity.
    pub not_after: Instant,
}

/// An assertion with what is judged beside its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) assertion: Assertion,
    /// The confirmation methods, each once.
    pub(super) methods: Vec<String>,
    /// Begin and end of each confirmation of the subject.
    pub(super) confirmations: Vec<(Option<Instant>, Option<Instant>)>,
    /// The first condition that SAML does not define.
    pub(super) unknown_condition: Option<String>,
}

/// The version of an assertion.
///
/// # Errors
/// It is no assertion of a version that is known.
pub(super) fn version(document: &Document, root: NodeId) -> Result<Version, String> {
    let version = [Version::V11, Version::V20]
        .into_iter()
        .find(|version| document.is(root, version.namespace(), "Assertion"));
    let Some(version) = version else {
        let name = document.element(root).map(|element| element.name.to_string());
        let namespace = document.namespace(root);
        let name = name.unwrap_or_default();
        return Err(format!("the token is {name} of namespace {namespace:?}"));
    };
    let wanted: &[(&str, &str)] = match version {
        Version::V11 => &[("MajorVersion", "1"), ("MinorVersion", "1")],
        Version::V20 => &[("Version", "2.0")],
    };
    for (name, value) in wanted {
        if document.attribute(root, name) != Some(value) {
            let found = document.attribute(root, name).unwrap_or("missing");
            return Err(format!("{name} is {found}, not {value}"));
        }
    }
    Ok(version)
}

/// Reads an assertion of a known version.
///
/// # Errors
/// What its schema requires and it does not have, in words.
pub(super) fn read(document: &Document, root: NodeId, version: Version) -> Result<Read, String> {
    let reader = Reader { document, root, version };
    reader.read()
}

struct Reader<'a> {
    document: &'a Document,
    root: NodeId,
    version: Version,
}

impl<'a> Reader<'a> {
    fn read(&self) -> Result<Read, String> {
        let id = self.required(self.root, self.version.id_attribute())?;
        self.moment(self.root, "IssueInstant")?.ok_or("IssueInstant is missing")?;
        let statements = self.statements()?;
        let subject = self.subject(&statements)?;
        let mut read = Read {
            assertion: Assertion {
                version: self.version,
                id,
                issuer: self.issuer()?,
                subject: subject.map(|subject| self.name(subject)).transpose()?.unwrap_or_default(),
                confirmation_method: None,
                authentication_method: None,
                subject_dns: None,
                subject_address: None,
                not_before: None,
                not_on_or_after: None,
                authentication_instant: None,
                audiences: Vec::new(),
                proxy_audiences: Vec::new(),
                proxy_restricted: false,
                one_time: false,
                attributes: Vec::new(),
                signer: None,
            },
            methods: Vec::new(),
            confirmations: Vec::new(),
            unknown_condition: None,
        };
        self.confirmation(&statements, subject, &mut read)?;
        self.conditions(&mut read)?;
        self.authentication(&mut read.assertion)?;
        self.attributes(&mut read.assertion)?;
        Ok(read)
    }

    fn child(&self, id: NodeId, local: &'a str) -> impl Iterator<Item = NodeId> + 'a {
        self.document.named(id, self.version.namespace(), local)
    }

    /// The one child of a name, if there is any.
    fn only(&self, id: NodeId, local: &'a str) -> Result<Option<NodeId>, String> {
        let mut found = self.child(id, local);
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some(_) => Err(format!("{local} stands twice")),
        }
    }

    fn required(&self, id: NodeId, attribute: &str) -> Result<String, String> {
        let value = self.document.attribute(id, attribute).filter(|value| !value.is_empty());
        value.map(str::to_owned).ok_or_else(|| format!("{attribute} is missing"))
    }

    fn optional(&self, id: NodeId, attribute: &str) -> Option<String> {
        self.document.attribute(id, attribute).map(str::to_owned)
    }

    fn moment(&self, id: NodeId, attribute: &str) -> Result<Option<Instant>, String> {
        let Some(text) = self.document.attribute(id, attribute) else { return Ok(None) };
        let moment = Instant::parse(text);
        moment.map(Some).ok_or_else(|| format!("{attribute} {text:?} is no time"))
    }

    /// A URI: the white space around it and in it is no part (XML Schema part 2, anyURI).
    fn uri(&self, id: NodeId) -> String {
        collapsed(&self.document.text(id))
    }

    fn issuer(&self) -> Result<String, String> {
        match self.version {
            Version::V11 => self.required(self.root, "Issuer"),
            Version::V20 => {
                let issuer = self.only(self.root, "Issuer")?;
                issuer
                    .map(|issuer| self.document.text(issuer))
                    .ok_or("Issuer is missing".to_owned())
            }
        }
    }

    /// The statements of SAML 1.1, one of which there must be.
    fn statements(&self) -> Result<Vec<NodeId>, String> {
        if self.version == Version::V20 {
            return Ok(Vec::new());
        }
        let known = |id: &NodeId| {
            let is = |local| self.document.is(*id, self.version.namespace(), local);
            [
                "Statement",
                "SubjectStatement",
                "AuthenticationStatement",
                "AttributeStatement",
                "AuthorizationDecisionStatement",
            ]
            .into_iter()
            .any(is)
        };
        let found: Vec<NodeId> = self.document.elements(self.root).filter(known).collect();
        if found.is_empty() {
            Err("the assertion makes no statement".to_owned())
        } else {
            Ok(found)
        }
    }

    /// The subject: in SAML 1.1 that of the first statement that has one.
    fn subject(&self, statements: &[NodeId]) -> Result<Option<NodeId>, String> {
        match self.version {
            Version::V20 => self.only(self.root, "Subject"),
            Version::V11 => {
                let mut first = None;
                for statement in statements {
                    let own = self.only(*statement, "Subject")?;
                    first = first.or(own);
                }
                Ok(first)
            }
        }
    }

    fn name(&self, subject: NodeId) -> Result<Subject, String> {
        let local = if self.version == Version::V11 { "NameIdentifier" } else { "NameID" };
        let Some(name) = self.only(subject, local)? else { return Ok(Subject::default()) };
        let new = |attribute| {
            (self.version == Version::V20).then(|| self.optional(name, attribute)).flatten()
        };
        Ok(Subject {
            name: Some(self.document.text(name)),
            format: self.optional(name, "Format"),
            name_qualifier: self.optional(name, "NameQualifier"),
            sp_name_qualifier: new("SPNameQualifier"),
            sp_provided_id: new("SPProvidedID"),
        })
    }

    fn confirmation(
        &self,
        statements: &[NodeId],
        subject: Option<NodeId>,
        read: &mut Read,
    ) -> Result<(), String> {
        let mut methods = Vec::new();
        match self.version {
            Version::V20 => {
                for confirmation in
                    subject.into_iter().flat_map(|id| self.child(id, "SubjectConfirmation"))
                {
                    methods.push(collapsed(&self.required(confirmation, "Method")?));
                    let data = self.only(confirmation, "SubjectConfirmationData")?;
                    let window = match data {
                        Some(data) => {
                            (self.moment(data, "NotBefore")?, self.moment(data, "NotOnOrAfter")?)
                        }
                        None => (None, None),
                    };
                    read.confirmations.push(window);
                }
            }
            Version::V11 => {
                for statement in statements {
                    let subjects = self.child(*statement, "Subject");
                    for confirmation in
                        subjects.flat_map(|id| self.child(id, "SubjectConfirmation"))
                    {
                        methods.extend(
                            self.child(confirmation, "ConfirmationMethod").map(|id| self.uri(id)),
                        );
                    }
                }
            }
        }
        for method in methods {
            if !read.methods.contains(&method) {
                read.methods.push(method);
            }
        }
        read.assertion.confirmation_method = read.methods.first().cloned();
        Ok(())
    }

    fn conditions(&self, read: &mut Read) -> Result<(), String> {
        let Some(conditions) = self.only(self.root, "Conditions")? else { return Ok(()) };
        let assertion = &mut read.assertion;
        assertion.not_before = self.moment(conditions, "NotBefore")?;
        assertion.not_on_or_after = self.moment(conditions, "NotOnOrAfter")?;
        for condition in self.document.elements(conditions) {
            let is = |local| self.document.is(condition, self.version.namespace(), local);
            let audiences = || self.child(condition, "Audience").map(|id| self.uri(id));
            match self.version {
                Version::V20 if is("AudienceRestriction") => {
                    assertion.audiences.extend(audiences())
                }
                Version::V11 if is("AudienceRestrictionCondition") => {
                    assertion.audiences.extend(audiences());
                }
                Version::V20 if is("OneTimeUse") => assertion.one_time = true,
                Version::V11 if is("DoNotCacheCondition") => assertion.one_time = true,
                Version::V20 if is("ProxyRestriction") => {
                    assertion.proxy_restricted = true;
                    assertion.proxy_audiences.extend(audiences());
                }
                _ => {
                    let name = self.document.element(condition).map(|own| own.name.to_string());
                    read.unknown_condition = read.unknown_condition.take().or(name);
                }
            }
        }
        Ok(())
    }

    /// The first authentication statement.
    fn authentication(&self, assertion: &mut Assertion) -> Result<(), String> {
        let Some(own) = self.child(self.root, self.version.authentication()).next() else {
            return Ok(());
        };
        let locality = self.only(own, "SubjectLocality")?;
        let at = |attribute| locality.and_then(|locality| self.optional(locality, attribute));
        match self.version {
            Version::V11 => {
                assertion.authentication_method =
                    Some(collapsed(&self.required(own, "AuthenticationMethod")?));
                assertion.authentication_instant = self.moment(own, "AuthenticationInstant")?;
                assertion.subject_dns = at("DNSAddress");
                assertion.subject_address = at("IPAddress");
            }
            Version::V20 => {
                let context = self.only(own, "AuthnContext")?.ok_or("AuthnContext is missing")?;
                let class = self.only(context, "AuthnContextClassRef")?;
                assertion.authentication_method = class.map(|class| self.uri(class));
                assertion.authentication_instant = self.moment(own, "AuthnInstant")?;
                assertion.subject_dns = at("DNSName");
            }
        }
        if assertion.authentication_instant.is_none() {
            return Err("the time of authentication is missing".to_owned());
        }
        Ok(())
    }

    fn attributes(&self, assertion: &mut Assertion) -> Result<(), String> {
        let statements = self.child(self.root, "AttributeStatement");
        for attribute in statements.flat_map(|id| self.child(id, "Attribute")) {
            let values = self.child(attribute, "AttributeValue").map(|id| self.document.text(id));
            let values = values.collect();
            assertion.attributes.push(match self.version {
                Version::V11 => Attribute {
                    name: self.required(attribute, "AttributeName")?,
                    namespace: Some(self.required(attribute, "AttributeNamespace")?),
                    values,
                    ..Attribute::default()
                },
                Version::V20 => Attribute {
                    name: self.required(attribute, "Name")?,
                    friendly_name: self.optional(attribute, "FriendlyName"),
                    format: self.optional(attribute, "NameFormat"),
                    values,
                    ..Attribute::default()
                },
            });
        }
        Ok(())
    }
}

/// A text without white space at its ends, and with one blank for each run of it inside.
fn collapsed(text: &str) -> String {
    text.split([' ', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
