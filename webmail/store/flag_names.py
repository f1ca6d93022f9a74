"""IMAP flag names and the columns they are kept in (RFC 9051 §2.3.2)."""

from collections.abc import Collection, Iterable
from typing import Final, Protocol

SEEN: Final = "\\Seen"
ANSWERED: Final = "\\Answered"
FLAGGED: Final = "\\Flagged"
DRAFT: Final = "\\Draft"
DELETED: Final = "\\Deleted"
MUTED: Final = "$Muted"
"""Of a conversation whose new mail doesn't come to the Inbox; ours, as RFC 5788 has none for it."""

COLUMN_OF: Final = {
    "\\seen": "seen",
    "\\answered": "answered",
    "\\flagged": "flagged",
    "\\draft": "draft",
    "\\deleted": "deleted",
}
_MAX_KEYWORDS = 50
_MAX_KEYWORD_LENGTH = 100


def system_columns(flags: Collection[str]) -> set[str]:
    """Name the columns of the system flags among `flags`."""
    return {COLUMN_OF[flag.lower()] for flag in flags if flag.lower() in COLUMN_OF}


def flag_columns(flags: Collection[str]) -> set[str]:
    """Name all columns in which `flags` are kept."""
    words = {"keywords"} if any(not flag.startswith("\\") for flag in flags) else set()
    return system_columns(flags) | words


def keywords_of(flags: Iterable[str]) -> str:
    """Write the keywords among `flags` as they are kept: sorted, parted and framed by spaces; "" for none.

    Keywords compare without case (RFC 9051 §2.3.2): of two that differ in case only, one is kept.
    """
    found = {
        flag.lower(): flag
        for flag in flags
        if not flag.startswith("\\") and 0 < len(flag) <= _MAX_KEYWORD_LENGTH and not flag.isspace()
    }
    words = sorted(found.values())[:_MAX_KEYWORDS]
    return f" {' '.join(words)} " if words else ""


def changed_keywords(kept: str, add: Iterable[str], remove: Iterable[str]) -> str:
    """Add and remove keywords of a kept string."""
    gone = {flag.lower() for flag in remove}
    words = [word for word in kept.split() if word.lower() not in gone]
    known = {word.lower() for word in words}
    return keywords_of([*words, *(flag for flag in add if flag.lower() not in known)])


def is_muted(keywords: str) -> bool:
    """Tell whether the keyword is among those kept."""
    return keywords != "" and f" {MUTED.lower()} " in keywords.lower()


class Flagged(Protocol):
    """Anything that has flags in columns."""

    seen: bool
    answered: bool
    flagged: bool
    draft: bool
    deleted: bool
    keywords: str


def flags_of(row: Flagged) -> frozenset[str]:
    """Name the flags and keywords of a placement."""
    system = {
        SEEN: row.seen,
        ANSWERED: row.answered,
        FLAGGED: row.flagged,
        DRAFT: row.draft,
        DELETED: row.deleted,
    }
    return frozenset([*(name for name, there in system.items() if there), *row.keywords.split()])
