"""Log-ins and tries in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from webmail.models import Door, LogIn, Means, Outcome

from .. import dates
from . import device_words

_SAID = {
    Outcome.ACCEPTED: gettext_lazy("Signed in"),
    Outcome.HALF_WAY: gettext_lazy("Right password, but no second step"),
    Outcome.WRONG: gettext_lazy("Wrong password"),
    Outcome.WRONG_STEP: gettext_lazy("Right password, wrong second step"),
    Outcome.APP_PASSWORD_NEEDED: gettext_lazy("Right password, but programs need an app password"),
    Outcome.WRONG_SCOPE: gettext_lazy("App password that isn’t for this"),
    Outcome.INACTIVE: gettext_lazy("Refused: switched off by the administration"),
    Outcome.LIMITED: gettext_lazy("Refused: too many tries"),
}
_TONES = {Outcome.ACCEPTED: "good", Outcome.WRONG: "", Outcome.LIMITED: "warn"}
# Here somebody knows a secret.
_CLOSE = frozenset(Outcome) - {Outcome.WRONG, Outcome.LIMITED, Outcome.INACTIVE}
_MEANS = {
    Means.PASSWORD: gettext_lazy("by password"),
    Means.CODE: gettext_lazy("by password and code"),
    Means.RECOVERY_CODE: gettext_lazy("by password and recovery code"),
    Means.SECOND_PASSKEY: gettext_lazy("by password and passkey"),
    Means.PASSKEY: gettext_lazy("by passkey"),
}


class Line(NamedTuple):
    """One line of the list; `tone` is that of its badge."""

    said: str
    tone: str
    how: str
    door: str
    program: str
    ip: str
    at: datetime
    written: str
    times: str
    is_close: bool


def lines(rows: Iterable[LogIn]) -> list[Line]:
    """Write them, the dates shortly."""
    short = dates.Short()
    return [_line(row, short(row.last_at)) for row in rows]


def _line(row: LogIn, written: str) -> Line:
    outcome, door = Outcome(row.outcome), Door(row.door)
    program = device_words.named(row.program) if door == Door.WEB else row.program
    return Line(
        said=str(_SAID[outcome]),
        tone=_TONES.get(outcome, "bad"),
        how=_how(row) if outcome == Outcome.ACCEPTED or row.app_password else "",
        door=_("Web") if door == Door.WEB else door.label,
        program=program if outcome != Outcome.LIMITED else "",
        ip=row.ip,
        at=row.last_at,
        written=written,
        times=_times(row.count),
        is_close=outcome in _CLOSE,
    )


def _how(row: LogIn) -> str:
    if row.app_password:
        return _("by app password “%(name)s”") % {"name": row.app_password}
    return str(_MEANS[Means(row.means)])


def _times(count: int) -> str:
    return ngettext("once", "%(count)d times", count) % {"count": count} if count > 1 else ""
