"""Senders of mail that is forwarded, rewritten so that reports come back to us, and from us to them (SRS)."""

import time
from functools import cache

from django.utils.crypto import salted_hmac

from mailserver import srs

_DAY_SECONDS = 86400


def rewritten(sender: str, domain: str) -> str:
    """Write a foreign sender as an address at a domain of ours; the null sender stays what it is."""
    return srs.forward(sender, domain, _key(), _today())


def sender_of(address: str) -> str:
    """Say for whom such an address stands; "" where it isn't one of ours, or too old."""
    try:
        return srs.reverse(address, _key(), _today())
    except srs.SrsError:
        return ""


def reader_of(mail_from: str) -> str:
    """Say who reads a report: the sender of what was forwarded stands in the address that we made of it."""
    return sender_of(mail_from) or mail_from


@cache
def _key() -> bytes:
    return salted_hmac(__name__, "", algorithm="sha256").digest()


def _today() -> int:
    return int(time.time() // _DAY_SECONDS)
