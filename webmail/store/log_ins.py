"""The list of log-ins and tries: written at every door, kept for 90 days and a thousand lines a person."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F

from webmail.models import Door, LogIn, Means, Outcome, User

from . import sql
from .text import storable

KEPT = timedelta(days=90)
MOST = 1000
_COLUMNS = "user_id, day, alike, door, outcome, means, ip, program, app_password, count, first_at, last_at"
_PROGRAM = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands at a door: from where, with what program, on a device that is known or not ("")."""

    door: Door
    ip: str
    program: str = ""
    device: str = ""


def note(user: User, visitor: Visitor, outcome: Outcome, means: Means, app_password: str = "") -> None:
    """Write one down; those of a day that are alike are one line that counts them: one statement."""
    now = datetime.now(UTC)
    values = [user.pk, connection.ops.adapt_datefield_value(now.date())]
    values += _line(visitor, outcome, means, app_password)
    values += [1, *[connection.ops.adapt_datetimefield_value(now)] * 2]
    sql.run(
        f"INSERT INTO webmail_login ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(values))})"  # noqa: S608
        " ON CONFLICT (user_id, day, alike) DO UPDATE"
        " SET count = webmail_login.count + 1, last_at = excluded.last_at",
        values,
    )


def complete(user: User, visitor: Visitor, means: Means) -> None:
    """Write down that both steps were done: the line of the first step says so no more."""
    note(user, visitor, Outcome.ACCEPTED, means)
    half = _line(visitor, Outcome.HALF_WAY, Means.PASSWORD, "")
    newest = LogIn.objects.filter(user=user, alike=half[0]).order_by("-day").first()
    if newest and newest.count == 1:
        newest.delete()
    elif newest:
        LogIn.objects.filter(pk=newest.pk).update(count=F("count") - 1)


def knows(user_id: int, ip: str) -> bool:
    """Tell whether this person has come in from there (index log_in_newest)."""
    return LogIn.objects.filter(user_id=user_id, ip=ip, outcome=Outcome.ACCEPTED).exists()


def shortened(program: str) -> str:
    """Write what a program says it is in one line that fits."""
    return " ".join(storable(program).split())[:_PROGRAM]


def forget(before: datetime) -> int:
    """Delete what is older (index log_in_oldest), and of a person all but the newest thousand."""
    count = LogIn.objects.filter(last_at__lt=before).delete()[0]
    crowded = sql.run("SELECT user_id FROM webmail_login GROUP BY user_id HAVING count(*) > %s", [MOST])
    for (user_id,) in crowded:
        rows = LogIn.objects.filter(user_id=user_id).order_by("-last_at", "-id")
        last = rows.values_list("last_at", flat=True)[MOST - 1 : MOST].get()
        count += rows.filter(last_at__lt=last).delete()[0]
    return count


def _line(visitor: Visitor, outcome: Outcome, means: Means, app_password: str) -> list[str]:
    """Write the columns from `alike` to `app_password`.

    Tries that weren't looked at come from anywhere, by the thousand: they are one line of a day.
    """
    seen = outcome != Outcome.LIMITED
    where = [visitor.ip, shortened(visitor.program)] if seen else ["", ""]
    columns = [visitor.door.value, outcome.value, means.value, *where, app_password]
    return [hashlib.sha256("\0".join(columns).encode()).hexdigest()[:32], *columns]
