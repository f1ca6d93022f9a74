"""What became of a recipient's copy, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message.address import domain_of
from mailserver.smtp.reply import Reply
from webmail.delivery import wording
from webmail.delivery.trace import AttemptTrace, RecipientTrace, ReportTrace

from . import dates
from .trace_lane import NO_ANSWER, clock

# Longer than anybody holds back what he may undo.
_SOON = timedelta(minutes=1)
_OUR_TROUBLE = "4.3.0"  # Without a host: nobody was asked.


@dataclass(frozen=True, slots=True)
class Words:
    """A state in a word or two, how it looks (good, info, warn, bad or nothing), and a sentence about it."""

    state: str
    look: str
    sentence: str
    until: datetime | None = None
    advice: str = ""


def words(recipient: RecipientTrace, now: datetime | None = None) -> Words:
    """Say where a recipient's copy stands."""
    now = now or timezone.now()
    last = recipient.attempts[-1] if recipient.attempts else None
    match recipient.state:
        case "delivered":
            return Words(_("Delivered"), "good", _delivered(recipient, last))
        case "sending":
            sentence = _("Talking to the mail server of %(domain)s…") % {
                "domain": domain_of(recipient.address)
            }
            return Words(_("On its way"), "info", sentence)
        case "failed":
            return _failed(recipient, last, now)
        case "parked":
            sentence = _("Something on this server goes wrong with it. An administrator has to look at it.")
            return Words(_("Set aside"), "bad", sentence)
        case "cancelled":
            return Words(_("Cancelled"), "", _("You stopped it before it left."))
        case _:
            return _waiting(recipient, last, now)


def stopped(addresses: Sequence[str]) -> list[str]:
    """Say whose copies were stopped in time."""
    return [_("Stopped for %(who)s.") % {"who": ", ".join(addresses)}] if addresses else []


def left(recipients: Sequence[RecipientTrace]) -> list[str]:
    """Say who has a message already, and who is getting it right now."""
    has = [each.address for each in recipients if each.state == "delivered" or each.came_back]
    now = [each.address for each in recipients if each.state == "sending"]
    said = []
    if has:
        text = ngettext("%(who)s has it already.", "%(who)s have it already.", len(has))
        said.append(text % {"who": ", ".join(has)})
    if now:
        said.append(_("It is being handed over for %(who)s right now.") % {"who": ", ".join(now)})
    return said


def _delivered(recipient: RecipientTrace, last: AttemptTrace | None) -> str:
    said = _accepted(recipient, last)
    if not recipient.reports:
        return said
    told = recipient.reports[-1]
    names = {"host": told.host or domain_of(recipient.address), "time": clock(told.received_at)}
    if told.action == "delayed":
        return (
            said + " " + _("%(host)s reported at %(time)s that it is late there, and goes on trying.") % names
        )
    if told.action == "delivered":
        return said + " " + _("%(host)s confirmed at %(time)s that it is in the mailbox.") % names
    return said + " " + _("%(host)s reported at %(time)s that it was handed on.") % names


def _accepted(recipient: RecipientTrace, last: AttemptTrace | None) -> str:
    if last is None or recipient.finished_at is None:
        return ""
    names = {"host": last.host, "time": clock(recipient.finished_at)}
    if not last.host:
        return _("Put into the mailbox on this server at %(time)s.") % names
    return _("%(host)s accepted it at %(time)s.") % names


def _came_back(recipient: RecipientTrace, told: ReportTrace) -> Words:
    """Say that a server had taken it, and that it came back; and why."""
    reply = Reply(550, told.status, told.text)
    names = {"host": told.host or domain_of(recipient.address), "time": clock(told.received_at)}
    sentences = [
        wording.came_back(recipient.address, reply),
        _("It had been accepted, and %(host)s gave it back at %(time)s.") % names,
    ]
    return Words(_("Came back"), "bad", " ".join(sentences), advice=wording.advice(reply))


def _failed(recipient: RecipientTrace, last: AttemptTrace | None, now: datetime) -> Words:
    if recipient.came_back:
        return _came_back(recipient, recipient.came_back)
    reply = Reply(last.code, last.enhanced_code, last.text) if last is not None else Reply(451, "4.4.7", "")
    waited = (recipient.finished_at or now) - recipient.created_at
    sentence = wording.failure(recipient.address, reply, waited)
    return Words(_("Not delivered"), "bad", sentence, advice=wording.advice(reply))


def _waiting(recipient: RecipientTrace, last: AttemptTrace | None, now: datetime) -> Words:
    due = recipient.next_attempt_at
    if due is None:
        return Words(_("Held"), "warn", _("It is kept here until it is released."))
    if last is None:
        if due > now + _SOON:
            sentence = _("Scheduled for %(time)s.") % {"time": dates.coming(due, within=True)}
            return Words(_("Scheduled"), "info", sentence)
        if due > now:
            return Words(_("Goes soon"), "info", _("Held for a moment, so that you can undo it."), due)
        return Words(_("In the queue"), "info", _("It goes as soon as a worker is free."))
    return Words(_("Waiting"), "warn", reason(recipient, last), due if due > now else None)


def reason(recipient: RecipientTrace, last: AttemptTrace) -> str:
    """Say why an attempt came to nothing for now."""
    domain = domain_of(recipient.address)
    names = {"domain": domain, "host": last.host or domain}
    text = last.text.lower()
    if not last.host and last.enhanced_code == _OUR_TROUBLE:
        return _("Something on this server goes wrong with it.")
    if not last.host and last.enhanced_code not in NO_ANSWER:
        return _("The mail server of %(domain)s could not be found.") % names
    if not last.ip or last.code == 0:
        return _("%(host)s cannot be reached.") % names
    if "grey" in text or "gray" in text:
        return _("%(host)s asks new senders to come again later (greylisting).") % names
    if last.code == 421:
        return _("%(host)s is too busy right now.") % names
    if last.code == 452 or last.enhanced_code.endswith(".2.2"):
        return _("%(host)s has no room for it right now.") % names
    return _("%(host)s asks us to try again later.") % names
