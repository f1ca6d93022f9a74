"""The rules of an account as their page shows them, and what they would find."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailserver.query import Age, And, In, Node, Not, Parsed, joined, write
from webmail.models import ForwardAddress, Rule, RuleHit, Unit

from ..search_finder import NEWEST
from ..search_leaves import Ground
from ..time_limit import TooSlowError, until
from .found import matching, search_page
from .pages import Row

REHEARSED_DAYS: Final = 90
_SECONDS: Final = 2.0
_AT_ONCE: Final = 500
# Mail that came: what one wrote is no rule's business.
_OWN: Final = (Not(In("sent")), Not(In("drafts")))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule would have found lately: how many messages, the newest, and whether all were counted."""

    count: int
    rows: Sequence[Row]
    is_complete: bool


def rules(account_id: int) -> list[Rule]:
    """All rules in their order (index rule_of_account), with whom they hand on to: one statement."""
    rows = Rule.objects.filter(account_id=account_id).select_related("forward")
    return list(rows.order_by("position", "pk"))


def forward_addresses(account_id: int) -> list[ForwardAddress]:
    """All addresses that mail may be handed on to, or that were asked (constraint forward_address)."""
    return list(ForwardAddress.objects.filter(account_id=account_id).order_by("address"))


def rule_hits(message_id: int) -> list[RuleHit]:
    """Which rules had a part in where a message was put (index of the foreign key to the message)."""
    return list(RuleHit.objects.filter(message_id=message_id).select_related("rule").order_by("pk"))


def came_and_fits(tree: Node) -> str:
    """Write the query that finds mail which came, is neither spam nor deleted, and fits a rule's."""
    return write(_came(tree))


def count_fitting(ground: Ground, tree: Node, seconds: float = _SECONDS) -> tuple[int, bool]:
    """Count messages that came and fit a rule; False when the time was over before the end."""
    return _count(ground, _parsed(_came(tree)), seconds)


def rehearse(ground: Ground, tree: Node, limit: int = 20) -> Rehearsal:
    """Say what a rule would have found in the last REHEARSED_DAYS; it takes a few seconds at most."""
    query = _parsed(_came(tree, Age(older=False, count=REHEARSED_DAYS, unit="d")))
    found = search_page(ground, query, unit=Unit.MESSAGE, limit=limit)
    if not found.page.next:
        return Rehearsal(len(found.page.rows), found.page.rows, is_complete=not found.stopped)
    count, is_complete = _count(ground, query, _SECONDS)
    return Rehearsal(max(count, len(found.page.rows)), found.page.rows, is_complete)


def _came(tree: Node, *more: Node) -> Node:
    found = joined(And, (tree, *_OWN, *more))
    assert found is not None
    return found


def _parsed(tree: Node) -> Parsed:
    return Parsed(write(tree), tree)


def _count(ground: Ground, query: Parsed, seconds: float) -> tuple[int, bool]:
    count, high, deadline = 0, NEWEST, time.monotonic() + seconds
    try:
        with until(deadline):
            while high > 0:
                ids, high = matching(ground, query, high, _AT_ONCE, NEWEST, unit=Unit.MESSAGE)
                count += len(ids)
                if time.monotonic() > deadline:
                    return count, high <= 0
    except TooSlowError:
        return count, False
    return count, True
