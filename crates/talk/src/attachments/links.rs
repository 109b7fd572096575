//! Links that carry their own credential, because `<img>` and `<audio>` cannot send headers. A token names the file, the
//! reader and the reader's session, holds for ten minutes and no longer than that session, and opens nothing else; whether
//! the reader may still see the conversation is asked again when it is used.

use std::time::Duration;

use kernel::{Caller, Id, Principal, Problem, Role, Timestamp, id};
use people::{People, sessions::find_live_caller};
use platform::{Fault, crypto::Crypto};
use uuid::Uuid;

use super::Reader;

/// How long a link works.
pub const LINK_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Keeps these tokens apart from all others that the same key signs.
const PURPOSE: &str = "attachment";
/// File, business, person and session: 16 bytes each; and one for what the person is.
const PAYLOAD_BYTES: usize = 65;

/// A token for this reader and this file.
pub fn sign(crypto: &Crypto, reader: &Reader, file: Id<id::Attachment>, now: Timestamp) -> String {
    let (kind, person) = match reader.principal {
        Principal::Customer { id } => (0, id.uuid()),
        Principal::User { id, role } => (1 + role_number(role), id.uuid()),
    };
    let mut payload = Vec::with_capacity(PAYLOAD_BYTES);
    for part in [file.uuid(), reader.tenant.uuid(), person, reader.session.uuid()] {
        payload.extend_from_slice(part.as_bytes());
    }
    payload.push(kind);
    crypto.sign_short(PURPOSE, &payload, now.plus(LINK_LIFETIME))
}

/// Who may load this file with the token: 401 when it is not good, or good for another file.
pub fn verify(crypto: &Crypto, token: &str, file: Id<id::Attachment>) -> Result<Reader, Problem> {
    let payload = crypto.verify_short(PURPOSE, token).map_err(|_| Problem::unauthorized())?;
    let payload: [u8; PAYLOAD_BYTES] = payload.try_into().map_err(|_| Problem::unauthorized())?;
    let part = |at: usize| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&payload[at..at + 16]);
        Uuid::from_bytes(bytes)
    };
    if part(0) != file.uuid() {
        return Err(Problem::unauthorized());
    }
    let principal = match payload[64] {
        0 => Principal::Customer { id: Id::from_uuid(part(32)) },
        kind => {
            Principal::User { id: Id::from_uuid(part(32)), role: role_of(kind - 1).ok_or_else(Problem::unauthorized)? }
        }
    };
    Ok(Reader { tenant: Id::from_uuid(part(16)), principal, session: Id::from_uuid(part(48)) })
}

/// The reader as the access door wants it, as long as their session is alive: with the role that they have now, and in
/// their own business. An operator who read along in another one gets the files of that.
pub(super) async fn access_as_reader(people: &People, reader: Reader) -> Result<Caller, Fault> {
    let live = find_live_caller(people, reader.session).await?;
    let live = live.filter(|caller| caller.person() == reader.person()).ok_or_else(Problem::unauthorized)?;
    if live.tenant == reader.tenant {
        return Ok(live);
    }
    if !live.operator {
        return Err(Problem::unauthorized().into());
    }
    Ok(Caller { tenant: reader.tenant, principal: reader.principal, ..live })
}

const fn role_number(role: Role) -> u8 {
    match role {
        Role::Staff => 0,
        Role::Manager => 1,
        Role::Admin => 2,
        Role::Owner => 3,
    }
}

fn role_of(number: u8) -> Option<Role> {
    [Role::Staff, Role::Manager, Role::Admin, Role::Owner].into_iter().find(|role| role_number(*role) == number)
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use kernel::{Clock, Entropy, World};
    use platform::crypto::PasswordParams;

    use super::*;

    struct Hand(AtomicI64);
    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }
    struct Sevens;
    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn crypto() -> (Crypto, Arc<Hand>) {
        let clock = Arc::new(Hand(AtomicI64::new(1_795_000_000_000)));
        let world = World::new(clock.clone(), Arc::new(Sevens));
        (Crypto::new(&[1; 32], &[2; 32], PasswordParams::default(), world), clock)
    }

    fn file(n: u128) -> Id<id::Attachment> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn a_link_names_its_reader_and_opens_one_file_for_ten_minutes() {
        let (crypto, clock) = crypto();
        let person = Id::from_uuid(Uuid::from_u128(5));
        let mut readers = vec![Principal::Customer { id: Id::from_uuid(Uuid::from_u128(4)) }];
        readers.extend(
            [Role::Staff, Role::Manager, Role::Admin, Role::Owner].map(|role| Principal::User { id: person, role }),
        );
        for principal in readers {
            let session = Id::from_uuid(Uuid::from_u128(6));
            let reader = Reader { tenant: Id::from_uuid(Uuid::from_u128(3)), principal, session };
            let token = sign(&crypto, &reader, file(9), clock.now());
            assert_eq!(verify(&crypto, &token, file(9)), Ok(reader));
            assert_eq!(verify(&crypto, &token, file(8)).map_err(|p| p.status), Err(401));
            let changed = format!("{}A", &token[..token.len() - 1]);
            assert!(token == changed || verify(&crypto, &changed, file(9)).is_err());
        }
        let reader = Reader {
            tenant: Id::from_uuid(Uuid::nil()),
            principal: Principal::Customer { id: Id::from_uuid(Uuid::nil()) },
            session: Id::from_uuid(Uuid::nil()),
        };
        let token = sign(&crypto, &reader, file(9), clock.now());
        clock.0.fetch_add(599_999, Ordering::Relaxed);
        assert!(verify(&crypto, &token, file(9)).is_ok());
        clock.0.fetch_add(1, Ordering::Relaxed);
        assert_eq!(verify(&crypto, &token, file(9)).map_err(|p| p.status), Err(401));
    }

    #[test]
    fn a_text_signed_for_something_else_opens_nothing() {
        let (crypto, clock) = crypto();
        let other = crypto.sign_short("manage", &[0; PAYLOAD_BYTES], clock.now().plus(LINK_LIFETIME));
        assert!(verify(&crypto, &other, file(0)).is_err());
        let short = crypto.sign_short(PURPOSE, &[0; 10], clock.now().plus(LINK_LIFETIME));
        assert!(verify(&crypto, &short, file(0)).is_err());
    }
}
