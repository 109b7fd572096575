//! What protects a customer's account, over HTTP: as for users (`accounts/http_security.rs`), and every call without a token
//! names the business by its invite code or its label.

use axum::extract::State;
use http::HeaderMap;
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, CustomerAuth, Data, Form, Params, routes},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::find_named;
use crate::{
    People,
    sessions::{Device, PersonKind, cookies::find_device},
    signin::{
        Realm,
        actions::{self, PasswordChange, ProofAgain, ResetPassword},
        shapes::{
            BackupCodes, ChangePasswordBody, CodeBody, FreshProof, HistoryQuery, LoginHistory, ProofBody,
            TwoFactorSetup, TwoFactorState, TwoFactorStatus,
        },
    },
    tenants::find_by_code_or_slug,
};

const KIND: PersonKind = PersonKind::Customer;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(forgot_password))
        .routes(routes!(reset_password))
        .routes(routes!(change_password))
        .routes(routes!(send_verification))
        .routes(routes!(verify_email))
        .routes(routes!(two_factor_status))
        .routes(routes!(two_factor_setup))
        .routes(routes!(two_factor_verify))
        .routes(routes!(two_factor_disable))
        .routes(routes!(two_factor_backup_codes))
        .routes(routes!(login_history))
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerForgotPasswordBody {
    invite_code: String,
    email: String,
}

/// Mails a link and a code that set a new password, if the address is known; the answer is always the same.
#[utoipa::path(post, path = "/api/customers/auth/forgot-password", tag = "customers", request_body = CustomerForgotPasswordBody,
    responses((status = 200, body = Data<Value>), (status = 404), (status = 422), (status = 429)))]
async fn forgot_password(
    State(people): State<People>,
    Body(body): Body<CustomerForgotPasswordBody>,
) -> Result<Data<Value>> {
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    actions::forgot_password(&people, Realm::Customers(tenant.id), &body.email).await?;
    Ok(Data::new(json!({})).message("If this address is known here, a mail with a link and a code is on its way."))
}

/// A new password, with the link's `token` or with `inviteCode`, `email` and `code`. `newPassword` is the same as `password`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerResetPasswordBody {
    invite_code: Option<String>,
    token: Option<String>,
    email: Option<String>,
    code: Option<String>,
    password: Option<String>,
    new_password: Option<String>,
}

/// Sets a new password by what was mailed; every session ends, every lock is lifted.
#[utoipa::path(post, path = "/api/customers/auth/reset-password", tag = "customers", request_body = CustomerResetPasswordBody,
    responses((status = 200, body = Data<Value>), (status = 400, description = "`INVALID_RESET_TOKEN`"), (status = 422),
        (status = 429)))]
async fn reset_password(
    State(people): State<People>,
    client: ClientInfo,
    Form { sent: body, unread }: Form<CustomerResetPasswordBody>,
) -> Result<Data<Value>> {
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    let request = ResetPassword {
        kind: KIND,
        realm: tenant.map(Realm::Customers),
        token: body.token.as_deref(),
        email: body.email.as_deref(),
        code: body.code.as_deref(),
        password: body.password.as_deref().or(body.new_password.as_deref()),
        unread,
        device: Device::from(&client),
    };
    actions::reset_password(&people, request).await?;
    Ok(Data::new(json!({})).message("Your new password is set. Sign in with it."))
}

/// Changes one's own password; the other sessions end, this one stays.
#[utoipa::path(put, path = "/api/customers/auth/password", tag = "customers", security(("bearer" = [])),
    request_body = ChangePasswordBody,
    responses((status = 200, body = Data<Value>), (status = 401),
        (status = 403, description = "`SIGN_IN_AGAIN`: a first password is set within ten minutes after a sign-in"),
        (status = 422, description = "`currentPassword`: `WRONG`; `newPassword`: `UNCHANGED`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn change_password(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Form { sent: body, unread }: Form<ChangePasswordBody>,
) -> Result<Data<Value>> {
    let device = find_device(KIND, &client, &headers, None);
    let current = body.current_password.as_deref();
    let change = PasswordChange { current, new: &body.new_password, unread };
    actions::change_password(&people, &caller, change, &device).await?;
    Ok(Data::new(json!({})).message("Your password is changed. Other devices were signed out."))
}

/// Mails a link that proves one's own address.
#[utoipa::path(post, path = "/api/customers/auth/send-verification", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<Value>), (status = 401), (status = 429)))]
async fn send_verification(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<Value>> {
    actions::send_verification(&people, &caller).await?;
    Ok(Data::new(json!({})).message("A mail with a link is on its way, unless the address is confirmed already."))
}

/// The secret of a mailed link. When the business is named too, the link must be one of its own.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerVerifyEmailBody {
    token: String,
    invite_code: Option<String>,
}

/// Proves an address by the link that was mailed to it, once.
#[utoipa::path(post, path = "/api/customers/auth/verify-email", tag = "customers", request_body = CustomerVerifyEmailBody,
    responses((status = 200, body = Data<Value>), (status = 400, description = "`INVALID_VERIFICATION_TOKEN`"),
        (status = 422), (status = 429)))]
async fn verify_email(
    State(people): State<People>,
    client: ClientInfo,
    Body(body): Body<CustomerVerifyEmailBody>,
) -> Result<Data<Value>> {
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    actions::verify_email(&people, KIND, tenant, &body.token, &Device::from(&client)).await?;
    Ok(Data::new(json!({})).message("Your e-mail address is confirmed."))
}

/// How one's own account is protected.
#[utoipa::path(get, path = "/api/customers/auth/2fa/status", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<TwoFactorStatus>), (status = 401)))]
async fn two_factor_status(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
) -> Result<Data<TwoFactorStatus>> {
    Ok(Data::new(actions::show_status(&people, &caller).await?))
}

/// Makes a secret for an authenticator app, and backup codes. They count once a first code confirmed them. Ten minutes
/// after the sign-in and later the account's password is asked for once more.
#[utoipa::path(post, path = "/api/customers/auth/2fa/setup", tag = "customers", security(("bearer" = [])),
    request_body = FreshProof,
    responses((status = 200, body = Data<TwoFactorSetup>), (status = 401),
        (status = 403, description = "`SIGN_IN_AGAIN`: there is no password to ask for"),
        (status = 409, description = "`TWO_FACTOR_ALREADY_ENABLED`"),
        (status = 422, description = "`password`: `REQUIRED`, `WRONG`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn two_factor_setup(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Body(body): Body<FreshProof>,
) -> Result<Data<TwoFactorSetup>> {
    Ok(Data::new(actions::set_up(&people, &caller, body.again(), &Device::from(&client)).await?))
}

/// Turns two-step sign-in on by a first code.
#[utoipa::path(post, path = "/api/customers/auth/2fa/verify", tag = "customers", security(("bearer" = [])), request_body = CodeBody,
    responses((status = 200, body = Data<TwoFactorState>), (status = 401),
        (status = 409, description = "`TWO_FACTOR_ALREADY_ENABLED`, `TWO_FACTOR_NOT_ENABLED`"),
        (status = 422, description = "`code`: `WRONG`"), (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn two_factor_verify(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Body(body): Body<CodeBody>,
) -> Result<Data<TwoFactorState>> {
    actions::confirm(&people, &caller, &body.code, &Device::from(&client)).await?;
    Ok(Data::new(TwoFactorState { enabled: true }).message("From now on a code is asked for when you sign in."))
}

/// Turns two-step sign-in off. `code` may be a backup code.
#[utoipa::path(post, path = "/api/customers/auth/2fa/disable", tag = "customers", security(("bearer" = [])), request_body = ProofBody,
    responses((status = 200, body = Data<TwoFactorState>), (status = 401),
        (status = 409, description = "`TWO_FACTOR_NOT_ENABLED`"), (status = 422, description = "`password`, `code`: `WRONG`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn two_factor_disable(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Form { sent: body, unread }: Form<ProofBody>,
) -> Result<Data<TwoFactorState>> {
    let proof = ProofAgain { password: body.password.as_deref(), code: &body.code, unread };
    actions::disable(&people, &caller, proof, &Device::from(&client)).await?;
    Ok(Data::new(TwoFactorState { enabled: false }).message("No code is asked for any more when you sign in."))
}

/// Makes ten fresh backup codes; the old ones are void.
#[utoipa::path(post, path = "/api/customers/auth/2fa/backup-codes", tag = "customers", security(("bearer" = [])),
    request_body = ProofBody,
    responses((status = 200, body = Data<BackupCodes>), (status = 401),
        (status = 409, description = "`TWO_FACTOR_NOT_ENABLED`"), (status = 422, description = "`password`, `code`: `WRONG`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn two_factor_backup_codes(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Form { sent: body, unread }: Form<ProofBody>,
) -> Result<Data<BackupCodes>> {
    let proof = ProofAgain { password: body.password.as_deref(), code: &body.code, unread };
    Ok(Data::new(actions::renew_backup_codes(&people, &caller, proof, &Device::from(&client)).await?))
}

/// The attempts to sign in to one's own account, newest first.
#[utoipa::path(get, path = "/api/customers/auth/login-history", tag = "customers", security(("bearer" = [])), params(HistoryQuery),
    responses((status = 200, body = Data<LoginHistory>), (status = 401), (status = 422)))]
async fn login_history(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    Params(query): Params<HistoryQuery>,
) -> Result<Data<LoginHistory>> {
    Ok(Data::new(actions::list_attempts(&people, &caller, &query).await?))
}
