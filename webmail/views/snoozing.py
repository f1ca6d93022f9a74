"""Choosing a time for a snooze: the menu, its page where there are no scripts, and how it is told."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from webmail.models import Role
from webmail.store.queries import ConversationMessage

from . import dates, snooze_times
from .access import account_required
from .places import Place
from .snooze_times import Choice

_PICK = "pick"
_KEPT: Final = ("ids", "only", "in", "next", "all", "q")
_NAMES: Final[dict[str, str | Promise]] = {
    "today": gettext_lazy("Later today"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "weekend": gettext_lazy("This weekend"),
    "next_weekend": gettext_lazy("Next weekend"),
    "week": gettext_lazy("Next week"),
}


@account_required
def menu(_request: HttpRequest) -> HttpResponse:
    """Answer the times of now, for a page that was drawn when others were offered."""
    return HttpResponse(items())


def items() -> SafeString:
    """Draw the times that may be chosen now, each a button that names it in `until`."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    offered = tuple(snooze_times.choices(now, zone))
    return _draw(get_language(), str(zone), offered, snooze_times.good_until(now, zone))


def chosen(request: HttpRequest) -> datetime | None:
    """Read the time that a form names; None when it is yet to be asked for, raises UnfitTimeError."""
    text = request.POST.get("until", "")
    if text == _PICK:
        text = "T".join(filter(None, (request.POST.get("date"), request.POST.get("time"))))
    return snooze_times.read(text, timezone.now(), timezone.get_current_timezone()) if text else None


def page(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for the time, where no script opens the menu of the list."""
    kept = [(name, value) for name in _KEPT for value in request.POST.getlist(name) if value]
    now, zone = timezone.now(), timezone.get_current_timezone()
    context = {"place": place, "kept": kept, "items": items(), "zone": str(zone)}
    context["tomorrow"] = tomorrow(snooze_times.choices(now, zone))
    return render(request, "list/snooze_page.html", context)


def note(messages: Sequence[ConversationMessage]) -> str:
    """Say until when a conversation is snoozed, or what it came back from and wasn't read since; else "".

    That nobody answered a letter is said until somebody does.
    """
    waiting = [
        (standing.snoozed_until, number, standing.role)
        for number, message in enumerate(messages)
        for standing in message.mailboxes
        if standing.snoozed_until
        and (standing.role == Role.SNOOZED or not message.seen or message.stands_in(Role.SENT))
    ]
    if not waiting:
        return ""
    time, number, role = max(waiting)
    message, later = messages[number], messages[number + 1 :]
    if not message.stands_in(Role.SENT):
        return until(time)
    # A letter of one's own waits for an answer.
    if role == Role.SNOOZED:
        return _("Comes back %(time)s if nobody answers") % {"time": dates.coming(time, within=True)}
    if any(not each.draft and not each.stands_in(Role.SENT) for each in later):
        return ""
    return _("Nobody has answered your message of %(date)s") % {"date": dates.short(message.received_at)}


def until(moment: datetime) -> str:
    """Say in words that something is, or was, snoozed until then."""
    return _("Snoozed until %(time)s") % {"time": dates.coming(moment, within=True)}


@lru_cache(maxsize=64)
def _draw(_language: str, zone: str, offered: tuple[Choice, ...], good_until: datetime) -> SafeString:
    context = {
        "offered": [words(choice) for choice in offered],
        "zone": zone,
        "good_until": int(good_until.timestamp() * 1000),
    }
    return render_to_string("list/snooze_items.html", context | {"tomorrow": tomorrow(offered)})


def words(choice: Choice) -> tuple[str | Promise, str, str]:
    """Name a choice; with the time as a form sends it, and as it is read."""
    return _NAMES[choice.name], choice.at.isoformat(timespec="minutes"), _beside(choice)


def _beside(choice: Choice) -> str:
    """Write what the name of a choice leaves open."""
    return dates.clock(choice.at) if choice.name == "today" else dates.weekday(choice.at)


def tomorrow(offered: Sequence[Choice]) -> datetime:
    """The choice that is always offered."""
    return next(choice.at for choice in offered if choice.name == "tomorrow")
