"""Dates as a list shows them: the time today, the day this year, else all of it."""

import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext


def short(moment: datetime.datetime, now: datetime.datetime | None = None) -> str:
    """Write a moment shortly, in the zone and language of the reader."""
    local = timezone.localtime(moment)
    today = timezone.localtime(now).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return _day(local.date(), local.year == today.year, get_language())


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
