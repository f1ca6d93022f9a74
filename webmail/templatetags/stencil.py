"""Parts of a page that are rendered once, with marks where values go.

A mark is a number, so that it passes through {% url %} as an id, and through escaping as it is. Nobody
outside knows it.
"""

import secrets
import zlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_SALT = 10**7 + secrets.randbelow(9 * 10**7)  # a mark has 18 digits, as an id may have


@cache
def mark(name: str) -> SafeString:
    """Stand for a value in the text that is kept; each name has its own."""
    return mark_safe(f"{_SALT}{zlib.crc32(name.encode()):010d}")  # noqa: S308 (digits)


def cut(html: str, names: Iterable[str]) -> str:
    """Make a stencil of rendered text: the marks of these names become the places that `fill` fills."""
    html = html.replace("%", "%%")
    for name in names:
        html = html.replace(mark(name), f"%({name})s")
    return html


def fill(stencil: str, values: Mapping[str, object]) -> SafeString:
    """Put values, escaped, into their places."""
    shown = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(stencil % shown)  # noqa: S308 (see above)


def draw(
    template_name: str, values: Mapping[str, object], asked: tuple[Any, ...] | None = None
) -> SafeString:
    """Draw a template that writes `values`, and asks about the fields of `asked`, a named tuple.

    It is rendered once for each of these and each language: they are choices, nothing that people write.
    """
    return fill(_drawn(template_name, get_language(), asked, tuple(values)), values)


@lru_cache(maxsize=1024)
def _drawn(template_name: str, _language: str, asked: Any, names: tuple[str, ...]) -> str:
    context = (asked._asdict() if asked else {}) | {name: mark(name) for name in names}
    return cut(render_to_string(template_name, context), names)
