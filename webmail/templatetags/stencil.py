"""Parts of a page that are rendered once, with marks where values go.

A mark is a number, so that it passes through {% url %} as an id, and through escaping as it is. Nobody
outside knows it.
"""

import re
import secrets
import zlib
from collections.abc import Mapping
from functools import cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_SALT = 10**7 + secrets.randbelow(9 * 10**7)  # a mark has 18 digits, as an id may have


@cache
def mark(name: str) -> SafeString:
    """Stand for a value in the text that is kept; each name has its own."""
    return mark_safe(f"{_SALT}{zlib.crc32(name.encode()):010d}")  # noqa: S308 (digits)


def fill(kept: str, values: Mapping[str, object]) -> SafeString:
    """Put values, escaped, where their marks are."""
    shown = {mark(name): conditional_escape(value) for name, value in values.items()}
    return mark_safe(re.sub("|".join(shown), lambda found: shown[found.group()], kept))  # noqa: S308 (see above)
