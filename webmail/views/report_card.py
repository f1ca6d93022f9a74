"""The card above a delivery report: which letter, who did not get it and why, and what can be done now."""

from collections.abc import Collection
from dataclasses import dataclass

from mailserver.message import dsn
from webmail.delivery import trace as tracing
from webmail.store import queries
from webmail.store.queries import ConversationMessage

from . import trace
from .message_bytes import MessageBytes

_FROM_NOBODY = b"Return-Path: <>\r\n"


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The letter that is reported about, and where its recipients stand whom the report names."""

    sent_id: int
    subject: str
    lanes: list[trace.Lane]


def card(account_id: int, message: ConversationMessage) -> ReportCard | None:
    """Draw the card of a report about a letter of the account's; None for any other message.

    It says what the queue knows: the report only names whom it is about.
    """
    if not message.prefix.startswith(_FROM_NOBODY):
        return None
    sent_id, named = _about(account_id, message)
    lanes = [each for each in trace.lanes(account_id, sent_id) if {each.id, each.address} & named]
    if not lanes:
        return None
    try:
        subject = queries.message(account_id, sent_id).subject
    except queries.MessageNotFoundError:
        return None
    return ReportCard(sent_id, subject, lanes)


def _about(account_id: int, message: ConversationMessage) -> tuple[int, Collection[int | str]]:
    """Find the letter and its recipients, by key or address; a report from afar was tied on arrival."""
    if tied := tracing.reported(account_id, message.id):
        return tied
    answered = message.envelope.in_reply_to.strip("<> ")
    sent_id = queries.sent_copy(account_id, answered) if answered else None
    report = dsn.read(MessageBytes(message.blob_id), message.part) if sent_id else None
    recipients = report.recipients if report else ()
    return sent_id or 0, {name for each in recipients for name in (each.address, each.original_address)}
