"""The comparator of texts that all servers share: i;unicode-casemap (RFC 5051 §2)."""

import unicodedata


def casemap(text: str) -> str:
    """A text as it is compared, code by code: each character in title case, then decomposed.

    Signs such as _ come after capitals, and Ü beside U.
    """
    if text.isascii():
        return text.upper()
    return unicodedata.normalize("NFKD", "".join(map(_titled, text)))


def _titled(character: str) -> str:
    """Title case where it is one character: RFC 5051 knows no other."""
    titled = character.title()
    return titled if len(titled) == 1 else character
