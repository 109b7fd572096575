//! What the house answers to.
//!
//! | call | answer |
//! |---|---|
//! | `GET /.well-known/openid-configuration` | where the rest is (OpenID Connect Discovery 1.0) |
//! | `GET /jwks` | its public keys |
//! | `GET /authorize?…` | 302 back with `code` and `state`, or with `error=access_denied` |
//! | `POST /token` | `{access_token,id_token,token_type}` for a code with its verifier, once |

use std::collections::HashMap;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CLIENT_ID, CLIENT_SECRET, CODES_MAX, Code, Lie, Shared, word};

pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(about))
        .route("/jwks", get(|| async { Json(word::keys()) }))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .with_state(shared)
}

async fn about(State(house): State<Shared>) -> Json<Value> {
    let issuer = house.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn authorize(State(house): State<Shared>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
    if of("client_id") != CLIENT_ID || of("response_type") != "code" || of("code_challenge_method") != "S256" {
        return (StatusCode::BAD_REQUEST, "this house does not understand the question").into_response();
    }
    let (redirect, state) = (of("redirect_uri"), of("state"));
    let mut known = house.lock();
    let visitor = known.visitor.clone().filter(|_| known.codes.len() < CODES_MAX);
    let back = match visitor {
        None => format!("{redirect}?error=access_denied&state={state}"),
        Some(visitor) => {
            known.given += 1;
            let code = format!("code-{}", known.given);
            let nonce = asked.get("nonce").cloned();
            known.codes.insert(
                code.clone(),
                Code { visitor, nonce, challenge: of("code_challenge"), redirect: redirect.clone() },
            );
            format!("{redirect}?code={code}&state={state}")
        }
    };
    (StatusCode::FOUND, [(header::LOCATION, back)]).into_response()
}

async fn token(
    State(house): State<Shared>,
    headers: HeaderMap,
    Form(asked): Form<HashMap<String, String>>,
) -> Response {
    let refuse = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response();
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{}", encoded(CLIENT_SECRET))));
    let by_header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) == Some(basic.as_str());
    if !by_header && (of("client_id") != CLIENT_ID || of("client_secret") != CLIENT_SECRET) {
        return refuse("invalid_client");
    }
    let (code, lie) = {
        let mut known = house.lock();
        (known.codes.remove(of("code")), known.lie)
    };
    let Some(code) = code else { return refuse("invalid_grant") };
    let proven = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier").as_bytes()));
    if proven != code.challenge || of("redirect_uri") != code.redirect || of("grant_type") != "authorization_code" {
        return refuse("invalid_grant");
    }
    let mut answer = json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 300 });
    if lie != Some(Lie::Silence) {
        let now = (house.now)() / 1000;
        match word::speak(&house.issuer(), &code.visitor, code.nonce.as_deref(), now, lie) {
            Ok(word) => answer["id_token"] = word.into(),
            Err(error) => {
                tracing::error!(%error, "the simulated issuer cannot sign");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
    }
    Json(answer).into_response()
}

/// As a form writes it: RFC 6749, 2.3.1.
fn encoded(text: &str) -> String {
    text.replace(' ', "+")
}
