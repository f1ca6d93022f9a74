"""What an administrator decides about an account; its mail is not touched."""

from webmail.models import Account, Alias

from . import domains


def configure(account_id: int, *, name: str, is_active: bool, quota_bytes: int) -> None:
    """Change only these columns: modseq and counters of the row belong to `change.Change`."""
    Account.objects.filter(pk=account_id).update(name=name, is_active=is_active, quota_bytes=quota_bytes)


def add_alias(address: str, account_id: int) -> Alias:
    """Let a whole address (lower case, A-labels) lead to an account; the domain is made when missing."""
    domain = domains.ensure(address.rpartition("@")[2])
    alias, _ = Alias.objects.get_or_create(
        address=address, account_id=account_id, defaults={"domain": domain}
    )
    return alias
