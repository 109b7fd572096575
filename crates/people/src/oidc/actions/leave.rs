//! Sends a browser to another house, with a secret of its own that it has to bring back.

use platform::Result;
use url::Url;

use crate::{
    People,
    oidc::{
        model::{Away, Door},
        provider::Errand,
    },
    passkeys::{Purpose, put_challenge},
};

/// Characters of the address within the app that somebody wants to see afterwards.
const NEXT_CHARS_MAX: usize = 1024;

/// Where to go, and the secret that is to be kept in this browser until it is back.
pub(crate) struct Leave {
    pub to: Url,
    pub secret: String,
}

pub(crate) async fn leave(people: &People, provider: &str, door: Door, next: Option<String>) -> Result<Leave> {
    let provider = people.providers().find(provider)?;
    let random = || people.crypto().random_token().plain;
    let (nonce, verifier) = (random(), random());
    let next = next.filter(|next| is_own_path(next));
    let away = Away { provider: provider.id.to_owned(), door, nonce: nonce.clone(), verifier: verifier.clone(), next };
    let tx = people.db().begin().await?;
    let state = put_challenge(people.platform(), &tx, Purpose::AwayAt, &away).await?;
    tx.commit().await?;
    let errand = Errand { state: state.clone(), nonce, verifier };
    Ok(Leave { to: people.providers().address(provider, &errand).await?, secret: state })
}

/// A path of this app, and nothing that a browser would take for another host.
fn is_own_path(next: &str) -> bool {
    next.len() <= NEXT_CHARS_MAX
        && next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_afterwards() {
        for (next, own) in [
            ("/dashboard?x=1", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/a\nb", false),
        ] {
            assert_eq!(is_own_path(next), own, "{next}");
        }
    }
}
