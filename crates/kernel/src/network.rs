//! Which addresses of the internet belong to everybody: what others name must not become a way into the bureau's own
//! network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to the public network.
pub fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => public_four(four),
        IpAddr::V6(six) => embedded(six).map_or_else(|| public_six(six), public_four),
    }
}

/// Only 2000::/3 is given out; Teredo (2001::/32) and documentation lie within it.
fn public_six(six: Ipv6Addr) -> bool {
    let [first, second, ..] = six.segments();
    (first & 0xe000) == 0x2000 && !(first == 0x2001 && matches!(second, 0 | 0x0db8))
}

fn public_four(four: Ipv4Addr) -> bool {
    let [first, second, third, _] = four.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let protocols = (first, second, third) == (192, 0, 0);
    let benchmarks = first == 198 && (second & 0xfe) == 18;
    !(four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast())
        && !(four.is_documentation() || shared || protocols || benchmarks || first == 0 || first >= 240)
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4.
fn embedded(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let ([0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..]) =
        six.segments()
    else {
        return None;
    };
    Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn knows_what_is_not_public() {
        for bad in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "2001:0:1::1",
            "fec0::1",
            "198.18.0.1",
            "192.0.0.192",
            "240.0.0.1",
        ] {
            assert!(!public(bad.parse().expect("an address")), "{bad}");
        }
        for good in ["8.8.8.8", "2400:3200::1", "64:ff9b::808:808"] {
            assert!(public(good.parse().expect("an address")), "{good}");
        }
    }
}
