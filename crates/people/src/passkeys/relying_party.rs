//! Who a passkey is bound to: the name in `CLIENT_URL`. A passkey made under one name does not work under another, so the name
//! is no setting of its own.

use kernel::Problem;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::error;

/// What people see in their device's list of passkeys.
const NAME: &str = "Frontdesk";

/// The ceremonies, or nothing when this installation has no name.
pub(crate) struct RelyingParty(Option<Webauthn>);

impl RelyingParty {
    pub fn new(client_url: &str) -> Self {
        Self(build(client_url))
    }

    /// Refuses when passkeys cannot work under this address.
    pub fn check(&self) -> Result<&Webauthn, Problem> {
        self.0.as_ref().ok_or_else(error::unavailable)
    }
}

fn build(client_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(client_url).ok()?;
    let name = origin.domain()?.to_owned();
    // Browsers offer passkeys on secure pages only, and take this machine's own for one.
    let local = name == "localhost" || name.ends_with(".localhost");
    if origin.scheme() != "https" && !local {
        return None;
    }
    let builder = WebauthnBuilder::new(&name, &origin).ok()?.rp_name(NAME).allow_any_port(local);
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_a_secure_page() {
        for (url, works) in [
            ("https://desk.example.com", true),
            ("http://localhost:3000", true),
            ("http://desk.example.com", false),
            ("http://127.0.0.1:3000", false),
            ("https://[::1]", false),
            ("nonsense", false),
        ] {
            assert_eq!(RelyingParty::new(url).check().is_ok(), works, "{url}");
        }
    }
}
