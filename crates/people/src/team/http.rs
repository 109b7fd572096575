//! The team over HTTP: members, roles, invitations, and the page that an invitation leads to.

use axum::extract::{Path, State};
use http::HeaderMap;
use kernel::{Id, Role, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, Data, Form, MaybeAuth, PathId, UserAuth, routes},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    access::{list_team, show_invitation},
    actions::{self, Accept, HandOver, Invite, check_may_change},
    model::{InvitationPage, InvitationState, InvitationView, NewInvitation, TeamList},
    roles::{RolesTable, roles_table},
};
use crate::{
    People,
    accounts::UserSignedIn,
    sessions::{
        PersonKind,
        cookies::{self, WithCookie},
    },
    signin::SecondFactor,
};

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(team))
        .routes(routes!(roles))
        .routes(routes!(invite))
        .routes(routes!(resend))
        .routes(routes!(withdraw))
        .routes(routes!(transfer))
        .routes(routes!(change_role, remove))
        .routes(routes!(invitation))
        .routes(routes!(accept))
}

/// Members and open invitations, for managers and up.
#[utoipa::path(get, path = "/api/team", tag = "team", security(("bearer" = [])),
    responses((status = 200, body = Data<TeamList>), (status = 401), (status = 403)))]
async fn team(State(people): State<People>, UserAuth(caller): UserAuth) -> Result<Data<TeamList>> {
    Ok(Data::new(list_team(&people, &caller).await?))
}

/// Every role and every right in words, for all members.
#[utoipa::path(get, path = "/api/team/roles", tag = "team", security(("bearer" = [])),
    responses((status = 200, body = Data<RolesTable>), (status = 401)))]
async fn roles(_caller: UserAuth) -> Data<RolesTable> {
    Data::new(roles_table())
}

/// Whom to invite.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct InviteBody {
    email: String,
    /// Not above one's own.
    #[schema(required = true, nullable = false)]
    role: Option<Role>,
    name: Option<String>,
}

/// Invites somebody by mail; the link is good for seven days.
#[utoipa::path(post, path = "/api/team/invitations", tag = "team", security(("bearer" = [])), request_body = InviteBody,
    responses((status = 201, body = Data<NewInvitation>), (status = 401), (status = 403),
        (status = 409, description = "`ALREADY_MEMBER`, `ALREADY_INVITED`, `TOO_MANY_INVITATIONS`"), (status = 422)))]
async fn invite(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Form { sent: body, unread }: Form<InviteBody>,
) -> Result<Created<Data<NewInvitation>>> {
    check_may_change(&caller)?;
    let wish = Invite { email: &body.email, role: body.role, name: body.name.as_deref(), unread };
    let row = actions::invite(&people, &caller, &client, wish).await?;
    let invitation = InvitationView::new(row, caller.name.to_string(), InvitationState::Open)?;
    Ok(Created(Data::new(NewInvitation { invitation })))
}

/// Mails an invitation again; the link before it is good no more.
#[utoipa::path(post, path = "/api/team/invitations/{id}/resend", tag = "team", security(("bearer" = [])),
    params(("id" = Id<id::Invitation>, Path)),
    responses((status = 200, body = Data<NewInvitation>), (status = 401), (status = 403), (status = 404)))]
async fn resend(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(invitation): PathId<id::Invitation>,
) -> Result<Data<NewInvitation>> {
    check_may_change(&caller)?;
    let row = actions::resend(&people, &caller, &client, invitation).await?;
    let invitation = InvitationView::new(row, caller.name.to_string(), InvitationState::Open)?;
    Ok(Data::new(NewInvitation { invitation }).message("The invitation was sent again."))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/team/invitations/{id}", tag = "team", security(("bearer" = [])),
    params(("id" = Id<id::Invitation>, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404)))]
async fn withdraw(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(invitation): PathId<id::Invitation>,
) -> Result<Data<Value>> {
    check_may_change(&caller)?;
    actions::withdraw(&people, &caller, &client, invitation).await?;
    Ok(Data::new(json!({})).message("The invitation was withdrawn."))
}

/// The new role.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleBody {
    role: Role,
}

/// Gives a member another role. Their sockets are closed, so that they come back with their new rights.
#[utoipa::path(put, path = "/api/team/{userId}", tag = "team", security(("bearer" = [])), request_body = RoleBody,
    params(("userId" = Id<id::User>, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`LAST_OWNER`"), (status = 422)))]
async fn change_role(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(user): PathId<id::User>,
    Body(body): Body<RoleBody>,
) -> Result<Data<Value>> {
    check_may_change(&caller)?;
    actions::change_role(&people, &caller, &client, user, body.role).await?;
    Ok(Data::new(json!({})).message("The role was changed."))
}

/// Takes a member out of the team, or leaves it oneself. Their sessions here end at once.
#[utoipa::path(delete, path = "/api/team/{userId}", tag = "team", security(("bearer" = [])),
    params(("userId" = Id<id::User>, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`LAST_OWNER`")))]
async fn remove(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(user): PathId<id::User>,
) -> Result<Data<Value>> {
    actions::remove(&people, &caller, &client, user).await?;
    Ok(Data::new(json!({})).message("The member was removed."))
}

/// Who shall own the business.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TransferBody {
    user_id: Id<id::User>,
    /// One's own.
    password: String,
    /// From the authenticator app, or a backup code; needed where two-step sign-in is on.
    code: Option<String>,
}

/// Makes another member the owner; the old one becomes an admin. For owners, with their password, and a code where their account asks for one.
#[utoipa::path(post, path = "/api/team/transfer", tag = "team", security(("bearer" = [])), request_body = TransferBody,
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 422, description = "`password`, `code`: `WRONG`; `code`: `REQUIRED`"), (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn transfer(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<TransferBody>,
) -> Result<Data<Value>> {
    check_may_change(&caller)?;
    let proof = HandOver { password: &body.password, code: body.code.as_deref() };
    actions::transfer(&people, &caller, &client, body.user_id, proof).await?;
    Ok(Data::new(json!({})).message("The business has a new owner."))
}

/// What the link of an invitation leads to.
#[utoipa::path(get, path = "/api/invitations/{token}", tag = "team", params(("token" = String, Path)),
    responses((status = 200, body = Data<InvitationPage>), (status = 400, description = "`INVALID_INVITATION`")))]
async fn invitation(State(people): State<People>, Path(token): Path<String>) -> Result<Data<InvitationPage>> {
    Ok(Data::new(show_invitation(&people, &token).await?))
}

/// Name and a new password are for those without an account; the password of their account, and a code where it asks for
/// one, for those who have one and are not signed in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AcceptBody {
    token: String,
    name: Option<String>,
    password: Option<String>,
    code: Option<String>,
    backup_code: Option<String>,
}

/// Joins the team: with a new account, or with that of the invited address, signed in or by its password. Answers like a
/// sign-in.
#[utoipa::path(post, path = "/api/invitations/accept", tag = "team", security((), ("bearer" = [])),
    request_body = AcceptBody,
    responses((status = 200, body = Data<UserSignedIn>), (status = 400, description = "`INVALID_INVITATION`"),
        (status = 401, description = "`INVALID_CREDENTIALS`, `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE`"),
        (status = 403, description = "`INVITATION_FOR_ANOTHER`, `ACCOUNT_SUSPENDED`"),
        (status = 409, description = "`EMAIL_EXISTS`: sign in first, or give the password; `ALREADY_MEMBER`"), (status = 422),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`")))]
async fn accept(
    State(people): State<People>,
    MaybeAuth(caller): MaybeAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<AcceptBody>,
) -> Result<WithCookie<Data<UserSignedIn>>> {
    let second = SecondFactor { code: body.code.as_deref(), backup_code: body.backup_code.as_deref() };
    let (name, password) = (body.name.as_deref(), body.password.as_deref());
    let sent = Accept { token: &body.token, name, password, second };
    let device = cookies::find_device(PersonKind::User, &client, &headers, None);
    let done = actions::accept(&people, caller.as_ref(), sent, &device).await?;
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), PersonKind::User, &tokens, Data::new(done))
}
