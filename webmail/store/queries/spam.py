"""What was learnt of spam: for a delivery, for the page that shows it, and for a message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from webmail.models import SpamClue, SpamMark

from .. import spam_marks, sql
from ..spam_marks import Reason

_LEAST_SEEN: Final = 2


@dataclass(frozen=True, slots=True)
class Lore:
    """What an account has learnt: how many messages of each kind, and in how many of them a key was found."""

    spam: int
    ham: int
    found: dict[int, tuple[int, int]]


class Marked(NamedTuple):
    """Why a message was taken for spam on arrival, and what its reader said."""

    reason: Reason | None
    said: str


class Word(NamedTuple):
    """A clue, and in how many messages of each kind it was found."""

    clue: str
    spam: int
    ham: int


def spam_clues(asked: Collection[tuple[int, int]]) -> dict[int, Lore]:
    """Read what accounts know of keys, pairs (account, key), all in one statement (constraint spam_clue)."""
    columns = ["account_id", "key"]
    rows = sql.run(
        "SELECT t.account_id, t.key, t.spam, t.ham, a.spam_count, a.ham_count"
        f" FROM {sql.values(SpamClue, columns)}"
        " JOIN webmail_spamclue t ON t.account_id = v.account_id AND t.key = v.key"
        " JOIN webmail_account a ON a.id = t.account_id",
        sql.values_of(SpamClue, columns, list(asked)),
    )
    found: dict[int, Lore] = {}
    for account_id, key, spam, ham, all_spam, all_ham in rows:
        found.setdefault(account_id, Lore(all_spam, all_ham, {})).found[key] = (spam, ham)
    return found


def spam_marks_of(account_id: int, message_ids: Sequence[int]) -> dict[int, Marked]:
    """Read what is known of messages as spam (primary key)."""
    rows = SpamMark.objects.filter(account_id=account_id, message_id__in=message_ids)
    return {
        key: Marked(spam_marks.loads(reason), said)
        for key, reason, said in rows.values_list("message_id", "reason", "said")
    }


def strongest_clues(account_id: int, *, of_spam: bool, limit: int) -> list[Word]:
    """Choose the clues that speak most for one kind, the first first; those of one message only don't count.

    A look at all that an account has learnt, which is bounded (`spam_learning.MAX_CLUES`).
    """
    one, other = ("spam", "ham") if of_spam else ("ham", "spam")
    rows = sql.run(
        f"SELECT t.word, t.spam, t.ham FROM webmail_spamclue t"
        " JOIN webmail_account a ON a.id = t.account_id"
        f" WHERE t.account_id = %s AND t.{one} >= %s"
        f" AND t.{one} * (a.{other}_count + 1) > t.{other} * (a.{one}_count + 1) * 4"
        f" ORDER BY t.{one} * (a.{other}_count + 1) * 1.0 / (t.{other} * (a.{one}_count + 1) + 1) DESC,"
        f" t.{one} DESC, t.word LIMIT %s",
        [account_id, _LEAST_SEEN, limit],
    )
    return [Word(*row) for row in rows]
