"""Which names a mailbox may have (pure)."""

import unicodedata

MAX_PATH = 1000
MAX_LEVELS = 20
_INBOX = "inbox"
# Joiners of Persian and Indic words and of emoji, and the tags of flags; all else of the kind is invisible.
_UNSEEN_BUT_MEANT = {0x200C, 0x200D, *range(0xE0020, 0xE0080)}
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


class MailboxError(ValueError):
    """A mailbox can't be so named, or can't be changed; `code` says why in one word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked(path: str) -> str:
    """Tidy a path, in NFC; refuse one that no client could show or reach. Levels are parted by "/"."""
    levels = [level.strip() for level in unicodedata.normalize("NFC", path).split("/")]
    path = "/".join(levels)
    if not all(levels) or any(map(_is_unseen, path)):
        raise MailboxError("name", "a mailbox needs a name of printable characters")
    if len(path) > MAX_PATH or len(levels) > MAX_LEVELS:
        raise MailboxError("long", "the name of the mailbox is too long")
    if path.casefold() == _INBOX:
        raise MailboxError("exists", "there is one Inbox")
    return path


def parents(path: str) -> list[str]:
    """List the paths above this one, the topmost first."""
    levels = path.split("/")
    return ["/".join(levels[:depth]) for depth in range(1, len(levels))]


def is_below(path: str, above: str) -> bool:
    """Tell whether a path stands under another one; case is no difference."""
    return path.casefold().startswith(f"{above.casefold()}/")


def levels_below(path: str, above: str) -> list[str]:
    """List the levels of a path that come after those of one above it."""
    return path.split("/")[above.count("/") + 1 :]


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN and ord(letter) not in _UNSEEN_BUT_MEANT
