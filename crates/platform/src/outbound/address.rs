//! Which addresses strangers may name. Public means: routed on the open internet and belonging to nobody in particular here.
//! Everything that the registries of special-purpose addresses set aside (RFC 6890 and its successors) is refused, and so
//! are forms of IPv6 that carry an IPv4 address which would be refused by itself.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use ipnet::IpNet;

/// IPv4 networks that are not public, with the bits of their prefix.
const CLOSED_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // shared by carriers; also metadata of one cloud
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // metadata of one cloud, outside every special range
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local, metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24),  // AS112
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarking
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// Parts of 2000::/3, the only block given out to the public, that are not public.
const CLOSED_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments: Teredo, benchmarking, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

const fn is_in_v4(address: Ipv4Addr, net: (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ net.0.to_bits()) >> (32 - net.1) == 0
}
const fn is_in_v6(address: Ipv6Addr, net: (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ net.0.to_bits()) >> (128 - net.1) == 0
}

/// The IPv4 address that a connection to this IPv6 address reaches: mapped, or through NAT64 (RFC 6052).
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);
    let low = || Ipv4Addr::from_bits((address.to_bits() & u128::from(u32::MAX)) as u32);
    address.to_ipv4_mapped().or_else(|| is_in_v6(address, NAT64).then(low))
}

/// Whether an address is on the open internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !CLOSED_V4.iter().any(|net| is_in_v4(v4, *net)),
        IpAddr::V6(v6) => match carried_v4(v6) {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => v6.segments()[0] >> 13 == 1 && !CLOSED_V6.iter().any(|net| is_in_v6(v6, *net)),
        },
    }
}

/// A network that was written wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network such as 10.20.0.0/16 or fd00::/8")]
pub struct InvalidNet;

/// Networks that strangers may name although they are not public; the operator lists them.
#[derive(Debug, Clone, Default)]
pub struct AllowedNets(Arc<[IpNet]>);

impl AllowedNets {
    /// These.
    pub fn new(nets: &[AllowedNet]) -> Self {
        Self(nets.iter().map(|net| net.0).collect())
    }
    /// Whether strangers may name this address.
    pub fn admits(&self, address: IpAddr) -> bool {
        let reached = match address {
            IpAddr::V6(v6) => carried_v4(v6).map_or(address, IpAddr::V4),
            IpAddr::V4(_) => address,
        };
        is_public(address) || self.0.iter().any(|net| net.contains(&reached))
    }
}

/// One network, or one address, of the operator's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedNet(IpNet);

impl FromStr for AllowedNet {
    type Err = InvalidNet;
    fn from_str(text: &str) -> Result<Self, InvalidNet> {
        let one = |address: IpAddr| IpNet::from(address);
        text.parse().or_else(|_| text.parse().map(one)).map(Self).map_err(|_| InvalidNet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: [&str; 46] = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.0.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "5f00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
    ];
    const OPEN: [&str; 10] = [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.32.0.1",
        "198.20.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ];

    #[test]
    fn only_the_open_internet_is_public() {
        for text in CLOSED {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in OPEN {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn the_operator_can_open_single_networks() {
        let nets: Vec<AllowedNet> = ["10.20.0.0/16", "127.0.0.1"].iter().map(|t| t.parse().unwrap()).collect();
        let allowed = AllowedNets::new(&nets);
        for text in ["10.20.3.4", "127.0.0.1", "::ffff:10.20.3.4", "1.1.1.1"] {
            assert!(allowed.admits(text.parse().unwrap()), "{text}");
        }
        for text in ["10.21.0.1", "127.0.0.2", "::1"] {
            assert!(!allowed.admits(text.parse().unwrap()), "{text}");
        }
        for bad in ["", "10.0.0.0/33", "intranet", "10.0.0"] {
            assert_eq!(bad.parse::<AllowedNet>(), Err(InvalidNet));
        }
    }
}
