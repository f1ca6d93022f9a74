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
    day = timezone.localdate(moment)
    today = timezone.localdate(now or timezone.now())
    ahead = (day - today).days
    near = {
        0: _("today, %(time)s") if within else _("Today, %(time)s"),
        1: _("tomorrow, %(time)s") if within else _("Tomorrow, %(time)s"),
        -1: _("yesterday, %(time)s") if within else _("Yesterday, %(time)s"),
    }
    if ahead in near:
        return near[ahead] % {"time": clock(moment)}
    if ahead in _WEEK:
        return weekday(moment)
    return _on(_day(day, day.year == today.year, get_language()), moment)


def weekday(moment: datetime.datetime) -> str:
    """Write a time within a week, as "Mon, 8:00"."""
    return _on(write(timezone.localdate(moment), "D"), moment)


def clock(moment: datetime.datetime) -> str:
    """Write the time of the day, as "8:00"."""
    return f"{timezone.localtime(moment):%-H:%M}"


def _on(day: str, moment: datetime.datetime) -> str:
    # Translators: a day, as Mon or Nov 22, and a time of it
    return _("%(day)s, %(time)s") % {"day": day, "time": clock(moment)}


@lru_cache(maxsize=4096)
def _day(day: datetime.date, this_year: bool, _language: str) -> str:
    if this_year:
        # Translators: a date format of Django, as Nov 22
        return write(day, pgettext("date in a list", "M j"))
    # Translators: a date format of Django, as Nov 22, 2025
    return write(day, pgettext("date in a list", "M j, Y"))


def day(moment: datetime.datetime) -> str:
    """Write the day of a moment, with the year."""
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def full(moment: datetime.datetime) -> str:
    """Write a moment in full."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
