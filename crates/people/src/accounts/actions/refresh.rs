//! Renews a user's session and tells again who they are and where.

use kernel::Id;
use platform::Result;

use super::show::show_signed_in;
use crate::{
    People,
    accounts::model::UserSignedIn,
    sessions::{Device, PersonKind, actions::refresh_session},
};

pub(crate) async fn refresh(people: &People, refresh_token: &str, device: &Device) -> Result<UserSignedIn> {
    let renewed = refresh_session(people, PersonKind::User, refresh_token, None, device).await?;
    let user = Id::from_uuid(renewed.session.person);
    let (user, team) = show_signed_in(people, user, renewed.session.tenant).await?;
    Ok(UserSignedIn { user, team, tokens: renewed.pair })
}
