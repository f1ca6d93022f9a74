"""SPF records, read (RFC 7208 §4.6, §5, §6, §12): any mistake anywhere in one makes all of it invalid."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

from .spf_macros import MacroError, check_domain_spec, check_macro_string

_LONGEST_RECORD = 8000
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)((?:[:/].*)?)", re.DOTALL)
_DUAL_CIDR = re.compile(r"(.*?)(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?", re.DOTALL)
_IP4 = re.compile(r":([0-9.]+)(?:/(0|[1-9][0-9]?))?")
_IP6 = re.compile(r":([0-9A-Fa-f:.]+)(?:/(0|[1-9][0-9]{0,2}))?")
_RESULTS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class RecordError(ValueError):
    """The record is not valid: permerror, with what is wrong."""


@dataclass(frozen=True, slots=True)
class Directive:
    """What one mechanism says of those it matches: `result`, and how it stands in the record.

    `domain` is a domain-spec whose macros are not yet expanded, "" for the domain itself; `ip4_bits` and
    `ip6_bits` are how much of an address counts; `network` is that of ip4 and ip6.
    """

    result: str
    mechanism: str
    text: str
    domain: str = ""
    ip4_bits: int = 32
    ip6_bits: int = 128
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Directives in order, and where to go on when none matches; "" for nowhere."""

    directives: tuple[Directive, ...]
    redirect: str = ""


def is_spf(record: bytes) -> bool:
    """Tell SPF records among the TXT records of a domain (RFC 7208 §4.5)."""
    return record[:6].lower() == b"v=spf1" and record[6:7] in {b"", b" "}


@lru_cache(maxsize=1000)
def parse(raw: bytes) -> Record:
    """Read a record that `is_spf`; raises RecordError."""
    if len(raw) > _LONGEST_RECORD:
        raise RecordError("the record is too long")
    try:
        terms = raw[6:].decode("ascii").split(" ")
    except UnicodeDecodeError as error:
        raise RecordError("the record is not ASCII") from error
    directives, modifiers = [], {}
    for term in filter(None, terms):
        if match := _MODIFIER.fullmatch(term):
            name = match[1].lower()
            _check_modifier(name, match[2])
            if name in {"redirect", "exp"} and name in modifiers:
                raise RecordError(f"{name}= stands twice")
            modifiers[name] = match[2]
        else:
            directives.append(_directive(term))
    ends = any(each.mechanism == "all" for each in directives)
    return Record(tuple(directives), "" if ends else modifiers.get("redirect", ""))


def _check_modifier(name: str, value: str) -> None:
    try:
        if name in {"redirect", "exp"}:
            check_domain_spec(value)
        else:
            check_macro_string(value)
    except MacroError as error:
        raise RecordError(f"{name}= is not valid") from error


def _directive(term: str) -> Directive:
    match = _MECHANISM.fullmatch(term)
    name = match[2].lower() if match else ""
    read = {
        "all": _without_argument,
        "include": _with_domain,
        "exists": _with_domain,
        "ptr": _with_domain,
        "a": _with_domain_and_bits,
        "mx": _with_domain_and_bits,
        "ip4": _with_network,
        "ip6": _with_network,
    }.get(name)
    if match is None or read is None:
        raise RecordError(f"{term[:40]!a} is no mechanism")
    try:
        return read(_RESULTS[match[1]], name, term, match[3])
    except ValueError as error:
        raise RecordError(f"{term[:40]!a} is not valid") from error


def _without_argument(result: str, name: str, term: str, rest: str) -> Directive:
    if rest:
        raise RecordError("all has no argument")
    return Directive(result, name, term)


def _with_domain(result: str, name: str, term: str, rest: str) -> Directive:
    domain = rest.removeprefix(":")
    if domain or rest or name != "ptr":
        check_domain_spec(domain)
    return Directive(result, name, term, domain)


def _with_domain_and_bits(result: str, name: str, term: str, rest: str) -> Directive:
    match = _DUAL_CIDR.fullmatch(rest)
    assert match is not None
    if match[1]:
        if match[1][0] != ":":
            raise RecordError("the length of a prefix is not valid")
        check_domain_spec(match[1][1:])
    ip4_bits, ip6_bits = int(match[2] or 32), int(match[3] or 128)
    if ip4_bits > 32 or ip6_bits > 128:
        raise RecordError("the length of a prefix is not valid")
    return Directive(result, name, term, match[1][1:], ip4_bits, ip6_bits)


def _with_network(result: str, name: str, term: str, rest: str) -> Directive:
    match = (_IP4 if name == "ip4" else _IP6).fullmatch(rest)
    if not match:
        raise RecordError("not a network")
    network: Network
    if name == "ip4":
        network = ipaddress.IPv4Network((match[1], int(match[2] or 32)), strict=False)
    else:
        network = ipaddress.IPv6Network((match[1], int(match[2] or 128)), strict=False)
    return Directive(result, name, term, network=network)
