"""Style attributes of foreign HTML: known properties, known functions, pictures only where allowed."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import tinycss2

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
_PLAIN = re.compile(r"[\w\s#%.,:;'\"()+*/!-]*")


def clean(style: str, picture: Picture) -> str | None:
    """`style` with what is allowed; None when nothing is left."""
    if len(style) > MAX_LENGTH:
        return None
    if _is_plain(style):
        return _clean_plain(style) or None
    return _clean_parsed(style, picture) or None


def _is_plain(style: str) -> bool:
    """Whether no escape, comment, address or unknown function is in it, so that splitting at ";" is right."""
    if not _PLAIN.fullmatch(style) or "/*" in style or style.count('"') % 2 or style.count("'") % 2:
        return False
    return all(name.lower() in _FUNCTIONS for name in _FUNCTION.findall(style))


@lru_cache(maxsize=2048)
def _clean_plain(style: str) -> str:
    kept = []
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if colon and value.strip() and _PROPERTY.fullmatch(name):
            kept.append(f"{name}:{' '.join(value.split())}")
    return ";".join(kept)


def _clean_parsed(style: str, picture: Picture) -> str:
    kept = []
    for declaration in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if declaration.type != "declaration" or not _PROPERTY.fullmatch(declaration.lower_name):
            continue
        value = _value(declaration.value, picture)
        if value and "<" not in value:
            kept.append(f"{declaration.lower_name}:{value}{' !important' if declaration.important else ''}")
    return ";".join(kept)


def _value(tokens: Sequence[Any], picture: Picture) -> str | None:
    """The value written again; None when any token of it may not stand."""
    pieces: list[str] = []
    for token in tokens:
        piece = _token(token, picture)
        if piece is None:
            return None
        pieces.append(piece)
    return " ".join("".join(pieces).split())


def _token(token: Any, picture: Picture) -> str | None:
    if token.type == "url":
        return _url(token.value, picture)
    if token.type == "function" and token.lower_name == "url":
        strings = [each.value for each in token.arguments if each.type == "string"]
        return _url(strings[0], picture) if strings else ""
    if token.type == "function":
        inside = _value(token.arguments, picture) if token.lower_name in _FUNCTIONS else None
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
