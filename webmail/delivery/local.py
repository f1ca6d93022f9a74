"""Delivery into accounts of ours: what arrived by SMTP, what one account sends another, and reports."""

from collections.abc import Sequence

from django.db import transaction

from webmail.store import queries, sender_names
from webmail.store.add import AddedMessage, NewMessage, Placement, add_messages
from webmail.store.queries import Asked, SenderFacts
from webmail.store.spam_marks import Reason

from . import automation, remote_report, suspicion
from .arrival import LocalDelivery
from .automation import Plan
from .filing import INBOX, Filing, decide
from .suspicion import Suspect


def deliver_local(items: Sequence[LocalDelivery]) -> list[AddedMessage]:
    """File all copies in one transaction; returns them as stored, in order.

    Copies whose `content` is the same object share its bytes. Raises what `add_messages` raises;
    nothing is stored then.
    """
    plans = automation.plan(items, _filings(items))
    if not any(plan.does_more for plan in plans) and not any(item.told for item in items):
        return _add(items, plans)
    with transaction.atomic():
        added = _add(items, plans)
        automation.carry_out(items, plans, added)
        remote_report.note(items, added)
    return added


def _add(items: Sequence[LocalDelivery], plans: Sequence[Plan]) -> list[AddedMessage]:
    order: dict[int, list[int]] = {}
    for number, item in enumerate(items):
        order.setdefault(id(item.content), []).append(number)
    stored = add_messages(
        [_new_message([(items[number], plans[number]) for number in same]) for same in order.values()]
    )
    numbers = [number for same in order.values() for number in same]
    copies = [copy for added in stored for copy in added]
    return [copy for _, copy in sorted(zip(numbers, copies, strict=True), key=lambda pair: pair[0])]


def _filings(items: Sequence[LocalDelivery]) -> list[Filing]:
    """Say where each copy goes: one statement for those whose account sorts or whom one suspects."""
    spam = _suspicions(items)
    wished = _wished_mailboxes(items)
    asked = {
        number: Asked(item.account_id, sender_names.of_address(found.from_address), found.reference_ids)
        for number, item in enumerate(items)
        if item.sorts or number in spam
        for found in (item.content.digest,)
    }
    facts = dict(zip(asked, queries.sender_facts(list(asked.values())) if asked else (), strict=True))
    filings = (
        _decide(item, facts[number], spam.get(number)) if number in facts else INBOX
        for number, item in enumerate(items)
    )
    return [_redirected(filing, wished.get(number)) for number, filing in enumerate(filings)]


def _wished_mailboxes(items: Sequence[LocalDelivery]) -> dict[int, int]:
    """Find the mailboxes that details name, by the numbers of the copies: one statement, or none."""
    asked = {number: (item.account_id, item.detail) for number, item in enumerate(items) if item.detail}
    found = queries.mailboxes_named(set(asked.values())) if asked else {}
    return {number: found[name] for number, name in asked.items() if name in found}


def _redirected(filing: Filing, mailbox_id: int | None) -> Filing:
    """What would come into the Inbox goes where its address says."""
    return Filing((), (mailbox_id,)) if mailbox_id and filing is INBOX else filing


def _suspicions(items: Sequence[LocalDelivery]) -> dict[int, Reason]:
    """Say why copies look like spam, by their numbers: as the server was told, or their accounts learnt."""
    own = {
        number: Suspect(item.account_id, item.content.raw, item.content.digest.part)
        for number, item in enumerate(items)
        if item.filters
    }
    return {number: item.spam for number, item in enumerate(items) if item.spam} | suspicion.reasons(own)


def _decide(copy: LocalDelivery, facts: SenderFacts, spam: Reason | None) -> Filing:
    is_report = _is_report(copy)
    return decide(
        facts,
        is_expected=is_report or _is_listed(copy),
        is_report=is_report,
        spam=spam,
        is_forged=copy.is_forged,
    )


def _is_report(copy: LocalDelivery) -> bool:
    """Tell a report about what one sent (RFC 6522)."""
    return not copy.return_path and copy.content.digest.part.content_type == "multipart/report"


def _is_listed(copy: LocalDelivery) -> bool:
    """Tell the mail of a list (RFC 2919)."""
    return any(name == "list" for name, _ in copy.content.digest.search_fields)


def _new_message(copies: Sequence[tuple[LocalDelivery, Plan]]) -> NewMessage:
    content = copies[0][0].content
    placements = tuple(_file(copy, plan) for copy, plan in copies)
    return NewMessage(content.raw, content.digest, placements, content.packed)


def _file(copy: LocalDelivery, plan: Plan) -> Placement:
    return Placement(
        account_id=copy.account_id,
        received_at=copy.received_at,
        roles=plan.outcome.filing.roles,
        mailbox_ids=plan.outcome.filing.mailbox_ids,
        prefix=copy.prefix,
        spam=plan.outcome.filing.spam,
        flags=plan.outcome.flags,
    )
