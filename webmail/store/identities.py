"""Identities: how an account writes from each address that leads to it."""

from collections.abc import Mapping

from django.db import transaction

from mailserver.message.address import AddressError, normalise
from webmail.models import Account, Identity

from .queries import resolve_recipients
from .refusal import RefusalError

MAX_IDENTITIES = 100


class IdentityError(RefusalError):
    """It can't be kept; `code` is address (leads elsewhere), reply_to (is no address), exists or full."""


def keep(account: Account, address: str, fields: Mapping[str, str | bool], *, new: bool = False) -> Identity:
    """Keep name, reply_to, signature_html and is_default of an address; raises IdentityError.

    Only one is the default: it takes that from the one before. `new` refuses an address that has one.
    """
    spec, reply_to = _normal(address, "address"), str(fields["reply_to"])
    reply_to = _normal(reply_to, "reply_to") if reply_to else ""
    with transaction.atomic():
        mine = Identity.objects.select_for_update().filter(account=account)
        known = mine.filter(address__iexact=spec).first()
        if known is None and not leads_here(account, spec):
            raise IdentityError("address")
        if known is not None and new:
            raise IdentityError("exists")
        if known is None and mine.count() >= MAX_IDENTITIES:
            raise IdentityError("full")
        if fields["is_default"]:
            mine.update(is_default=False)
        written = {**fields, "reply_to": reply_to}
        kept, _made = Identity.objects.update_or_create(
            account=account, address=known.address if known else spec, defaults=written
        )
    return kept


def delete(account: Account, identity_id: int) -> None:
    """Forget an identity; raises Identity.DoesNotExist."""
    Identity.objects.get(account=account, pk=identity_id).delete()


def leads_here(account: Account, spec: str) -> bool:
    """Tell whether mail to an address comes to the account, with a detail or without."""
    return any(each.account_id == account.pk for each in resolve_recipients([spec])[spec])


def _normal(spec: str, code: str) -> str:
    try:
        return normalise(spec.strip())
    except AddressError as error:
        raise IdentityError(code) from error
