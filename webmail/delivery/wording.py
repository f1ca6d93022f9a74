"""A failure or a delay in plain words: what happened, and what the sender can do about it."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message.address import domain_of
from mailserver.smtp.reply import Reply

_UNKNOWN = ("unknown", "no such", "not exist", "not found", "no mailbox", "invalid recipient", "user doesn't")


def failure(address: str, reply: Reply, waited: timedelta) -> str:
    """Say in one sentence why a recipient did not get the message; `waited` is how long we tried."""
    names = {"address": address, "domain": domain_of(address), "time": duration(waited)}
    if not reply.permanent:
        return _("The message to %(address)s could not be delivered within %(time)s.") % names
    return _sentence(_kind(reply)) % names


def delay(address: str, waited: timedelta) -> str:
    """Say in one sentence that a recipient has not got the message yet."""
    names = {"address": address, "time": duration(waited)}
    return _("The message to %(address)s has been waiting for %(time)s; we keep trying.") % names


def success(address: str, action: str) -> str:
    """Say in one sentence that a message has arrived, or is beyond what we are told of."""
    if action == "delivered":
        return _("The message was delivered to %(address)s.") % {"address": address}
    said = _(
        "The message was handed on to the server of %(address)s, which doesn't tell when it is delivered."
    )
    return said % {"address": address}


def advice(reply: Reply) -> str:
    """Say what the sender can do now."""
    if not reply.permanent:
        return _("The other server may be out of order. Send the message again later, or use another way.")
    return {
        "unknown": _("Check the address for typing mistakes and send the message again."),
        "no domain": _("Check the part after the @ for typing mistakes and send the message again."),
        "null mx": _("Nobody can get mail at this domain. Ask for another address."),
        "full": _("Ask the recipient to make room, then send the message again."),
        "too large": _("Send the attachments in smaller parts, or as a link."),
        "policy": _("The other server refuses this message. Its answer below may say why."),
        "refused": _("The other server's answer below may say why."),
    }[_kind(reply)]


def duration(time: timedelta) -> str:
    """Write a span of time in its largest whole unit."""
    seconds = max(int(time.total_seconds()), 1)
    if seconds >= 172_800:
        count = seconds // 86_400
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if seconds >= 3600:
        count = seconds // 3600
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    if seconds >= 60:
        count = seconds // 60
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}


def _sentence(kind: str) -> str:
    return {
        "unknown": _("The address %(address)s is unknown at %(domain)s."),
        "no domain": _("There is no mail server for %(domain)s."),
        "null mx": _("%(domain)s does not accept any mail."),
        "full": _("The mailbox of %(address)s is full."),
        "too large": _("The message is too large for %(domain)s."),
        "policy": _("%(domain)s refused the message to %(address)s."),
        "refused": _("%(domain)s refused the message to %(address)s."),
    }[kind]


def _kind(reply: Reply) -> str:
    """Tell the usual reasons apart (RFC 3463 §3), by the words where a server gives no code."""
    detail = reply.enhanced.partition(".")[2]
    known = {
        "1.1": "unknown",
        "1.3": "unknown",
        "1.6": "unknown",
        "2.1": "unknown",
        "1.2": "no domain",
        "4.4": "no domain",
        "1.10": "null mx",
        "2.2": "full",
        "2.3": "too large",
        "3.4": "too large",
    }
    if detail in known:
        return known[detail]
    if detail.startswith("7."):
        return "policy"
    if not detail and any(word in reply.text.lower() for word in _UNKNOWN):
        return "unknown"
    return "refused"
