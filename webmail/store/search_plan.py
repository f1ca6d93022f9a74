"""How a query is answered: what the index decides, what columns decide, what only the text can tell.

The index is asked first and may find too much. Conditions on columns are exact. Where words must follow each
other, the text of the message is read (`search_text`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from mailserver.query import (
    And,
    In,
    Is,
    Leaf,
    MessageId,
    Node,
    Not,
    Or,
    Problem,
    Remote,
    Status,
    Text,
    leaves,
)
from webmail.models import MailboxMessage, Message, OutboundMessage, OutboundRecipient

from . import search_finder
from .formula import EVERYTHING, Formula, Without, every, some
from .search_finder import Stretch, listed
from .search_leaves import (
    ANYWHERE,
    MUTED_KEYWORDS,
    RARE_STATES,
    Ground,
    Reading,
    is_role,
    read,
    standing,
    status_of,
    terms_of,
)

FEW = 20_000
"""So many messages of a folder, or starred ones, lead rather than the index: they may all be old."""

type Bound = Q | bool


@dataclass(frozen=True, slots=True)
class Lead:
    """Rows that name, under `key`, all messages that a query can find."""

    rows: QuerySet[Any, Any]
    key: str

    def newest(self, low: int, high: int, count: int) -> Stretch:
        """List the messages from `low` to `high`, at most the `count` newest."""
        within = self.rows.filter(**{f"{self.key}__gte": low, f"{self.key}__lte": high})
        ids = list(within.order_by(f"-{self.key}").values_list(self.key, flat=True).distinct()[:count])
        return Stretch(ids, ids[-1] if len(ids) == count else 0)

    def among(self, ids: Sequence[int]) -> list[int]:
        """Keep those of these messages that it names."""
        found = self.rows.filter(**{f"{self.key}__in": listed(ids)})
        return list(found.values_list(self.key, flat=True).distinct())


@dataclass
class Plan:
    """What to read for a query: what `formula` finds in the index, or what a smaller set `lead`s to."""

    ground: Ground
    parts: tuple[Node, ...]
    readings: dict[Leaf, Reading]
    formula: Formula = EVERYTHING
    lead: Lead | None = None
    texts: list[Node] = field(default_factory=list)
    scope: list[int] | None = None

    @property
    def asked(self) -> dict[str, Leaf]:
        """Conditions on columns whose truth the text's reader needs, by the name they are read under."""
        found = dict.fromkeys(
            leaf for node in self.texts for leaf in leaves(node) if self.readings[leaf].columns is not None
        )
        return {f"truth_{number}": leaf for number, leaf in enumerate(found)}

    def messages(self, ids: Sequence[int]) -> QuerySet[Message]:
        """Choose of these messages, which `newest` or `among` found, those that may fit.

        They do, when there are no `texts`. By their primary keys: the sum hides the account from SQLite,
        which would read all mail of it instead.
        """
        account = self.ground.account_id
        rows = Message.objects.alias(owner=F("account_id") + 0).filter(owner=account, orphaned_at=None)
        rows = rows.filter(pk__in=listed(ids))
        low, high = min(ids, default=0), max(ids, default=0)
        if self.scope is not None:
            rows = rows.filter(standing(self.scope))
        for part in self.parts:
            if not self._by_index(part):
                bound = self._bounds(part, low, high)[0]
                rows = rows.filter(bound) if isinstance(bound, Q) else rows if bound else rows.none()
        truths = {name: _truth(self.readings[leaf].columns) for name, leaf in self.asked.items()}
        return rows.annotate(**truths)

    def newest(self, low: int, high: int, count: int) -> Stretch:
        """List what may fit from `low` to `high`, at most the `count` newest."""
        if self.lead is None:
            return self._finder.newest(low, high, count)
        ids, end = self.lead.newest(low, high, count)
        return Stretch(search_finder.among(self.ground.account_id, self.formula, ids), end)

    @cached_property
    def _finder(self) -> search_finder.Finder:
        return search_finder.finder(self.ground.account_id, self.formula)

    def among(self, threads: Collection[int], low: int, high: int) -> list[int]:
        """List the messages from `low` to `high` in conversations that may fit (index message_of_thread)."""
        rows = Message.objects.filter(thread_id__in=threads, pk__gte=low, pk__lte=high)
        ids = list(rows.values_list("pk", flat=True))
        if self.lead is not None:
            ids = self.lead.among(ids)
        return search_finder.among(self.ground.account_id, self.formula, ids)

    @property
    def is_told_by_index(self) -> bool:
        """Tell whether the index says all that can be said without the text."""
        return self.lead is None and not self.asked and all(map(self._by_index, self.parts))

    def _by_index(self, node: Node) -> bool:
        """Tell whether the formula says all that can be said of it without its text."""
        return all(self.readings[leaf].columns is None or self.readings[leaf].exact for leaf in leaves(node))

    def _bounds(self, node: Node, low: int, high: int) -> tuple[Bound, Bound]:
        """Bound a condition: at most these messages fit it, and at least these."""
        match node:
            case And(nodes):
                bounds = [self._bounds(each, low, high) for each in nodes]
                return _all(upper for upper, _ in bounds), _all(lower for _, lower in bounds)
            case Or(nodes):
                bounds = [self._bounds(each, low, high) for each in nodes]
                return _any(upper for upper, _ in bounds), _any(lower for _, lower in bounds)
            case Not(inner):
                upper, lower = self._bounds(inner, low, high)
                return _not(lower), _not(upper)
        reading = self.readings[node]
        if reading.columns is not None:
            return reading.columns, reading.columns
        found = search_finder.fits(self.ground.account_id, reading.formula or EVERYTHING, low, high)
        return found, found if reading.exact else False


def problems(tree: Node | None, ground: Ground) -> list[Problem]:
    """List the folders and labels that are named and don't exist."""
    return [
        Problem("mailbox", *leaf.at, leaf.name)
        for leaf in leaves(tree)
        if isinstance(leaf, In)
        and leaf.name.lower() not in ANYWHERE
        and not (is_role(leaf.name) or ground.named(leaf.name))
    ]


def plan(tree: Node | None, ground: Ground) -> Plan | None:
    """Plan a query; None for one that asks nothing, as of signs that are in no word."""
    tree = pruned(tree)
    if tree is None:
        return None
    readings = {leaf: read(leaf, ground) for leaf in leaves(tree)}
    parts = tree.nodes if isinstance(tree, And) else (tree,)
    made = Plan(ground, parts, readings)
    made.formula = every([found for part in parts if (found := _formula(part, readings))])
    made.lead = _lead(made)
    made.scope = _scope(parts, tree, ground)
    made.texts = [part for part in parts if any(not _certain(readings[leaf]) for leaf in leaves(part))]
    return made


def _scope(parts: Iterable[Node], tree: Node, ground: Ground) -> list[int] | None:
    """Look in all mailboxes but Spam and Trash, unless the query names them; None: no need to say it."""
    bins = set(ground.bins)
    named = [leaf for leaf in leaves(tree) if isinstance(leaf, In)]
    if any(leaf.name.lower() in ANYWHERE or bins & _ids(leaf, ground) for leaf in named):
        return None
    if any(isinstance(part, In) for part in parts):
        return None
    return [place.id for place in ground.places if place.id not in bins]


def _ids(leaf: In, ground: Ground) -> set[int]:
    return {place.id for place in ground.named(leaf.name)}


def _certain(reading: Reading) -> bool:
    return reading.exact or reading.columns is not None


def pruned(node: Node | None) -> Node | None:
    """Leave out texts of signs only: there is nothing to look for."""
    match node:
        case And(nodes) | Or(nodes):
            kept = tuple(each for each in map(pruned, nodes) if each is not None)
            return type(node)(kept) if len(kept) > 1 else kept[0] if kept else None
        case Not(inner):
            left = pruned(inner)
            return None if left is None else Not(left)
        case Text():
            return node if terms_of(node) else None
    return node


def _formula(node: Node, readings: dict[Leaf, Reading]) -> Formula | None:
    """Write what the index knows of a condition: what fits it fits the formula; None: nothing."""
    match node:
        case And(nodes):
            return (
                every(known) if (known := [f for each in nodes if (f := _formula(each, readings))]) else None
            )
        case Or(nodes):
            found = [_formula(each, readings) for each in nodes]
            return some([f for f in found if f]) if all(found) else None
        case Not(inner):
            if not all(readings[leaf].exact for leaf in leaves(inner)):
                return None
            denied = _formula(inner, readings)
            return Without(denied) if denied else None
    return readings[node].formula


def _lead(plan: Plan) -> Lead | None:
    """Choose a small set of messages that all must be in, where there is one; else the index leads."""
    ground = plan.ground
    for part in plan.parts:
        match part:
            case MessageId():
                # Index message_by_message_id.
                found = Message.objects.filter(
                    plan.readings[part].columns or Q(), account_id=ground.account_id
                )
                return Lead(found, "pk")
            case Status("failed" | "waiting" | "deferred" | "sending" as status):
                # Index recipient_failed, recipient_due or recipient_leased: few of all that anybody sent.
                # The sums hide from SQLite that it could rather read all that the account sent.
                few = OutboundRecipient.objects.alias(owner=F("message__account_id") + 0)
                few = few.annotate(sent=F("message__sent_message_id") + 0)
                return Lead(few.filter(status_of(status), owner=ground.account_id), "sent")
            case Status() | Remote():
                # Index outbound_by_sent_message.
                sent = OutboundMessage.objects.filter(account_id=ground.account_id)
                return Lead(sent, "sent_message_id")
            case In(name):
                places = ground.named(name)
                if places and sum(place.message_count for place in places) <= FEW:
                    # Any index that begins with the mailbox.
                    return _standing(mailbox_id__in=[place.id for place in places])
            case Is(state) | Not(Is("read" as state)):
                if lead := _in_state("unread" if state == "read" and part != Is("read") else state, ground):
                    return lead
    return None


def _in_state(state: str, ground: Ground) -> Lead | None:
    everywhere = [place.id for place in ground.places]
    if state == "unread" and sum(place.unseen_count for place in ground.places) <= FEW:
        # Index placement_unseen.
        return _standing(mailbox_id__in=everywhere, seen=False)
    if state == "snoozed" and sum(place.message_count for place in ground.snoozed) <= FEW:
        # Constraint placement_uid.
        return _standing(mailbox_id__in=[place.id for place in ground.snoozed])
    if state == "muted":
        # Index placement_keywords.
        lead = _standing(mailbox_id__in=everywhere, **MUTED_KEYWORDS)
        return Lead(lead.rows.exclude(keywords=""), lead.key)
    if state in RARE_STATES:
        # Index placement_flagged, placement_draft, placement_answered, placement_pinned.
        lead = _standing(mailbox_id__in=everywhere, **RARE_STATES[state])
        return None if lead.rows[FEW : FEW + 1].exists() else lead
    return None


def _standing(**how: object) -> Lead:
    return Lead(MailboxMessage.objects.filter(**how), "message_id")


def _truth(columns: Q | None) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(columns or Q(pk__gt=0), output_field=BooleanField())


def _all(bounds: Iterable[Bound]) -> Bound:
    return _joined(list(bounds), and_, neutral=True)


def _any(bounds: Iterable[Bound]) -> Bound:
    return _joined(list(bounds), or_, neutral=False)


def _joined(bounds: list[Bound], join: Callable[[Q, Q], Q], *, neutral: bool) -> Bound:
    if any(bound is not neutral and isinstance(bound, bool) for bound in bounds):
        return not neutral
    conditions = [bound for bound in bounds if isinstance(bound, Q)]
    return reduce(join, conditions) if conditions else neutral


def _not(bound: Bound) -> Bound:
    return ~bound if isinstance(bound, Q) else not bound
