//! What is limited, and whose requests are counted together.

use std::net::{IpAddr, Ipv6Addr};

use uuid::Uuid;

use crate::{
    config::{Quota, Quotas},
    crypto::keyed_digest,
};

/// How much of an IPv6 address names a household: one subscriber has a whole /64 to choose from.
const IPV6_PREFIX_BITS: u32 = 64;

/// A named limit. Several share a name where the contract gives one name several numbers and no request counts against two
/// of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Signing up and in, codes and links, by address and by account.
    Auth,
    /// Anything of one user or customer.
    Api,
    /// Anything of one API key.
    ApiKey,
    /// Anything of one address without a credential.
    Anonymous,
    /// Exports and imports of one person.
    Strict,
    /// Acts on the team by one person.
    Team,
    /// Messages of one sender, by REST and sockets together.
    Messages,
    /// Events stated for one business.
    Events,
    /// Events stated by one user.
    EventsOfUser,
}

impl Policy {
    /// All of them, each at its own place in [`super::Limits`].
    pub const ALL: [Self; 9] = [
        Self::Auth,
        Self::Api,
        Self::ApiKey,
        Self::Anonymous,
        Self::Strict,
        Self::Team,
        Self::Messages,
        Self::Events,
        Self::EventsOfUser,
    ];

    /// As clients see it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Api | Self::ApiKey | Self::Anonymous => "api",
            Self::Strict => "strict",
            Self::Team => "team",
            Self::Messages => "messages",
            Self::Events => "events",
            // One answer may name both, and a name stands for one quota there.
            Self::EventsOfUser => "events-user",
        }
    }

    /// Where its counts are kept apart from others', also in Redis.
    pub(super) const fn place(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Api => "api",
            Self::ApiKey => "key",
            Self::Anonymous => "anon",
            Self::Strict => "strict",
            Self::Team => "team",
            Self::Messages => "msg",
            Self::Events => "ev",
            Self::EventsOfUser => "evu",
        }
    }

    pub(super) const fn quota(self, of: &Quotas) -> Quota {
        match self {
            Self::Auth => of.auth,
            Self::Api => of.api,
            Self::ApiKey => of.api_key,
            Self::Anonymous => of.anonymous,
            Self::Strict => of.strict,
            Self::Team => of.team,
            Self::Messages => of.messages,
            Self::Events => of.events,
            Self::EventsOfUser => of.events_user,
        }
    }
}

/// Whose requests are counted together: 17 bytes, whatever it stands for, so that nobody can make a key large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) kind: u8,
    pub(super) id: u128,
}

impl Key {
    /// Of a user, a customer, a business or an API key: ids are never given twice.
    pub const fn row(id: Uuid) -> Self {
        Self { kind: b'r', id: id.as_u128() }
    }

    /// Of a network address; IPv6 by its /64, IPv4 by itself however it is written.
    pub fn address(address: IpAddr) -> Self {
        let id = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
            IpAddr::V6(v6) => Ipv6Addr::to_bits(v6) & (u128::MAX << (u128::BITS - IPV6_PREFIX_BITS)),
        };
        Self { kind: b'a', id }
    }

    /// Of something that a client wrote, such as the account it wants to open. `among` keeps equal texts of different
    /// meaning apart.
    pub fn text(among: &str, text: &str) -> Self {
        let digest = keyed_digest(among.as_bytes(), text);
        let id = digest.iter().take(16).fold(0, |id, byte| (id << 8) | u128::from(*byte));
        Self { kind: b't', id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_address() {
        let of = |text: &str| Key::address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    #[test]
    fn one_text_in_two_meanings_is_two() {
        assert_ne!(Key::text("user", "ann@example.com"), Key::text("customer", "ann@example.com"));
        assert_eq!(Key::text("user", "ann@example.com"), Key::text("user", "ann@example.com"));
    }
}
