"""Groups of contacts: made, renamed, deleted, filled and emptied."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from webmail.models import Contact, ContactGroup

from . import contact_terms
from .change import Change
from .done import Done, Step
from .refusal import RefusalError
from .text import storable

MOST_GROUPS = 200
_LONGEST = 100


class GroupError(RefusalError):
    """There can't be such a group; `code` is name, taken or full."""


def create(account_id: int, name: str) -> tuple[int, Done]:
    """Make a group; its id. Raises GroupError."""
    return _write(account_id, None, name, ())


def rename(account_id: int, group_id: int, name: str) -> Done:
    """Give a group another name. Raises GroupError, and LookupError where there is no such group."""
    with Change([account_id]) as change:
        row = _own(account_id, group_id)
        inverse: Step = {"verb": "rename_contact_group", "group_id": group_id, "name": row.name}
        row.name = _named(name)
        row.terms = contact_terms.of_group(row.name)
        try:
            with transaction.atomic():
                row.save(update_fields=["name", "terms"])
        except IntegrityError as error:
            raise GroupError("taken") from error
        return Done(change.modseq(account_id), 1, (inverse,))


def delete(account_id: int, group_id: int) -> Done:
    """Delete a group; its members stay. Raises LookupError."""
    with Change([account_id]) as change:
        row = _own(account_id, group_id)
        members = sorted(row.members.values_list("pk", flat=True))
        inverse: Step = {
            "verb": "create_contact_group",
            "group_id": group_id,
            "name": row.name,
            "members": members,
        }
        row.delete()
        return Done(change.modseq(account_id), 1, (inverse,))


def recreate(account_id: int, step: Step) -> Done:
    """Make a group again, as Undo of its deletion."""
    return _write(account_id, step["group_id"], step["name"], step["members"])[1]


def change_members(
    account_id: int, group_id: int, *, add: Collection[int] = (), remove: Collection[int] = ()
) -> Done:
    """Put contacts of the account into a group, or take them out. Raises LookupError."""
    with Change([account_id]) as change:
        row = _own(account_id, group_id)
        own = Contact.objects.filter(account_id=account_id)
        added = list(own.filter(pk__in=add).exclude(groups=row).values_list("pk", flat=True))
        removed = list(own.filter(pk__in=remove, groups=row).values_list("pk", flat=True))
        row.members.add(*added)
        row.members.remove(*removed)
        own.filter(pk__in=added).update(is_collected=False)
        inverse: Step = {
            "verb": "contact_group_members",
            "group_id": group_id,
            "add": removed,
            "remove": added,
        }
        return Done(change.modseq(account_id), len(added) + len(removed), (inverse,))


def by_name(account_id: int, names: Collection[str]) -> dict[str, int]:
    """Find groups by their names, and make those that are missing, as far as there is room."""
    with Change([account_id]):
        wanted = {name: storable(name).strip()[:_LONGEST] for name in names}
        rows = ContactGroup.objects.filter(account_id=account_id)
        known = dict(rows.values_list("name", "pk"))
        for name in dict.fromkeys(wanted.values()):
            if name and name not in known and len(known) < MOST_GROUPS:
                known[name] = create(account_id, name)[0]
        return {name: known[kept] for name, kept in wanted.items() if kept in known}


def _write(account_id: int, key: int | None, name: str, members: Collection[int]) -> tuple[int, Done]:
    with Change([account_id]) as change:
        if ContactGroup.objects.filter(account_id=account_id).count() >= MOST_GROUPS:
            raise GroupError("full")
        kept = _named(name)
        row = ContactGroup(pk=key, account_id=account_id, name=kept, terms=contact_terms.of_group(kept))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise GroupError("taken") from error
        row.members.add(*Contact.objects.filter(account_id=account_id, pk__in=members))
        inverse: Step = {"verb": "delete_contact_group", "group_id": row.pk}
        return row.pk, Done(change.modseq(account_id), 1, (inverse,))


def _own(account_id: int, group_id: int) -> ContactGroup:
    row = ContactGroup.objects.filter(account_id=account_id, pk=group_id).first()
    if row is None:
        raise LookupError(f"account {account_id} has no group {group_id}")
    return row


def _named(name: str) -> str:
    kept = " ".join(storable(name).split())[:_LONGEST]
    if not kept:
        raise GroupError("name")
    return kept
