"""The quoted part of an HTML mail folded in <details>, by the marks that mail programs leave."""

import re
from collections.abc import Sequence

from . import markup, quote
from .markup import Token

OPEN = '<details class="quote"><summary>•••</summary>'
CLOSE = "</details>"

_HINT = re.compile(
    r"<blockquote|quote|quoted|divRplyFwdMsg|appendonsend|stopSpelling|OutlookMessageHeader|border-top:\s*solid|"
    r"isReplyContent|Original|原始|原始郵件|Ursprüngliche|d'origine|元のメッセージ|원본",
    re.IGNORECASE,
)
_CLASS = re.compile(
    r"(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-cite-prefix|"
    r"ntes-mailmaster-quote|qqmail_quote|OutlookMessageHeader|quoted-content|gmail_extra)",
)
_ID = re.compile(
    r"(?:divRplyFwdMsg|appendonsend|stopSpelling|isReplyContent|OLK_SRC_BODY_SECTION|reply-intro)"
)
# Outlook's line over "From: Sent: To: Subject:".
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df)", re.IGNORECASE)
_REST_MARKS = ("divRplyFwdMsg", "appendonsend", "stopSpelling", "OLK_SRC_BODY_SECTION", "reply-intro")
_LOOK_AHEAD = 30


def fold(html: str, tokens: Sequence[Token]) -> str:
    """`html` with its quotes folded. `tokens` are those of `html`; a mail that is all quote stays open."""
    if not _HINT.search(html):
        return html
    return _Folder(html, tokens).run()


class _Folder:
    def __init__(self, html: str, tokens: Sequence[Token]) -> None:
        self.html = html
        self.tokens = tokens
        self.pieces: list[str] = []
        self.copied = 0
        self.own_text = False
        self.last_text = ""

    def run(self) -> str:
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if self.own_text and self._begins_rest(token):
                self._insert(self._opening_of(index), OPEN)
                break
            if self.own_text and self._begins_element(token) and not self._is_forward(index):
                index = self._fold_element(index)
                continue
            if token.text.strip():
                self.own_text = True
                self.last_text = " ".join(markup.words(token.text).split())
            index += 1
        self._insert(len(self.html), "")
        return "".join(self.pieces)

    def _insert(self, position: int, text: str) -> None:
        if position >= self.copied:
            self.pieces += (self.html[self.copied : position], text)
            self.copied = position

    def _begins_element(self, token: Token) -> bool:
        if not token.name or token.closing or token.name in markup.VOID:
            return False
        if token.name == "blockquote" and quote.is_attribution(self.last_text):
            return True
        if token.name not in ("blockquote", "div") or not token.attributes:
            return False
        given = markup.attributes(token)
        cited = token.name == "blockquote" and given.get("type", "").lower() == "cite"
        marked = any(map(_CLASS.fullmatch, given.get("class", "").split()))
        return cited or marked or bool(_ID.fullmatch(given.get("id", "")))

    def _begins_rest(self, token: Token) -> bool:
        """Whether all that follows is quoted: the mark stands beside the quote, not around it."""
        if token.text:
            return quote.is_separator(markup.words(token.text)[:200])
        if token.name not in ("div", "hr", "span", "a") or token.closing or not token.attributes:
            return False
        given = markup.attributes(token)
        return given.get("id", "") in _REST_MARKS or bool(_OUTLOOK_RULE.search(given.get("style", "")))

    def _opening_of(self, index: int) -> int:
        """Where the outermost element begins that begins with this token."""
        while index > 0 and self._only_opens(self.tokens[index - 1]):
            index -= 1
        return self.tokens[index].start

    def _only_opens(self, token: Token) -> bool:
        if token.name in ("body", "html", "td", "tr", "tbody", "table", "br"):
            return False
        return (bool(token.name) and not token.closing) or (bool(token.text) and not token.text.strip())

    def _is_forward(self, index: int) -> bool:
        """A forwarded message is what the mail is about: it stays open."""
        texts = (token.text for token in self.tokens[index : index + _LOOK_AHEAD] if token.text.strip())
        return quote.is_forward(markup.words(next(texts, ""))[:200])

    def _fold_element(self, index: int) -> int:
        """Fold the element that begins at `index`; returns the index behind it."""
        name, depth = self.tokens[index].name, 0
        self._insert(self.tokens[index].start, OPEN)
        for position in range(index, len(self.tokens)):
            token = self.tokens[position]
            if token.name == name:
                depth += -1 if token.closing else 1
            if depth == 0:
                self._insert(token.end, CLOSE)
                return position + 1
        return len(self.tokens)
