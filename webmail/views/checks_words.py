"""SPF, DKIM and DMARC of a message in words: what our own server recorded, never what the message claims."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailserver.authenticity import results
from mailserver.message import header
from mailserver.message.address import domain_of
from webmail.store import queries

_PEER = re.compile(r"from (\S+) \(\[(?:IPv6:)?([0-9a-fA-F.:]+)\]\)")
_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]+)")
_WORDS: dict[str, tuple[str | Promise, str]] = {
    "pass": (gettext_lazy("passed"), "good"),
    "fail": (gettext_lazy("failed"), "bad"),
    "hardfail": (gettext_lazy("failed"), "bad"),
    "policy": (gettext_lazy("refused by a policy"), "bad"),
    "softfail": (gettext_lazy("doubtful"), "warn"),
    "neutral": (gettext_lazy("says nothing"), ""),
    "none": (gettext_lazy("not published"), ""),
    "temperror": (gettext_lazy("could not be checked then"), "warn"),
    "permerror": (gettext_lazy("published with mistakes"), "warn"),
}
# Where RFC 8601 §2.7 has the domain that each method is about.
_DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line: SPF, DKIM or DMARC, what came out, how it looks, for which domain, from which address."""

    name: str
    words: str
    look: str
    domain: str
    ip: str = ""


def checks(message: queries.ConversationMessage, fields: header.Fields) -> list[Check]:
    """The three lines; `fields` are all header fields, ours in front."""
    ours = recorded(message.prefix)
    _name, ip = peer(message.prefix)
    found = []
    for method in ("spf", "dkim", "dmarc"):
        of_method = [result for result in ours if result.method == method]
        found += [_check(result, ip) for result in of_method] or [_unchecked(method, message, fields, ip)]
    return found


def domains(found: Iterable[results.Result], method: str) -> str:
    """The domains that results of a method are about."""
    named = dict.fromkeys(_domain(each) for each in found if each.method == method)
    return ", ".join(name for name in named if name)


def recorded(prefix: bytes) -> list[results.Result]:
    """What our server wrote: it stands in our own fields, under our own name."""
    own = settings.MAIL_HOSTNAME.lower()
    read = [results.read(value) for name, value in header.fields(prefix) if name == "authentication-results"]
    return [result for one in read if one.server == own for result in one.results]


def peer(prefix: bytes) -> tuple[str, str]:
    """Who handed a message over, as our own trace headers have it: the name they gave, and their address.

    Above it there may be another one, of an account that handed it on to a neighbour.
    """
    received = (value for name, value in header.fields(prefix) if name == "received")
    matches = (_PEER.match(header.decode(value)) for value in received)
    return next(((match[1], match[2]) for match in matches if match), ("", ""))


def _check(result: results.Result, ip: str) -> Check:
    words, look = _WORDS.get(result.result, (result.result, ""))
    return Check(
        result.method.upper(), str(words), look, _domain(result), ip if result.method == "spf" else ""
    )


def _domain(result: results.Result) -> str:
    values = (result.properties.get(name, "") for name in _DOMAINS[result.method])
    return next((value for value in values if value), "").rpartition("@")[2]


def _unchecked(method: str, message: queries.ConversationMessage, fields: header.Fields, ip: str) -> Check:
    words = _("not checked")
    if method == "spf":
        path = header.decode(header.first(fields, "return-path") or b"").strip(" <>")
        return Check("SPF", words, "", domain_of(path) if "@" in path else "", ip)
    if method == "dmarc":
        return Check("DMARC", words, "", domain_of(message.from_address))
    signature = header.first(fields, "dkim-signature")
    if signature is None:
        return Check("DKIM", _("not signed"), "", "")
    match = _DOMAIN.search(header.decode(signature))
    return Check("DKIM", words, "", match[1] if match else "")
