//! Other houses that vouch for people: OpenID Connect providers, as the operator has registered this program with them.

use kernel::text::Secret;

use super::{is_http_url, report::Reader};

/// Where Google vouches.
const GOOGLE_ISSUER: &str = "https://accounts.google.com";
/// Microsoft's for private accounts; a company's directory has one of its own.
const MICROSOFT_ISSUER: &str = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";

/// A provider that people may sign in with.
#[derive(Debug, Clone)]
pub struct OidcProvider {
    /// Its place in addresses: `google`, `microsoft` or `oidc`.
    pub id: &'static str,
    /// What people read on the button.
    pub name: String,
    /// Where it says who it is (`/.well-known/openid-configuration` below this).
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// Proves us to them.
    pub client_secret: Secret,
}

pub(super) fn oidc(r: &mut Reader) -> Vec<OidcProvider> {
    let google = (r.optional("OIDC_GOOGLE_CLIENT_ID"), r.optional("OIDC_GOOGLE_CLIENT_SECRET"));
    let google = provider(r, "OIDC_GOOGLE_CLIENT_ID", "google", "Google".to_owned(), GOOGLE_ISSUER.to_owned(), google);
    let microsoft = (r.optional("OIDC_MICROSOFT_CLIENT_ID"), r.optional("OIDC_MICROSOFT_CLIENT_SECRET"));
    let issuer = r.text("OIDC_MICROSOFT_ISSUER", MICROSOFT_ISSUER);
    r.check("OIDC_MICROSOFT_ISSUER", is_http_url(&issuer), "must be an http(s) address");
    let microsoft = provider(r, "OIDC_MICROSOFT_CLIENT_ID", "microsoft", "Microsoft".to_owned(), issuer, microsoft);
    let own = (r.optional("OIDC_CLIENT_ID"), r.optional("OIDC_CLIENT_SECRET"));
    let (issuer, name) = (r.text("OIDC_ISSUER", ""), r.text("OIDC_NAME", "single sign-on"));
    let wanted = own.0.is_some() || !issuer.is_empty();
    r.check("OIDC_ISSUER", !wanted || is_http_url(&issuer), "must be an http(s) address, and goes with OIDC_CLIENT_ID");
    let own = provider(r, "OIDC_CLIENT_ID", "oidc", name, issuer, own);
    [google, microsoft, own].into_iter().flatten().collect()
}

fn provider(
    r: &mut Reader,
    setting: &str,
    id: &'static str,
    name: String,
    issuer: String,
    registered: (Option<String>, Option<String>),
) -> Option<OidcProvider> {
    match registered {
        (Some(client_id), Some(secret)) => {
            Some(OidcProvider { id, name, issuer, client_id, client_secret: Secret(secret) })
        }
        (None, None) => None,
        _ => r.refuse(setting, "goes with its client secret: set both or none", None),
    }
}
