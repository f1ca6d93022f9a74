"""Counters of failed log-ins, one statement for all that one try touches."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django.db import connection, transaction
from django.db.models import F

from webmail.models import LoginFailures

from . import sql


def count(ends: Mapping[str, datetime]) -> dict[str, int]:
    """Add one to each of the counters, which are kept until then; returns what they say now."""
    # In the order of the keys: two tries at once wait for each other in one direction only.
    written = connection.ops.adapt_datetimefield_value
    values = [value for key in sorted(ends) for value in (key, written(ends[key]))]
    places = ", ".join(["(%s, 1, %s)"] * len(ends))
    statement = (
        f"INSERT INTO webmail_loginfailures (key, count, expires_at) VALUES {places}"  # noqa: S608
        " ON CONFLICT (key) DO UPDATE SET count = webmail_loginfailures.count + 1 RETURNING key, count"
    )
    return dict(cast(list[tuple[str, int]], sql.run(statement, values)))


def take_back(keys: Iterable[str]) -> None:
    """Take one from each of the counters."""
    counters = LoginFailures.objects.filter(key__in=list(keys))
    with transaction.atomic():
        held = list(counters.select_for_update().order_by("key").values_list("key", flat=True))
        counters.filter(key__in=held).update(count=F("count") - 1)
