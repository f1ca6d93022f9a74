"""A failure or a delay in plain words: what happened, and what the sender can do about it."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message import failure as failure_kinds
from mailserver.message.address import domain_of
from mailserver.message.failure import Kind
from mailserver.smtp.reply import Reply


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
    wrong = _("Check the address for typing mistakes and send the message again.")
    later = _("The other server may be out of order. Send the message again later, or use another way.")
    return {
        Kind.UNKNOWN: wrong,
        Kind.MOVED: _("Ask for the new address."),
        Kind.NO_DOMAIN: _("Check the part after the @ for typing mistakes and send the message again."),
        Kind.NULL_MX: _("Nobody can get mail at this domain. Ask for another address."),
        Kind.FULL: _("Ask the recipient to make room, then send the message again."),
        Kind.TOO_LARGE: _("Send the attachments in smaller parts, or as a link."),
        Kind.POLICY: _("The other server refuses this message. Its answer below may say why."),
        Kind.DISABLED: _("Ask in another way whether the address is still in use."),
        Kind.NOT_ENCRYPTED: _("Use another way, or send it again without asking for verified TLS."),
        Kind.BUSY: later,
        Kind.UNREACHABLE: later,
        Kind.EXPIRED: later,
    }.get(_kind(reply)) or _("The other server's answer below may say why.")


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


def came_back(address: str, reply: Reply) -> str:
    """Say in one sentence why a server that had taken a message gave it back."""
    names = {"address": address, "domain": domain_of(address)}
    return _sentence(_kind(reply)) % names


def _sentence(kind: Kind) -> str:
    return {
        Kind.UNKNOWN: _("The address %(address)s is unknown at %(domain)s."),
        Kind.MOVED: _("The address %(address)s is no longer used."),
        Kind.NO_DOMAIN: _("There is no mail server for %(domain)s."),
        Kind.NULL_MX: _("%(domain)s does not accept any mail."),
        Kind.FULL: _("The mailbox of %(address)s is full."),
        Kind.TOO_LARGE: _("The message is too large for %(domain)s."),
        Kind.LOOP: _("The mail for %(address)s goes round in circles at %(domain)s."),
        Kind.DISABLED: _("The mailbox of %(address)s is switched off."),
        Kind.NOT_ENCRYPTED: _("The way to %(domain)s is not encrypted as it has to be."),
        Kind.BUSY: _("%(domain)s had no time for the message to %(address)s."),
        Kind.UNREACHABLE: _("The mail server of %(domain)s cannot be reached."),
        Kind.EXPIRED: _("%(domain)s could not deliver the message to %(address)s in time."),
    }.get(kind) or _("%(domain)s refused the message to %(address)s.")


def _kind(reply: Reply) -> Kind:
    return failure_kinds.kind(reply.enhanced, reply.text)
