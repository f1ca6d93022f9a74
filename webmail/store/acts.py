"""Everything that a person can do to mail, by name: the one table of lists, pages and large acts.

Verbs act on messages (`conversations`). A conversation is a way to name messages, and the act says which of
it are meant: all, or the newest, as where a star is given.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from webmail.models import Unit

from . import conversations, copy, pins, queries, snooze
from .change import Change
from .done import Done, together


class Chosen(NamedTuple):
    """What was chosen: the ids of conversations, or of messages."""

    unit: str
    ids: Collection[int]


class Named(NamedTuple):
    """What a verb names: the mailbox to go to, labels to give and to take, a time, or what else to do."""

    target: int = 0
    add: Collection[int] = ()
    remove: Collection[int] = ()
    until: datetime | None = None
    also: Collection[str] = ()


NOTHING: Final = Named()

type Naming = Callable[[int, Chosen, int | None], Collection[int]]
"""Says which messages are meant: account, what was chosen, the mailbox looked at."""


def _all(account_id: int, chosen: Chosen, _here: int | None) -> Collection[int]:
    if chosen.unit == Unit.MESSAGE:
        return chosen.ids
    return queries.messages_of_threads(account_id, chosen.ids)


def _newest(account_id: int, chosen: Chosen, _here: int | None) -> Collection[int]:
    return _newest_here(account_id, chosen, None)


def _newest_here(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name the newest of each conversation, of those in the mailbox looked at."""
    if chosen.unit == Unit.MESSAGE:
        return chosen.ids
    return queries.latest_messages(account_id, chosen.ids, here)


def _from_here(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name the messages and those after them in their conversations."""
    return queries.messages_from(account_id, _all(account_id, chosen, here))


def _whole(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name all of a conversation also where one message of it was chosen."""
    if chosen.unit == Unit.MESSAGE:
        return queries.messages_of_threads(account_id, queries.threads_of(account_id, chosen.ids))
    return _all(account_id, chosen, here)


type Verb = Callable[[int, Collection[int], int | None, Named], Done]
"""Does it: account, messages, the mailbox looked at, those that are named."""


@dataclass(frozen=True, slots=True)
class Act:
    """A verb, the messages it means, and whether it needs a mailbox or a time to be named."""

    do: Verb
    names: Naming = _all
    needs_target: bool = False
    needs_time: bool = False


def _here(verb: Callable[[int, Collection[int], int | None], Done], names: Naming = _all) -> Act:
    return Act(lambda account_id, ids, here, _named: verb(account_id, ids, here), names)


def _to(verb: Callable[[int, Collection[int], int, int | None], Done]) -> Act:
    return Act(
        lambda account_id, ids, here, named: verb(account_id, ids, named.target, here), needs_target=True
    )


def _label(account_id: int, message_ids: Collection[int], _here: int | None, named: Named) -> Done:
    return conversations.relabel(account_id, message_ids, add=named.add, remove=named.remove)


def _unlabel(account_id: int, message_ids: Collection[int], target: int, _here: int | None) -> Done:
    return conversations.unlabel(account_id, message_ids, target)


def _snooze(account_id: int, message_ids: Collection[int], _here: int | None, named: Named) -> Done:
    if named.until is None:
        raise ValueError("a snooze needs its time")
    return snooze.snooze(account_id, message_ids, named.until)


def _sweep(account_id: int, message_ids: Collection[int], target: int, here: int | None) -> Done:
    return copy.move_messages(account_id, message_ids, here, target)


def _rule(account_id: int, message_ids: Collection[int], _here: int | None, named: Named) -> Done:
    """Do to mail that is here what a rule does to mail that comes: give labels, and `also` of RULE_ACTS."""
    done = [conversations.relabel(account_id, message_ids, add=named.add)] if named.add else []
    return together(
        [*done, *(act(account_id, message_ids) for name, act in RULE_ACTS.items() if name in named.also)]
    )


RULE_ACTS: Final[dict[str, Callable[[int, Collection[int]], Done]]] = {
    "star": conversations.star,
    "read": conversations.mark_read,
    "notjunk": conversations.not_junk,
    "archive": conversations.archive,
    "trash": conversations.trash,
}

ACTS: Final[dict[str, Act]] = {
    "archive": _here(conversations.archive),
    "trash": _here(conversations.trash),
    "junk": _here(conversations.junk),
    "notjunk": _here(conversations.not_junk),
    "restore": _here(conversations.restore),
    "mute": _here(conversations.mute),
    "unmute": _here(conversations.unmute, _whole),
    "star": _here(conversations.star, _newest),
    "unstar": _here(conversations.unstar),
    "read": _here(conversations.mark_read),
    "unread": _here(conversations.mark_unread, _newest_here),
    "unreadfrom": _here(conversations.mark_unread, _from_here),
    "delete": _here(conversations.delete_forever),
    "snooze": Act(_snooze, needs_time=True),
    "unsnooze": _here(snooze.unsnooze),
    "pin": _here(pins.pin, _whole),
    "unpin": _here(pins.unpin, _whole),
    "move": _to(conversations.move),
    "copy": _to(conversations.copy),
    "label": Act(_label),
    "unlabel": _to(_unlabel),
    "sweep": _to(_sweep),
    "rule": Act(_rule),
}


def act(verb: str, account_id: int, chosen: Chosen, here: int | None = None, named: Named = NOTHING) -> Done:
    """Do it, in one change; `here` is the mailbox looked at, None in a view over all."""
    found = ACTS[verb]
    with Change([account_id]):
        return found.do(account_id, found.names(account_id, chosen, here), here, named)
