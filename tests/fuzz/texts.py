"""What must hold of texts that were read from foreign bytes."""

import unicodedata

_SPOOFING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_storable(text: str) -> None:
    """No NUL, which PostgreSQL refuses, and no half of a surrogate pair, which UTF-8 can't write."""
    assert "\0" not in text
    text.encode()


def check_line(text: str) -> None:
    """One line: nothing that could end a header field, move the cursor, or reorder what is read."""
    assert not any(unicodedata.category(char) == "Cc" or char in _SPOOFING for char in text), repr(text)
    text.encode()
