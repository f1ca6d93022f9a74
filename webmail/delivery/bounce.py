"""Telling the sender: a report of failures or a delay, into the inbox of who sent the message."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import make_msgid

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message import dsn, header
from mailserver.message.address import Address, of_spec
from webmail.models import Account, OutboundMessage
from webmail.store import blobs

from . import fate, schedule, wording
from .arrival import LocalDelivery, read_content
from .local import deliver_local
from .owed import Parcel, Result


def tell_sender(parcel: Parcel, accepted: Sequence[Result], now: datetime) -> None:
    """Report what failed, or is late for the first time; in the transaction that records it.

    Nothing is ever said about a message from the null sender: a report about a report would never end.
    """
    failed = [result for result in accepted if fate.has_failed(result, now)]
    if failed and _wants(parcel, "FAILURE"):
        _deliver(parcel, failed, "failed", now)
    late = [result for result in accepted if result.reply.temporary and not fate.has_failed(result, now)]
    if late and _is_late(parcel, now) and _wants(parcel, "DELAY"):
        OutboundMessage.objects.filter(pk=parcel.id).update(delay_notified_at=now)
        _deliver(parcel, late, "delayed", now)


def tell_success(parcel: Parcel, accepted: Sequence[Result], now: datetime) -> None:
    """Report what arrived, to a sender who asked for it; where the next server does that itself, it does."""
    arrived = [result for result in accepted if not result.host]
    relayed = [result for result in accepted if result.host and not result.tells_itself]
    if _wants(parcel, "SUCCESS"):
        for results, action in ((arrived, "delivered"), (relayed, "relayed")):
            if results:
                _deliver(parcel, results, action, now)


def _is_late(parcel: Parcel, now: datetime) -> bool:
    tells = schedule.configured().tells_delay(now, parcel.created_at, parcel.expires_at)
    if not tells or parcel.delay_notified:
        return False
    return OutboundMessage.objects.filter(pk=parcel.id, delay_notified_at__isnull=True).exists()


def _wants(parcel: Parcel, event: str) -> bool:
    """Say whether the sender is there and wants to know (RFC 3461 §4.1)."""
    wanted = parcel.notify.upper().split(",") if parcel.notify else ["FAILURE", "DELAY"]
    return bool(parcel.mail_from) and parcel.account_id is not None and event in wanted


def _deliver(parcel: Parcel, results: Sequence[Result], action: str, now: datetime) -> None:
    account = Account.objects.select_related("user").get(outbound=parcel.id)
    original = blobs.read(parcel.blob_id)
    if parcel.ret == "HDRS" or action in ("delivered", "relayed"):
        original = original.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    with translation.override(account.user.language or settings.LANGUAGE_CODE):
        cover = _cover(parcel, results, action, now, original)
    report = dsn.Report(
        reporting_host=settings.MAIL_HOSTNAME,
        recipients=tuple(_recipient(result, action, now) for result in results),
        arrived_at=parcel.created_at,
        envelope_id=parcel.envelope_id,
    )
    delivery = LocalDelivery(
        account_id=account.pk,
        content=read_content(dsn.build(report, cover, original)),
        return_path="",
        recipient=parcel.mail_from,
        received_at=now,
    )
    deliver_local([delivery])


def _cover(
    parcel: Parcel, results: Sequence[Result], action: str, now: datetime, original: bytes
) -> dsn.Cover:
    fields = header.fields(original.partition(b"\r\n\r\n")[0] + b"\r\n")
    subject = header.decode(header.first(fields, "subject") or b"")
    # In brackets, so that the subject without it, and with it the conversation, is the same (RFC 5256 §2.1).
    about = {
        "delayed": _("[Delayed] %(subject)s"),
        "delivered": _("[Delivered] %(subject)s"),
        "relayed": _("[Handed on] %(subject)s"),
    }.get(action, _("[Not delivered] %(subject)s"))
    return dsn.Cover(
        sender=Address(_("Mail delivery"), "mailer-daemon", settings.MAIL_HOSTNAME),
        to=of_spec(parcel.mail_from),
        subject=about % {"subject": subject},
        text="\n\n".join(_paragraphs(parcel, results, action, now)) + "\n",
        date=now,
        message_id=make_msgid(domain=settings.MAIL_HOSTNAME).strip("<>"),
        in_reply_to=header.decode(header.first(fields, "message-id") or b""),
    )


def _paragraphs(parcel: Parcel, results: Sequence[Result], action: str, now: datetime) -> list[str]:
    """First what happened, in words; then what to do; then everything that is known, for each recipient."""
    waited = now - parcel.created_at
    if action == "delayed":
        said = [wording.delay(result.owed.address, waited) for result in results]
        left = wording.duration(parcel.expires_at - now)
        tips = [_("You need not do anything. We go on trying for %(time)s.") % {"time": left}]
    elif action in ("delivered", "relayed"):
        said = [wording.success(result.owed.address, result.host) for result in results]
        tips = []
    else:
        said = [wording.failure(result.owed.address, result.reply, waited) for result in results]
        tips = list(dict.fromkeys(wording.advice(result.reply) for result in results))
    return ["\n".join([*said, "", *tips]), *(_details(result, now) for result in results)]


def _details(result: Result, now: datetime) -> str:
    attempts = result.owed.attempt_count
    where = f"{result.host} [{result.ip}]" if result.host else _("no server was reached")
    lines = [
        (_("Recipient"), result.owed.address),
        (_("Time"), now.strftime("%Y-%m-%d %H:%M:%S UTC")),
        (_("Server"), where),
        (_("Code"), " ".join(filter(None, (str(result.reply.code or ""), result.reply.enhanced)))),
        (_("Answer"), result.reply.text.replace("\n", "\n    ")),
        (_("Attempts"), ngettext("%(count)d attempt", "%(count)d attempts", attempts) % {"count": attempts}),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines)


def _recipient(result: Result, action: str, now: datetime) -> dsn.RecipientReport:
    reply = result.reply
    # Out of time is a permanent failure, whatever the last answer was (RFC 3463 §3.5, X.4.7).
    status = reply.enhanced if not reply.temporary or action == "delayed" else "5.4.7"
    return dsn.RecipientReport(
        address=result.owed.address,
        action=action,
        status=status or {"failed": "5.0.0", "delayed": "4.0.0"}.get(action, "2.0.0"),
        diagnostic=reply.line() if reply.code else "",
        original_address=result.owed.original_address,
        host=result.host,
        last_attempt_at=now,
        will_retry_until=result.owed.parcel.expires_at if action == "delayed" else None,
    )
