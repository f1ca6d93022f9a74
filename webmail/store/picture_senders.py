"""Senders whose remote pictures an account always sees."""

from webmail.models import PictureSender


def allow(account_id: int, address: str) -> None:
    """Show what this sender's letters fetch; again is no change."""
    PictureSender.objects.get_or_create(account_id=account_id, address=address.lower())


def forbid(account_id: int, address: str) -> None:
    """Ask again before each of this sender's letters."""
    PictureSender.objects.filter(account_id=account_id, address=address.lower()).delete()


def is_allowed(account_id: int, address: str) -> bool:
    """Tell whether this sender's pictures are shown without asking."""
    return PictureSender.objects.filter(account_id=account_id, address=address.lower()).exists()
