"""Senders whose remote pictures an account always sees."""

from webmail.models import PictureSender

from . import sql

# Each letter in a frame asks (index picture_sender_account_address).
_ALLOWED = "SELECT 1 FROM webmail_picturesender WHERE account_id = %s AND address = %s"


def allow(account_id: int, address: str) -> None:
    """Show what this sender's letters fetch; again is no change."""
    PictureSender.objects.get_or_create(account_id=account_id, address=address.lower())


def forbid(account_id: int, address: str) -> None:
    """Ask again before each of this sender's letters."""
    PictureSender.objects.filter(account_id=account_id, address=address.lower()).delete()


def is_allowed(account_id: int, address: str) -> bool:
    """Tell whether this sender's pictures are shown without asking."""
    return bool(sql.read(_ALLOWED, [account_id, address.lower()]))
