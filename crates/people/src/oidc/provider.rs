//! The houses that are known, and what they say of themselves: fetched when somebody first wants to go there, remembered for
//! an hour, and fetched again when a word is signed with a key that is not known yet.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Problem, Timestamp, World, text::Secret};
use openidconnect::{
    AsyncHttpClient, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreResponseType},
};
use platform::{
    config::{Config, OidcProvider},
    outbound::{Outbound, OutboundError, Request, Trust},
};
use tokio::sync::Mutex;
use url::Url;

use super::error;

/// How long what a house says of itself is believed.
const REMEMBERED_FOR: Duration = Duration::from_secs(3600);
/// Not more often than this is it asked again for its keys.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Bytes of one answer; key sets of large houses hold a dozen keys.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Every house that the operator has registered with.
pub(crate) struct Providers {
    all: Vec<Provider>,
    http: Http,
    world: World,
}

/// One of them.
pub(super) struct Provider {
    pub id: &'static str,
    pub name: String,
    issuer: String,
    client_id: String,
    client_secret: Secret,
    redirect: String,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
}

/// Where to send a browser, and what it will have to prove.
pub(super) struct Errand {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

impl Providers {
    pub fn new(config: &Config, outbound: Outbound, world: World) -> Self {
        let all = config.oidc.iter().map(|provider| Provider::new(provider, &config.client_url)).collect();
        Self { all, http: Http(outbound), world }
    }

    pub(super) fn all(&self) -> &[Provider] {
        &self.all
    }

    pub(super) fn find(&self, id: &str) -> Result<&Provider, Problem> {
        self.all.iter().find(|provider| provider.id == id).ok_or_else(error::unknown_provider)
    }

    /// What people call the house with this issuer; the issuer itself when the operator has left it since.
    pub(super) fn name_of(&self, issuer: &str) -> String {
        let known = self.all.iter().find(|provider| provider.issuer == issuer);
        known.map_or_else(|| issuer.to_owned(), |provider| provider.name.clone())
    }

    /// The address at which the house asks its visitor.
    pub(super) async fn address(&self, provider: &Provider, errand: &Errand) -> Result<Url, Problem> {
        let about = self.ask(provider, REMEMBERED_FOR).await?;
        let client = CoreClient::from_provider_metadata(
            (*about).clone(),
            ClientId::new(provider.client_id.clone()),
            Some(ClientSecret::new(provider.client_secret.0.clone())),
        )
        .set_redirect_uri(provider.redirect()?);
        let verifier = PkceCodeVerifier::new(errand.verifier.clone());
        let (state, nonce) = (errand.state.clone(), errand.nonce.clone());
        let (url, _, _) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state.clone()),
                move || Nonce::new(nonce.clone()),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url)
    }

    /// What the house says of whoever brought this code.
    pub(super) async fn redeem(
        &self,
        provider: &Provider,
        code: String,
        verifier: String,
        nonce: String,
    ) -> Result<CoreIdTokenClaims, Problem> {
        let about = self.ask(provider, REMEMBERED_FOR).await?;
        let client = CoreClient::from_provider_metadata(
            (*about).clone(),
            ClientId::new(provider.client_id.clone()),
            Some(ClientSecret::new(provider.client_secret.0.clone())),
        )
        .set_redirect_uri(provider.redirect()?);
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(|why| refuse(provider, &why))?;
        let answer = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&self.http).await;
        let answer = answer.map_err(|why| refuse(provider, &why))?;
        let word = answer.id_token().ok_or_else(error::refused)?;
        let nonce = Nonce::new(nonce);
        let now = self.world.now();
        let verify = |about: &CoreProviderMetadata| {
            let verifier = CoreClient::from_provider_metadata(
                about.clone(),
                ClientId::new(provider.client_id.clone()),
                Some(ClientSecret::new(provider.client_secret.0.clone())),
            );
            let time = move || openidconnect_time(now);
            word.claims(&verifier.id_token_verifier().set_time_fn(time), &nonce).cloned()
        };
        match verify(&about) {
            Ok(claims) => Ok(claims),
            Err(why) => {
                tracing::debug!(provider = provider.id, %why, "a signed word was not believed; the keys are fetched again");
                let fresh = self.ask(provider, ASKED_AGAIN_AFTER).await?;
                verify(&fresh).map_err(|why| refuse(provider, &why))
            }
        }
    }

    /// What the house says of itself, not older than this.
    async fn ask(&self, provider: &Provider, not_older_than: Duration) -> Result<Arc<CoreProviderMetadata>, Problem> {
        let mut known = provider.known.lock().await;
        let now = self.world.now();
        if let Some((at, about)) = known.as_ref()
            && now < at.plus(not_older_than)
        {
            return Ok(about.clone());
        }
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|why| unavailable(provider, &why))?;
        let about = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let about = Arc::new(about.map_err(|why| unavailable(provider, &why))?);
        *known = Some((now, about.clone()));
        Ok(about)
    }
}

/// The library's way out, which is the house's.
struct Http(Outbound);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = OutboundError;
    type Future = BoxFuture<'c, Result<HttpResponse, OutboundError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        fetch(&self.0, request).boxed()
    }
}

async fn fetch(outbound: &Outbound, request: HttpRequest) -> Result<HttpResponse, OutboundError> {
    let (head, body) = request.into_parts();
    let url = Url::parse(&head.uri.to_string()).map_err(|_| OutboundError::BadUrl("is no whole web address"))?;
    let mut out = Request::new(head.method, url);
    out.headers = head.headers;
    out.body = body.into();
    out.answer_bytes_max = ANSWER_BYTES_MAX;
    let answer = outbound.send(out, Trust::Operator).await?;
    let mut response = HttpResponse::new(answer.body.to_vec());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

impl Provider {
    fn new(provider: &OidcProvider, client_url: &str) -> Self {
        Self {
            id: provider.id,
            name: provider.name.clone(),
            issuer: provider.issuer.clone(),
            client_id: provider.client_id.clone(),
            client_secret: provider.client_secret.clone(),
            redirect: format!("{client_url}/api/auth/oidc/{}/callback", provider.id),
            known: Mutex::new(None),
        }
    }

    fn redirect(&self) -> Result<RedirectUrl, Problem> {
        RedirectUrl::new(self.redirect.clone()).map_err(|why| unavailable(self, &why))
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

fn openidconnect_time(now: Timestamp) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(now.millis()).unwrap_or_default()
}

/// The client learns only that it did not work; the log says why.
fn refuse(provider: &Provider, why: &dyn std::error::Error) -> Problem {
    tracing::info!(provider = provider.id, cause = %chain(why), "a sign-in by another house was refused");
    error::refused()
}

fn unavailable(provider: &Provider, why: &dyn std::error::Error) -> Problem {
    tracing::warn!(provider = provider.id, cause = %chain(why), "a house that vouches for people cannot be asked");
    error::away()
}

fn chain(why: &dyn std::error::Error) -> String {
    std::iter::successors(Some(why), |why| why.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
