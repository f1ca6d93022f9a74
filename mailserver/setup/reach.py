"""Whether port 25 is open, both ways: who answers there, and with which words."""

import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress

from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver, is_public, split_host_port

SECONDS = 5.0
_GREETING_BYTES = 512
# An address that nobody has (RFC 5737): asked for nothing, it only shows which way leads out.
_ANYWHERE = ("192.0.2.1", 9)


def greeting(host: str, port: int, seconds: float = SECONDS) -> str:
    """The first line that a server says; "" when nobody does in time."""
    try:
        with socket.create_connection((host, port), seconds) as connection:
            connection.settimeout(seconds)
            said = b""
            while b"\n" not in said and len(said) < _GREETING_BYTES:
                part = connection.recv(_GREETING_BYTES)
                if not part:
                    break
                said += part
    except OSError:
        return ""
    return said.partition(b"\n")[0].decode("utf-8", "replace").strip()


def first_that_greets(resolver: Resolver, peers: Iterable[str], seconds: float = SECONDS) -> str:
    """Which of these mail servers answers us: domains, whose hosts are asked at port 25, or "host:port"."""
    for peer in peers:
        host, port = _where(resolver, peer)
        if host and greeting(host, port, seconds).startswith("220"):
            return peer
    return ""


def own_address() -> str:
    """The address by which this machine reaches the Internet; "" where it stands behind another one."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        way_out.connect(_ANYWHERE)
        address: str = way_out.getsockname()[0]
        return address if is_public(address) else ""
    return ""


def _where(resolver: Resolver, peer: str) -> tuple[str, int]:
    if ":" in peer:
        return split_host_port(peer, 25)
    try:
        hosts = [host for _, host in sorted(resolver.mx(peer))]
        addresses = resolver.addresses(hosts[0] if hosts else peer)
    except (NoSuchNameError, NoAnswerError):
        return "", 25
    # Of IPv6 alone nothing follows: many networks have none.
    return next((each for each in addresses if ipaddress.ip_address(each).version == 4), ""), 25
