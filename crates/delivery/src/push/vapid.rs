//! Who we are to push services: VAPID (RFC 8292). One key of this installation signs a short statement per push service;
//! browsers are told its public half when they register. It is made on first start and kept sealed in the database, so that
//! every node has the same; `VAPID_PRIVATE_KEY` takes its place.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Timestamp, World};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer as _},
};
use platform::{Fault, Platform, Result};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use serde_json::json;
use url::Url;

use super::encrypt::{point_of, secret_key};
use crate::Delivery;

/// How long a statement holds; services take up to a day.
const STATEMENT_LIFETIME: Duration = Duration::from_secs(12 * 3600);
/// The row of the key, and what it is sealed for.
const NAME: &str = "vapid";
/// Draws until random bytes are a key; one is nearly always enough.
const DRAWS_MAX: u32 = 16;

mod entity {
    //! The row of a sealed key.

    use kernel::Timestamp;
    use sea_orm::entity::prelude::*;

    /// One key.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_keys")]
    pub struct Model {
        /// What for.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// Sealed with the master key.
        pub sealed: Vec<u8>,
        /// When it was made.
        pub created_at: Timestamp,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("PushKey").field("name", &self.name).finish_non_exhaustive()
        }
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The installation's key.
pub(crate) struct VapidKey {
    signing: SigningKey,
    /// The public half in base64url, as browsers take it.
    pub public: String,
    subject: String,
}

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VapidKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl VapidKey {
    fn new(key: &SecretKey, subject: String) -> Self {
        Self { signing: SigningKey::from(key), public: URL_SAFE_NO_PAD.encode(point_of(key)), subject }
    }

    /// The value of `Authorization` for a push service.
    pub fn authorization(&self, endpoint: &Url, now: Timestamp) -> String {
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now.plus(STATEMENT_LIFETIME).seconds(),
            "sub": self.subject,
        });
        let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature: Signature = self.signing.sign(said.as_bytes());
        format!("vapid t={said}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.to_bytes()), self.public)
    }
}

/// The installation's key; made and stored when there is none yet.
pub(crate) async fn key(delivery: &Delivery) -> Result<Arc<VapidKey>> {
    delivery.push().key.get_or_try_init(|| async { load(delivery.platform()).await.map(Arc::new) }).await.cloned()
}

async fn load(platform: &Platform) -> Result<VapidKey> {
    let config = platform.config();
    let subject = config.push.subject.clone().unwrap_or_else(|| match &config.smtp {
        Some(smtp) => format!("mailto:{}", bare(&smtp.from)),
        None => config.client_url.clone(),
    });
    let bytes = match &config.push.private_key {
        Some(kernel::text::Secret(text)) => {
            let decoded = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
            decoded.map_err(|e| Fault::internal("reading VAPID_PRIVATE_KEY", e))?
        }
        None => stored(platform).await?,
    };
    let key = SecretKey::from_slice(&bytes).map_err(|e| Fault::internal("reading the key of Web Push", e))?;
    Ok(VapidKey::new(&key, subject))
}

/// `ann@example.com` of `Ann <ann@example.com>`.
fn bare(from: &str) -> &str {
    from.rsplit_once('<').map_or(from, |(_, address)| address.trim_end_matches('>')).trim()
}

/// The stored key. When two nodes start at once, both use what was stored first.
async fn stored(platform: &Platform) -> Result<Vec<u8>> {
    if let Some(key) = find(platform).await? {
        return Ok(key);
    }
    let fresh = draw(platform.world())?;
    let sealed = platform.crypto().sealer().seal(&fresh.to_bytes(), NAME.as_bytes());
    let sealed = sealed.map_err(|e| Fault::internal("sealing the key of Web Push", e))?;
    let tx = platform.db().begin().await?;
    let row = entity::ActiveModel { name: Set(NAME.to_owned()), sealed: Set(sealed), created_at: Set(tx.now()) };
    let once = OnConflict::column(entity::Column::Name).do_nothing().to_owned();
    entity::Entity::insert(row).on_conflict(once).try_insert().exec_without_returning(tx.conn()).await?;
    tx.commit().await?;
    let kept = find(platform).await?;
    kept.ok_or_else(|| Fault::internal("keeping the key of Web Push", "it is not there after it was stored"))
}

async fn find(platform: &Platform) -> Result<Option<Vec<u8>>> {
    let Some(row) = entity::Entity::find_by_id(NAME.to_owned()).one(platform.db().read()).await? else {
        return Ok(None);
    };
    let opened = platform.crypto().sealer().open(&row.sealed, NAME.as_bytes());
    Ok(Some(opened.map_err(|e| Fault::internal("opening the key of Web Push", e))?))
}

/// A fresh key.
pub(super) fn draw(world: &World) -> Result<SecretKey> {
    let drawn = (0..DRAWS_MAX).find_map(|_| secret_key(&world.random::<32>()));
    drawn.ok_or_else(|| Fault::internal("drawing a key", "no random bytes were a key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::{VerifyingKey, signature::Verifier as _};

    #[test]
    fn a_statement_names_the_service_and_is_proven_by_the_public_half() {
        let key = VapidKey::new(&secret_key(&[5; 32]).unwrap(), "mailto:ann@example.com".to_owned());
        let endpoint = Url::parse("https://push.example.net:8443/send/abc?x=1").unwrap();
        let header = key.authorization(&endpoint, Timestamp::from_millis(1_000_000));
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let point = URL_SAFE_NO_PAD.decode(public).unwrap();
        VerifyingKey::from_sec1_bytes(&point).unwrap().verify(said.as_bytes(), &signature).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(said.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example.net:8443");
        assert_eq!(claims["exp"], 1_000 + 12 * 3600);
    }

    #[test]
    fn the_sender_of_mails_answers_for_us() {
        assert_eq!(bare("Salon <desk@salon.example>"), "desk@salon.example");
        assert_eq!(bare("desk@salon.example"), "desk@salon.example");
    }
}
