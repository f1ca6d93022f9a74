"""Telling the sender: a report of failures, a delay or success, to where the message came from."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import make_msgid

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.message import dsn, header
from mailserver.message.address import Address, of_spec
from mailserver.message.tls_wish import TlsWish
from webmail.models import Account, OutboundMessage
from webmail.store import blobs

from . import fate, onward, queue_ids, rewriting, schedule, wording
from .arrival import LocalDelivery, read_content
from .local import deliver_local
from .owed import Parcel, Result

_SUCCESS = ("delivered", "relayed")


def tell_sender(parcel: Parcel, accepted: Sequence[Result], now: datetime) -> None:
    """Report what failed, is late for the first time, or arrived; in the transaction that records it.

    Nothing is ever said about a message from the null sender: a report about a report would never end.
    """
    if not parcel.mail_from:
        return
    for action in _SUCCESS:
        if done := [each for each in accepted if _success(each) == action and wants(each, "SUCCESS")]:
            _deliver(parcel, done, action, now)
    failed = [result for result in accepted if fate.has_failed(result, now) and wants(result, "FAILURE")]
    if failed:
        _deliver(parcel, failed, "failed", now)
    late = [result for result in accepted if result.reply.temporary and not fate.has_failed(result, now)]
    late = [result for result in late if wants(result, "DELAY")]
    if late and _is_late(parcel, now):
        OutboundMessage.objects.filter(pk=parcel.id).update(delay_notified_at=now)
        _deliver(parcel, late, "delayed", now)


def _is_late(parcel: Parcel, now: datetime) -> bool:
    tells = schedule.configured().tells_delay(now, parcel.created_at, parcel.expires_at)
    if not tells or parcel.delay_notified:
        return False
    return OutboundMessage.objects.filter(pk=parcel.id, delay_notified_at__isnull=True).exists()


def _success(result: Result) -> str:
    """Name the good end of a message: in a mailbox, or with a server that tells no more (RFC 3461 §5.2).

    "" where there is none, and where the next server tells it.
    """
    if not result.reply.positive:
        return ""
    if not result.host:
        return "delivered"
    return "" if result.tells_itself else "relayed"


def wants(result: Result, event: str) -> bool:
    """Say whether the sender wants to know this of a recipient (RFC 3461 §4.1)."""
    wanted = result.owed.notify.split(",") if result.owed.notify else ["FAILURE", "DELAY"]
    return event in wanted


def _deliver(parcel: Parcel, results: Sequence[Result], action: str, now: datetime) -> None:
    account = Account.objects.select_related("user").filter(outbound=parcel.id).first()
    original = blobs.read(parcel.blob_id)
    language = account.user.language if account else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        cover = _cover(parcel, results, action, now, original)
    report = dsn.Report(
        reporting_host=settings.MAIL_HOSTNAME,
        recipients=tuple(_recipient(result, action, now) for result in results),
        arrived_at=parcel.created_at,
        envelope_id=parcel.envelope_id,
    )
    # What was not to be read on the way comes back no other way, whatever RET says (RFC 8689 §5).
    secret = parcel.tls_wish is TlsWish.REQUIRED
    header_only = parcel.returns == "HDRS" or action in _SUCCESS or secret
    _send(account, parcel, dsn.build(report, cover, original, header_only=header_only), now)


def _send(account: Account | None, parcel: Parcel, raw: bytes, now: datetime) -> None:
    """Put a report into the sender's inbox; what came from elsewhere is told there."""
    if account:
        content = read_content(raw)
        deliver_local(
            [
                LocalDelivery(
                    account_id=account.pk,
                    content=content,
                    return_path="",
                    recipient=parcel.mail_from,
                    received_at=now,
                )
            ]
        )
        return
    [blob] = blobs.save_many([raw])
    reader = rewriting.reader_of(parcel.mail_from)
    report = onward.Onward(None, queue_ids.make(), blob.pk, reader, tls_wish=parcel.tls_wish)
    onward.enqueue([report], now)


def _cover(
    parcel: Parcel, results: Sequence[Result], action: str, now: datetime, original: bytes
) -> dsn.Cover:
    fields = header.fields(original.partition(b"\r\n\r\n")[0] + b"\r\n")
    subject = header.decode(header.first(fields, "subject") or b"")
    # In brackets, so that the subject without it, and with it the conversation, is the same (RFC 5256 §2.1).
    about = {
        "delayed": _("[Delayed] %(subject)s"),
        "failed": _("[Not delivered] %(subject)s"),
        "delivered": _("[Delivered] %(subject)s"),
    }.get(action) or _("[Handed on] %(subject)s")
    return dsn.Cover(
        sender=Address(_("Mail delivery"), "mailer-daemon", settings.MAIL_HOSTNAME),
        to=of_spec(rewriting.reader_of(parcel.mail_from)),
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
    elif action in _SUCCESS:
        said = [wording.success(result.owed.address, action) for result in results]
        tips = [_("You asked to be told.")]
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
    status = "5.4.7" if reply.temporary and action == "failed" else reply.enhanced
    if action in _SUCCESS:
        status = "2.0.0"
    return dsn.RecipientReport(
        address=result.owed.address,
        action=action,
        status=status or ("5.0.0" if action == "failed" else "4.0.0"),
        diagnostic=reply.line() if reply.code else "",
        original_address=result.owed.original_address,
        host=result.host,
        last_attempt_at=now,
        will_retry_until=result.owed.parcel.expires_at if action == "delayed" else None,
    )
