//! A customer's own address over HTTP: as for users (`http.rs`), and a link may be held to a business by its invite code or
//! label.

use axum::extract::State;
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, CustomerAuth, Data, Form, routes},
};

use super::{
    actions::{self, NewAddress},
    body::{ChangeEmailBody, ConfirmedAddress, CustomerAddressLinkBody, OwnAddress, RestoredAddress},
};
use crate::{
    People,
    customers::http::find_named,
    sessions::{Device, PersonKind},
    signin::actions::Again,
};

const KIND: PersonKind = PersonKind::Customer;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(own_email, change_email, keep_email))
        .routes(routes!(confirm_email))
        .routes(routes!(restore_email))
}

/// One's own address, and the one that waits to be confirmed.
#[utoipa::path(get, path = "/api/customers/auth/email", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<OwnAddress>), (status = 401)))]
async fn own_email(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<OwnAddress>> {
    Ok(Data::new(actions::show_own(&people, &caller).await?))
}

/// Asks for another address, or for a first one: a link is mailed there, and it counts once the link was followed. Ten minutes
/// after the sign-in and later the account's password is asked for once more. The answer is the same when the address is
/// somebody else's, who gets no mail.
#[utoipa::path(post, path = "/api/customers/auth/email", tag = "customers", security(("bearer" = [])),
    request_body = ChangeEmailBody,
    responses((status = 200, body = Data<OwnAddress>), (status = 401),
        (status = 403, description = "`SIGN_IN_AGAIN`: there is no password to ask for"),
        (status = 422, description = "`email`: `INVALID_EMAIL`, `UNCHANGED`; `password`, `code`: `REQUIRED`, `WRONG`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"),
        (status = 429, description = "Also `TOO_MANY_ADDRESS_CHANGES`, with `Retry-After`")))]
async fn change_email(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Form { sent, unread }: Form<ChangeEmailBody>,
) -> Result<Data<OwnAddress>> {
    let again = Again { password: sent.password.as_deref(), code: sent.code.as_deref() };
    let wish = NewAddress { email: &sent.email, again, unread };
    let own = actions::ask_for(&people, &caller, wish, &Device::from(&client)).await?;
    Ok(Data::new(own).message("If this address is free, a mail with a link is on its way to it."))
}

/// Keeps the address that one has: the link that was mailed to another one is void.
#[utoipa::path(delete, path = "/api/customers/auth/email", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<OwnAddress>), (status = 401)))]
async fn keep_email(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<OwnAddress>> {
    Ok(Data::new(actions::forget_asked(&people, &caller).await?).message("Your address stays as it is."))
}

/// Confirms a new address by the link that was mailed to it, once. The address before is told, and can take it back.
#[utoipa::path(post, path = "/api/customers/auth/email/confirm", tag = "customers", request_body = CustomerAddressLinkBody,
    responses((status = 200, body = Data<ConfirmedAddress>), (status = 400, description = "`INVALID_ADDRESS_LINK`"),
        (status = 409, description = "`EMAIL_EXISTS`: somebody else took it meanwhile"), (status = 422), (status = 429)))]
async fn confirm_email(
    State(people): State<People>,
    client: ClientInfo,
    Body(body): Body<CustomerAddressLinkBody>,
) -> Result<Data<ConfirmedAddress>> {
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    let email = actions::confirm(&people, KIND, tenant, &body.token, &Device::from(&client)).await?;
    Ok(Data::new(ConfirmedAddress { email }).message("This is your address now. Sign in with it from here on."))
}

/// Takes a change back by the link that was mailed to the address before: every session ends, and whatever else opened the
/// account is void. A new password is set by `resetToken`.
#[utoipa::path(post, path = "/api/customers/auth/email/restore", tag = "customers", request_body = CustomerAddressLinkBody,
    responses((status = 200, body = Data<RestoredAddress>), (status = 400, description = "`INVALID_ADDRESS_LINK`"),
        (status = 409, description = "`EMAIL_EXISTS`"), (status = 422), (status = 429)))]
async fn restore_email(
    State(people): State<People>,
    client: ClientInfo,
    Body(body): Body<CustomerAddressLinkBody>,
) -> Result<Data<RestoredAddress>> {
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    let restored = actions::restore(&people, KIND, tenant, &body.token, &Device::from(&client)).await?;
    Ok(Data::new(restored).message("Your address is yours again. Choose a new password now."))
}
