"""Style attributes of foreign HTML: known properties, known functions, pictures only where allowed."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import tinycss2

from . import colour

# A rule about pictures: the address that may be loaded instead of this one, or None.
type Picture = Callable[[str], str | None]

MAX_LENGTH = 10_000

_PROPERTY = re.compile(
    r"(?:(?:min-|max-)?(?:width|height)|color|opacity|float|clear|direction|display|vertical-align|visibility|"
    r"line-height|letter-spacing|white-space|word-(?:break|spacing|wrap)|overflow(?:-wrap|-x|-y)?|table-layout|"
    r"caption-side|empty-cells|box-(?:sizing|shadow)|tab-size|hyphens|object-(?:fit|position)|gap|row-gap|"
    r"column-gap|order|(?:list-style|background|border|outline|margin|padding|font|text|flex|align|justify|"
    r"column)(?:-[a-z-]+)?)"
)
_FUNCTIONS = frozenset((
    "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "calc", "min", "max", "clamp",
    "linear-gradient", "radial-gradient", "repeating-linear-gradient", "repeating-radial-gradient",
))  # fmt: skip
_FUNCTION = re.compile(r"([a-zA-Z-]*)\(")
# What is measured by the frame's height, which follows the letter's, would grow without end.
_OF_FRAME = re.compile(r"(?<![\w#.-])[\d.]+[sld]?v(?:h|b|min|max)\b", re.IGNORECASE)
# No bars to scroll by inside a letter.
_OVERFLOW = re.compile(r"(?:hidden|visible|clip)(?: ?!important)?", re.IGNORECASE)
_MAX_NESTING = 20
_PLAIN = re.compile(r"[\w\s#%.,:;'\"()+*/!-]*")


def clean(style: str, picture: Picture, *, both_grounds: bool = False) -> str | None:
    """`style` with what is allowed; None when nothing is left. `both_grounds`: see `colour`."""
    if len(style) > MAX_LENGTH:
        return None
    if _is_plain(style):
        return _clean_plain(style, both_grounds) or None
    return _clean_parsed(style, picture, both_grounds) or None


def _is_plain(style: str) -> bool:
    """Whether no escape, comment, address or unknown function is in it, so that splitting at ";" is right."""
    if not _PLAIN.fullmatch(style) or "/*" in style or style.count('"') % 2 or style.count("'") % 2:
        return False
    return all(name.lower() in _FUNCTIONS for name in _FUNCTION.findall(style))


@lru_cache(maxsize=2048)
def _clean_plain(style: str, both_grounds: bool) -> str:
    kept: list[str] = []
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        kept += _declaration(name.strip().lower(), " ".join(value.split()), both_grounds) if colon else ()
    return ";".join(kept)


def _clean_parsed(style: str, picture: Picture, both_grounds: bool) -> str:
    kept: list[str] = []
    for declaration in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if declaration.type != "declaration":
            continue
        value = _value(declaration.value, picture) or ""
        important = " !important" if value and declaration.important else ""
        kept += _declaration(declaration.lower_name, value + important, both_grounds)
    return ";".join(kept)


def _declaration(name: str, value: str, both_grounds: bool) -> tuple[str, ...]:
    """The declaration as it is written, or nothing."""
    if not value or "<" in value or not _PROPERTY.fullmatch(name) or _OF_FRAME.search(value):
        return ()
    if name.startswith("overflow") and not _OVERFLOW.fullmatch(value):
        return ()
    if not both_grounds:
        return (f"{name}:{value}",)
    veil = f"{colour.VEIL}," if "url(" in value and name in ("background", "background-image") else ""
    return (f"{name}:{veil}{colour.for_both(name, value)}",)


def _value(tokens: Sequence[Any], picture: Picture, depth: int = 0) -> str | None:
    """The value written again; None when any token of it may not stand."""
    pieces: list[str] = []
    for token in tokens:
        piece = _token(token, picture, depth)
        if piece is None:
            return None
        pieces.append(piece)
    return " ".join("".join(pieces).split())


def _token(token: Any, picture: Picture, depth: int) -> str | None:
    if token.type == "url":
        return _url(token.value, picture)
    if token.type == "function" and token.lower_name == "url":
        strings = [each.value for each in token.arguments if each.type == "string"]
        return _url(strings[0], picture) if strings else ""
    if token.type == "function":
        known = token.lower_name in _FUNCTIONS and depth < _MAX_NESTING
        inside = _value(token.arguments, picture, depth + 1) if known else None
        return None if inside is None else f"{token.lower_name}({inside})"
    if token.type in (
        "ident",
        "string",
        "hash",
        "number",
        "percentage",
        "dimension",
        "whitespace",
        "literal",
    ):
        return str(token.serialize())
    return None


def _url(value: str, picture: Picture) -> str:
    """The picture, or nothing: the colour beside it stays. No character may end the address."""
    address = picture(value)
    if address is None or re.search(r"[\s\"'()\\<>]", address):
        return ""
    return f'url("{address}")'
