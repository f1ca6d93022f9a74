"""Reports about a day, told once: when they are due, who is patient, and that they are owed."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from mailserver.dns import NoAnswerError
from webmail.store import blobs

from .onward import Onward, enqueue

log = logging.getLogger(__name__)

_PATIENCE = timedelta(days=3)
_LONGEST_KEY = 60


class Letter(NamedTuple):
    """A report for one address: the message, and its signature, which goes in front."""

    address: str
    raw: bytes
    signature: bytes


def send(
    now: datetime | None,
    waiting: Callable[[date], list[tuple[date, str]]],
    post: Callable[[date, str], int],
    forget: Callable[[date, str], int],
) -> int:
    """Post what is told of each day that is over, by domain; how many letters. Safe to call at any time.

    While the DNS doesn't answer it waits, and for three days at most.
    """
    today = (now or timezone.now()).astimezone(UTC).date()
    count = 0
    for day, domain in waiting(today):
        try:
            count += post(day, domain)
        except NoAnswerError as error:
            if today - day > _PATIENCE:
                forget(day, domain)
            log.info("No report to %s yet: %s", domain, error)
    return count


def owe(key: str, letters: Sequence[Letter], forget: Callable[[], int]) -> int:
    """Owe letters in the transaction that forgets what they tell; 0 when another worker was faster."""
    with transaction.atomic():
        if not forget():
            return 0
        saved = blobs.save_many([blobs.pack(each.raw) for each in letters])
        enqueue(
            [
                Onward(None, f"{key[:_LONGEST_KEY]}-{number}", blob.pk, each.address, prefix=each.signature)
                for number, (each, blob) in enumerate(zip(letters, saved, strict=True))
            ],
            timezone.now(),
        )
    return len(letters)
