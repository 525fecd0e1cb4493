"""Addresses and prefixes as people and Nautobot write them. Pure. What is counted is counted in tools/ipam."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_interface, ip_network

Network = IPv4Network | IPv6Network


def host(address: str) -> int:
    """Return an address, with or without a prefix length, as a number."""
    return int(ip_interface(address).ip)


def network(written: str) -> Network:
    """Return a prefix as Nautobot writes it."""
    return ip_network(written, strict=False)


def target(written: str) -> Network | None:
    """Return what a person wrote as an address or prefix; None where it is neither.

    An address with a length ("10.0.11.5/24") is that address: only a prefix has no host bits.
    """
    text = written.strip().removesuffix(".")
    try:
        if "/" not in text:
            return ip_network(ip_address(text))
        interface = ip_interface(text)
    except ValueError:
        return None
    return interface.network if interface.ip == interface.network.network_address else ip_network(interface.ip)
