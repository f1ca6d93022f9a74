"""HTML as plain text: paragraphs, lists, quotes and links, as one would write them in a plain mail."""

import re

from . import markup

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
))  # fmt: skip
_SPACED = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
_CELLS = frozenset(["td", "th"])
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MAX_NESTING = 20


def to_text(html: str) -> str:
    """`html` as text with lines unwrapped; no line ends in a space, never more than one empty line."""
    writer = _Writer()
    for token in markup.tokens(html):
        if token.name:
            writer.tag(token)
        elif token.text:
            writer.text(token.text)
    return writer.finish()


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.lists: list[int] = []
        self.pre = 0
        self.link = ""
        self.link_start = 0
        self.empty_due = False

    def text(self, text: str) -> None:
        text = markup.unescape(text).replace("\xa0", " ")
        if self.pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.line += first
            for line in rest:
                self._end_line(keep=True)
                self.line = line
            return
        text = _SPACE.sub(" ", text)
        if not self.line or self.line.endswith(" "):
            text = text.lstrip(" ")
        self.line += text

    def tag(self, token: markup.Token) -> None:
        name = token.name
        if name == "br":
            self._end_line(keep=True)
        elif name == "a":
            self._link(token)
        elif name == "img" and not token.closing:
            self.text(markup.attributes(token).get("alt", "")[:200])
        elif name in _CELLS:
            self.line += "" if token.closing or not self.line.strip() else "  "
        elif name in _BLOCKS:
            self._block(name, token.closing)

    def _block(self, name: str, closing: bool) -> None:
        self._end_line()
        self.empty_due = self.empty_due or (name in _SPACED and bool(self.lines) and not self.lists)
        step = -1 if closing else 1
        if name == "blockquote":
            self.quotes = min(max(self.quotes + step, 0), _MAX_NESTING)
        elif name == "pre":
            self.pre = max(self.pre + step, 0)
        elif name in ("ul", "ol"):
            self._list(name, closing)
        elif name == "li" and not closing:
            self._item()
        elif name == "hr":
            self.line = "-" * 20
            self._end_line()

    def _list(self, name: str, closing: bool) -> None:
        if closing and self.lists:
            self.lists.pop()
        elif not closing and len(self.lists) < _MAX_NESTING:
            self.lists.append(1 if name == "ol" else 0)

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else 0
        if number:
            self.lists[-1] += 1
        self.line = "  " * max(len(self.lists) - 1, 0) + (f"{number}. " if number else "* ")

    def _link(self, token: markup.Token) -> None:
        if not token.closing:
            self.link = markup.attributes(token).get("href", "").strip()
            self.link_start = len(self.line)
            return
        shown = self.line[self.link_start :].strip()
        target = self.link.removeprefix("mailto:")
        if self.link.startswith(("http://", "https://", "mailto:")) and shown and not _says(shown, target):
            self.line = f"{self.line.rstrip()} <{target}>"
        self.link = ""

    def _end_line(self, keep: bool = False) -> None:
        line = self.line.rstrip()
        self.line, self.link_start = "", 0
        if not line and not keep:
            return
        if self.empty_due and self.lines and self.lines[-1].strip("> "):
            before = len(self.lines[-1]) - len(self.lines[-1].lstrip(">"))
            self.lines.append(">" * min(self.quotes, before))
        self.empty_due = False
        if line or (self.lines and self.lines[-1].strip("> ")) or self.pre:
            prefix = ">" * self.quotes + (" " if self.quotes and line else "")
            self.lines.append(prefix + line)

    def finish(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")


def _says(shown: str, target: str) -> bool:
    """Whether the text of a link already tells its address."""
    plain = target.partition("://")[2] or target
    return plain.rstrip("/") in shown or shown.rstrip("/") in (target, plain)
