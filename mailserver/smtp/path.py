"""Reverse and forward paths, read strictly (RFC 5321 §4.1.2, RFC 6531 §3.3)."""

import re

from .. import srs
from .reply import Reply

MAX_LOCAL_OCTETS = 64
MAX_PATH_OCTETS = 254
MAX_LABEL_OCTETS = 63
POSTMASTER = "postmaster"

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-"
_DOT_STRING = rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*"
_QUOTED = r'"(?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~])*"'
_LOCAL = re.compile(rf"{_DOT_STRING}|{_QUOTED}")
_PLAIN_LOCAL = re.compile(_DOT_STRING)
# The underscore is in no standard and in many host names that send mail.
_LABEL = r"[A-Za-z0-9_\x80-\U0010ffff](?:[A-Za-z0-9_\x80-\U0010ffff-]*[A-Za-z0-9_\x80-\U0010ffff])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LITERAL = re.compile(r"\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]", re.IGNORECASE)
# C1 controls and the separators U+2028 and U+2029 would end a line for somebody further on.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class PathError(ValueError):
    """A path that is not taken; `reply` says why, for MAIL and RCPT alike."""

    def __init__(self, enhanced: str, text: str, code: int = 553) -> None:
        super().__init__(text)
        self.reply = Reply(code, enhanced, text)


def reverse_path(argument: str) -> tuple[str, str]:
    """Read what follows `MAIL FROM:` into ("" for the null sender or the address, the parameters)."""
    inner, rest = _between_brackets(argument, "5.1.7")
    if not inner:
        return "", rest
    local, domain = _split(inner, "5.1.7")
    if not _LITERAL.fullmatch(domain):
        _check_domain(domain, "5.1.8")
    return f"{local}@{domain}", rest


def forward_path(argument: str) -> tuple[str, str]:
    """Read what follows `RCPT TO:` into (the address or "postmaster", the parameters).

    Addresses that ask for routing (`%`, `!`, a quoted `@`, an address literal) are refused: never a relay.
    """
    inner, rest = _between_brackets(argument, "5.1.3")
    if inner.lower() == POSTMASTER:
        return POSTMASTER, rest
    local, domain = _split(inner, "5.1.3")
    if domain.startswith("[") or any(sign in local for sign in "%!@"):
        raise PathError("5.7.1", "Relaying denied", 550)
    _check_domain(domain, "5.1.2")
    return f"{local}@{domain}", rest


def _between_brackets(argument: str, enhanced: str) -> tuple[str, str]:
    """Cut `<path> parameters` in two; a `>` inside a quoted string does not end the path."""
    text = argument.lstrip(" ")
    if not text.startswith("<"):
        raise PathError("5.5.4", "An address in angle brackets is needed", 501)
    end = _closing_bracket(text)
    rest = text[end + 1 :]
    if end < 0 or (rest and not rest.startswith(" ")):
        raise PathError("5.5.4", "Angle brackets are not closed rightly", 501)
    inner = text[1:end]
    if _FORBIDDEN.search(inner):
        raise PathError(enhanced, "Address has control characters")
    return inner, rest.strip(" ")


def _closing_bracket(text: str) -> int:
    """Where the path ends; -1 when it does not."""
    position, quoted = 1, False
    while position < len(text):
        character = text[position]
        if quoted and character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return position
        position += 1
    return -1


def _split(address: str, enhanced: str) -> tuple[str, str]:
    """Local part and domain of an address; a quoted local part that needs no quotes loses them."""
    if address.startswith("@"):
        raise PathError(enhanced, "Source routes are not accepted")
    match = _LOCAL.match(address)
    if not match or address[match.end() : match.end() + 1] != "@":
        raise PathError(enhanced, "Address syntax is not valid")
    local, domain = match[0], address[match.end() + 1 :]
    # A sender that a forwarder has rewritten holds another address whole; reports must find back to it.
    most = MAX_PATH_OCTETS if srs.is_rewritten(local) else MAX_LOCAL_OCTETS
    if len(local.encode()) > most or len(address.encode()) > MAX_PATH_OCTETS:
        raise PathError(enhanced, "Address is too long")
    return _unquoted(local), domain


def _unquoted(local: str) -> str:
    if not local.startswith('"'):
        return local
    content = re.sub(r"\\(.)", r"\1", local[1:-1])
    return content if _PLAIN_LOCAL.fullmatch(content) else local


def _check_domain(domain: str, enhanced: str) -> None:
    labels = domain.encode().split(b".")
    if not _DOMAIN.fullmatch(domain) or any(len(label) > MAX_LABEL_OCTETS for label in labels):
        raise PathError(enhanced, "Domain syntax is not valid")
