//! The one way from "who they are is proven" to a session. A proof's own action begins a transaction, uses up whatever
//! proved it there, and hands the transaction over; what is refused here rolls it back, so that a mailed link whose reader
//! still has to type a code is not used up by the first try.

use platform::{Fault, Result, Tx};
use uuid::Uuid;

use super::{
    attempts::{self, Attempt, Method, Outcome},
    devices, error,
    jobs::enqueue_new_device,
    locks::{self, LockKey},
    person::{Person, find_locked},
    totp,
};
use crate::{
    People, accounts,
    sessions::{Device, NewSession, PersonKind, Proven, TokenPair, open_session},
};

/// What proved who somebody is.
#[derive(Clone, Copy)]
pub(crate) enum Proof<'a> {
    /// A password that belongs to this stored hash; refused when another one is stored by now.
    Password {
        /// The hash that it was compared with.
        hash: &'a str,
    },
    /// A mailed link, used up in the transaction.
    Link,
    /// A passkey that checked its holder, which is two factors in one.
    Passkey,
    /// Another house that knows them.
    Oidc,
}

impl Proof<'_> {
    const fn method(self) -> Method {
        match self {
            Self::Password { .. } => Method::Password,
            Self::Link => Method::Link,
            Self::Passkey => Method::Passkey,
            Self::Oidc => Method::Oidc,
        }
    }
    const fn is_two_factors(self) -> bool {
        matches!(self, Self::Passkey)
    }
}

/// What came along beside the proof.
#[derive(Clone, Copy, Default)]
pub(crate) struct SecondFactor<'a> {
    /// From an authenticator app.
    pub code: Option<&'a str>,
    /// From the printed list.
    pub backup_code: Option<&'a str>,
}

/// Somebody whose first proof holds.
#[derive(Clone, Copy)]
pub(crate) struct SignIn<'a> {
    /// The session to open, which also says who.
    pub session: NewSession,
    pub proof: Proof<'a>,
    pub second: SecondFactor<'a>,
    pub device: &'a Device,
}

/// Signed in, once the transaction is committed.
pub(crate) struct Completed {
    pub tx: Tx,
    pub tokens: TokenPair,
}

/// Why a proven person does not get in.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    PasswordChanged,
    Suspended,
    Locked(kernel::Timestamp),
    CodeRequired,
    WrongCode,
}

/// Completes a sign-in: lock, suspension, second factor, record, device, session. The caller adds what is particular to
/// its side, and commits.
pub(crate) async fn complete_sign_in(people: &People, mut tx: Tx, sign_in: SignIn<'_>) -> Result<Completed> {
    let (kind, id) = sign_in.session.person();
    let person = find_locked(&tx, kind, id).await?.ok_or_else(accounts::error::invalid_credentials)?;
    let known_device = devices::find_known(people, tx.conn(), &person, sign_in.device).await?;
    let attempt = Attempt {
        realm: person.realm,
        email: person.email.as_deref().unwrap_or_default(),
        person: Some(&person),
        method: sign_in.proof.method(),
        device: sign_in.device,
        known_device,
    };
    if let Some(refusal) = check(people, &tx, &person, &attempt, &sign_in).await? {
        // A mailed link is given back before the failure is written down. A password uses nothing up, so the failure is
        // written while the person is still locked: guesses at a code come one after the other, however many are sent.
        let tx = match sign_in.proof {
            Proof::Password { .. } => tx,
            Proof::Link | Proof::Passkey | Proof::Oidc => {
                drop(tx);
                people.db().begin().await?
            }
        };
        let methods = totp::methods_of(&tx, &person).await?;
        return Err(refuse(tx, &attempt, &person, refusal, methods).await?);
    }
    if let (Method::Password, Some(email)) = (attempt.method, person.email.as_deref()) {
        locks::clear(&tx, LockKey::password(person.realm, email, known_device)).await?;
    }
    attempts::record(&tx, &attempt, Outcome::SignedIn).await?;
    let opened = Opening { new: sign_in.session, device: sign_in.device, known_device };
    let (tokens, is_new) = begin_session(people, &mut tx, opened, sign_in.proof.is_two_factors()).await?;
    if is_new {
        enqueue_new_device(&mut tx, &person, sign_in.device).await?;
    }
    Ok(Completed { tx, tokens })
}

/// Opens the first session of somebody who has just signed up; there is nothing to check yet.
pub async fn open_first_session(people: &People, tx: &mut Tx, new: NewSession, device: &Device) -> Result<TokenPair> {
    let opening = Opening { new, device, known_device: None };
    Ok(begin_session(people, tx, opening, false).await?.0)
}

/// A session to be opened, and on what.
struct Opening<'a> {
    new: NewSession,
    device: &'a Device,
    known_device: Option<Uuid>,
}

async fn begin_session(
    people: &People,
    tx: &mut Tx,
    opening: Opening<'_>,
    two_factors: bool,
) -> Result<(TokenPair, bool)> {
    let Opening { new, device, known_device } = opening;
    let (kind, person) = new.person();
    let remembered = devices::remember(people, tx, kind, person, device, known_device).await?;
    let proven = Proven { two_factors, at: Some(tx.now()) };
    let mut tokens = open_session(people, tx, new, device, proven).await?;
    tokens.device_token = Some(remembered.token);
    Ok((tokens, remembered.is_new))
}

async fn check(
    people: &People,
    tx: &Tx,
    person: &Person,
    attempt: &Attempt<'_>,
    sign_in: &SignIn<'_>,
) -> Result<Option<Refusal>> {
    if let Proof::Password { hash } = sign_in.proof {
        // A reset came between the look at the password and this transaction.
        if person.password_hash.as_deref() != Some(hash) {
            return Ok(Some(Refusal::PasswordChanged));
        }
        let key = LockKey::password(attempt.realm, attempt.email, attempt.known_device);
        if let Some(until) = locks::find_lock(people.db(), tx.conn(), key).await? {
            return Ok(Some(Refusal::Locked(until)));
        }
    }
    if person.suspended_at.is_some() {
        return Ok(Some(Refusal::Suspended));
    }
    let is_enough = person.two_factor_enabled_at.is_none() || sign_in.proof.is_two_factors();
    if is_enough {
        return Ok(None);
    }
    check_second_factor(people, tx, person, attempt, sign_in.second).await
}

async fn check_second_factor(
    people: &People,
    tx: &Tx,
    person: &Person,
    attempt: &Attempt<'_>,
    second: SecondFactor<'_>,
) -> Result<Option<Refusal>> {
    if second.code.is_none() && second.backup_code.is_none() {
        return Ok(Some(Refusal::CodeRequired));
    }
    let key = LockKey::second_factor(person, attempt.known_device);
    if let Some(until) = locks::find_lock(people.db(), tx.conn(), key).await? {
        return Ok(Some(Refusal::Locked(until)));
    }
    let right = match (second.code, second.backup_code) {
        (Some(code), _) => totp::use_code(people, tx, person, code).await?,
        (None, Some(code)) => totp::use_backup_code(tx, person, code).await?,
        (None, None) => false,
    };
    if !right {
        return Ok(Some(Refusal::WrongCode));
    }
    locks::clear(tx, key).await?;
    Ok(None)
}

/// Counts and writes down why a proven person did not get in; gives what they are told.
async fn refuse(
    tx: Tx,
    attempt: &Attempt<'_>,
    person: &Person,
    refusal: Refusal,
    methods: &[&'static str],
) -> Result<Fault> {
    let now = tx.now();
    let (outcome, problem) = match refusal {
        Refusal::PasswordChanged => (Outcome::WrongPassword, accounts::error::invalid_credentials()),
        Refusal::Suspended => (Outcome::Suspended, accounts::error::suspended()),
        Refusal::Locked(until) => (Outcome::Locked, error::locked(until, now)),
        Refusal::CodeRequired => (Outcome::CodeRequired, error::two_factor_required(methods)),
        Refusal::WrongCode => {
            let key = LockKey::second_factor(person, attempt.known_device);
            match locks::count_failure(&tx, key).await? {
                Some(until) => (Outcome::Locked, error::locked(until, now)),
                None => (Outcome::WrongCode, error::wrong_second_factor(methods)),
            }
        }
    };
    attempts::record(&tx, attempt, outcome).await?;
    tx.commit().await?;
    Ok(problem.into())
}

/// Refuses at once when the address is locked and the device is not a known one, before a password is looked at.
pub(crate) async fn check_not_locked(people: &People, attempt: &mut Attempt<'_>) -> Result<()> {
    let db = people.db();
    if let Some(person) = attempt.person {
        attempt.known_device = devices::find_known(people, db.read(), person, attempt.device).await?;
    }
    let key = LockKey::password(attempt.realm, attempt.email, attempt.known_device);
    let Some(until) = locks::find_lock(db, db.read(), key).await? else { return Ok(()) };
    let tx = db.begin().await?;
    attempts::record(&tx, attempt, Outcome::Locked).await?;
    let problem = error::locked(until, tx.now());
    tx.commit().await?;
    Err(problem.into())
}

/// Counts and writes down a wrong password, or any password for nobody; gives what the visitor is told, which is the same.
pub(crate) async fn refuse_wrong_password(people: &People, attempt: &Attempt<'_>) -> Result<Fault> {
    let tx = people.db().begin().await?;
    let key = LockKey::password(attempt.realm, attempt.email, attempt.known_device);
    let (outcome, problem) = match locks::count_failure(&tx, key).await? {
        Some(until) => (Outcome::Locked, error::locked(until, tx.now())),
        None => (Outcome::WrongPassword, accounts::error::invalid_credentials()),
    };
    attempts::record(&tx, attempt, outcome).await?;
    tx.commit().await?;
    Ok(problem.into())
}

/// Lets somebody who is signed in prove once more who they are; wrong answers are counted and end in a lock of their own.
pub(crate) struct Inside<'a> {
    people: &'a People,
    key: LockKey,
}

impl<'a> Inside<'a> {
    /// Refused while locked.
    pub(crate) async fn enter(people: &'a People, person: &Person) -> Result<Self> {
        let key = LockKey::inside(person);
        match locks::find_lock(people.db(), people.db().read(), key).await? {
            Some(until) => Err(error::locked(until, people.world().now()).into()),
            None => Ok(Self { people, key }),
        }
    }
    /// Counts a wrong answer; gives what to say.
    pub(crate) async fn refuse(&self, field: &str) -> Result<Fault> {
        let tx = self.people.db().begin().await?;
        let problem = match locks::count_failure(&tx, self.key).await? {
            Some(until) => error::locked(until, tx.now()),
            None => error::wrong(field),
        };
        tx.commit().await?;
        Ok(problem.into())
    }
    /// Everything was right, unless a lock came meanwhile.
    pub(crate) async fn succeed(&self, tx: &Tx) -> Result<()> {
        if let Some(until) = locks::find_lock(self.people.db(), tx.conn(), self.key).await? {
            return Err(error::locked(until, tx.now()).into());
        }
        locks::clear(tx, self.key).await
    }
}

/// Forgets every count of failures about a person; their address was proven by mail.
pub(super) async fn clear_locks(tx: &Tx, person: &Person) -> Result<()> {
    if let Some(email) = person.email.as_deref() {
        locks::clear(tx, LockKey::password(person.realm, email, None)).await?;
    }
    locks::clear(tx, LockKey::inside(person)).await
}

/// The kind and id of whoever a session is for.
impl NewSession {
    pub(crate) const fn person(&self) -> (PersonKind, Uuid) {
        match self {
            Self::User { id, .. } => (PersonKind::User, id.uuid()),
            Self::Customer { id, .. } => (PersonKind::Customer, id.uuid()),
        }
    }
}
