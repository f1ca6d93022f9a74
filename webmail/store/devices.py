"""Browsers that are told of new mail: asked for, claimed for one notice, ended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from webmail.models import Account, PushDevice

MOST = 20
"""Devices of one account; a new one takes the place of the oldest."""

_FIRST_WAIT = timedelta(seconds=30)


def add(account_id: int, session_key: str, endpoint: str, **chosen: object) -> None:
    """Tell this browser from now on; a second time changes how. `chosen` are columns of PushDevice."""
    modseq = Account.objects.values_list("modseq", flat=True).get(pk=account_id)
    named = {"account_id": account_id, "session_id": session_key, "told_modseq": modseq}
    with transaction.atomic():
        PushDevice.objects.update_or_create(endpoint=endpoint, defaults=named | chosen)
        newest = PushDevice.objects.filter(account_id=account_id).order_by("-id")
        too_many = list(newest.values_list("pk", flat=True)[MOST:])
        PushDevice.objects.filter(pk__in=too_many).delete()


def end(session_key: str) -> None:
    """Tell the browser of this session no more."""
    PushDevice.objects.filter(session_id=session_key).delete()


def drop(device_ids: Collection[int]) -> None:
    """Forget devices whose push service doesn't know them any more."""
    PushDevice.objects.filter(pk__in=device_ids).delete()


def claim(device_id: int, told: int, modseq: int) -> bool:
    """Note that a device is told of all up to `modseq`; False when another worker has done so."""
    return bool(PushDevice.objects.filter(pk=device_id, told_modseq=told).update(told_modseq=modseq))


def postpone(device: PushDevice, claimed: int, told: int, wait_seconds: int) -> datetime:
    """Give a claim back, as far as nothing was told of it; the service is left alone, longer each time."""
    patience: timedelta = _FIRST_WAIT * 2 ** min(device.failures, 7)
    next_at = timezone.now() + max(patience, timedelta(seconds=wait_seconds))
    rows = PushDevice.objects.filter(pk=device.pk, told_modseq=claimed)
    rows.update(told_modseq=told, next_at=next_at, failures=F("failures") + 1)
    return next_at


def recovered(device: PushDevice) -> None:
    """Its service takes notices again."""
    if device.failures:
        PushDevice.objects.filter(pk=device.pk).update(failures=0, next_at=None)
