"""What was chosen for senders, lists that were left, and who waits in the Screener."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from webmail.models import SenderChoice, Unsubscription

from .. import columns, sender_names, sql


class Choice(NamedTuple):
    """What was chosen for a sender, or for a domain."""

    sender: str
    verdict: str
    mailbox_id: int | None
    created_at: datetime


_LOOKED_AT = 2_000


class Waiting(NamedTuple):
    """A sender who waits in the Screener, with the newest of their messages."""

    message_id: int
    thread_id: int
    name: str
    address: str
    subject: str
    preview: str
    received_at: datetime
    messages: int


def sender_choices(account_id: int, senders: Collection[str]) -> dict[str, Choice]:
    """What is chosen for each of these senders, itself or by its domain (constraint sender_choice)."""
    names = {name for sender in senders for name in sender_names.covering(sender)}
    rows = SenderChoice.objects.filter(account_id=account_id, sender__in=names)
    known = {choice.sender: choice for choice in _choices(rows)}
    found = {
        sender: next((known[name] for name in sender_names.covering(sender) if name in known), None)
        for sender in senders
    }
    return {sender: choice for sender, choice in found.items() if choice}


def sender_choice_page(
    account_id: int, verdicts: Collection[str], words: str = "", after: str = "", limit: int = 50
) -> list[Choice]:
    """Choices in the order of their senders, one more than `limit` where the list goes on.

    Constraint sender_choice. `words` must stand in the sender's name.
    """
    wanted = Q(account_id=account_id, verdict__in=list(verdicts), sender__gt=after)
    rows = SenderChoice.objects.filter(wanted & Q(sender__icontains=words) if words else wanted)
    return _choices(rows.order_by("sender")[: limit + 1])


def _choices(rows: Any) -> list[Choice]:
    return [Choice(*row) for row in rows.values_list("sender", "verdict", "mailbox_id", "created_at")]


def unsubscriptions(account_id: int, keys: Collection[str]) -> dict[str, datetime]:
    """When each of these lists was left (constraint unsubscription_list)."""
    rows = Unsubscription.objects.filter(account_id=account_id, list_key__in=keys)
    return dict(rows.values_list("list_key", "created_at"))


def waiting_senders(account_id: int, mailbox_id: int, limit: int = 50) -> list[Waiting]:
    """Who waits in a mailbox, the newest first: one statement (constraint placement_uid).

    Of a mailbox that holds very many, the newest two thousand messages are looked at.
    """
    rows = sql.run(
        "WITH newest AS (SELECT m.id, m.thread_id, m.from_name, m.from_address, m.subject, m.preview,"
        " m.received_at, LOWER(m.from_address) AS sender FROM"
        " (SELECT message_id FROM webmail_mailboxmessage WHERE mailbox_id = %s"
        f" ORDER BY uid DESC LIMIT {_LOOKED_AT}) p JOIN webmail_message m ON m.id = p.message_id"
        " WHERE m.account_id = %s),"
        " ranked AS (SELECT n.*, ROW_NUMBER() OVER w AS place, COUNT(*) OVER (PARTITION BY sender) AS total"
        " FROM newest n WINDOW w AS (PARTITION BY sender ORDER BY received_at DESC, id DESC))"
        " SELECT id, thread_id, from_name, from_address, subject, preview, received_at, total FROM ranked"
        f" WHERE place = 1 ORDER BY received_at DESC, id DESC LIMIT {limit}",
        [mailbox_id, account_id],
    )
    return [Waiting._make((*row[:6], columns.moment(row[6]), row[7])) for row in rows]
