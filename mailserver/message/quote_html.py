"""The quotes and signatures of an HTML mail folded in <details>, by the marks that mail programs leave."""

import re
from collections.abc import Sequence

from . import markup, quote, signature_html
from .markup import Token

OPEN = '<details class="quote"><summary>•••</summary>'
CLOSE = "</details>"

# Without one of these, in small letters, nothing is folded. To look for each is far faster than one pattern.
_HINTS = (
    *("quote", "divrplyfwdmsg", "appendonsend", "stopspelling", "outlookmessageheader", "isreplycontent"),
    *("original", "原始", "ursprüngliche", "d'origine", "元のメッセージ", "원본"),
    *signature_html.HINTS,
)
_RULE_HINT = re.compile(r"border-top:\s*solid")
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
# Tokens that show nothing between two things folded as one.
_MAX_GAP = 200
# Quotes in an element that may turn out to hold words, too: then they are looked at again.
_MAX_PENDING = 3
# Tries to find the end of a signature: each looks far ahead.
_MAX_SIGNATURES = 20


def fold(html: str) -> str:
    """`html` with quotes and signatures folded; own words stay open.

    What follows one another with nothing between is folded as one. A signature whose quote stands outside
    the element around it can't be: it stays open.
    """
    small = html.lower()
    if not any(hint in small for hint in _HINTS) and not _RULE_HINT.search(small):
        return html
    return _Folder(html, list(markup.tokens(html))).run()


class _Folder:
    def __init__(self, html: str, tokens: Sequence[Token]) -> None:
        self.html = html
        self.tokens = tokens
        self.pieces: list[str] = []
        self.copied = 0
        self.own_text = False
        self.last_text = ""
        self.signatures_left = _MAX_SIGNATURES

    def run(self) -> str:
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if self.own_text and self._begins_rest(token):
                self._insert(self._opening_of(index), OPEN)
                break
            if self.own_text and (after := self._end_of_foldable(index)):
                index = self._fold_run(index, after)
                continue
            if token.text.strip() not in ("", "--"):
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

    def _fold_run(self, index: int, after: int) -> int:
        """Fold what ends before `after` and what follows at once; returns the index behind."""
        end, quote_is_outside = self._follow(after)
        if quote_is_outside and end == after and not self._begins_element(self.tokens[index]):
            return after
        self._insert(self.tokens[index].start, OPEN)
        self._insert(self.tokens[end - 1].end, CLOSE)
        return end

    def _follow(self, after: int) -> tuple[int, bool]:
        """The index behind all that can be folded with what ends before `after`; whether a quote can't be."""
        position = end = after
        depth = gap = pending = 0
        while position < len(self.tokens) and gap < _MAX_GAP:
            token = self.tokens[position]
            rest = self._begins_rest(token)
            behind = len(self.tokens) if rest else self._end_of_foldable(position)
            if behind and (depth < 0 or pending == _MAX_PENDING):
                return end, True
            if rest:
                return behind, False
            if behind:
                position, pending = behind, pending + 1
            elif self._shows_nothing(token):
                depth = self._depth(depth, token)
                position, gap = position + 1, gap + 1
            else:
                break
            if pending and not depth:
                end, gap, pending = position, 0, 0
        return end, bool(pending)

    def _shows_nothing(self, token: Token) -> bool:
        return signature_html.is_blank(token) or (bool(token.name) and token.name != "img")

    def _depth(self, depth: int, token: Token) -> int:
        """How deep the next token stands; once outside the element of the first, it stays below zero."""
        if depth < 0 or not token.name or token.name in markup.VOID:
            return depth
        return depth - 1 if token.closing else depth + 1

    def _end_of_foldable(self, index: int) -> int:
        """The index behind the quote or the signature that begins at `index`; 0 when none does."""
        if self._begins_element(self.tokens[index]):
            return 0 if self._is_forward(index) else self._end_of_element(index)
        return self._end_of_signature(index)

    def _end_of_signature(self, index: int) -> int:
        if not self.signatures_left or not signature_html.may_begin(self.tokens[index]):
            return 0
        self.signatures_left -= 1
        return signature_html.end(self.tokens, index)

    def _end_of_element(self, index: int) -> int:
        name, depth = self.tokens[index].name, 0
        for position in range(index, len(self.tokens)):
            token = self.tokens[position]
            if token.name == name:
                depth += -1 if token.closing else 1
            if depth == 0:
                return position + 1
        return len(self.tokens)
