"""Rules that a person makes: kept in order, switched, deleted; and what they did, counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from webmail.models import ForwardAddress, Mailbox, Rule, RuleHit

from . import sql
from .automation_count import recount
from .change import Change
from .done import Done, Step
from .refusal import RefusalError
from .text import storable

MAX_RULES = 500
_HIT_COLUMNS = ("message_id", "rule_id", "name")


class RuleError(RefusalError):
    """It can't be kept; `code` is full (there are too many)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A rule as it is written; `forward_id` is an address that was verified."""

    query: str
    name: str = ""
    enabled: bool = True
    mailbox_id: int | None = None
    archives: bool = False
    stars: bool = False
    marks_read: bool = False
    trashes: bool = False
    never_spam: bool = False
    forward_id: int | None = None
    stops: bool = False

    @property
    def does_something(self) -> bool:
        """Tell whether it makes a difference, if only by ending the work of those after it."""
        acts = (self.archives, self.stars, self.marks_read, self.trashes, self.never_spam, self.stops)
        return any(acts) or self.mailbox_id is not None or self.forward_id is not None


def create(account_id: int, written: Written) -> int:
    """Keep a rule, the last in order; its key. Raises RuleError."""
    with Change([account_id]):
        return _append(account_id, [written])[0]


def create_all(account_id: int, many: Sequence[Written]) -> Done:
    """Keep rules, the last in order, all or none; the way back deletes them. Raises RuleError."""
    with Change([account_id]) as changing:
        keys = _append(account_id, many)
        inverse: Step = {"verb": "delete_rules", "rule_ids": keys}
        return Done(changing.modseq(account_id), len(keys), (inverse,) if keys else ())


def replace_all(account_id: int, wanted: Sequence[tuple[int | None, Written | None]]) -> None:
    """Have these rules, in this order, and no others. Raises RuleError, and then nothing is changed.

    The key of a pair names a rule that stays, with its hits; what is written beside it takes its place.
    """
    with Change([account_id]):
        rows = Rule.objects.filter(account_id=account_id)
        known = set(rows.values_list("pk", flat=True))
        keys = [key if key in known else None for key, _ in wanted]
        rows.exclude(pk__in=[key for key in keys if key is not None]).delete()
        anew = {key: each for key, (_, each) in zip(keys, wanted, strict=True) if key is not None and each}
        for key, fields in zip(anew, _fields(account_id, list(anew.values())), strict=True):
            rows.filter(pk=key).update(**fields)
        fresh = [written for key, (_, written) in zip(keys, wanted, strict=True) if key is None and written]
        made = iter(_append(account_id, fresh))
        reorder(
            account_id,
            [key or next(made) for key, (_, written) in zip(keys, wanted, strict=True) if key or written],
        )


def delete_all(account_id: int, keys: Sequence[int]) -> Done:
    """Forget rules, those that are still there."""
    with Change([account_id]) as changing:
        count, _ = Rule.objects.filter(account_id=account_id, pk__in=keys).delete()
        recount(account_id)
        return Done(changing.modseq(account_id), count)


def change(account_id: int, key: int, written: Written) -> None:
    """Write a rule anew; its place and its hits stay."""
    with Change([account_id]):
        Rule.objects.filter(account_id=account_id, pk=key).update(**_fields(account_id, [written])[0])
        recount(account_id)


def switch(account_id: int, key: int, *, on: bool) -> None:
    """Let a rule work, or rest."""
    with Change([account_id]):
        Rule.objects.filter(account_id=account_id, pk=key).update(enabled=on)
        recount(account_id)


def reorder(account_id: int, keys: Sequence[int]) -> None:
    """Put rules in this order; those that aren't named stay behind them as they were."""
    with Change([account_id]):
        known = list(_ordered(account_id).values_list("pk", flat=True))
        wanted = [key for key in dict.fromkeys(keys) if key in known]
        order = [*wanted, *(key for key in known if key not in wanted)]
        sql.update(Rule, ["id", "position"], [(key, number) for number, key in enumerate(order, 1)])


def move(account_id: int, key: int, by: int) -> None:
    """Move a rule so many places down, up when less than 0."""
    with Change([account_id]):
        keys = list(_ordered(account_id).values_list("pk", flat=True))
        if key in keys:
            place = keys.index(key)
            keys.insert(max(0, place + by), keys.pop(place))
            reorder(account_id, keys)


def delete(account_id: int, key: int) -> Done:
    """Forget a rule; the way back makes it again where it was."""
    with Change([account_id]) as changing:
        rule = Rule.objects.get(account_id=account_id, pk=key)
        written = {name: getattr(rule, name) for name in Written.__dataclass_fields__}
        inverse: Step = {"verb": "remake_rule", "position": rule.position, "hits": rule.hits, "rule": written}
        rule.delete()
        recount(account_id)
        return Done(changing.modseq(account_id), 0, (inverse,))


def remake(account_id: int, step: Step) -> Done:
    """Make a deleted rule again."""
    with Change([account_id]) as changing:
        [fields] = _fields(account_id, [Written(**step["rule"])])
        Rule.objects.create(account_id=account_id, position=step["position"], hits=step["hits"], **fields)
        recount(account_id)
        return Done(changing.modseq(account_id), 0)


def note_hits(hits: Sequence[tuple[int, int, str]], now: datetime) -> None:
    """Count (message, rule, its name), in the change that files the messages: two statements for all."""
    sql.insert(RuleHit, _HIT_COLUMNS, hits)
    counts = Counter(rule_id for _, rule_id, _ in hits)
    rows = [(rule_id, count, now) for rule_id, count in sorted(counts.items())]
    sql.update(Rule, ["id", "hits", "last_hit_at"], rows, add=["hits"])


def _ordered(account_id: int) -> Any:
    return Rule.objects.filter(account_id=account_id).order_by("position", "pk")


def _append(account_id: int, many: Sequence[Written]) -> list[int]:
    """Keep rules, the last in order, in a fixed number of statements."""
    rows = Rule.objects.filter(account_id=account_id)
    found = rows.aggregate(count=Count("pk"), last=Max("position"))
    if found["count"] + len(many) > MAX_RULES:
        raise RuleError("full")
    first = (found["last"] or 0) + 1
    made = Rule.objects.bulk_create(
        Rule(account_id=account_id, position=place, **fields)
        for place, fields in enumerate(_fields(account_id, many), first)
    )
    recount(account_id)
    return [row.pk for row in made]


def _fields(account_id: int, many: Sequence[Written]) -> list[dict[str, Any]]:
    """Write what is the account's own; a label or an address that is gone meanwhile is left out."""
    labels = Mailbox.objects.filter(account_id=account_id, pk__in={each.mailbox_id for each in many})
    addresses = ForwardAddress.objects.filter(
        account_id=account_id, pk__in={each.forward_id for each in many}, verified_at__isnull=False
    )
    kept_labels = set(labels.values_list("pk", flat=True))
    kept_addresses = set(addresses.values_list("pk", flat=True))
    return [
        asdict(each)
        | {
            "name": storable(each.name)[:100],
            "query": storable(each.query),
            "mailbox_id": each.mailbox_id if each.mailbox_id in kept_labels else None,
            "forward_id": each.forward_id if each.forward_id in kept_addresses else None,
        }
        for each in many
    ]
