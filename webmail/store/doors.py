"""Open sessions of mail programs are told when other passwords open an account, or none (see admissions)."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from webmail.models import Account, User

from . import announce
from .change import Change


def changed(user: User) -> None:
    """Say that a person's passwords, or whether they may come in, changed: open sessions look again."""
    changed_at(Account.objects.filter(user=user).values_list("pk", flat=True))


def changed_at(account_ids: Collection[int]) -> None:
    """Say so of these accounts."""
    keys = list(account_ids)
    if not keys:
        return
    with Change(keys) as change:
        Account.objects.filter(pk__in=keys).update(doors_modseq=F("modseq"))
        told = {announce.doors_of(key): change.modseq(key) for key in keys}
        transaction.on_commit(lambda: announce.publish(told))
