"""The macros of SPF (RFC 7208 §7): checked where they stand, expanded when they are needed."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

_LONGEST_NAME = 253
_EXPAND = r"%(?:\{[slodiphvcrtSLODIPHVCRT](?:[1-9][0-9]{0,2})?[rR]?[.+,/_=-]*\}|[%_-])"
_MACRO_STRING = re.compile(rf"(?:{_EXPAND}|[!-$&-~])*+")
_ONLY_IN_EXPLANATIONS = re.compile(r"%\{[crtCRT]")
_ENDS_IN_MACRO = re.compile(rf"(?:{_EXPAND}|[!-$&-~])*{_EXPAND}")
_TOP_LABEL = re.compile(r"(?=.{1,63}\Z)(?![0-9]+\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_FOUND = re.compile(r"%(?:\{([A-Za-z])([0-9]*)([rR]?)([.+,/_=-]*)\}|([%_-]))")
_LITERALS = {"%": "%", "_": " ", "-": "%20"}


class MacroError(ValueError):
    """Not as the grammar has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What macros stand for; `sender` is local@domain; `validated` asks about %{p}."""

    sender: str
    domain: str
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    helo: str
    validated: Callable[[], str]


def check_macro_string(text: str) -> None:
    """Raise MacroError when `text` is no macro-string."""
    if not _MACRO_STRING.fullmatch(text):
        raise MacroError("not a macro-string")


def check_domain_spec(text: str) -> None:
    """Raise MacroError when `text` is no domain-spec: it ends in a macro or a top label."""
    check_macro_string(text)
    if _ONLY_IN_EXPLANATIONS.search(text):
        raise MacroError("a macro that is for explanations only")
    if _ENDS_IN_MACRO.fullmatch(text):
        return
    before, dot, top = text.removesuffix(".").rpartition(".")
    if not dot or not before or not _TOP_LABEL.fullmatch(top):
        raise MacroError("not a domain")


def expand(domain_spec: str, facts: Facts) -> str:
    """Return the name that a valid domain-spec stands for; too long, it loses labels on its left."""
    name = _FOUND.sub(lambda found: _expansion(found, facts), domain_spec).removesuffix(".")
    return name if len(name) <= _LONGEST_NAME else name[-_LONGEST_NAME - 1 :].partition(".")[2]


def _expansion(found: re.Match[str], facts: Facts) -> str:
    if found[5]:
        return _LITERALS[found[5]]
    value = _value(found[1].lower(), facts)
    parts = re.split(f"[{re.escape(found[4] or '.')}]", value)
    if found[3]:
        parts.reverse()
    if found[2]:
        parts = parts[-int(found[2]) :]
    joined = ".".join(parts)
    return quote(joined, safe="") if found[1].isupper() else joined


def _value(letter: str, facts: Facts) -> str:
    match letter:
        case "s":
            return facts.sender
        case "l":
            return facts.sender.rpartition("@")[0]
        case "o":
            return facts.sender.rpartition("@")[2]
        case "d":
            return facts.domain
        case "i":
            return ".".join(facts.ip.exploded.replace(":", "")) if facts.ip.version == 6 else str(facts.ip)
        case "v":
            return "ip6" if facts.ip.version == 6 else "in-addr"
        case "h":
            return facts.helo
    return facts.validated()
