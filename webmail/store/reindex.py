"""Build the full-text index anew from what is kept, as after a change of the tokeniser."""

from collections.abc import Iterator

from django.db import transaction

from mailserver.message.digest import digest
from webmail.models import Message

from . import blobs, index_terms, search
from .change import Change

_BATCH = 200


def rebuild() -> Iterator[tuple[int, int]]:
    """Index every message again; yields how many are done, of how many.

    Mail that arrives meanwhile is indexed as ever; what is older isn't found until its turn has come.
    """
    with transaction.atomic():
        search.clear()
        keys = list(Message.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        _index(keys[start : start + _BATCH])
        yield min(start + _BATCH, len(keys)), len(keys)


def _index(keys: list[int]) -> None:
    columns = ("pk", "account_id", "blob_id", "prefix", "size", "received_at")
    rows = list(Message.objects.filter(pk__in=keys).values_list(*columns))
    raws = blobs.read_many([row[2] for row in rows])
    shared = {blob_id: index_terms.of_message(digest(raw)) for blob_id, raw in raws.items()}
    entries = [
        (key, account_id, [*shared[blob_id], *index_terms.of_copy(size, received_at, bytes(prefix))])
        for key, account_id, blob_id, prefix, size, received_at in rows
    ]
    # Under the lock of their accounts no sweep deletes a message that is being indexed.
    with Change({account_id for _, account_id, _ in entries}):
        known = set(Message.objects.filter(pk__in=keys).values_list("pk", flat=True))
        search.forget(keys)
        search.index_many([entry for entry in entries if entry[0] in known])
