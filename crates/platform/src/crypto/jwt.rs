//! Access tokens: JWT with HS256 over the bytes of `JWT_SECRET`, good for as long as their kind says, fifteen minutes for
//! those of people. A token kind is an audience and a `type` claim; a token of one kind never passes as another. Signature and form are checked by the `jsonwebtoken`
//! crate; expiry is checked here because the crate reads the system's clock and ours is handed in.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{Timestamp, World};
use serde::{Deserialize, Serialize};

/// How long an access token is good for.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Longest text that is looked at.
pub const ACCESS_TOKEN_CHARS_MAX: usize = 4096;
/// The `iss` claim.
pub const ISSUER: &str = "frontdesk";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenKind {
    /// The `aud` claim.
    pub audience: &'static str,
    /// The `type` claim, absent where the contract lists none.
    pub type_claim: Option<&'static str>,
    /// How long a token of this kind is good for.
    pub lifetime: Duration,
}

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `sub`: the person.
    pub person: String,
    /// `tid`: the tenant.
    pub tenant: String,
    /// `sid`: the session, which can be revoked.
    pub session: String,
    /// `role`: a hint for clients; rights never come from it.
    pub role: &'static str,
    /// `session_id`: what another system calls the session it asked for; proves nothing here.
    pub foreign_session: Option<String>,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience: the token's kind.
    pub aud: String,
    /// The person.
    pub sub: String,
    /// The tenant.
    pub tid: String,
    /// The session.
    pub sid: String,
    /// A hint for clients.
    pub role: String,
    /// End, in seconds since 1970.
    pub exp: i64,
    /// Begin, in seconds since 1970.
    pub iat: i64,
    /// The token's own id.
    pub jti: String,
    /// The kind again, for customers.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What another system calls its session.
    #[serde(rename = "session_id", default, skip_serializing_if = "Option::is_none")]
    pub foreign_session: Option<String>,
}

/// A signed token and its end.
#[derive(Clone)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedToken(…, until {})", self.expires_at)
    }
}

/// Why a token was refused; a client is told 401 and nothing more.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No token, changed, signed by another key or algorithm, or without the claims it needs.
    #[error("the token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    /// Longer than any token made here.
    #[error("the token is too long")]
    TooLong,
    /// Issued by somebody else or for another purpose.
    #[error("the token is of another kind")]
    WrongKind,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not begun: made elsewhere, or the clock was set back far.
    #[error("the token is from the future")]
    NotYet,
}

/// How far a token's begin may lie ahead: nodes' clocks differ a little.
const CLOCK_SKEW_SECONDS: i64 = 60;

/// Issues and verifies access tokens.
pub(super) struct AccessTokens {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Self {
            header: Header::new(Algorithm::HS256),
            signing: EncodingKey::from_secret(secret),
            verifying: DecodingKey::from_secret(secret),
            validation,
        }
    }

    pub(super) fn issue(&self, kind: TokenKind, subject: &Subject, world: &World) -> Result<IssuedToken, TokenError> {
        let now = world.now();
        let exp = now.plus(kind.lifetime).seconds();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: kind.audience.to_owned(),
            sub: subject.person.clone(),
            tid: subject.tenant.clone(),
            sid: subject.session.clone(),
            role: subject.role.to_owned(),
            exp,
            iat: now.seconds(),
            jti: world.uuid().simple().to_string(),
            kind: kind.type_claim.map(str::to_owned),
            foreign_session: subject.foreign_session.clone(),
        };
        let token = jsonwebtoken::encode(&self.header, &claims, &self.signing).map_err(TokenError::Invalid)?;
        Ok(IssuedToken { token, expires_at: Timestamp::from_millis(exp * 1000) })
    }

    pub(super) fn verify(
        &self,
        token: &str,
        kinds: &[TokenKind],
        now: Timestamp,
    ) -> Result<(TokenKind, Claims), TokenError> {
        if token.len() > ACCESS_TOKEN_CHARS_MAX {
            return Err(TokenError::TooLong);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation);
        let claims = decoded.map_err(TokenError::Invalid)?.claims;
        let is_of = |kind: &&TokenKind| claims.aud == kind.audience && claims.kind.as_deref() == kind.type_claim;
        let kind = kinds.iter().find(is_of).copied().filter(|_| claims.iss == ISSUER).ok_or(TokenError::WrongKind)?;
        if now.seconds() >= claims.exp {
            return Err(TokenError::Expired);
        }
        if claims.iat > now.seconds().saturating_add(CLOCK_SKEW_SECONDS) {
            return Err(TokenError::NotYet);
        }
        Ok((kind, claims))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::testing::world;

    const USER: TokenKind = TokenKind { audience: "test:user", type_claim: None, lifetime: ACCESS_TOKEN_LIFETIME };
    const CUSTOMER: TokenKind =
        TokenKind { audience: "test:customer", type_claim: Some("customer"), lifetime: ACCESS_TOKEN_LIFETIME };

    fn subject() -> Subject {
        Subject {
            person: "user_1".into(),
            tenant: "biz_1".into(),
            session: "sess_1".into(),
            role: "owner",
            foreign_session: None,
        }
    }

    #[test]
    fn a_token_is_good_for_its_kind_until_it_expires() {
        let (world, _) = world();
        let tokens = AccessTokens::new(b"0123456789abcdef0123456789abcdef");
        let issued = tokens.issue(USER, &subject(), &world).unwrap();
        let (kind, claims) = tokens.verify(&issued.token, &[CUSTOMER, USER], world.now()).unwrap();
        assert_eq!((kind, claims.sub.as_str(), claims.iss.as_str()), (USER, "user_1", "frontdesk"));
        assert_eq!(claims.exp - claims.iat, 900);
        assert!(matches!(tokens.verify(&issued.token, &[CUSTOMER], world.now()), Err(TokenError::WrongKind)));
        assert!(matches!(tokens.verify(&issued.token, &[USER], issued.expires_at), Err(TokenError::Expired)));
    }

    #[test]
    fn the_type_claim_counts_beside_the_audience() {
        let (world, _) = world();
        let tokens = AccessTokens::new(b"secret");
        let typeless = TokenKind { type_claim: None, ..CUSTOMER };
        let issued = tokens.issue(typeless, &subject(), &world).unwrap();
        assert!(matches!(tokens.verify(&issued.token, &[CUSTOMER], world.now()), Err(TokenError::WrongKind)));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let (world, _) = world();
        let tokens = AccessTokens::new(b"secret");
        let good = tokens.issue(USER, &subject(), &world).unwrap().token;
        let claims = good.split('.').nth(1).unwrap();
        // {"alg":"none"} and {"alg":"HS512"}: neither the unsigned form nor another algorithm passes.
        let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
        let renamed = format!("eyJhbGciOiJIUzUxMiJ9.{claims}.{}", good.split('.').nth(2).unwrap());
        let foreign = AccessTokens::new(b"other").issue(USER, &subject(), &world).unwrap().token;
        for bad in [unsigned.as_str(), renamed.as_str(), foreign.as_str(), "", "a.b.c", &"x".repeat(5000), &good[1..]] {
            assert!(tokens.verify(bad, &[USER], world.now()).is_err(), "{bad}");
        }
    }
}
