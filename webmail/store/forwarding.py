"""Addresses that mail is handed on to: asked for, verified, chosen for all mail, forgotten."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from webmail.models import ForwardAddress, OutboundMessage, Rule

from .automation_count import recount
from .change import Change
from .done import Done, Step
from .refusal import RefusalError
from .sender_names import of_address

KEY: Final = "onward-"
"""How the submission keys of what was handed on begin; the id of the message follows."""
MAX_ADDRESSES: Final = 20
ASK_AGAIN: Final = timedelta(minutes=10)


class ForwardError(RefusalError):
    """It can't be; `code` is own (one's own address), full, or soon (it was asked a moment ago)."""


def ask(account_id: int, address: str, own: Collection[str], now: datetime | None = None) -> ForwardAddress:
    """Note that the owner of an address, in its one spelling, is asked; raises ForwardError."""
    now = now or timezone.now()
    if of_address(address) in {of_address(each) for each in own}:
        raise ForwardError("own")
    with Change([account_id]):
        rows = ForwardAddress.objects.filter(account_id=account_id)
        found = rows.filter(address=address).first()
        if found is None:
            if rows.count() >= MAX_ADDRESSES:
                raise ForwardError("full")
            return ForwardAddress.objects.create(account_id=account_id, address=address, asked_at=now)
        if found.verified_at is None and now - found.asked_at < ASK_AGAIN:
            raise ForwardError("soon")
        found.asked_at = now
        found.save(update_fields=["asked_at"])
        return found


def verify(key: int, address: str) -> ForwardAddress | None:
    """Note that the owner of an address agreed; None when nobody asks any more."""
    found = ForwardAddress.objects.filter(pk=key, address=address).first()
    if found is not None and found.verified_at is None:
        with Change([found.account_id]) as change:
            ForwardAddress.objects.filter(pk=key).update(verified_at=change.now)
    return found


def asked(key: int, address: str) -> ForwardAddress | None:
    """Find the question whether mail may be handed on to an address, with who asked it."""
    return ForwardAddress.objects.filter(pk=key, address=address).select_related("account").first()


def take_all(account_id: int, key: int | None, *, keeps_copy: bool = True) -> None:
    """Hand all mail on to a verified address, or to nobody (None)."""
    with Change([account_id]):
        rows = ForwardAddress.objects.filter(account_id=account_id)
        rows.update(takes_all=False)
        rows.filter(pk=key or 0, verified_at__isnull=False).update(takes_all=True, keeps_copy=keeps_copy)
        recount(account_id)


def forget(account_id: int, key: int) -> Done:
    """Forget an address; rules that hand on to it do so no more. The way back knows that it agreed."""
    with Change([account_id]) as change:
        found = ForwardAddress.objects.get(account_id=account_id, pk=key)
        inverse: Step = {
            "verb": "remake_forward",
            "address": found.address,
            "asked_at": found.asked_at.isoformat(),
            "verified_at": found.verified_at.isoformat() if found.verified_at else "",
            "takes_all": found.takes_all,
            "keeps_copy": found.keeps_copy,
            "rules": list(found.rules.values_list("pk", flat=True)),
        }
        found.delete()
        recount(account_id)
        return Done(change.modseq(account_id), 0, (inverse,))


def remake(account_id: int, step: Step) -> Done:
    """Know a forgotten address again; one that was asked again meanwhile stays as it is."""
    with Change([account_id]) as change:
        rows = ForwardAddress.objects.filter(account_id=account_id)
        made, is_new = rows.get_or_create(
            address=step["address"],
            defaults={
                "account_id": account_id,
                "asked_at": datetime.fromisoformat(step["asked_at"]),
                "verified_at": datetime.fromisoformat(step["verified_at"]) if step["verified_at"] else None,
                "takes_all": step["takes_all"] and not rows.filter(takes_all=True).exists(),
                "keeps_copy": step["keeps_copy"],
            },
        )
        if is_new:
            Rule.objects.filter(account_id=account_id, pk__in=step["rules"]).update(forward=made)
        recount(account_id)
        return Done(change.modseq(account_id), 0)


def handed_on(account_id: int, message_id: int) -> list[str]:
    """List to whom a message was handed on (constraint outbound_submission)."""
    sent = OutboundMessage.objects.filter(account_id=account_id)
    sent = sent.filter(submission_key__startswith=f"{KEY}{message_id}-")
    return list(sent.order_by("pk").values_list("recipients__address", flat=True))
