"""What a mail program says of spam by keywords: learnt as what the web's buttons say, but nothing moves."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from webmail.models import Role, Said, SpamMark

from . import spam_marks

# Those of the registry (RFC 5788), which Apple Mail sets, and what Thunderbird sets instead.
_SPAM: Final = frozenset({"$junk", "junk"})
_HAM: Final = frozenset({"$notjunk", "notjunk", "nonjunk"})


def are_among(words: Iterable[str]) -> bool:
    """Tell whether one of them stands among flags."""
    return bool(_lower(words) & (_SPAM | _HAM))


def hear(
    account_id: int, role: str, kept: Mapping[int, str], add: Collection[str], remove: Collection[str]
) -> None:
    """Learn from keywords that were added and removed, of messages with what they `kept` before.

    Within their change. A program marks all that it looks through as no spam: that is heard only of what is
    in Spam, or was said to be. Own mail says nothing.
    """
    if role in spam_marks.OWN:
        return
    added = _lower(add)
    if added & _SPAM:
        spam_marks.say(account_id, _without(kept, _SPAM), Said.SPAM)
    elif added & _HAM:
        keys = _without(kept, _HAM)
        spam_marks.say(account_id, keys if role == Role.JUNK else _said_spam(account_id, keys), Said.HAM)
    elif _lower(remove) & _SPAM:
        spam_marks.say(account_id, _said_spam(account_id, kept.keys() - set(_without(kept, _SPAM))), "")


def _without(kept: Mapping[int, str], words: frozenset[str]) -> list[int]:
    """The messages that have none of these words."""
    return [key for key, keywords in kept.items() if not _lower(keywords.split()) & words]


def _said_spam(account_id: int, message_ids: Collection[int]) -> list[int]:
    rows = SpamMark.objects.filter(account_id=account_id, message_id__in=message_ids, said=Said.SPAM)
    return list(rows.values_list("message_id", flat=True))


def _lower(words: Iterable[str]) -> set[str]:
    return {word.lower() for word in words}
