"""What a writer asks for beside sending: a time for it, a reminder, the conversation put away."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message.tls_wish import TlsWish
from webmail.delivery.submit import Handling

from . import dates, snooze_times, snoozing
from .letter_post import LetterError

REMIND_DAYS: Final = (1, 2, 3, 5, 7, 14)
_PICK: Final = "pick"
_OFFERED: Final = {"today", "tomorrow", "week"}


def chosen(request: HttpRequest) -> Handling:
    """Read what the buttons and fields beside Send say; raises LetterError for a time that is over."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    try:
        send_at = time_of(request.POST.get("send_at", ""), request)
    except snooze_times.UnfitTimeError as error:
        raise LetterError(_("Choose a time to come.")) from error
    days = request.POST.get("remind", "")
    reminds = days.isdecimal() and int(days[:3]) in REMIND_DAYS
    remind_at = snooze_times.morning_after(send_at or now, int(days), zone) if reminds else None
    return Handling(send_at, remind_at, archives="archive" in request.POST)


def time_of(text: str, request: HttpRequest) -> datetime | None:
    """Read a time that a form names, "pick" for that of its inputs; None for none, raises UnfitTimeError."""
    if text == _PICK:
        text = "T".join(request.POST.get(name, "") for name in ("send_date", "send_clock"))
    return snooze_times.read(text, timezone.now(), timezone.get_current_timezone()) if text else None


def context() -> dict[str, object]:
    """What the menus of times offer."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    offered = [choice for choice in snooze_times.choices(now, zone) if choice.name in _OFFERED]
    times = [snoozing.words(choice) for choice in offered]
    return {"times": times, "tomorrow": snoozing.tomorrow(offered), "zone": str(zone)}


def reminders() -> list[tuple[int, str]]:
    """After how many days one may be reminded, in words."""
    return [
        (days, ngettext("after %(days)d day", "after %(days)d days", days) % {"days": days})
        for days in REMIND_DAYS
    ]


def encryptions() -> list[tuple[str, str]]:
    """What may be asked of encryption on the way (RFC 8689), in words."""
    return [
        (TlsWish.AS_USUAL.value, _("As the recipient's server wants it")),
        (TlsWish.REQUIRED.value, _("Only over verified TLS")),
        (TlsWish.OPTIONAL.value, _("Without TLS if need be")),
    ]


def said(send_at: datetime) -> str:
    """Say that a letter goes then."""
    return _("Scheduled for %(time)s.") % {"time": dates.coming(send_at, within=True)}
