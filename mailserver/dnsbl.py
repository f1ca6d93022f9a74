"""Lists of senders in the DNS: is the address on one (RFC 5782)?"""

import ipaddress
from collections.abc import Sequence

from .dns import NoAnswerError, NoSuchNameError, Resolver

_LISTED = ipaddress.IPv4Network("127.0.0.0/8")
# What Spamhaus and others answer when they don't want to be asked so: no verdict.
_NO_VERDICT = ipaddress.IPv4Network("127.255.255.0/24")
_INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]


def is_inside(ip: str) -> bool:
    """Tell an address of our own network, which no list is about; one that is none counts as such."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return True
    return any(address in network for network in _INSIDE)


def listed(resolver: Resolver, ip: str, zones: Sequence[str]) -> str:
    """Name the first zone that lists the address; "" for none, or when the DNS doesn't answer. Blocks."""
    if is_inside(ip):
        return ""
    return next((zone for zone in zones if _is_listed(resolver, f"{_reversed(ip)}.{zone}")), "")


def _is_listed(resolver: Resolver, name: str) -> bool:
    try:
        answers = resolver.addresses(name)
    except (NoSuchNameError, NoAnswerError):
        return False
    found = [ipaddress.ip_address(answer) for answer in answers]
    return any(each in _LISTED and each not in _NO_VERDICT for each in found)


def _reversed(ip: str) -> str:
    return ipaddress.ip_address(ip.partition("%")[0]).reverse_pointer.rpartition(".")[0].rpartition(".")[0]
