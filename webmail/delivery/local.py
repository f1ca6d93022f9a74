"""Delivery into accounts of ours: what arrived by SMTP, what one account sends another, and reports."""

from collections.abc import Sequence

from django.db import transaction

from webmail.store import queries, sender_names
from webmail.store.add import AddedMessage, NewMessage, Placement, add_messages
from webmail.store.queries import Asked

from . import automation
from .arrival import LocalDelivery
from .automation import Plan
from .filing import INBOX, Filing, decide


def deliver_local(items: Sequence[LocalDelivery]) -> list[AddedMessage]:
    """File all copies in one transaction; returns them as stored, in order.

    Copies whose `content` is the same object share its bytes. Raises what `add_messages` raises;
    nothing is stored then.
    """
    plans = automation.plan(items, _filings(items))
    if not any(plan.does_more for plan in plans):
        return _add(items, plans)
    with transaction.atomic():
        added = _add(items, plans)
        automation.carry_out(items, plans, added)
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
    """Say where each copy goes: one statement for those whose account sorts, none without."""
    asked = {
        number: Asked(item.account_id, sender_names.of_address(found.from_address), found.reference_ids)
        for number, item in enumerate(items)
        if item.sorts
        for found in (item.content.digest,)
    }
    facts = dict(zip(asked, queries.sender_facts(list(asked.values())) if asked else (), strict=True))
    return [
        decide(facts[number], is_expected=_is_expected(item)) if item.sorts else INBOX
        for number, item in enumerate(items)
    ]


def _is_expected(copy: LocalDelivery) -> bool:
    """Tell the mail of a list (RFC 2919), and a report about what one sent (RFC 6522), from a stranger's."""
    found = copy.content.digest
    is_report = not copy.return_path and found.part.content_type == "multipart/report"
    return is_report or any(name == "list" for name, _ in found.search_fields)


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
        flags=plan.outcome.flags,
    )
