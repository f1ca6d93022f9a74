"""DMARC records, read (RFC 9989 §4.7, §4.8): what is wrong in one is passed over."""

import re
from dataclasses import dataclass
from functools import lru_cache

_VERSION = re.compile(rb"\s*v\s*=\s*DMARC1\s*(?:;|\Z)")
_POLICIES = frozenset({"none", "quarantine", "reject"})
_LONGEST = 8000
_MOST_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class Record:
    """What a domain asks for; "" where it does not say. `reports_to` are the mailto: addresses of rua=."""

    policy: str
    subdomain_policy: str = ""
    nonexistent_policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    is_testing: bool = False
    psd: str = "u"
    reports_to: tuple[str, ...] = ()


@lru_cache(maxsize=1000)
def parse(raw: bytes) -> Record | None:
    """Read a TXT record; None when it is no record of DMARC, or asks for nothing that can be done."""
    if not _VERSION.match(raw[:_LONGEST]):
        return None
    tags: dict[str, str] = {}
    for statement in raw[:_LONGEST].decode("utf-8", "replace").split(";")[1:]:
        name, equals, value = statement.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    policies = {name: tags[name].lower() for name in ("p", "sp", "np") if name in tags}
    reports_to = _addresses(tags.get("rua", ""))
    if not all(policy in _POLICIES for policy in policies.values()):
        # §4.10.1: wrong policies are none at all, but reports are wanted.
        if not reports_to:
            return None
        policies = {}
    return Record(
        policy=policies.get("p", "none"),
        subdomain_policy=policies.get("sp", ""),
        nonexistent_policy=policies.get("np", ""),
        strict_dkim=tags.get("adkim", "").lower() == "s",
        strict_spf=tags.get("aspf", "").lower() == "s",
        is_testing=tags.get("t", "").lower() == "y",
        psd=tags.get("psd", "").lower() if tags.get("psd", "").lower() in {"y", "n"} else "u",
        reports_to=reports_to,
    )


def _addresses(value: str) -> tuple[str, ...]:
    """Return the mailto: addresses; the limit of size that RFC 7489 had after them is passed over."""
    found = []
    for uri in value.split(",")[:_MOST_ADDRESSES]:
        scheme, _, rest = uri.strip().partition(":")
        address = rest.partition("!")[0].partition("?")[0].strip()
        if scheme.lower() == "mailto" and "@" in address:
            found.append(address)
    return tuple(found)
