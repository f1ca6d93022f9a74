"""The @media rules of a newsletter: they can't be inlined, so they are written again from what is known.

Only rules for a width are kept; their declarations become important, as the styles they must win over stand
in attributes. Class names and ids get a prefix of ours, and nothing outside the letter is reached.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tinycss2

from . import style

PREFIX = "m-"
SCOPE = ".letter"
# The class of what stands for <body>.
BODY = "-body"

_MAX_CSS = 100_000
_MAX_RULES = 500
_STYLE = re.compile(r"<style(?=[\s>])[^>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_MEDIA = re.compile(r"@media\b", re.IGNORECASE)
_WIDTH = re.compile(r"\((min|max)-(?:device-)?width:([\d.]{1,8}(?:px|em|rem))\)")
_QUERY = re.compile(rf"(?:only )?(?:(?:screen|all)(?: and )?)?(?:{_WIDTH.pattern}(?: and )?){{1,3}}")
_NAME = re.compile(r"[\w-]{1,80}")
_PSEUDO = frozenset(("first-child", "last-child", "only-child", "first-of-type", "last-of-type", "hover"))
_COMPARES = frozenset(("=", "~=", "^=", "*=", "$=", "|="))


@dataclass(frozen=True, slots=True)
class MediaRules:
    """A style sheet, and the class names and ids it needs, as the letter spells them."""

    css: str
    names: frozenset[str]


NONE = MediaRules("", frozenset())


def rules(html: str, picture: style.Picture) -> MediaRules:
    """The width rules of all <style> in `html`; pictures as `style.clean` asks for them."""
    if not _MEDIA.search(html):
        return NONE
    sheet = "\n".join(_STYLE.findall(html))
    if len(sheet) > _MAX_CSS:
        return NONE
    writer = _Writer(picture)
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            writer.media(rule)
    return MediaRules("\n".join(writer.blocks), frozenset(writer.names))


class _Writer:
    def __init__(self, picture: style.Picture) -> None:
        self.picture = picture
        self.blocks: list[str] = []
        self.names: set[str] = set()
        self.left = _MAX_RULES

    def media(self, rule: Any) -> None:
        query = _query(rule.prelude)
        if query is None:
            return
        inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        written = []
        for each in inside[: self.left]:
            if each.type == "qualified-rule":
                written += self._rule(each)
        self.left -= len(written)
        if written:
            self.blocks.append(f"@media {query}{{{' '.join(written)}}}")

    def _rule(self, rule: Any) -> list[str]:
        selectors = [found for part in _split(rule.prelude) if (found := self._selector(part))]
        if not selectors:
            return []
        declarations = style.clean(tinycss2.serialize(rule.content), self.picture, both_grounds=True)
        return [f"{','.join(selectors)}{{{_important(declarations)}}}"] if declarations else []

    def _selector(self, tokens: Sequence[Any]) -> str | None:
        """One selector within the letter; None when any part of it is not known."""
        pieces: list[str] = []
        names: set[str] = set()
        before = ""
        for token in tokens:
            piece = _simple(token, before, names)
            if piece is None:
                return None
            pieces.append(piece)
            before = token.value if token.type == "literal" else ""
        written = " ".join("".join(pieces).split())
        if not written or before in (".", ":", ">", "+", "~"):
            return None
        self.names |= names
        return f"{SCOPE} {written}"


def _simple(token: Any, before: str, names: set[str]) -> str | None:
    if token.type == "whitespace":
        return " "
    if token.type == "ident" and _NAME.fullmatch(token.value):
        if before == ".":
            names.add(token.value)
            return f"{PREFIX}{token.value}"
        if before == ":":
            return str(token.lower_value) if token.lower_value in _PSEUDO else None
        if token.lower_value == "html":
            return None
        if token.lower_value == "body":
            names.add(BODY)
            return f".{PREFIX}{BODY}"
        return str(token.lower_value)
    if token.type == "hash" and _NAME.fullmatch(token.value):
        names.add(token.value)
        return f"#{PREFIX}{token.value}"
    if token.type == "literal" and token.value in (".", ":", ">", "+", "~", "*"):
        return str(token.value)
    if token.type == "[] block":
        return _attribute([each for each in token.content if each.type != "whitespace"], names)
    return None


def _attribute(tokens: Sequence[Any], names: set[str]) -> str | None:
    """[class~=x] and the like; a class is compared with its prefix."""
    if len(tokens) != 3 or tokens[0].type != "ident" or tokens[2].type not in ("ident", "string"):
        return None
    name, compare, value = tokens[0].lower_value, tokens[1].value, tokens[2].value
    if compare not in _COMPARES or not _NAME.fullmatch(value) or not _NAME.fullmatch(name):
        return None
    if name in ("class", "id"):
        names.add(value)
        value = value if compare in ("*=", "$=") else PREFIX + value
        compare = "~=" if (name, compare) == ("class", "=") else compare
    return f'[{name}{compare}"{value}"]'


def _split(tokens: Sequence[Any]) -> list[list[Any]]:
    """The selectors of a list, without the space around them."""
    found: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            found.append([])
        elif token.type != "comment" and (found[-1] or token.type != "whitespace"):
            found[-1].append(token)
    return found


def _query(prelude: Sequence[Any]) -> str | None:
    """What is left of a media query when only widths count; None when that is nothing."""
    text = re.sub(r"\s*([:,()])\s*", r"\1", " ".join(tinycss2.serialize(prelude).lower().split()))
    text = re.sub(r"\band\(", "and (", re.sub(r"\)and\b", ") and", text))
    kept = []
    for part in text[:1000].split(","):
        if _QUERY.fullmatch(part) and not part.endswith(" and "):
            kept.append(" and ".join(f"({side}-width:{width})" for side, width in _WIDTH.findall(part)))
    return ", ".join(kept) or None


def _important(declarations: str) -> str:
    found = []
    quoted = re.split(r";(?=[a-z-]+:)", declarations)
    for each in quoted:
        found.append(each if "!" in each else f"{each} !important")
    return ";".join(found)
