"""In which charset the mail of a sender is to be read, where it names none or a wrong one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from webmail.models import SenderCharset

_LONGEST_ADDRESS, _LONGEST_LABEL = 320, 64
type _Known = dict[tuple[int, str, str], "Choice"]
_known: ContextVar[_Known | None] = ContextVar("readings", default=None)


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's choice: mail that declares `declared` ("" for nothing) is read as `charset`."""

    declared: str
    charset: str
    message_id: int


def remember(account_id: int, address: str, declared: str, charset: str, message_id: int) -> None:
    """Read mail of this sender that declares `declared` as `charset` from now on."""
    SenderCharset.objects.update_or_create(
        account_id=account_id,
        address=_key(address),
        declared=declared[:_LONGEST_LABEL],
        defaults={"charset": charset, "message_key": message_id},
    )


def forget(account_id: int, address: str, declared: str) -> None:
    """Undo `remember`."""
    SenderCharset.objects.filter(
        account_id=account_id, address=_key(address), declared=declared[:_LONGEST_LABEL]
    ).delete()


@contextmanager
def read_at_once(account_id: int) -> Iterator[None]:
    """Read all choices of an account by one statement, for who reads many letters within."""
    rows = SenderCharset.objects.filter(account_id=account_id)
    found = {
        (account_id, row.address, row.declared): Choice(row.declared, row.charset, row.message_key)
        for row in rows
    }
    token = _known.set(found)
    try:
        yield
    finally:
        _known.reset(token)


def choice(account_id: int, address: str, declared: str) -> Choice | None:
    """What was chosen for this sender and label (constraint sender_charset)."""
    known = _known.get()
    if known is not None:
        return known.get((account_id, _key(address), declared[:_LONGEST_LABEL]))
    row = (
        SenderCharset.objects.filter(
            account_id=account_id, address=_key(address), declared=declared[:_LONGEST_LABEL]
        )
        .values_list("declared", "charset", "message_key")
        .first()
    )
    return Choice(*row) if row else None


def _key(address: str) -> str:
    return address.lower()[:_LONGEST_ADDRESS]
