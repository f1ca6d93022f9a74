"""What an administrator decides about an account; its mail is not touched."""

from django.db import transaction

from mailserver.message.address import domain_of
from webmail.models import Account, Alias

from . import domains, doors


def configure(account_id: int, *, name: str, is_active: bool, quota_bytes: int) -> None:
    """Change only these columns: modseq and counters of the row belong to `change.Change`."""
    with transaction.atomic():
        Account.objects.filter(pk=account_id).update(name=name, is_active=is_active, quota_bytes=quota_bytes)
        doors.changed_at([account_id])


def add_alias(address: str, target: str) -> Alias:
    """Let an address, or "@domain" for all that is unknown there, lead to an account of ours, or elsewhere.

    Both whole, in lower case and A-labels; the domain is made when missing. The same twice is once.
    """
    account = Account.objects.filter(address=target).first()
    alias, _ = Alias.objects.get_or_create(
        address=address,
        account=account,
        target="" if account else target,
        defaults={"domain": domains.ensure(domain_of(address))},
    )
    return alias
