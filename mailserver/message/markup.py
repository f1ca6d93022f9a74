"""Foreign HTML as a flat run of tokens: enough to measure it, mark it and read its words, in linear time.

This is no parser and guards nothing: what is shown is parsed and cleaned by html.safe.
"""

import re
from collections.abc import Iterator
from html import unescape as _unescape
from typing import NamedTuple
from urllib.parse import unquote

_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?P<hidden>script|style|title|textarea|noscript|xmp|iframe|noembed|noframes|svg|math|select)"
    r"(?=[\s/>])[^>]*+(?:>|\Z)(?:.*?</(?P=hidden)(?=[\s/>])[^>]*+(?:>|\Z)|.*\Z)"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|=)*+)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++)))?", re.DOTALL
)
_CID = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)
# Tags that part no words. As above, one that never ends takes the rest: so it is looked at once.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|code|em|font|i|ins|mark|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    r"(?:\s(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|=)*+)?(?:>|\Z)",
    re.IGNORECASE,
)
# Longer numbers are no characters, and converting them is quadratic.
_HUGE_NUMBER = re.compile(r"&#(?:x[0-9a-f]{9,}|[0-9]{9,});?", re.IGNORECASE)

VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
))  # fmt: skip


class Token(NamedTuple):
    """A stretch of HTML: a tag when `name` is set, hidden matter or a comment when not `text`, else text."""

    start: int
    end: int
    name: str
    closing: bool
    attributes: str
    text: str


def tokens(html: str) -> Iterator[Token]:
    """All of `html`, in order, without gaps."""
    position = 0
    for match in _TOKEN.finditer(html):
        start, end = match.span()
        if start > position:
            yield Token(position, start, "", False, "", html[position:start])
        name = (match["name"] or "").lower()
        yield Token(start, end, name, match["close"] == "/", match["attributes"] or "", "")
        position = end
    if position < len(html):
        yield Token(position, len(html), "", False, "", html[position:])


def attributes(token: Token) -> dict[str, str]:
    """The attributes of a tag by lower-case name, unescaped; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(token.attributes):
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
    return found


def unescape(text: str) -> str:
    """Character references as characters; never raises."""
    return _unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def content_ids(html: str) -> set[str]:
    """What the cid: addresses in `html` may name, as `content_id` spells it."""
    return {content_id(unescape(found)) for found in _CID.findall(html)}


def content_id(text: str) -> str:
    """One spelling of a Content-ID or of what follows cid: (RFC 2392 §2)."""
    return unquote(text).strip("<> ").lower()


def words(html: str) -> str:
    """All the visible words in one line: for previews and for search."""
    joined = _INLINE_TAG.sub("", html)
    return " ".join(unescape(_TOKEN.sub(" ", joined)).split())
