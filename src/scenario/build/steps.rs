//! What the steps of clients refer to, resolved.

use std::collections::BTreeMap;

use super::{BuildError, World, nas_name, of, principal, span};
use crate::nodes::cics::config::RegionConfig;
use crate::nodes::client::{self, CallAction, ClientAction, StartAction, TokenSource, Who};
use crate::protocol::kerberos::Principal;
use crate::scenario::model::{Action, Document, Node, OpenPassTicket, Secret, Source, Token};

impl<'a> World<'a> {
    pub(super) fn client_action(
        &self,
        action: &Action,
        client: &str,
    ) -> Result<ClientAction, BuildError> {
        Ok(match action {
            Action::LogOn { password } => ClientAction::LogOn { password: password.clone() },
            Action::GetTicket { service, life } => ClientAction::GetTicket {
                service: self.service(service, client)?,
                life: life.map(of),
            },
            Action::MakeToken { service, name, flags } => ClientAction::MakeToken {
                service: self.service(service, client)?,
                name: name.clone(),
                flags: *flags,
            },
            Action::Start {
                region,
                transaction,
                userid,
                terminal,
                token,
                token_form,
                flags,
                containers,
                more_tokens,
                secrets,
                documents,
                keep,
                open,
                verify_region,
            } => ClientAction::Start(Box::new(StartAction {
                region: self.known(region)?,
                service: self.service(region, client).ok(),
                transaction: transaction.clone(),
                userid: userid.clone(),
                terminal: terminal.clone(),
                token: self.token(token),
                form: *token_form,
                flags: *flags,
                containers: containers.clone(),
                more_tokens: more_tokens.clone(),
                secrets: secrets.iter().map(|(name, what)| (name.clone(), secret(what))).collect(),
                documents: self.documents(documents),
                keep: keep.clone(),
                open: open.iter().map(opening).collect(),
                verify_region: *verify_region,
            })),
            Action::GetAssertion { from, name, assertion } => ClientAction::GetAssertion {
                provider: self.known(from)?,
                name: name.clone(),
                wanted: assertion.clone(),
            },
            Action::Call { .. } => ClientAction::Call(Box::new(self.call(action, client)?)),
            Action::Wait { time } => ClientAction::Wait { time: of(*time) },
            _ => ClientAction::Wait { time: span(0) },
        })
    }

    fn call(&self, action: &Action, client: &str) -> Result<CallAction, BuildError> {
        let Action::Call { server, method, who, asserts, context, discard } = action else {
            return Err(BuildError::Name("this is no call".to_owned()));
        };
        let service = match who {
            Who::Kerberos { service } => Some(self.service(service, client)?),
            Who::Nobody | Who::User { .. } => None,
        };
        Ok(CallAction {
            server: server.clone(),
            method: method.clone(),
            who: who.clone(),
            service,
            asserts: asserts.clone(),
            context: *context,
            discard: *discard,
        })
    }

    fn token(&self, token: &Token) -> TokenSource {
        match token {
            Token::None => TokenSource::None,
            Token::New => TokenSource::New,
            Token::Made(name) => TokenSource::Made(name.clone()),
            Token::Again => TokenSource::Again,
            Token::File(name) => {
                TokenSource::Bytes(self.plan.files.get(name).cloned().unwrap_or_default())
            }
            Token::Hex(bytes) => TokenSource::Bytes(bytes.0.clone().into()),
        }
    }

    fn documents(
        &self,
        documents: &BTreeMap<String, Document>,
    ) -> BTreeMap<String, client::Document> {
        let sent = |document: &Document| client::Document {
            source: match &document.from {
                Source::Kept(name) => client::DocumentSource::Kept(name.clone()),
                Source::File(name) => {
                    let bytes = self.plan.files.get(name).cloned().unwrap_or_default();
                    client::DocumentSource::Bytes(bytes)
                }
            },
            ccsid: document.ccsid,
        };
        documents.iter().map(|(name, document)| (name.clone(), sent(document))).collect()
    }

    /// The principal of a service: of a region by its node name, or as it is written. It is of the
    /// client's realm, unless the client can reach the region's or the realm is written too.
    fn service(&self, service: &str, client: &str) -> Result<Principal, BuildError> {
        let Some(Node::Client(client)) = self.plex().nodes.get(client) else {
            return Err(BuildError::Name(format!("{client} is no client")));
        };
        let own = self.plex().realm_of(&client.kdc).unwrap_or_default();
        match self.plex().nodes.get(service) {
            Some(Node::Cics(config)) => {
                let named = self.region_principal(config).ok_or_else(|| {
                    BuildError::Name(format!("region {service} has no service principal"))
                });
                let realm = self.plex().realm_of(&nas_name(&config.system));
                let other = realm.filter(|realm| client.realms.contains_key(*realm));
                principal(named?, other.unwrap_or(own))
            }
            _ => {
                let (name, realm) = Principal::split_realm(service);
                principal(name, realm.unwrap_or(own))
            }
        }
    }

    fn region_principal(&self, config: &RegionConfig) -> Option<&'a str> {
        let database = self.plex().systems.get(&config.system)?.esm.as_ref()?;
        let user = config.kerberos_user().unwrap_or(&config.userid);
        Some(database.users.get(user)?.kerb.as_ref()?.name.as_str())
    }
}

fn secret(secret: &Secret) -> client::Secret {
    match secret {
        Secret::PassTicket(name) => client::Secret::PassTicket(name.clone()),
        Secret::BasicAuth { userid, passticket } => {
            client::Secret::BasicAuth { userid: userid.clone(), passticket: passticket.clone() }
        }
        Secret::Text(text) => client::Secret::Text(text.clone()),
    }
}

fn opening(open: &OpenPassTicket) -> client::Open {
    let OpenPassTicket { container, token, name } = open.clone();
    client::Open { container, token, name }
}
