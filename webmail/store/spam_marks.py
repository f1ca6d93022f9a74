"""What a person says of messages by putting them into Spam or taking them out; it is learnt later."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import orjson

from webmail.models import OWED_ROLES, Role, Said, SpamMark

from . import sql
from .change import Change
from .done import Done, Step
from .summary import Standing

_COLUMNS: Final = ("message_id", "account_id", "reason", "said", "learnt", "waits")
OWN: Final = frozenset({Role.SENT, Role.DRAFTS}) | OWED_ROLES
"""Where own mail stands: it says nothing of spam."""


class Reason(NamedTuple):
    """Why a message was taken for spam on its arrival: by "words" or "rspamd", and what spoke for it."""

    by: str
    clues: tuple[str, ...] = ()

    def dumps(self) -> str:
        """Write it as it is kept."""
        return orjson.dumps([self.by, self.clues]).decode()


def loads(kept: str) -> Reason | None:
    """Read what `dumps` wrote; None for nothing."""
    if not kept:
        return None
    by, clues = orjson.loads(kept)
    return Reason(by, tuple(clues))


def insert(rows: Iterable[tuple[int, int, Reason]]) -> None:
    """Keep why new messages (message, account, reason) were taken for spam; within their change."""
    kept = [
        (message_id, account_id, reason.dumps(), "", "", False) for message_id, account_id, reason in rows
    ]
    sql.insert(SpamMark, _COLUMNS, kept)


def moved(
    account_id: int, left: Collection[Standing], roles: Mapping[int, str], to_mailbox_id: int
) -> tuple[Step, ...]:
    """Hear what a move says of the messages that `left` a mailbox; the steps back. Within its change.

    Whoever throws spam away says nothing new about it.
    """
    to = roles[to_mailbox_id]
    if to == Role.JUNK:
        return say(
            account_id, [row.message_id for row in left if roles[row.mailbox_id] not in OWN], Said.SPAM
        )
    if to == Role.TRASH:
        return ()
    return taken_out(account_id, left, roles)


def taken_out(account_id: int, left: Iterable[Standing], roles: Mapping[int, str]) -> tuple[Step, ...]:
    """Hear that what left Spam is none; the steps back."""
    keys = [row.message_id for row in left if roles[row.mailbox_id] == Role.JUNK]
    return say(account_id, keys, Said.HAM)


def say(account_id: int, message_ids: Collection[int], said: str) -> tuple[Step, ...]:
    """Note what messages are, "" for nothing; the steps back. Two statements, none without messages."""
    if not message_ids:
        return ()
    rows = SpamMark.objects.filter(account_id=account_id, message_id__in=message_ids)
    known = {key: (was, learnt) for key, was, learnt in rows.values_list("message_id", "said", "learnt")}
    before: dict[str, list[int]] = defaultdict(list)
    changed = []
    for key in dict.fromkeys(message_ids):
        was, learnt = known.get(key, ("", ""))
        if was != said:
            before[was].append(key)
            changed.append((key, account_id, "", said, learnt, said != learnt))
    sql.insert(SpamMark, _COLUMNS, changed, unique=["message_id"], update=["said", "waits"])
    return tuple({"verb": "say_spam", "message_ids": keys, "said": str(was)} for was, keys in before.items())


def say_again(account_id: int, message_ids: Collection[int], said: str) -> Done:
    """Take back what was said of messages, as `say` wrote it."""
    with Change([account_id]) as change:
        found = list(SpamMark.objects.filter(account_id=account_id, message_id__in=message_ids))
        inverse = say(account_id, [mark.message_id for mark in found], said)
        return Done(change.modseq(account_id), 0, inverse)
