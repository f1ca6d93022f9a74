"""The one door out: a draft becomes a sent message and a queue row for each recipient, or nothing does."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailserver.message import compose
from mailserver.message.address import AddressError, domain_of, normalise, normalise_domain
from mailserver.message.digest import digest
from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.envelope import NO_WISHES, Wishes
from webmail.models import (
    Account,
    MailboxMessage,
    OutboundMessage,
    OutboundRecipient,
    Role,
)
from webmail.store import contact_use, conversations, copy, drafts, flags, mailboxes, queries
from webmail.store import undo as undoing
from webmail.store.add import NewMessage, Placement, add_messages
from webmail.store.change import Change
from webmail.store.done import Done, Step, together

from . import allowance, authorship, outbox, queue, schedule, signing
from .kick import kick

MANY_RECIPIENTS = 20
"""What goes to more than so many is bulk: mail to a few people goes before it."""
GRACE_SECONDS = 3
"""Added to the window of Undo: a click in its last second still counts."""


class Problem(enum.Enum):
    """Why a draft can't be sent as it is."""

    NO_RECIPIENTS = "no recipients"
    BAD_ADDRESS = "bad address"
    TOO_MANY_RECIPIENTS = "too many recipients"
    TOO_LARGE = "too large"
    NOT_YOUR_ADDRESS = "not your address"
    SEVERAL_FROM = "several From fields"
    TOO_MUCH_TODAY = "too much today"


class SubmitError(Exception):
    """The draft was not sent, and nothing has changed; `addresses` are those that are wrong."""

    def __init__(self, problem: Problem, addresses: Sequence[str] = ()) -> None:
        super().__init__(f"{problem.value} {', '.join(addresses)}".strip())
        self.problem = problem
        self.addresses = tuple(addresses)


@dataclass(frozen=True, slots=True)
class Handling:
    """What else is to be done: sent at a time, brought back if nobody answers by then, the rest put away."""

    send_at: datetime | None = None
    remind_at: datetime | None = None
    archives: bool = False


PLAIN = Handling()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """What is owed once a letter is sent: its copy, its bytes, and to whom, with their wishes.

    `prefix` goes in front of the bytes; `envelope_id` and `returns` are ENVID and RET of RFC 3461;
    `inverse` leads back from what was done along with it.
    """

    sent_id: int
    blob_id: int
    recipients: Mapping[str, Wishes]
    submission_key: str
    mail_from: str
    hold_until: datetime | None = None
    envelope_id: str = ""
    returns: str = ""
    tls_wish: TlsWish = TlsWish.AS_USUAL
    prefix: bytes = b""
    inverse: Sequence[Step] = ()


def submit(
    account_id: int,
    draft: compose.Draft,
    *,
    submission_key: str,
    hold_seconds: int | None = None,
    draft_message_id: int | None = None,
    reply_to_message_id: int | None = None,
    how: Handling = PLAIN,
) -> OutboundMessage:
    """Send a draft: one transaction, after which it is in Sent and the Outbox, and owed to each recipient.

    The same `submission_key` twice is one message. It is held for `hold_seconds`, the account's window of
    Undo when None; or in Scheduled until its time. The draft's own message leaves its mailbox, the one
    replied to is marked answered. Raises SubmitError, and DraftChangedError when another window has saved
    or sent the draft since.
    """
    if before := known(account_id, submission_key):
        return before
    account = Account.objects.get(pk=account_id)
    recipients = _recipients(draft)
    _check(account, draft, len(recipients))
    draft = _completed(draft, how)
    raw = _composed(draft)
    signature = signing.signature(raw, draft.from_[0].spec, timezone.now())
    new = sent_copy(account_id, raw, compose.own_fields(draft), how)
    with Change([account_id]) as change:
        # Again, now that the account is locked: of two clicks at once, one waits here and finds the other's.
        if before := known(account_id, submission_key):
            return before
        _make_places(change, account_id, how)
        drafts.leave(account_id, draft.message_id, draft_message_id, submission_key)
        sent = add_messages([new])[0][0]
        along = _do_along(account_id, sent.thread_id, reply_to_message_id, how)
        if not draft.automatic:
            _count_contacts(account_id, draft)
        return enqueue(
            account_id,
            Owing(
                sent_id=sent.message_id,
                blob_id=queries.blob_ids([sent.message_id])[sent.message_id],
                recipients=dict.fromkeys(recipients, NO_WISHES),
                submission_key=submission_key,
                mail_from=draft.from_[0].spec,
                hold_until=how.send_at or _held_until(account, hold_seconds),
                tls_wish=draft.tls_wish,
                prefix=signature,
                inverse=along.inverse,
            ),
        )


def _composed(draft: compose.Draft) -> bytes:
    raw = compose.compose(draft)
    if len(raw) > settings.MAX_MESSAGE_BYTES:
        raise SubmitError(Problem.TOO_LARGE)
    return raw


def _do_along(account_id: int, thread_id: int, answered_id: int | None, how: Handling) -> Done:
    """Mark the message replied to, and put the conversation away where that is asked for."""
    done = []
    if answered_id is not None:
        done.append(flags.set_flags(account_id, [answered_id], add=frozenset({"\\Answered"})))
    if how.archives:
        messages = queries.messages_of_threads(account_id, [thread_id])
        done.append(conversations.archive(account_id, messages))
    return together(done)


def _make_places(change: Change, account_id: int, how: Handling) -> None:
    """Make the mailboxes that an account has from their first use on."""
    if how.send_at:
        mailboxes.ensure(change, account_id, "Scheduled", Role.SCHEDULED)
    else:
        outbox.ensure(change, account_id)
    if how.remind_at:
        mailboxes.ensure(change, account_id, "Snoozed", Role.SNOOZED)


def _held_until(account: Account, seconds: int | None) -> datetime | None:
    """Until when it can be taken back; None where it goes at once."""
    seconds = account.undo_send_seconds if seconds is None else seconds
    return timezone.now() + timedelta(seconds=seconds + GRACE_SECONDS) if seconds else None


def undo(account_id: int, outbound_id: int) -> int | None:
    """Take back a message that has not left: it is a draft again; None when it is too late for that.

    Its conversation is where it was, and the message that it answered isn't answered.
    """
    message = queue.owned(account_id, outbound_id)
    with Change([account_id]):
        return redraft(account_id, message) if queue.cancel_untouched(message) else None


def redraft(account_id: int, message: OutboundMessage) -> int | None:
    """Make a draft of what is cancelled, and take back what was done along; its message, if it is there."""
    sent_id = message.sent_message_id
    if sent_id is None:
        return None
    with Change([account_id]):
        to = queries.mailbox_by_role(account_id, Role.DRAFTS)
        for mailbox_id in _stands_as_sent(sent_id):
            copy.move_messages(account_id, [sent_id], mailbox_id, to)
        flags.set_flags(account_id, [sent_id], add=frozenset({"\\Draft", "\\Seen"}))
        OutboundMessage.objects.filter(pk=message.pk).update(sent_message=None)
        undoing.take(account_id, message.inverse or ())
        return sent_id


def _stands_as_sent(message_id: int) -> list[int]:
    """The mailboxes that a message stands in because it was sent (placement_of_message)."""
    placements = MailboxMessage.objects.filter(
        message_id=message_id, mailbox__role__in=(Role.SENT, Role.OUTBOX, Role.SCHEDULED, Role.SNOOZED)
    )
    return list(placements.values_list("mailbox_id", flat=True))


def known(account_id: int, *submission_keys: str) -> OutboundMessage | None:
    """Find what was sent before under one of these keys (outbound_submission)."""
    return OutboundMessage.objects.filter(account_id=account_id, submission_key__in=submission_keys).first()


def _recipients(draft: compose.Draft) -> list[str]:
    """Return whom to deliver to, each once; the local part as it was written, the domain in A-labels."""
    found: dict[str, str] = {}
    bad = []
    for person in (*draft.to, *draft.cc, *draft.bcc):
        try:
            key = normalise(person.spec)
        except AddressError:
            bad.append(person.spec)
        else:
            found.setdefault(key, f"{person.local}@{normalise_domain(person.domain)}")
    if bad:
        raise SubmitError(Problem.BAD_ADDRESS, bad)
    if not found:
        raise SubmitError(Problem.NO_RECIPIENTS)
    if len(found) > settings.MAX_RECIPIENTS:
        raise SubmitError(Problem.TOO_MANY_RECIPIENTS)
    return list(found.values())


def _check(account: Account, draft: compose.Draft, recipients: int) -> None:
    """Let an account write so much in a day, only from what leads to it, or was given to it alone."""
    try:
        [sender] = draft.from_
    except ValueError as error:
        raise SubmitError(Problem.NOT_YOUR_ADDRESS, [person.spec for person in draft.from_]) from error
    if authorship.foreign(account, [sender.spec]):
        raise SubmitError(Problem.NOT_YOUR_ADDRESS, [sender.spec])
    if not allowance.is_left(account.pk, recipients, timezone.now()):
        raise SubmitError(Problem.TOO_MUCH_TODAY)


def _completed(draft: compose.Draft, how: Handling) -> compose.Draft:
    """Give the message its date, which is when it goes, and its id, where the writer's side gave none."""
    message_id = draft.message_id or make_msgid(domain=domain_of(draft.from_[0].spec)).strip("<>")
    return replace(draft, message_id=message_id, date=how.send_at or draft.date or timezone.now())


def sent_copy(account_id: int, raw: bytes, bcc: bytes, how: Handling) -> NewMessage:
    """The sender's own copy, in Sent and the Outbox, or in Scheduled: it alone names the Bcc."""
    placement = Placement(
        account_id=account_id,
        received_at=how.send_at or timezone.now(),
        roles=(
            *((Role.SCHEDULED.value,) if how.send_at else (Role.SENT.value, Role.OUTBOX.value)),
            *((Role.SNOOZED.value,) if how.remind_at else ()),
        ),
        snoozed_until=how.remind_at,
        prefix=bcc,
        flags=frozenset({"\\Seen"}),
    )
    return NewMessage(raw, digest(raw), (placement,))


def enqueue(account_id: int, owing: Owing) -> OutboundMessage:
    """Write what is owed; without a hold a worker is woken as soon as it is committed.

    Call it in the transaction that puts the copy into Sent.
    """
    now = timezone.now()
    outbound = OutboundMessage.objects.create(
        account_id=account_id,
        sent_message_id=owing.sent_id,
        blob_id=owing.blob_id,
        prefix=owing.prefix,
        submission_key=owing.submission_key,
        mail_from=owing.mail_from,
        envelope_id=owing.envelope_id,
        returns=owing.returns,
        tls_wish=owing.tls_wish,
        created_at=now,
        expires_at=schedule.expiry(owing.hold_until or now),
        hold_until=owing.hold_until,
        inverse=list(owing.inverse) or None,
    )
    priority = int(len(owing.recipients) > MANY_RECIPIENTS)
    rows = _rows(outbound, owing.recipients, owing.hold_until or now, priority)
    OutboundRecipient.objects.bulk_create(rows)
    if not owing.hold_until:
        domains = sorted({row.domain for row in rows})
        transaction.on_commit(lambda: kick(domains))
    return outbound


def _rows(
    outbound: OutboundMessage, recipients: Mapping[str, Wishes], due_at: datetime, priority: int
) -> list[OutboundRecipient]:
    return [
        queue.new_recipient(outbound, address, due_at, wishes, priority)
        for address, wishes in recipients.items()
    ]


def _count_contacts(account_id: int, draft: compose.Draft) -> None:
    """Remember whom the account writes to, and how often: completion offers the most used first."""
    people: dict[str, str] = {}
    for person in (*draft.to, *draft.cc, *draft.bcc):
        people.setdefault(normalise(person.spec), person.name)
    contact_use.count_use(account_id, people, timezone.now())
