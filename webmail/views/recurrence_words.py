"""How often a calendar entry comes back, in words; the rule is told, never expanded."""

import re
from datetime import date

from django.utils.dateformat import format as write
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mailserver.calendar_process import Event

_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def recurrence(event: Event) -> str:
    """Tell the rule of a recurring entry; "" for one that comes once."""
    rule = event["rule"]
    words = _rhythm(rule)
    if not words:
        return ""
    if event["until"]:
        # Translators: a date format of Django, as Dec 31, 2026
        last = write(date.fromisoformat(event["until"]), pgettext("last day of a series", "M j, Y"))
        return _("%(rhythm)s, until %(day)s") % {"rhythm": words, "day": last}
    count = _number(rule, "COUNT")
    if count:
        times = ngettext("%(count)d time", "%(count)d times", count) % {"count": count}
        return _("%(rhythm)s, %(times)s") % {"rhythm": words, "times": times}
    return words


def _number(rule: dict[str, list[str]], name: str) -> int:
    value = next(iter(rule.get(name, ())), "")
    return int(value) if re.fullmatch(r"-?\d{1,6}", value) else 0


def _rhythm(rule: dict[str, list[str]]) -> str:
    step = max(1, _number(rule, "INTERVAL"))
    values = {"count": step}
    match next(iter(rule.get("FREQ", ())), "").upper():
        case "SECONDLY" | "MINUTELY" | "HOURLY":
            return _("Several times a day")
        case "DAILY":
            every = _("Every day") if step == 1 else _("Every %(count)d days") % values
        case "WEEKLY":
            every = _("Every week") if step == 1 else _("Every %(count)d weeks") % values
        case "MONTHLY":
            every = _("Every month") if step == 1 else _("Every %(count)d months") % values
        case "YEARLY":
            every = _("Every year") if step == 1 else _("Every %(count)d years") % values
        case _other:
            return ""
    days = _days(rule)
    return _("%(every)s on %(days)s") % {"every": every, "days": days} if days else every


def _days(rule: dict[str, list[str]]) -> str:
    found = [match for value in rule.get("BYDAY", ()) if (match := _DAY.fullmatch(value))]
    position = _number(rule, "BYSETPOS")
    if position and len(found) > 1:
        return _nth(position, _("workday") if len(found) == 5 else _("day"))
    names = [
        _nth(int(match[1]), str(WEEKDAYS[_DAYS.index(match[2])]))
        if match[1]
        else _nth(position, str(WEEKDAYS[_DAYS.index(match[2])]))
        for match in found
    ]
    numbers = [int(value) for value in rule.get("BYMONTHDAY", ()) if re.fullmatch(r"-?\d{1,2}", value)]
    names += [
        _("the last day") if number == -1 else _("day %(number)d") % {"number": number} for number in numbers
    ]
    text = _(", ").join(names)
    months = [str(MONTHS[int(value)]) for value in rule.get("BYMONTH", ()) if value in map(str, MONTHS)]
    if not months:
        return text
    return _("%(days)s in %(months)s") % {"days": text, "months": _(", ").join(months)} if text else ""


def _nth(position: int, day: str) -> str:
    """The second Tuesday; without a position the day alone."""
    forms = {
        1: _("the first %(day)s"),
        2: _("the second %(day)s"),
        3: _("the third %(day)s"),
        4: _("the fourth %(day)s"),
        5: _("the fifth %(day)s"),
        -1: _("the last %(day)s"),
        -2: _("the last but one %(day)s"),
    }
    return forms.get(position, "%(day)s") % {"day": day}
