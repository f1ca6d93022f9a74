"""What is inside a part: bytes without their transfer encoding, text without its charset."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from . import charset, embedded, enriched, flowed, markup, transfer
from .part import Part

_META_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{1,40})", re.IGNORECASE)
_BODY_TYPES = (
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-amp-html",
    "text/watch-html",
)
_HIDDEN_TYPES = ("text/x-amp-html", "text/watch-html")


@dataclass(frozen=True, slots=True)
class DisplayParts:
    """Which sections to show, and how. `more` are further texts or HTML below the body: a list's footer.

    `inline` has the section of each Content-ID, lower case, without brackets.
    """

    text: str | None
    html: str | None
    attachments: tuple[str, ...]
    inline: Mapping[str, str]
    more: tuple[str, ...] = ()


def decoded(raw: bytes, part: Part) -> bytes:
    """The body of `part` as the sender had it; never raises."""
    return transfer.decode(raw[part.body : part.end], part.encoding)


def text(raw: bytes, part: Part) -> str:
    """The body of a text part with lines ended by \\n, flowed lines joined, without NUL; never raises.

    Files embedded in it (uuencode) are left out: they are attachments.
    """
    data = raw[part.body : part.end]
    if part.embedded:
        return decoded_text(embedded.without(data, part), part)
    return decoded_text(transfer.decode(data, part.encoding), part)


def decoded_text(data: bytes, part: Part) -> str:
    """`data`, the decoded body of `part`, as text."""
    label = part.parameters.get("charset", "")
    is_html = part.content_type.endswith("html")
    if is_html and not charset.tells(label):
        label = html_charset(data) or label
    result = charset.decode(data, label).removeprefix("\ufeff")
    if "\r" in result:
        result = result.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in result:
        result = result.replace("\0", "")
    if part.parameters.get("format", "").lower() == "flowed" and not is_html:
        result = flowed.unflow(result, part.parameters.get("delsp", "").lower() == "yes")
    return enriched.to_text(result) if part.content_type in enriched.TYPES else result


def html_charset(data: bytes) -> str:
    """The charset that an HTML document names in its own head; "" when none."""
    found = _META_CHARSET.search(data, 0, 4096) or _XML_CHARSET.search(data, 0, 200)
    return found[1].decode("ascii", "replace") if found else ""


def display_parts(raw: bytes, root: Part) -> DisplayParts:
    """The body, the pictures it shows by cid:, and the rest as attachments (RFC 2046 §5.1, RFC 2387)."""
    chooser = _Chooser()
    chooser.visit(root, _sections(root), alternative=False)
    html = root.find(chooser.html) if chooser.html else None
    shown = markup.content_ids(text(raw, html)) if html and chooser.inline else set()
    return chooser.result(shown)


def _sections(root: Part) -> Mapping[int, str]:
    return {id(part): section for section, part in root.walk()}


def is_attached(part: Part) -> bool:
    """Whether a leaf is a file of its own and not a text to read here."""
    if part.disposition == "attachment" or part.opaque or part.children:
        return True
    return part.content_type not in _BODY_TYPES or bool(part.filename and part.disposition != "inline")


def is_reading(part: Part) -> bool:
    """A text to read even when it has a name, as no disposition says that it is a file."""
    named_only = not part.disposition and not part.opaque and not part.children
    return not is_attached(part) or (named_only and part.content_type in _BODY_TYPES)


def _worth(part: Part) -> tuple[bool, bool]:
    return part.end - part.body > 2, part.content_type in ("text/plain", "text/html")


class _Chooser:
    def __init__(self) -> None:
        self.text: str | None = None
        self.html: str | None = None
        self.more: list[str] = []
        self.files: list[tuple[str, Part]] = []
        self.inline: dict[str, str] = {}

    def visit(self, part: Part, sections: Mapping[int, str], alternative: bool) -> None:
        """Sort `part` and what is inside; within an `alternative` an HTML joins the text chosen before it."""
        if part.content_type == "multipart/alternative":
            self._alternative(part, sections)
        elif part.is_multipart:
            for child in part.children:
                self.visit(child, sections, alternative)
        else:
            self._leaf(part, sections[id(part)], alternative)

    def _alternative(self, part: Part, sections: Mapping[int, str]) -> None:
        """One of each kind, the last of a kind being the richest (RFC 2046 §5.1.4)."""
        first = self.text is None and self.html is None
        leaves = [child for child in part.children if not child.is_multipart and is_reading(child)]
        if first:
            # A blank one, or another form of what is there as plain text, stands behind.
            for child in sorted(leaves, key=_worth):
                self._set_body(child, sections[id(child)])
            for child in leaves:
                self._embedded(child, sections[id(child)])
        elif leaves:
            self.more.append(sections[id(leaves[-1])])
        for child in part.children:
            if child not in leaves:
                self.visit(child, sections, alternative=first)

    def _set_body(self, part: Part, section: str) -> None:
        if part.content_type == "text/html":
            self.html = section
        elif part.content_type not in _HIDDEN_TYPES:
            self.text = section

    def _leaf(self, part: Part, section: str, alternative: bool) -> None:
        if is_attached(part):
            self.files.append((section, part))
            if part.content_id:
                self.inline.setdefault(markup.content_id(part.content_id), section)
            return
        none_yet = self.html is None and (
            self.text is None or (alternative and part.content_type == "text/html")
        )
        if none_yet:
            self._set_body(part, section)
        elif part.end > part.body:
            self.more.append(section)
        self._embedded(part, section)

    def _embedded(self, part: Part, section: str) -> None:
        self.files += [(f"{section}.FILE{number}", each) for number, each in enumerate(part.embedded, 1)]

    def _named_text(self) -> str | None:
        """A mail that is nothing but a named text still has something to read."""
        if self.html is not None or self.text is not None:
            return self.text
        return next((section for section, part in self.files if is_reading(part) and _worth(part)[0]), None)

    def result(self, shown: set[str]) -> DisplayParts:
        in_body = {self.inline[cid] for cid in shown if cid in self.inline}
        return DisplayParts(
            self._named_text(),
            self.html,
            tuple(section for section, _ in self.files if section not in in_body),
            self.inline,
            tuple(self.more),
        )
