"""Counts of mail in the name of others, by what was found of it, until a report tells them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db.models import F

from webmail.models import DmarcTally


class Seen(NamedTuple):
    """What came on a day in the name of a domain (where its policy stands), with the same facts as JSON."""

    day: date
    domain: str
    facts: bytes


def add(counts: Mapping[Seen, int]) -> None:
    """Add to what is there: two statements at most for each."""
    for (day, domain, facts), count in counts.items():
        key = hashlib.sha256(facts).hexdigest()
        same = DmarcTally.objects.filter(day=day, domain=domain, key=key)
        if same.update(count=F("count") + count):
            continue
        defaults = {"facts": orjson.loads(facts), "count": count}
        _, made = DmarcTally.objects.get_or_create(day=day, domain=domain, key=key, defaults=defaults)
        if not made:
            same.update(count=F("count") + count)


def waiting(before: date) -> list[tuple[date, str]]:
    """The days before this one, and domains, of which something is to be told (constraint dmarc_tally)."""
    rows = DmarcTally.objects.filter(day__lt=before).values_list("day", "domain").distinct()
    return sorted(rows)


def of(day: date, domain: str, most: int) -> list[tuple[int, dict[str, Any], int]]:
    """What was counted of a domain on a day: (id, facts, count), the most frequent first."""
    rows = DmarcTally.objects.filter(day=day, domain=domain).order_by("-count", "pk")
    return list(rows.values_list("pk", "facts", "count")[:most])


def forget(day: date, domain: str) -> int:
    """Delete what was told; in the transaction that owes the report. How many."""
    return DmarcTally.objects.filter(day=day, domain=domain).delete()[0]


def encoded(facts: Iterable[tuple[str, Any]]) -> bytes:
    """Facts as they are compared."""
    return orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS)
