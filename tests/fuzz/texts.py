"""What must hold of texts that were read from foreign bytes."""

import unicodedata

_SPOOFING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_storable(text: str) -> None:
    """No NUL, which PostgreSQL refuses, and no half of a surrogate pair, which UTF-8 can't write."""
    assert "\0" not in text
    text.encode()


def trimmed(text: str) -> str:
    """`text` without spaces at the ends of lines, one space behind quote marks: what flowing costs."""
    return "\n".join(map(_trimmed_line, text.split("\n")))


def _trimmed_line(line: str) -> str:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    content = content.removeprefix(" ") if depth else content
    content = content if content == "-- " else content.rstrip(" ")
    return ">" * depth + (f" {content}" if depth and content else content)


def check_line(text: str) -> None:
    """One line: nothing that could end a header field, move the cursor, or reorder what is read."""
    assert not any(unicodedata.category(char) == "Cc" or char in _SPOOFING for char in text), repr(text)
    text.encode()
