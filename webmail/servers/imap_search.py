"""An IMAP search as a condition on columns: exact where it can be, else as near as to leave few to read."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, TypeGuard

from django.db.models import Q

from mailserver.imap.search_keys import (
    Age,
    All,
    And,
    Day,
    Flag,
    Header,
    Key,
    Modseq,
    Not,
    ObjectId,
    Or,
    Size,
    Text,
    Uids,
)
from webmail.models import MailboxMessage
from webmail.store import search_finder
from webmail.store.flag_names import COLUMN_OF
from webmail.store.formula import Formula, Term, every
from webmail.store.terms import query_terms

_ENVELOPE = frozenset({"from", "to", "cc", "bcc", "sender"})
# In the envelope an address stands in pieces; what is quoted there is left to be read.
_PIECES = re.compile(r"[^\s<>@\"\\]+")
_MOST_UIDS = 500
"""In a condition; of more, what is found is looked up among them."""
MOST_READ = 1000
"""Messages of which the text is read; of more, the full-text index tells."""
_NOTHING = Q(pk__in=[])
_DAY = timedelta(days=1)


class Bound(NamedTuple):
    """A condition that all that fit meet; `is_exact` when nothing else does."""

    q: Q
    is_exact: bool


def find(account_id: int, mailbox_id: int, key: Key) -> tuple[list[int], Key | None]:
    """The uids of what may fit, rising, and what is left to be looked at of each."""
    keys = key.keys if isinstance(key, And) else (key,)
    among = [part.uids for part in keys if isinstance(part, Uids) and len(part.uids) > _MOST_UIDS]
    bounds = [(part, _bound(part)) for part in keys if not (isinstance(part, Uids) and part.uids in among)]
    rows = MailboxMessage.objects.filter(mailbox_id=mailbox_id, account_id=account_id).order_by("uid")
    for _, bound in bounds:
        rows = rows.filter(bound.q)
    subjects = [part.text.casefold() for part in keys if _is_subject(part)]
    rest = [part for part, bound in bounds if not (bound.is_exact or _is_subject(part))]
    texts, others = _known_to_index(rest)
    if texts and not (among or subjects) and rows[MOST_READ : MOST_READ + 1].exists():
        rows, rest = rows.filter(search_finder.holds(account_id, every(texts))), others
    if not (rest or subjects):
        return _within(rows.values_list("uid", flat=True), among), None
    found = list(rows.values_list("uid", "message_id", *(["message__subject"] if subjects else [])))
    if subjects:
        found = [row[:2] for row in found if _has_all(row[2], subjects)]
    allowed = set(_within([uid for uid, _ in found], among))
    found = [(uid, message) for uid, message in found if uid in allowed]
    if len(found) > MOST_READ and rest != others:
        fitting = set(search_finder.among(account_id, every(texts), [message for _, message in found]))
        found, rest = [(uid, message) for uid, message in found if message in fitting], others
    left = And(tuple(rest)) if len(rest) > 1 else rest[0] if rest else None
    return [uid for uid, _ in found], left


def _within(uids: Iterable[int], among: Sequence[frozenset[int]]) -> list[int]:
    found = list(uids)
    for wanted in among:
        found = [uid for uid in found if uid in wanted]
    return found


def _is_subject(key: Key) -> TypeGuard[Header]:
    """Tell whether the column of subjects answers: it is what the reader sees, as RFC 9051 compares it."""
    return isinstance(key, Header) and key.name == "subject" and key.text != ""


def _has_all(subject: str, wanted: Sequence[str]) -> bool:
    folded = subject.casefold()
    return all(text in folded for text in wanted)


def _known_to_index(keys: list[Key]) -> tuple[list[Formula], list[Key]]:
    """What the full-text index says of very many messages: which have the words, the last one as a beginning.

    To read them all would take minutes. What is asked for and has no word is left to be read.
    """
    asked = [(part, query_terms(part.text)) for part in keys if isinstance(part, Text)]
    known = [part for part, words in asked if words]
    terms = [term for _, words in asked if words for term in _terms(words)]
    return terms, [part for part in keys if part not in known]


def _terms(words: list[str]) -> list[Formula]:
    return [*(Term(word) for word in words[:-1]), Term(words[-1], prefix=True)]


def _bound(key: Key) -> Bound:
    match key:
        case And(keys):
            bounds = [_bound(each) for each in keys]
            return Bound(reduce(and_, [bound.q for bound in bounds]), all(bound.is_exact for bound in bounds))
        case Or(one, other):
            bounds = [_bound(one), _bound(other)]
            # What no condition bounds leaves the other without one, too: Q() is no part of an OR to Django.
            near = reduce(or_, [bound.q for bound in bounds]) if all(bound.q for bound in bounds) else Q()
            return Bound(near, all(bound.is_exact for bound in bounds))
        case Not(inner):
            return _not(_bound(inner))
        case Flag(name):
            return Bound(_flag(name), True)
        case Uids(uids):
            return Bound(Q(uid__in=uids), True)
        case Size(is_larger, size):
            return Bound(Q(size__gt=size) if is_larger else Q(size__lt=size), True)
        case Age(is_younger, moment):
            return Bound(Q(received_at__gt=moment) if is_younger else Q(received_at__lte=moment), True)
        case Modseq(modseq):
            return Bound(Q(modseq__gte=modseq), True)
        case ObjectId(of, value):
            return Bound(_object_id(of, value), True)
        case Day():
            return _day(key)
        case Header(name, text):
            return _header(name, text)
        case All():
            return Bound(Q(), True)
    return Bound(Q(), False)


def _not(bound: Bound) -> Bound:
    """Q() is all messages, and to Django ~Q() is, too."""
    if not bound.is_exact:
        return Bound(Q(), False)
    return Bound(~bound.q if bound.q else _NOTHING, True)


def _flag(name: str) -> Q:
    if name.lower() in COLUMN_OF:
        return Q(**{COLUMN_OF[name.lower()]: True})
    # Not "" beside it, so that the index of the few that have any serves.
    return Q(keywords__icontains=f" {name} ") & ~Q(keywords="")


def _object_id(of: str, value: str) -> Q:
    letter, number = value[:1], value[1:]
    if (
        letter != ("M" if of == "email" else "T")
        or not (number.isascii() and number.isdigit())
        or len(number) > 18
    ):
        return _NOTHING
    return Q(message_id=int(number)) if of == "email" else Q(thread_id=int(number))


def _day(key: Day) -> Bound:
    begin = datetime.combine(key.day, time(), UTC)
    if key.of == "sent":
        return Bound(_sent(key.when, begin), False)
    column = "received_at" if key.of == "received" else "saved_at"
    if key.when == "=":
        return Bound(Q(**{f"{column}__gte": begin, f"{column}__lt": begin + _DAY}), True)
    return Bound(Q(**{f"{column}__{'lt' if key.when == '<' else 'gte'}": begin}), True)


def _sent(when: str, begin: datetime) -> Q:
    """The day in the Date field is where the sender was: within a day of UTC's."""
    after, before = Q(message__sent_at__gte=begin - _DAY), Q(message__sent_at__lt=begin + 2 * _DAY)
    near = after & before if when == "=" else before if when == "<" else after
    return near | Q(message__sent_at=None)


def _header(name: str, text: str) -> Bound:
    """What is not ASCII is left to be read: SQLite folds the case of nothing else."""
    if name == "subject" and text and text.isascii():
        return Bound(Q(message__subject__icontains=text), False)
    pieces = _PIECES.findall(text)
    if name in _ENVELOPE and text.isascii() and not set(text) & {'"', "\\"} and pieces:
        near = reduce(and_, [Q(message__envelope__icontains=piece) for piece in pieces])
        return Bound(near | Q(message__envelope__contains="=?"), False)
    return Bound(Q(), False)
