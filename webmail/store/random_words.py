"""Random words that stand for a password: easy to type, as good as a key, kept as a hash."""

import hashlib
import re
import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_IGNORED = re.compile(r"[\s-]+")
_GROUP = 4


def make(length: int) -> str:
    """Draw so many letters, each of 5 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def shown(word: str, between: str) -> str:
    """Write it in groups."""
    return between.join(word[at : at + _GROUP] for at in range(0, len(word), _GROUP))


def read(typed: str, length: int) -> str:
    """Read what was typed, whatever its case and groups; "" when it can't be a word of this length."""
    word = _IGNORED.sub("", typed).lower()
    return word if len(word) == length and set(word) <= set(_LETTERS) else ""


def digest(word: str) -> str:
    """Hash it. Nobody guesses 80 bits or more, so nothing slow or salted is needed."""
    return hashlib.sha256(word.encode()).hexdigest()
