"""Foreign HTML written in the ways of today, before it is cleaned: old attributes become styles, what a frame
without media can't show becomes pictures, and links that say one thing and do another are marked.

Nothing here makes anything safe: `html` cleans what comes out.
"""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from . import link, markup, media, tracker
from .markup import Token

LINK_MARK = "link-target"

_COLOUR = re.compile(r"#?\w{1,30}")
_BARE_HEX = re.compile(r"[0-9a-fA-F]{6}")
_GROUNDS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th"))
_OLD = re.compile(r"bgcolor|background|(?<![\w-])(?:color|text)\s*=", re.IGNORECASE)
_ENDS_URL = re.compile(r"[\"\\()\s]")
_LOOK_AHEAD = 60
_MAX_TEXT = 2000


def prepare(html: str, tokens: Sequence[Token], *, marks: bool) -> tuple[str, frozenset[str]]:
    """`html` for the sanitiser, and the addresses in it of pictures too small to see; `marks`: on links."""
    writer = _Writer(html, tokens, marks)
    for index, token in enumerate(tokens):
        if token.name and not token.closing:
            writer.tag(index, token)
    return writer.finish(), frozenset(writer.invisible)


class _Writer:
    def __init__(self, html: str, tokens: Sequence[Token], marks: bool) -> None:
        self.html = html
        self.tokens = tokens
        self.marks = marks
        self.pieces: list[str] = []
        self.copied = 0
        self.invisible: set[str] = set()
        self.has_body = False
        self.mark: tuple[int, str] | None = None

    def finish(self) -> str:
        self._write_mark(len(self.html))
        self.pieces.append(self.html[self.copied :])
        return "".join(self.pieces)

    def tag(self, index: int, token: Token) -> None:
        if token.name == "img":
            self._image(token)
        elif token.name == "a" and self.marks:
            self._link(index, token)
        elif token.name == "body":
            self._body(token)
        elif token.name == "video":
            self._video(token)
        elif (token.name in _GROUNDS or token.name == "font") and _OLD.search(token.attributes):
            given = markup.attributes(token)
            styles = _styles(token.name, given)
            if styles:
                self._replace(token, token.name, given | {"style": f"{styles};{given.get('style', '')}"})

    def _replace(self, token: Token, name: str, given: dict[str, str]) -> None:
        written = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
        self._insert(token.start, f"<{name}{written}>", token.end)

    def _insert(self, position: int, text: str, go_on: int) -> None:
        self._write_mark(position)
        if position >= self.copied:
            self.pieces += (self.html[self.copied : position], text)
            self.copied = go_on

    def _write_mark(self, before: int) -> None:
        """Put the mark of a link behind it, once all that stands inside is written."""
        if self.mark and self.mark[0] <= before:
            (position, text), self.mark = self.mark, None
            self._insert(position, text, position)

    def _image(self, token: Token) -> None:
        given = markup.attributes(token)
        source = given.get("src", "").strip()
        if source and tracker.is_invisible(given):
            self.invisible.add(source)
        if not source and given.get("srcset"):
            self._replace(token, "img", given | {"src": _first_source(given["srcset"])})

    def _video(self, token: Token) -> None:
        """Its first picture stands for a film that a letter can't show."""
        poster = markup.attributes(token).get("poster", "")
        if poster:
            self._insert(token.start, f'<img src="{escape(poster)}" alt="">', token.start)

    def _body(self, token: Token) -> None:
        """<body> as a <div> that looks the same: the page around it is ours."""
        if self.has_body:
            return
        self.has_body = True
        given = markup.attributes(token)
        styles = f"{_styles('body', given)};{given.get('style', '')}".strip(";")
        kept = {name: given[name] for name in ("class", "id", "dir", "lang") if name in given}
        kept["class"] = f"{kept.get('class', '')} {media.BODY}".strip()
        self._replace(token, "div", kept | ({"style": styles} if styles else {}))

    def _link(self, index: int, token: Token) -> None:
        """Write the host behind a link whose text names another one."""
        target = markup.attributes(token).get("href", "").strip()
        if target[:4].lower() != "http":
            return
        text = ""
        for each in self.tokens[index + 1 : index + _LOOK_AHEAD]:
            if each.name == "a" or len(text) > _MAX_TEXT:
                break
            text += markup.unescape(each.text) if each.text else " " if each.name == "br" else ""
        else:
            return
        end = each.end if each.name == "a" and each.closing else 0
        deceived = link.deceives(text, target) if end and "." in text else None
        if deceived:
            self._write_mark(end)
            self.mark = end, f'<small class="{LINK_MARK}">{escape(deceived)}</small>'


def _styles(name: str, given: dict[str, str]) -> str:
    """What the attributes of old say about colours, as declarations."""
    found = []
    if name == "font":
        found.append(("color", given.get("color", "")))
    else:
        found.append(("background-color", given.get("bgcolor", "")))
        found.append(("color", given.get("text", "") if name == "body" else ""))
    declarations = [f"{key}:{_colour(value)}" for key, value in found if _COLOUR.fullmatch(value.strip())]
    picture = _ENDS_URL.sub(lambda found: quote(found[0]), given.get("background", "").strip())
    if picture and name != "font":
        declarations.append(f'background-image:url("{picture}")')
    return ";".join(declarations)


def _colour(value: str) -> str:
    value = value.strip()
    return f"#{value}" if _BARE_HEX.fullmatch(value) else value


def _first_source(sources: str) -> str:
    """The first address of a srcset (HTML §4.8.4.2.1)."""
    words = sources.split(None, 1)
    return words[0].rstrip(",") if words else ""
