"""Dates as a list shows them: the time today, the day this year, else all of it; and times to come."""

import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

_WEEK = range(2, 7)  # so many days ahead a weekday says enough


class Short:
    """Writes moments shortly, in the zone and language of the reader; for a list, asked for once."""

    def __init__(self, now: datetime.datetime | None = None) -> None:
        self._zone = timezone.get_current_timezone()
        self._today = (now or timezone.now()).astimezone(self._zone).date()
        self._language = get_language()

    def __call__(self, moment: datetime.datetime) -> str:
        """Write one."""
        local = moment.astimezone(self._zone)
        day = local.date()
        if day == self._today:
            return f"{local:%H:%M}"
        return _day(day, day.year == self._today.year, self._language)


def short(moment: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """Write a moment shortly, in the zone and language of the reader."""
    return Short(now)(moment)


def coming(moment: datetime.datetime, now: datetime.datetime | None = None, *, within: bool = False) -> str:
    """Write a time to come, or just over, as "Tomorrow, 8:00"; `within` a sentence it begins small."""
    local = timezone.localtime(moment)
    today = timezone.localtime(now or timezone.now()).date()
    return _coming_day(local.date(), today, within=within) % {"time": f"{local.hour}:{local:%M}"}


def _coming_day(day: datetime.date, today: datetime.date, *, within: bool) -> str:
    match (day - today).days:
        case 0:
            return _("today, %(time)s") if within else _("Today, %(time)s")
        case 1:
            return _("tomorrow, %(time)s") if within else _("Tomorrow, %(time)s")
        case -1:
            return _("yesterday, %(time)s") if within else _("Yesterday, %(time)s")
        case ahead:
            name = write(day, "D") if ahead in _WEEK else _day(day, day.year == today.year, get_language())
            # Translators: a day, as Mon or Nov 22, and a time of it
            return _("%(day)s, %(time)s") % {"day": name, "time": "%(time)s"}


@lru_cache(maxsize=4096)
def _day(day: datetime.date, this_year: bool, _language: str) -> str:
    if this_year:
        # Translators: a date format of Django, as Nov 22
        return write(day, pgettext("date in a list", "M j"))
    # Translators: a date format of Django, as Nov 22, 2025
    return write(day, pgettext("date in a list", "M j, Y"))


def full(moment: datetime.datetime) -> str:
    """Write a moment in full."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
