"""How a mailing lets its reader leave: List-Unsubscribe (RFC 2369 §3.2) and one click of it (RFC 8058)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from . import address, header

UNSUBSCRIBE, ONE_CLICK = "list-unsubscribe", "list-unsubscribe-post"
_LONGEST_FIELD, _LONGEST_TEXT = 8000, 2000
_MOST_WAYS = 10
_BRACKETED = re.compile(r"<([^<>]*)>")
_SPACES = re.compile(r"\s+")
_LIST_ID = re.compile(r"<([^<>\s]{1,255})>")


@dataclass(frozen=True, slots=True)
class Mailto:
    """A message to send (RFC 6068); one address, nobody else."""

    to: str
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to leave: `page` is a web address, `mailto` a message.

    `says_one_click`: a POST to `page` does it (RFC 8058 §3.1), if a signature covers the fields that say so.
    """

    page: str = ""
    mailto: Mailto | None = None
    says_one_click: bool = False


def ways(fields: header.Fields) -> Ways | None:
    """Read the ways a message names; None when it names none that anybody could go."""
    value = header.first(fields, UNSUBSCRIBE)
    if value is None:
        return None
    found = _addresses(header.decode(value)[:_LONGEST_FIELD])
    pages = [url for url in found if url[:8].lower() == "https://"]
    pages += [url for url in found if url[:7].lower() == "http://"]
    letters = [letter for url in found if url[:7].lower() == "mailto:" and (letter := mailto(url))]
    if not pages and not letters:
        return None
    said = header.text_of(header.first(fields, ONE_CLICK) or b"")
    return Ways(
        page=pages[0] if pages else "",
        mailto=letters[0] if letters else None,
        says_one_click=bool(pages)
        and pages[0][:8].lower() == "https://"
        and _SPACES.sub("", said).lower() == "list-unsubscribe=one-click",
    )


def mailto(url: str) -> Mailto | None:
    """Read a mailto: address; None when it names no mail address. What else it asks for is left alone."""
    try:
        split = urlsplit(url)
        to = address.normalise(unquote(split.path).split(",")[0])
    except (ValueError, address.AddressError):
        return None
    given: dict[str, str] = {}
    for pair in split.query.split("&"):
        name, _, value = pair.partition("=")
        given.setdefault(name.lower(), unquote(value)[:_LONGEST_TEXT])
    body = "\n".join(map(header.strip_controls, given.get("body", "").splitlines()))
    return Mailto(to, header.strip_controls(given.get("subject", "")), body)


def list_key(fields: header.Fields, from_address: str) -> str:
    """Name the list that a message came through: its List-Id (RFC 2919) in <>, else who it is from."""
    value = header.decode(header.first(fields, "list-id") or b"")
    found = _LIST_ID.search(value)
    if found:
        return f"<{found[1].lower()}>"
    return from_address.lower()


def list_name(fields: header.Fields, sender: str) -> str:
    """Call the list by its own words or, where people write to each other, by its List-Id; else `sender`."""
    value = header.decode(header.first(fields, "list-id") or b"")
    words, _, key = value.partition("<")
    if words.strip(' "'):
        return words.strip(' "')[:200] if key else sender
    posts = header.first(fields, "list-post")
    return key.rstrip("> ")[:200] if key and posts else sender


def post_address(fields: header.Fields) -> str:
    """The address that a mailing list is written to (RFC 2369 §3.4), in lower case; "" without one."""
    value = header.decode(header.first(fields, "list-post") or b"")
    urls = (urlsplit(url) for url in _addresses(value))
    return next((unquote(url.path).lower() for url in urls if url.scheme.lower() == "mailto"), "")


def _addresses(value: str) -> list[str]:
    """The addresses in order; white space in them is folding (RFC 2369 §2), and many forget the brackets."""
    bracketed = _BRACKETED.findall(value) or value.split(",")
    return [_SPACES.sub("", url) for url in bracketed[:_MOST_WAYS]]
