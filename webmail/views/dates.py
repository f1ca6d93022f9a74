"""Dates as a list shows them: the time today, the day this year, else all of it."""

import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext


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
